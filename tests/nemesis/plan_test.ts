import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { everyFaultPlan } from "./every_fault.ts";
import { FAULT_KINDS, type FaultKind } from "./plan.ts";
import { PlanError, readPlan } from "./read_plan.ts";
import { drawPlan } from "./swarm.ts";

Deno.test("a seed draws the same plan every time, and another one another", () => {
  assertEquals(drawPlan(5, { safetyMs: 10_000 }), drawPlan(5, { safetyMs: 10_000 }));
  assert(
    JSON.stringify(drawPlan(5, { safetyMs: 10_000 })) !== JSON.stringify(drawPlan(6, { safetyMs: 10_000 })),
  );
});

Deno.test("a thousand plans hold every kind of fault, three and five nodes, and a majority as their core", () => {
  const kinds = new Set<FaultKind>();
  const sizes = new Set<number>();
  for (let seed = 0; seed < 1000; seed++) {
    const plan = drawPlan(seed, { safetyMs: 10_000 });
    sizes.add(plan.nodes);
    for (const fault of plan.faults) kinds.add(fault.kind);
    assert(plan.faults.length > 0, `seed ${seed} has no fault`);
    assertEquals(plan.core.length, Math.floor(plan.nodes / 2) + 1, `seed ${seed}`);
    const lost = plan.faults.filter(({ kind }) => kind === "wipe" || kind === "bitFlip").length;
    assert(lost <= (plan.nodes - 1) / 2, `seed ${seed} loses ${lost} disks of ${plan.nodes}`);
  }
  assertEquals([FAULT_KINDS.filter((kind) => !kinds.has(kind)), [...sizes].sort()], [[], [3, 5]]);
});

Deno.test("a plan of another making is refused with the place and what was expected there", () => {
  const plan = everyFaultPlan(1);
  const cases: [unknown, string][] = [
    [{ ...plan, format: "flotilla-plan-9" }, "format"],
    [{ ...plan, seed: 1.5 }, "seed"],
    [{ ...plan, nodes: 0 }, "nodes"],
    [{ ...plan, knobs: undefined }, "knobs"],
    [{ ...plan, faults: [{ kind: "flood", atMs: 1 }] }, 'faults[0] is of kind "flood"'],
    [{ ...plan, faults: [{ kind: "crash", atMs: -1, forMs: 1, target: 0 }] }, "faults[0].atMs"],
    [{ ...plan, faults: [{ kind: "crash", atMs: 1, forMs: 1, target: 5 }] }, "faults[0].target"],
  ];
  for (const [bad, place] of cases) {
    const error = assertThrows(() => readPlan(JSON.stringify(bad), "plan.json"), PlanError);
    assertStringIncludes(error.message, place);
    assertStringIncludes(error.message, "plan.json");
  }
  assertThrows(() => readPlan("{", "plan.json"), PlanError, "not JSON");
});
