import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CATALOGUE } from "../../mutants/catalogue.ts";
import { CHAOS } from "./kill_one.ts";
import { HOUSES, preyOfAll } from "./kills_across.ts";
import { judgeOf, killersOf, leftToSuites } from "./kills_suites.ts";
import { distribution, type Kill, killsByLayer } from "./kills_table.ts";

const ROOT = new URL("../../../", import.meta.url);

function kill(id: string, file: string, part: Partial<Kill> = {}): Kill {
  const small = { law: "x", faults: 1, nodes: 3, clients: 2, operations: 12, tries: 9, seconds: 0.5 };
  const base = { id, file, where: "kv append", killedBy: "test -A a_test.ts", runs: 1, seconds: 1, law: "x" };
  return { ...base, fate: "killed", seed: 1, small, ...part };
}

Deno.test("the table has a heading for each layer, and says of what chaos does not notice whose it is", () => {
  const table = killsByLayer([
    kill("A", "raft/a.ts"),
    kill("B", "kv/b.ts", { fate: "survived", seed: null, small: null, law: "" }),
    kill("C", "raft/c.ts", { fate: "not judged", seed: null, small: null, law: "it does not load" }),
  ]);
  const lines = table.split("\n");
  assertEquals(lines[0], "raft: 2 planted bugs, 1 killed by chaos");
  assertStringIncludes(lines[1], "1 faults 3 nodes 2 clients 12 operations 9 tries 0.5 s");
  assertStringIncludes(lines[2], "NOT JUDGED it does not load");
  assertEquals(lines.slice(3, 5), ["", "kv: 1 planted bugs, 0 killed by chaos"]);
  assertStringIncludes(lines[5], "left to: test -A a_test.ts");
});

Deno.test("first seeds have a median and a p95, and a counterexample that is too large in one thing is not small", () => {
  const seeds = [1, 1, 2, 3, 400];
  const kills = seeds.map((seed, at) => kill(`K${at}`, "kv/b.ts", { seed }));
  const large = kill("L", "kv/b.ts", { small: { ...kills[0].small!, operations: 13 } });
  const words = distribution([...kills, large]);
  assertEquals(words[0], "6 planted bugs, 6 killed; first seed that kills: median 1, p95 400, last 400");
  assertStringIncludes(words.at(-1) ?? "", "83.3 % of the kills (5 of 6)");
});

Deno.test("across the catalogue every bug that names chaos is hunted by its own campaign, others by one of their layer, none twice", async () => {
  const prey = await preyOfAll((file) => Deno.readTextFile(new URL(file, ROOT)));
  const ids = prey.map(({ mutant }) => mutant.id);
  assertEquals(new Set(ids).size, ids.length);
  const own = CATALOGUE.flatMap(({ mutants }) => mutants).filter(({ killedBy }) =>
    killedBy.startsWith(CHAOS)
  );
  for (const { id, killedBy } of own) {
    assertEquals(prey.find(({ mutant }) => mutant.id === id)?.command, killedBy);
  }
  assert(prey.length > own.length);
  // The command that judges the rest takes the bugs of these folders: nobody is left out.
  const others = prey.filter(({ mutant }) => !own.includes(mutant));
  assert(others.every(({ mutant: { file } }) => HOUSES.includes(file.split("/")[0])));
  assert(prey.every(({ command }) => /--layer (raft|kv|shard|mapreduce) /.test(command)));
});

Deno.test("suites are asked for a bug of each line that chaos has not answered; unit tests are not asked", async () => {
  const prey = await preyOfAll((file) => Deno.readTextFile(new URL(file, ROOT)));
  const kills = prey.map(({ mutant: { id, file, killedBy } }) => {
    const survives = id === "E10" || id === "RT-proto";
    return kill(id, file, { killedBy, ...survives ? { fate: "survived", seed: null, small: null } : {} });
  });
  const asked = leftToSuites(kills);
  const ids = asked.map(({ id }) => id);
  // E10 is the first bug of its line, and S-E10 another one; the bug of the line E2 is dead; nobody lists RT-proto.
  assertEquals(["E10", "S-E10", "RT-proto", "E2"].map((id) => ids.includes(id)), [true, false, false, false]);
  assert(ids.includes("S-P7"), "what is not ours is never hunted");
  assert(asked.every((mutant) => judgeOf(mutant) !== null && judgeOf(mutant) !== "chaos"));
});

Deno.test("what was killed is believed by chaos and by the check that judged it, and by nothing else", () => {
  const mutant = CATALOGUE.flatMap(({ mutants }) => mutants).find(({ id }) => id === "E10")!;
  const killers = killersOf(
    [kill("A", "raft/a.ts", { seed: 4 }), kill("B", "raft/b.ts", { fate: "survived", seed: null })],
    [
      { mutant, fate: { kind: "killed", seed: "1" }, seconds: 2 },
      { mutant: { ...mutant, id: "C" }, fate: { kind: "survived" }, seconds: 2 },
      { mutant: { ...mutant, id: "D" }, fate: { kind: "broken", why: "it does not load" }, seconds: 0 },
      {
        mutant: { ...mutant, id: "U", killedBy: "test -A tests/raft/a_test.ts" },
        fate: { kind: "killed", seed: null },
        seconds: 1,
      },
    ],
  );
  assertEquals([...killers], [
    ["A", { by: "chaos", seed: "4", seconds: 1 }],
    ["E10", { by: "lab suite", seed: "1", seconds: 2 }],
  ]);
});
