import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { everyFaultPlan } from "./every_fault.ts";
import { groupOf } from "./draw_fault.ts";
import { type FaultKind, FAULTS_OF, LAYERS, LOSES_DISK } from "./plan.ts";
import { PlanError, readPlan } from "./read_plan.ts";
import { drawPlan, machinesOf, WORKLOADS_OF } from "./swarm.ts";

Deno.test("a seed draws the same plan every time, and another one another", () => {
  assertEquals(drawPlan(5, { safetyMs: 10_000 }), drawPlan(5, { safetyMs: 10_000 }));
  assert(
    JSON.stringify(drawPlan(5, { safetyMs: 10_000 })) !== JSON.stringify(drawPlan(6, { safetyMs: 10_000 })),
  );
});

for (const layer of LAYERS) {
  Deno.test(`a thousand plans of layer ${layer} hold every fault and every workload of it, and a majority of each group as their core`, () => {
    const kinds = new Set<FaultKind>();
    const workloads = new Set<string>();
    for (let seed = 0; seed < 1000; seed++) {
      const plan = drawPlan(seed, { safetyMs: 10_000, layer, workload: null });
      workloads.add(plan.workload);
      for (const fault of plan.faults) {
        kinds.add(fault.kind);
        if ("target" in fault && typeof fault.target === "number") assert(fault.target < machinesOf(plan));
      }
      assert(plan.faults.length > 0, `seed ${seed} has no fault`);
      const majority = Math.floor(plan.nodes / 2) + 1;
      const groups = layer === "shard" ? plan.groups + 1 : 1;
      assertEquals(plan.core.length, layer === "mapreduce" ? 0 : majority * groups, `seed ${seed}`);
      const lost = new Map<number, number>();
      for (const fault of plan.faults.filter(({ kind }) => LOSES_DISK.includes(kind))) {
        const group = groupOf(fault, { ...plan, machines: machinesOf(plan) });
        lost.set(group, (lost.get(group) ?? 0) + 1);
      }
      for (const [group, count] of lost) {
        assert(
          count <= (plan.nodes - 1) / 2,
          `seed ${seed}: group ${group} of ${plan.nodes} loses ${count} disks`,
        );
      }
    }
    assertEquals([...kinds].sort(), [...FAULTS_OF[layer]].sort());
    assertEquals([...workloads].sort(), [...WORKLOADS_OF[layer]].sort());
  });
}

Deno.test("of all layers each has its share, and what is fixed is not drawn", () => {
  const layers = new Set<string>();
  for (let seed = 0; seed < 200; seed++) layers.add(drawPlan(seed, { safetyMs: 1000, layer: "all" }).layer);
  assertEquals([...layers].sort(), [...LAYERS].sort());
  const plan = drawPlan(1, {
    safetyMs: 1000,
    layer: "kv",
    workload: "bank",
    faults: ["crash"],
    nodes: 7,
    clients: 4,
    perSecond: 100,
  });
  assertEquals([plan.workload, plan.nodes, plan.load.clients, plan.load.pauseMs], ["bank", 7, 4, 40]);
  assert(plan.faults.every(({ kind }) => kind === "crash"));
});

Deno.test("who has changes of members or versions in its plan is otherwise the run that it was without them", () => {
  let members = 0;
  let versions = 0;
  for (let seed = 0; seed < 300; seed++) {
    const plan = drawPlan(seed, { safetyMs: 10_000, layer: "raft" });
    const has = (kind: FaultKind) => plan.faults.some((fault) => fault.kind === kind);
    assertEquals([plan.spares > 0, plan.old.length > 0], [has("members"), has("versions")], `seed ${seed}`);
    if (has("members")) members++;
    if (has("versions")) versions++;
    const at = plan.faults.map(({ atMs }) => atMs);
    assertEquals(at, at.toSorted((left, right) => left - right));
  }
  assert(members > 45 && members < 110 && versions > 25 && versions < 75, `${members}, ${versions}`);
  const only = drawPlan(3, { safetyMs: 10_000, layer: "kv", faults: ["members", "versions"] });
  assertEquals(new Set(only.faults.map(({ kind }) => kind)), new Set(["members", "versions"]));
  assertEquals(drawPlan(3, { safetyMs: 10_000, layer: "shard" }).spares, 0);
});

Deno.test("a plan from before members and versions could change is read as one in which they do not", () => {
  const { spares: _, old: __, ...rest } = { ...everyFaultPlan(1), faults: [] };
  const plan = readPlan(JSON.stringify({ ...rest, format: "flotilla-plan-2" }), "plan.json");
  assertEquals([plan.format, plan.spares, plan.old], ["flotilla-plan-3", 0, []]);
});

Deno.test("a plan of another making is refused with the place and what was expected there", () => {
  const plan = everyFaultPlan(1);
  const cases: [unknown, string][] = [
    [{ ...plan, format: "flotilla-plan-9" }, "format"],
    [{ ...plan, layer: "core" }, "layer"],
    [{ ...plan, workload: "chess" }, "workload"],
    [{ ...plan, layer: "mapreduce", workload: "wordcount" }, 'faults[0] is of kind "versions"'],
    [{ ...plan, seed: 1.5 }, "seed"],
    [{ ...plan, nodes: 0 }, "nodes"],
    [{ ...plan, knobs: undefined }, "knobs"],
    [{ ...plan, faults: [{ kind: "flood", atMs: 1 }] }, 'faults[0] is of kind "flood"'],
    [{ ...plan, faults: [{ kind: "crash", atMs: -1, forMs: 1, target: 0 }] }, "faults[0].atMs"],
    [{ ...plan, faults: [{ kind: "crash", atMs: 1, forMs: 1, target: 7 }] }, "faults[0].target"],
    [{ ...plan, spares: -1 }, "spares"],
    [{ ...plan, old: [5] }, "old"],
    [{ ...plan, faults: [{ kind: "versions", atMs: 1, forMs: 1, target: 0, to: 3 }] }, "faults[0].to"],
    [
      { ...plan, faults: [{ kind: "members", atMs: 1, forMs: 1, everyMs: 9, change: "dance" }] },
      "faults[0].change",
    ],
    [
      { ...plan, faults: [{ kind: "members", atMs: 1, forMs: 1, everyMs: 9, change: "join" }] },
      "faults[0].newcomer",
    ],
    [
      { ...plan, faults: [{ kind: "members", atMs: 1, forMs: 1, everyMs: 9, change: "leave" }] },
      "faults[0].target",
    ],
  ];
  for (const [bad, place] of cases) {
    const error = assertThrows(() => readPlan(JSON.stringify(bad), "plan.json"), PlanError);
    assertStringIncludes(error.message, place);
    assertStringIncludes(error.message, "plan.json");
  }
  assertThrows(() => readPlan("{", "plan.json"), PlanError, "not JSON");
});
