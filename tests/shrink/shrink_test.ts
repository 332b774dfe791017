import { assert, assertEquals } from "@std/assert";
import { everyFaultPlan } from "../nemesis/every_fault.ts";
import type { RunPlan } from "../nemesis/plan.ts";
import { shrink } from "./shrink.ts";

/** A law that breaks where a crash of the leader meets a wipe and two clients with five operations each. */
function brokenLaw(plan: RunPlan): string | null {
  const has = (kind: string) => plan.faults.some((fault) => fault.kind === kind);
  const asked = plan.load.operationsEach === 0 ? 100 : plan.load.operationsEach;
  if (has("crash") && has("wipe") && plan.load.clients >= 2 && asked >= 5) return "planted";
  return has("weather") ? "another" : null;
}

Deno.test("a plan is shrunk to what its law needs, and to nothing that breaks another law", async () => {
  const probe = (plan: RunPlan) =>
    Promise.resolve({
      law: brokenLaw(plan),
      endedMs: Math.max(...plan.faults.map(({ atMs }) => atMs)) + 200,
      operations: plan.load.clients * (plan.load.operationsEach || 100),
    });
  const small = await shrink(everyFaultPlan(1), probe, { isOver: () => false });
  assertEquals(small?.law, "planted");
  const { faults, nodes, load, safetyMs } = small?.plan as RunPlan;
  assertEquals(faults.map(({ kind }) => kind).toSorted(), ["crash", "wipe"]);
  assertEquals([nodes, load.clients, load.keys, load.operationsEach], [3, 2, 1, 5]);
  assert(safetyMs < 2000, `the run still takes ${safetyMs} ms`);
});

Deno.test("a plan that breaks no law is not shrunk", async () => {
  const probe = () => Promise.resolve({ law: null, endedMs: 1, operations: 0 });
  assertEquals(await shrink(everyFaultPlan(1), probe, { isOver: () => false }), null);
});
