import { assertEquals } from "@std/assert";
import type { Answer, Caller } from "../../kv/mod.ts";
import { encodeBatchResult } from "../../kv/store/command_codec.ts";
import {
  decodeGroupCommand,
  encodeGroupReply,
  encodeSessionId,
  type GroupReply,
} from "../../shard/group_codec.ts";
import {
  commitPlan,
  emptyMap,
  firstBytePlacement,
  planJoin,
  planMove,
  ShardClerk,
  type ShardMap,
} from "../../shard/mod.ts";
import { ShardFleet } from "../cluster/shard_fleet.ts";
import { World } from "../sim/mod.ts";

const PLACEMENT = firstBytePlacement(1);
const ZERO = emptyMap(1);
const ONE = commitPlan(planJoin(ZERO, new Map([[1, ["old"]], [2, ["new"]]])), ZERO);
const TWO = commitPlan(planMove(ONE, 0, 2), ONE);
const WRITTEN = encodeBatchResult({ kind: "done", revision: 1, previousVersions: [0] });

const applied = (reply: GroupReply): Answer => ({ kind: "applied", reply: encodeGroupReply(reply) });

/** Plays `script` with a client whose servers answer as `answer` says. */
async function play(
  answer: (server: string, op: string) => Promise<Answer>,
  map: () => ShardMap,
  script: (clerk: ShardClerk, world: World) => Promise<void>,
): Promise<void> {
  const world = new World({ seed: 1 });
  const runtime = world.machine("client").boot(() => {});
  const call: Caller["call"] = (server, _method, request) => {
    const bytes = request !== null && "command" in request ? request.command : null;
    return answer(server, bytes === null ? "read" : decodeGroupCommand(bytes).op);
  };
  const maps = { latest: () => Promise.resolve(map()) };
  const calls = { to: () => ({ call, close: () => {} }) };
  const clerk = new ShardClerk({ runtime, calls, maps, placement: PLACEMENT });
  await world.play(() => script(clerk, world), { untilMs: 60_000 });
  world.end();
}

Deno.test("of 300 writes to one shard at once 256 are on their way, in one session, and the others wait for these", async () => {
  let opened = 0;
  let asked = 0;
  const gate = Promise.withResolvers<void>();
  const answer = async (_server: string, op: string): Promise<Answer> => {
    if (op === "open") return applied({ kind: "done", reply: encodeSessionId(++opened) });
    asked++;
    await gate.promise;
    return applied({ kind: "done", reply: WRITTEN });
  };
  await play(answer, () => ONE, async (clerk, world) => {
    const writes = Array.from({ length: 300 }, () => clerk.put("a", "1"));
    await world.clock.sleep(200);
    assertEquals([opened, asked], [1, 256]);
    gate.resolve();
    await Promise.all(writes);
    assertEquals([opened, asked], [1, 300]);
  });
});

Deno.test("a client that a group tells of a newer map goes there at once, and asks nobody for maps", async () => {
  let maps = 0;
  const asked: string[] = [];
  const answer = (server: string): Promise<Answer> => {
    asked.push(server);
    const reply: GroupReply = server === "old"
      ? { kind: "wrongGroup", map: TWO }
      : { kind: "done", reply: WRITTEN };
    return Promise.resolve(applied(reply));
  };
  const latest = () => {
    maps++;
    return ONE;
  };
  await play(answer, latest, async (clerk, world) => {
    await clerk.get("a").catch(() => {});
    assertEquals([asked, maps, world.clock.now()], [["old", "new"], 1, 0]);
  });
});

Deno.test("1,100 writes that one client begins at once in a shard are all done, and none is told that its time is up", async () => {
  const ships = new ShardFleet({ world: { seed: 1 }, shards: 1, groups: [101], members: 3, follow: true });
  const ended = new Map<string, number>();
  await ships.world.play(async () => {
    await ships.controllerClerk("admin").join(ships.groups(101));
    const clerk = ships.clerk("client");
    const count = (how: string) => void ended.set(how, (ended.get(how) ?? 0) + 1);
    await Promise.all(
      Array.from(
        { length: 1100 },
        () => clerk.append("k", "x").then(() => count("done"), ({ code }) => count(code)),
      ),
    );
    assertEquals([Object.fromEntries(ended), (await clerk.get("k"))?.length], [{ done: 1100 }, 1100]);
  }, { untilMs: 120_000 });
  ships.world.end();
});
