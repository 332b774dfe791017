import { assert, assertEquals } from "@std/assert";
import { runPlan } from "../chaos/run.ts";
import { countKinds, everyFaultPlan } from "./every_fault.ts";
import { type Fault, FAULTS_OF, type Layer } from "./plan.ts";

/** Seeds in which every fault meets somebody: on most, one of these links carries nothing just then. */
const PLACES: readonly (readonly [Layer, string, number])[] = [
  ["kv", "append", 2],
  ["shard", "moves", 1],
  ["mapreduce", "wordcount", 35],
];

for (const [layer, workload, seed] of PLACES) {
  Deno.test(`on layer ${layer} every fault is felt whenever it strikes: a message lost, a write refused, a process dead (seed ${seed})`, async () => {
    // Copies instead of bytes: the same run, in a third of the time.
    const plan = { ...everyFaultPlan(seed, { layer, workload }), isolation: "copy" } as const;
    const planned = countKinds(plan);
    assertEquals([...planned.keys()].sort(), [...FAULTS_OF[layer]].sort());
    const { result } = await runPlan(plan, { record: false });
    assertEquals(result.verdict, { kind: "pass" });
    const felt = Object.fromEntries([...planned.keys()].map((kind) => [kind, result.faults[kind] ?? 0]));
    assertEquals(felt, Object.fromEntries(planned));
    assert(result.recoveryMs >= 0);
  });
}

Deno.test("what strikes a machine that is down already is not felt, and does not count", async () => {
  const plan = everyFaultPlan(3);
  const faults: Fault[] = [
    { kind: "crash", atMs: 500, forMs: 1000, target: 4 },
    { kind: "crash", atMs: 600, forMs: 100, target: 4 },
    { kind: "isolate", atMs: 700, forMs: 100, target: 4, direction: "outbound" },
    { kind: "clog", atMs: 850, forMs: 100, target: 4, direction: "outbound" },
    { kind: "pause", atMs: 1000, forMs: 100, target: 4 },
    { kind: "slowDisk", atMs: 1150, forMs: 100, target: 4, delay: { kind: "fixed", ms: 9 } },
    { kind: "crashAt", atMs: 1300, forMs: 100, target: 4, point: "timer", nth: 1, loss: "lost" },
  ];
  const { result } = await runPlan({ ...plan, faults: faults.slice(0, 6), safetyMs: 1400 }, {
    record: false,
  });
  assertEquals(result.faults, { crash: 1 });
  // A trap waits until somebody comes.
  const later = await runPlan({ ...plan, faults, safetyMs: 2500 }, { record: false });
  assertEquals(later.result.faults, { crash: 1, crashAt: 1 });
});
