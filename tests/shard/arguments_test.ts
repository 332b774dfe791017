import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../kv/cli/flags.ts";
import { commitPlan, emptyMap, planJoin, planLeave, planMove } from "../../shard/mod.ts";
import { readAdminArguments } from "../../shard/cli/admin_arguments.ts";
import type { GroupInfo, ShardNodeInfo } from "../../shard/cli/node_info.ts";
import { movesBetween, picture, ranges, unsettled } from "../../shard/cli/picture.ts";
import { takeSizes, wordsOf } from "../../shard/cli/sizes.ts";

Deno.test("--groups and --shards are taken out of a line, wherever they are; without them there are no sizes", () => {
  const words = ["--data", "d", "--groups", "3", "--json", "--shards=12"];
  assertEquals(takeSizes(words), { sizes: { groups: 3, shards: 12 }, rest: ["--data", "d", "--json"] });
  assertEquals(takeSizes(["--shards", "5"]).sizes, { groups: 4, shards: 5 });
  assertEquals(takeSizes(["--nodes", "3"]), { sizes: null, rest: ["--nodes", "3"] });
  assertEquals(takeSizes(wordsOf({ groups: 2, shards: 9 })).sizes, { groups: 2, shards: 9 });
});

for (
  const [words, message] of [
    [["--groups", "0"], "Cannot use --groups 0: give a whole number from 1 to 32"],
    [["--groups", "x"], "Cannot use --groups x: give a whole number from 1 to 32"],
    [["--shards=99999"], "Cannot use --shards 99999: give a whole number from 1 to 4096"],
    [["--shards", "1", "--shards", "2"], "The option --shards is given twice"],
    [["--groups"], "The option --groups needs a value: a whole number"],
  ] as const
) {
  Deno.test(`sizes that cannot be are refused: ${words.join(" ")}`, () => {
    assertThrows(() => takeSizes(words), UsageError, message);
  });
}

Deno.test("the words of shards are read as commands", () => {
  const read = (...words: string[]) => readAdminArguments(words)[1];
  assertEquals(read(), { name: "show" });
  assertEquals(read("join", "2", "3"), { name: "join", groups: [2, 3] });
  assertEquals(read("leave", "1", "--no-wait"), { name: "leave", groups: [1] });
  assertEquals(read("move", "7", "2"), { name: "move", shard: 7, group: 2 });
  assertEquals(read("of", "--", "--key"), { name: "of", keys: ["--key"] });
  assertEquals(read("map", "4"), { name: "map", number: 4 });
  const [common] = readAdminArguments(["--servers", "h:1,[::1]:2", "--timeout", "5"]);
  assertEquals([common.servers, common.timeoutMs, common.wait, common.json], [
    ["h:1", "[::1]:2"],
    5000,
    true,
    false,
  ]);
});

for (
  const [words, message] of [
    [["join"], "Cannot join with 0 words: see shards --help"],
    [["move", "1"], "Cannot move with 1 words: see shards --help"],
    [["leave", "one"], `Cannot use "one" as a group's number: give a whole number`],
    [["move", "-1", "2"], `Cannot use "-1" as a shard's number: give a whole number`],
    [["drop", "1"], `Cannot understand "drop": see shards --help`],
    [["show", "--servers", "here"], "Cannot use here for --servers: give host:port, as in 127.0.0.1:7001"],
    [["--force"], "There is no option --force: see shards --help"],
  ] as const
) {
  Deno.test(`a line that makes no sense is refused: shards ${words.join(" ")}`, () => {
    assertThrows(() => readAdminArguments(words), UsageError, message);
  });
}

const HERE = ["h:1"];
const ZERO = emptyMap(6);
const ONE = commitPlan(planJoin(ZERO, new Map([[1, HERE], [2, HERE]])), ZERO);
const TWO = commitPlan(planMove(ONE, 0, 2), ONE);
const NONE = commitPlan(planLeave(TWO, [1, 2]), TWO);

function seen(group: number, info: Partial<GroupInfo>): ShardNodeInfo {
  const rest = { leads: true, map: 2, serves: [], arriving: [], leaving: [], frozen: [] };
  return { cluster: "c", members: [["1", "h:1"]], shards: 6, groups: [{ group, ...rest, ...info }] };
}

Deno.test("the picture says who has which shards, who leads, and what is on its way", () => {
  assertEquals(ranges([0, 1, 2, 5, 7, 8]), "0-2, 5, 7-8");
  assertEquals(movesBetween(ONE, TWO), "1 shard moves: 1 > 2: 0");
  assertEquals(movesBetween(TWO, NONE), "6 shards move: 2 > nobody: 0, 3-5; 1 > nobody: 1-2");
  assertEquals(movesBetween(ONE, ONE), "no shard moves");
  const nodes = [seen(1, { leaving: [0] }), seen(2, { arriving: [0] }), seen(3, { leads: false })];
  assertEquals(picture(TWO, nodes), [
    "map 2: 6 shards, 2 groups",
    "group  1    2  1-2  (hands over 0)",
    "group  2    4  0, 3-5  (waits for 0)",
    "group  3    -  not a member  (nobody leads it)",
  ]);
  assertEquals(picture(NONE, [seen(1, { frozen: [1, 2], map: 3 })]).slice(1), [
    "group  1    -  not a member  (keeps 1-2 for nobody)",
    "nobody      6  0-5",
  ]);
});

Deno.test("shards have moved when every group's leader has taken the map on, and nothing waits or is kept", () => {
  const done = [seen(1, {}), seen(2, {})];
  assertEquals(unsettled(TWO, done), []);
  assertEquals(unsettled(TWO, [seen(1, {}), seen(2, { map: 1 })]), [2]);
  assertEquals(unsettled(TWO, [seen(1, { leaving: [0] }), seen(2, {})]), [1]);
  assertEquals(unsettled(TWO, [seen(1, {}), seen(2, { arriving: [0] })]), [2]);
  assertEquals(unsettled(TWO, [seen(1, {}), seen(2, { leads: false })]), [2]);
  assertEquals(unsettled(TWO, [seen(1, {})]), [2]);
  // Of two nodes' words the leader's counts, however far the other is.
  assertEquals(unsettled(TWO, [...done, seen(2, { leads: false, map: 1, arriving: [0] })]), []);
});
