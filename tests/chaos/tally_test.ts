import { assertEquals, assertStringIncludes } from "@std/assert";
import { FAULT_KINDS, type FaultKind } from "../nemesis/plan.ts";
import { RARE_PATHS, type RunResult, type RunVerdict } from "./result.ts";
import { exitCodeOf, Tally } from "./tally.ts";

function result(verdict: RunVerdict, faults: readonly FaultKind[] = FAULT_KINDS): RunResult {
  return {
    seed: 1,
    layer: "kv",
    workload: "append",
    verdict,
    hash: "0",
    events: 10,
    simulatedMs: 1000,
    operations: { ok: 3, refused: 1, unknown: 1 },
    faults: Object.fromEntries(faults.map((kind) => [kind, 1])),
    elections: 1,
    knownMs: 1000,
    askedByThen: 5,
    recoveryMs: 5,
    seen: RARE_PATHS,
  };
}

function verdictOf(results: readonly RunResult[]): string {
  const tally = new Tally(1);
  for (const one of results) tally.add(one);
  return tally.summary(1000).verdict;
}

Deno.test("a campaign passes only if every run passes", () => {
  const violation = { law: "election-safety", node: "n1", sentence: "Two lead." };
  const pass = result({ kind: "pass" });
  assertEquals(verdictOf([pass, pass]), "pass");
  assertEquals(verdictOf([pass, result({ kind: "violation", violation }), pass]), "violation");
  assertEquals(verdictOf([result({ kind: "undecided", sentence: "" }), pass]), "undecided");
  assertEquals(verdictOf([result({ kind: "vacuous", sentence: "" }), pass]), "vacuous");
  assertEquals(verdictOf([]), "vacuous");
});

Deno.test("a campaign of 200 runs in which a fault never took hold does not pass, one of 199 may", () => {
  const some = FAULT_KINDS.filter((kind) => kind !== "hungDisk");
  const runs = Array.from({ length: 200 }, () => result({ kind: "pass" }, some));
  assertEquals(verdictOf(runs.slice(1)), "pass");
  assertEquals(verdictOf(runs), "vacuous");
  const tally = new Tally(1);
  for (const run of runs) tally.add(run);
  assertStringIncludes(tally.summary(1).sentences.join(), "the fault hungDisk");
});

Deno.test("what was not allowed is not missed, and a layer that hardly ran is not asked for its faults", () => {
  const runs = Array.from({ length: 200 }, () => result({ kind: "pass" }, ["crash"]));
  const tally = new Tally(1, ["crash"]);
  for (const run of runs) tally.add(run);
  assertEquals(tally.summary(1).verdict, "pass");
  const mixed = new Tally(1);
  for (let run = 0; run < 200; run++) {
    const layer = run % 2 === 0 ? "raft" : "mapreduce";
    mixed.add({ ...result({ kind: "pass" }, ["crash"]), layer });
  }
  assertEquals(mixed.summary(1).verdict, "pass");
});

Deno.test("of so few nodes as somebody chose nothing is asked that cannot happen to them", () => {
  const one = FAULT_KINDS.filter((kind) => !["wipe", "bitFlip", "misdirect", "versions"].includes(kind));
  const verdicts = [1, 2, 3, null].map((nodes) => {
    const tally = new Tally(1, null, nodes);
    for (let run = 0; run < 200; run++) {
      const seen = RARE_PATHS.filter((path) => path !== "damageRefused");
      tally.add({ ...result({ kind: "pass" }, one), seen });
    }
    return tally.summary(1).sentences.join();
  });
  const missed = (...what: string[]) =>
    what.length === 0 ? "" : `In 200 runs ${what.join(", ")} never happened: the campaign looked past it.`;
  const lost = ["the fault wipe", "the fault bitFlip", "the fault misdirect"];
  const all = missed(...lost, "the fault versions", "the rare path damageRefused");
  assertEquals(verdicts, [missed(), missed("the fault versions"), all, all]);
});

Deno.test("a seed that could not be run outweighs a violation", () => {
  const tally = new Tally(1);
  tally.add(result({ kind: "violation", violation: { law: "x", node: "n1", sentence: "X." } }));
  tally.addFailure(2, "it broke");
  const { verdict, sentences } = tally.summary(1);
  assertEquals([verdict, exitCodeOf(verdict)], ["harness", 3]);
  assertEquals(sentences, ["Seed 1: X.", "Seed 2: it broke"]);
});

Deno.test("each verdict has its exit code", () => {
  const verdicts = ["pass", "violation", "undecided", "vacuous", "harness"] as const;
  assertEquals(verdicts.map(exitCodeOf), [0, 1, 2, 2, 3]);
});
