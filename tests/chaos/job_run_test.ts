import { assertEquals } from "@std/assert";
import { drawPlan } from "../nemesis/swarm.ts";
import { runPlan } from "./run.ts";

Deno.test("a read that a job's folder refuses is felt by whoever reads next, be it a reduce task, and the job ends well (seeds 1 to 5)", async () => {
  for (let seed = 1; seed <= 5; seed++) {
    const drawn = drawPlan(seed, { safetyMs: 8000, layer: "mapreduce", faults: ["failingRead"] });
    // Nobody dies, so nobody reads the journal: all that is read is what reduce tasks read.
    const faults = [{ kind: "failingRead", atMs: 10, forMs: 8000, target: 0 }] as const;
    const { result } = await runPlan({ ...drawn, faults }, { record: false });
    assertEquals([result.verdict, result.faults], [{ kind: "pass" }, { failingRead: 1 }], `seed ${seed}`);
  }
});
