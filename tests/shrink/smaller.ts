/**
 * Changes that make a plan a little smaller.
 * @module
 */

import { LOCAL_AREA } from "../sim/conditions.ts";
import type { Fault, RunPlan } from "../nemesis/plan.ts";

/** A change that may make a plan smaller; null where it does not apply. It is repeated as long as it helps. */
export type Smaller = (plan: RunPlan) => RunPlan | null;

/** Fewer nodes and clients. */
export const FEWER: readonly Smaller[] = [
  (plan) => plan.nodes > 3 && plan.groups === 1 ? withThreeNodes(plan) : null,
  (plan) => plan.load.clients > 2 ? withLoad(plan, { clients: 2 }) : null,
];

/** All others, what saves most first. */
export const SMALLER: readonly Smaller[] = [
  (plan) => plan.load.clients > 1 ? withLoad(plan, { clients: 1 }) : null,
  (plan) => plan.load.clients > 1 ? withLoad(plan, { clients: plan.load.clients - 1 }) : null,
  (plan) => plan.load.keys > 1 ? withLoad(plan, { keys: 1 }) : null,
  ...[2, 6, 12, 64].map((most): Smaller => (plan) =>
    plan.load.operationsEach === 0 || plan.load.operationsEach > most
      ? withLoad(plan, { operationsEach: most })
      : null
  ),
  (plan) =>
    plan.load.operationsEach > 1 ? withLoad(plan, { operationsEach: plan.load.operationsEach - 1 }) : null,
  // A snapshot after every entry saves the entries that it takes to fill a log.
  (plan) =>
    plan.knobs.maxLogSizeBytes > 60 ? { ...plan, knobs: { ...plan.knobs, maxLogSizeBytes: 60 } } : null,
  ...[{ files: 1, bytes: 60, reduces: 1 }, { files: 1, bytes: 400, reduces: 1 }, {
    files: 2,
    bytes: 400,
    reduces: 2,
  }]
    .map((size): Smaller => (plan) =>
      plan.layer === "mapreduce" && plan.size === null ? { ...plan, size } : null
    ),
  (plan) => plan.layer === "mapreduce" && plan.nodes > 1 ? { ...plan, nodes: plan.nodes - 1 } : null,
  (plan) => plan.changes > 1 ? { ...plan, changes: Math.floor(plan.changes / 2) } : null,
  (plan) => plan.changes > 0 ? { ...plan, changes: plan.changes - 1 } : null,
  (plan) => plan.links === LOCAL_AREA ? null : { ...plan, links: LOCAL_AREA },
  (plan) => plan.disk.kind === "fixed" ? null : { ...plan, disk: { kind: "fixed", ms: 0.2 } },
];

/** The plan with another load. */
export function withLoad(plan: RunPlan, part: Partial<RunPlan["load"]>): RunPlan {
  return { ...plan, load: { ...plan.load, ...part } };
}

/** The same plan for three nodes. */
export function withThreeNodes(plan: RunPlan): RunPlan {
  return { ...plan, nodes: 3, core: [0, 1], faults: plan.faults.map(onThreeNodes) };
}

/** The same fault among the first three machines. */
function onThreeNodes(fault: Fault): Fault {
  switch (fault.kind) {
    case "halves":
      return { ...fault, left: [...new Set(fault.left.map((node) => node % 3))].slice(0, 2) };
    case "bridge":
      return { ...fault, bridge: fault.bridge % 3 };
    case "flap":
    case "badLink":
      return { ...fault, from: fault.from % 3, to: (fault.from % 3 + 1) % 3 };
    default:
      return "target" in fault && typeof fault.target === "number"
        ? { ...fault, target: fault.target % 3 }
        : fault;
  }
}
