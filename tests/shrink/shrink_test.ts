import { assert, assertEquals } from "@std/assert";
import { everyFaultPlan } from "../nemesis/every_fault.ts";
import type { RunPlan } from "../nemesis/plan.ts";
import { drawPlan } from "../nemesis/swarm.ts";
import { type Probe, shrink } from "./shrink.ts";
import { isSmall, sizeOf } from "./size.ts";

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
      events: 100,
    });
  const small = await shrink(everyFaultPlan(1), probe, { isOver: () => false });
  assertEquals(small?.law, "planted");
  const { faults, nodes, load, safetyMs } = small?.plan as RunPlan;
  assertEquals(faults.map(({ kind }) => kind).toSorted(), ["crash", "wipe"]);
  assertEquals([load.clients, load.keys, load.operationsEach], [2, 1, 5]);
  assert(nodes <= 3, `${nodes} nodes`);
  assert(safetyMs < 2000, `the run still takes ${safetyMs} ms`);
});

Deno.test("no run that was in vain is repeated, however many rounds it takes", async () => {
  const vain = new Set<string>();
  const probe: Probe = (plan, reach) => {
    const name = `${reach} ${JSON.stringify(plan)}`;
    assert(!vain.has(name), name);
    const law = plan.faults.length >= 6 && plan.load.clients >= 3 ? "planted" : null;
    if (law === null) vain.add(name);
    const operations = plan.load.clients * (plan.load.operationsEach || 100);
    return Promise.resolve({ law, endedMs: plan.safetyMs - 1, operations, events: 4000 });
  };
  const small = await shrink(everyFaultPlan(1), probe, { isOver: () => vain.size >= 2000 });
  assertEquals([small?.plan.faults.length, small?.plan.load.clients], [6, 3]);
});

Deno.test("what differed between two members may be told to a client where a group has one", async () => {
  const probe: Probe = ({ nodes, load, safetyMs }) =>
    Promise.resolve({
      law: nodes > 1 ? "equal-state" : "read-your-writes",
      endedMs: safetyMs - 1,
      operations: load.clients,
      events: 100,
    });
  const large = drawPlan(1, { safetyMs: 10_000, layer: "shard" });
  const small = await shrink(large, probe, { isOver: () => false });
  assert(small !== null && isSmall(sizeOf(small.plan, small.operations)), JSON.stringify(small));
  assertEquals(small.law, "read-your-writes");
});

Deno.test("a plan that breaks no law is not shrunk", async () => {
  const probe = () => Promise.resolve({ law: null, endedMs: 1, operations: 0, events: 1 });
  assertEquals(await shrink(everyFaultPlan(1), probe, { isOver: () => false }), null);
});

/** A law that shows at the end only, whatever the clients do, where two faults followed one another within 400 ms. */
function shownLate({ faults, safetyMs }: RunPlan): string | null {
  const near = faults.some(({ kind, atMs }, at) =>
    kind === "failingSync" && faults[at + 1]?.kind === "drift" && faults[at + 1].atMs - atMs < 400
  );
  return near && safetyMs > 0 ? "convergence" : null;
}

Deno.test("what shows at the end only is healed sooner, and may be shown by another face of the same thing", async () => {
  const large = everyFaultPlan(1);
  const pick = (kind: string) => large.faults.filter((fault) => fault.kind === kind).slice(0, 1);
  const others = large.faults.filter(({ kind }) => kind !== "failingSync" && kind !== "drift");
  const faults = [...others, ...pick("failingSync"), ...pick("drift")]
    .map((fault, at) => ({ ...fault, atMs: 2000 + 300 * at }));
  const reaches = new Set<string>();
  const probe: Probe = (plan, reach) => {
    reaches.add(reach);
    const broken = reach === "safety" ? null : shownLate(plan);
    const law = broken !== null && plan.safetyMs < 4000 ? "liveness" : broken;
    const operations = plan.load.clients * (plan.load.operationsEach || 100);
    return Promise.resolve({ law, endedMs: plan.safetyMs + 5000, operations, events: 5000 });
  };
  const small = await shrink({ ...large, faults, safetyMs: 20_000 }, probe, { isOver: () => false });
  assert(small !== null && isSmall(sizeOf(small.plan, small.operations)), JSON.stringify(small));
  assertEquals([small.law, small.plan.faults.map(({ kind }) => kind)], ["liveness", [
    "failingSync",
    "drift",
  ]]);
  assertEquals(reaches, new Set(["safety", "read"]));
});

Deno.test("what a run that is cut off seems to break is not said to be broken where the whole run explains it", async () => {
  const large = everyFaultPlan(1);
  const has = ({ faults }: RunPlan, kind: string) => faults.some((fault) => fault.kind === kind);
  // Without the crash what was cut off is answered later, and nothing is wrong with it.
  const probe: Probe = (plan, reach) =>
    Promise.resolve({
      law: has(plan, "wipe") && (reach === "safety" || has(plan, "crash")) ? "linearizability" : null,
      endedMs: plan.safetyMs - 1,
      operations: plan.load.clients * (plan.load.operationsEach || 100),
      events: 100,
    });
  const small = await shrink(large, probe, { isOver: () => false });
  assert(small !== null);
  assertEquals((await probe(small.plan, "read")).law, small.law);
  assertEquals(small.plan.faults.map(({ kind }) => kind).toSorted(), ["crash", "wipe"]);
});

Deno.test("where only a run that is cut off breaks the law the plan stays as it was", async () => {
  const large = everyFaultPlan(1);
  const probe: Probe = (plan, reach) =>
    Promise.resolve({
      law: reach === "safety" || plan === large ? "linearizability" : null,
      endedMs: 1000,
      operations: 100,
      events: 5000,
    });
  const small = await shrink(large, probe, { isOver: () => false });
  assertEquals([small?.plan, small?.law], [large, "linearizability"]);
});
