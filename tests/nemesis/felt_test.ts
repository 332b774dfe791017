import { assert, assertEquals } from "@std/assert";
import { runPlan } from "../chaos/run.ts";
import { countKinds, everyFaultPlan } from "./every_fault.ts";
import { type Fault, FAULTS_OF, type Layer } from "./plan.ts";

const PLACES: readonly (readonly [Layer, string])[] = [
  ["kv", "append"],
  ["shard", "moves"],
  ["mapreduce", "wordcount"],
];

/** Now and then a link carries nothing just when it is cut: so many runs may pass until every fault has met somebody. */
const MOST_RUNS = 8;

for (const [layer, workload] of PLACES) {
  Deno.test(`on layer ${layer} every fault is felt where it strikes: a message lost, a write refused, a process dead (seeds 1 to ${MOST_RUNS} at most)`, async () => {
    const planned = countKinds(everyFaultPlan(1, { layer, workload }));
    assertEquals([...planned.keys()].sort(), [...FAULTS_OF[layer]].sort());
    const idle = new Map(planned);
    for (let seed = 1; seed <= MOST_RUNS && idle.size > 0; seed++) {
      // Copies instead of bytes: the same run, in a third of the time.
      const plan = { ...everyFaultPlan(seed, { layer, workload }), isolation: "copy" } as const;
      const { result } = await runPlan(plan, { record: false });
      assertEquals(result.verdict, { kind: "pass" }, `seed ${seed}`);
      assert(result.recoveryMs >= 0);
      for (const [kind, count] of planned) {
        // Each trap is laid at a moment of another kind: all of them have to work.
        const enough = kind === "crashAt" ? count : 1;
        if ((result.faults[kind] ?? 0) >= enough) idle.delete(kind);
      }
    }
    assertEquals([...idle.keys()], []);
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

Deno.test("a trap that waits for a moment of its own is not put out of work by one that is laid after it, and each springs once", async () => {
  const plan = everyFaultPlan(3);
  const trap = (atMs: number, point: "timer" | "receive", nth: number): Fault => {
    return { kind: "crashAt", atMs, forMs: 200, target: 4, point, nth, loss: "lost" };
  };
  // The second one's moment never comes, the first one's a little later.
  const faults = [trap(500, "timer", 20), trap(600, "receive", 1_000_000), trap(650, "timer", 1)];
  const { result } = await runPlan({ ...plan, faults, safetyMs: 6000 }, { record: false });
  assertEquals(result.faults, { crashAt: 2 });
});
