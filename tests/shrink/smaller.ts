/**
 * Changes that make a plan a little smaller.
 * @module
 */

import type { Fault, RunPlan, Target } from "../nemesis/plan.ts";
import { machinesOf } from "../nemesis/swarm.ts";
import { LOCAL_AREA } from "../sim/conditions.ts";
import { GOAL, sizeOf } from "./size.ts";

/** A change that may make a plan smaller; null where it does not apply. It is repeated as long as it helps. */
export type Smaller = (plan: RunPlan) => RunPlan | null;

/** A small job: enough for a few tasks, for one pair of them, for a word or two. */
export const JOB_SIZES: readonly NonNullable<RunPlan["size"]>[] = [
  { files: 1, bytes: 60, reduces: 1 },
  { files: 1, bytes: 400, reduces: 1 },
  { files: 2, bytes: 400, reduces: 2 },
  // Large enough to be cut into parts.
  { files: 1, bytes: 2000, reduces: 1 },
];

/** Fewer nodes and clients. */
export const FEWER: readonly Smaller[] = [
  // A cluster of two is good for next to nothing: three that stay come before two and a newcomer.
  (plan) => isLarge(plan) && plan.spares > 0 ? withFewNodes(withoutSpares(plan)) : null,
  (plan) => isLarge(plan) ? withFewNodes(plan) : null,
  (plan) => plan.load.clients > 2 ? withLoad(plan, { clients: 2 }) : null,
  (plan) => plan.spares > 0 ? withNodes({ ...plan, spares: plan.spares - 1 }, plan.nodes, plan.groups) : null,
];

/** All others, what saves most first. */
export const SMALLER: readonly Smaller[] = [
  // What strays needs something to stray to: a disk that is simply lost does not.
  (plan) => {
    const at = plan.faults.findIndex(({ kind }) => kind === "misdirect" || kind === "bitFlip");
    const fault = plan.faults[at];
    if (fault?.kind !== "misdirect" && fault?.kind !== "bitFlip") return null;
    const { atMs, forMs, target } = fault;
    return { ...plan, faults: plan.faults.with(at, { kind: "wipe", atMs, forMs, target }) };
  },
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
  ...JOB_SIZES.map((size): Smaller => (plan) =>
    plan.layer === "mapreduce" && plan.size === null ? { ...plan, size } : null
  ),
  (plan) => plan.layer === "mapreduce" && plan.nodes > 1 ? withNodes(plan, plan.nodes - 1, 1) : null,
  (plan) => plan.layer === "shard" && plan.groups > 1 ? withNodes(plan, plan.nodes, plan.groups - 1) : null,
  (plan) => plan.changes > 1 ? { ...plan, changes: Math.floor(plan.changes / 2) } : null,
  (plan) => plan.changes > 0 ? { ...plan, changes: plan.changes - 1 } : null,
  (plan) => plan.old.length > 0 ? { ...plan, old: [] } : null,
  (plan) => plan.old.length > 1 ? { ...plan, old: plan.old.slice(1) } : null,
  (plan) => plan.links === LOCAL_AREA ? null : { ...plan, links: LOCAL_AREA },
  (plan) => plan.disk.kind === "fixed" ? null : { ...plan, disk: { kind: "fixed", ms: 0.2 } },
];

/** The plan with another load. */
export function withLoad(plan: RunPlan, part: Partial<RunPlan["load"]>): RunPlan {
  return { ...plan, load: { ...plan.load, ...part } };
}

/** Whether it has more nodes than a person can follow. */
export function isLarge(plan: RunPlan): boolean {
  return sizeOf(plan, 0).nodes > GOAL.nodes;
}

/** The same plan for as many nodes as a person can follow; a fleet then has groups of one member. */
export function withFewNodes(plan: RunPlan): RunPlan {
  switch (plan.layer) {
    case "raft":
    case "kv": {
      // Whoever joins is a node, too.
      const spares = Math.min(plan.spares, 1);
      return withNodes({ ...plan, spares }, 3 - spares, 1);
    }
    case "shard":
      return withNodes(plan, 1, Math.min(plan.groups, 2));
    case "mapreduce":
      return withNodes(plan, 2, 1);
  }
}

/** The same plan in which nobody new ever comes. */
export function withoutSpares(plan: RunPlan): RunPlan {
  const faults = plan.faults.filter((fault) => fault.kind !== "members" || !("newcomer" in fault));
  return { ...plan, spares: 0, faults };
}

/** The same plan for other numbers of nodes, its faults among those that are left. */
export function withNodes(plan: RunPlan, nodes: number, groups: number): RunPlan {
  const fewer = { ...plan, nodes, groups, old: plan.old.filter((node) => node < nodes) };
  const majority = Math.floor(nodes / 2) + 1;
  const sides = plan.layer === "shard" ? groups + 1 : 1;
  const core = plan.layer === "mapreduce"
    ? []
    : Array.from({ length: sides }, (_, side) =>
      Array.from({ length: majority }, (_, at) => side * nodes + at))
      .flat();
  return { ...fewer, core, faults: plan.faults.map((fault) => among(fault, machinesOf(fewer), groups)) };
}

/** How many more disks are lost for good than a cluster can do without: then it fails without any bug. */
export function disksTooMany({ nodes, faults }: RunPlan): number {
  const lost =
    faults.filter(({ kind }) => kind === "wipe" || kind === "bitFlip" || kind === "misdirect").length;
  return Math.max(0, lost - Math.floor((nodes - 1) / 2));
}

/** The same fault among the first `machines`, of `groups` groups. */
export function among(fault: Fault, machines: number, groups: number): Fault {
  switch (fault.kind) {
    case "halves":
      return {
        ...fault,
        left: [...new Set(fault.left.map((node) => node % machines))].slice(0, machines - 1),
      };
    case "bridge":
      return { ...fault, bridge: fault.bridge % machines };
    case "crashGroup":
      return { ...fault, group: fault.group % (groups + 1) };
    case "flap":
    case "badLink": {
      if (fault.from < machines && fault.to < machines) return fault;
      const from = fault.from % machines;
      return { ...fault, from, to: (from + 1) % machines };
    }
    case "members": {
      if (fault.change === "join") return { ...fault, newcomer: fault.newcomer % machines };
      const target = targetAmong(fault.target, machines, groups);
      if (fault.change !== "replace") return { ...fault, target };
      return { ...fault, target, newcomer: fault.newcomer % machines };
    }
    default:
      return "target" in fault ? { ...fault, target: targetAmong(fault.target, machines, groups) } : fault;
  }
}

function targetAmong(target: Target, machines: number, groups: number): Target {
  if (typeof target === "number") return target % machines;
  const group = /^leader (\d+)$/.exec(target)?.[1];
  return group === undefined ? target : `leader ${Number(group) % (groups + 1)}`;
}
