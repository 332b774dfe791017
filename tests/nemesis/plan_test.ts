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
  for (const text of ["null", "[]", "7"]) {
    assertThrows(() => readPlan(text, "plan.json"), PlanError, "it is no plan");
  }
});

/** `value` without the field at the end of `path`, or with something senseless there. */
function spoilt(value: unknown, [name, ...rest]: readonly string[], what: "gone" | "senseless"): unknown {
  const copy: Record<string, unknown> = { ...(value as Record<string, unknown>) };
  if (rest.length > 0) copy[name] = spoilt(copy[name], rest, what);
  else if (what === "gone") delete copy[name];
  else copy[name] = { senseless: true };
  return Array.isArray(value) ? Object.assign([...value], copy) : copy;
}

/** Every field of a plan, as the names that lead to it. */
function fieldsIn(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => [
    ...(Array.isArray(value) ? [] : [[...path, name]]),
    ...fieldsIn(field, [...path, name]),
  ]);
}

for (const layer of LAYERS) {
  Deno.test(`of a plan of layer ${layer} with every fault no field can be missing or senseless without being named`, () => {
    const plan = layer === "raft" || layer === "kv"
      ? { ...everyFaultPlan(1), layer, workload: WORKLOADS_OF[layer][0] }
      : everyFaultPlan(1, { layer, workload: WORKLOADS_OF[layer][0] });
    assertEquals(readPlan(JSON.stringify(plan), "plan.json"), plan);
    for (const path of fieldsIn(plan)) {
      for (const what of ["gone", "senseless"] as const) {
        const text = JSON.stringify(spoilt(plan, path, what));
        const error = assertThrows(
          () => readPlan(text, "plan.json"),
          PlanError,
          undefined,
          `${what}: ${path}`,
        );
        assertStringIncludes(error.message, path.at(-1) === "kind" ? "kind" : `${path.at(-1)}`);
      }
    }
  });
}

Deno.test("numbers that would keep a run from its end, or strike nobody, are refused", () => {
  const plan = everyFaultPlan(1);
  const shard = everyFaultPlan(1, { layer: "shard", workload: "moves" });
  const strike = (fault: object) => ({ ...plan, faults: [{ atMs: 1, forMs: 1, target: 0, ...fault }] });
  const cases: [unknown, string][] = [
    [strike({ kind: "flap", from: 0, to: 1, periodMs: 0 }), "faults[0].periodMs must be a number above 0"],
    [strike({ kind: "drift", ppm: -1_000_000 }), "faults[0].ppm"],
    [strike({ kind: "slowDisk", delay: { kind: "uniform", lowMs: 9, highMs: 1 } }), "faults[0].delay"],
    [
      strike({ kind: "weather", conditions: { ...plan.links, lossRate: 2 } }),
      "conditions.lossRate must be a number from 0 to 1",
    ],
    [
      strike({ kind: "crashAt", point: "breath", nth: 1, loss: "lost" }),
      "faults[0].point must be one of create",
    ],
    [strike({ kind: "crash", target: "leader 1" }), 'faults[0].target must be "leader" or'],
    [{ ...shard, faults: [{ kind: "crash", atMs: 1, forMs: 1, target: "leader 3" }] }, "a group from 0 to 2"],
    [{ ...shard, faults: [{ kind: "crashGroup", atMs: 1, forMs: 1, group: 3 }] }, "faults[0].group"],
    [{ ...plan, core: [9] }, "core[0]"],
    [{ ...plan, knobs: { ...plan.knobs, heartbeatMs: 0 } }, "knobs.heartbeatMs must be a number above 0"],
    [{ ...plan, load: { ...plan.load, clients: 1e9 } }, "load.clients"],
    [{ ...plan, outside: "away" }, "outside must be one of both"],
  ];
  for (const [bad, words] of cases) {
    const error = assertThrows(() => readPlan(JSON.stringify(bad), "plan.json"), PlanError, undefined, words);
    assertStringIncludes(error.message, words);
  }
});

Deno.test("every drawn plan can be read back from its file", () => {
  for (let seed = 0; seed < 300; seed++) {
    const plan = drawPlan(seed, { safetyMs: 10_000, layer: "all" });
    assertEquals(readPlan(JSON.stringify(plan), "plan.json"), plan);
  }
});

Deno.test("a cluster of any size has plans, that of one machine as well, which has no links (200 seeds of each layer and size)", () => {
  for (const layer of LAYERS) {
    for (const nodes of [1, 2, 4, 9]) {
      for (let seed = 0; seed < 200; seed++) {
        const plan = drawPlan(seed, { safetyMs: 10_000, layer, workload: null, nodes, clients: 1 });
        assertEquals(readPlan(JSON.stringify(plan), "plan.json"), plan, `${layer} of ${nodes}, seed ${seed}`);
        if (machinesOf(plan) > 1) continue;
        assert(!plan.faults.some(({ kind }) => kind === "flap" || kind === "badLink"), `seed ${seed}`);
      }
    }
  }
});
