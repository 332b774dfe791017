/**
 * How large a counterexample is, and how small it should be.
 * @module
 */

import type { RunPlan } from "../nemesis/plan.ts";

/** What a person has to keep in mind. */
export interface Size {
  readonly faults: number;
  /** Programs that may fail, each on a machine of its own. */
  readonly nodes: number;
  readonly clients: number;
  /** Operations that may have been executed before the law was broken. */
  readonly operations: number;
}

/** What a person can follow: so many at most of each. */
export const GOAL: Size = { faults: 3, clients: 2, operations: 12, nodes: 3 };

/** The size of a plan that breaks a law after so many operations. */
export function sizeOf(plan: RunPlan, operations: number): Size {
  const clients = plan.layer === "mapreduce" ? 1 : plan.load.clients;
  return { faults: plan.faults.length, nodes: nodesOf(plan), clients, operations };
}

/** Whether a person can follow it. */
export function isSmall({ faults, nodes, clients, operations }: Size): boolean {
  return faults <= GOAL.faults && clients <= GOAL.clients && operations <= GOAL.operations &&
    nodes <= GOAL.nodes;
}

/** A fleet has a controller beside its groups, a job a coordinator beside its workers; its folder is a file system, no program. */
function nodesOf({ layer, nodes, groups, spares }: RunPlan): number {
  switch (layer) {
    case "raft":
    case "kv":
      return nodes + spares;
    case "shard":
      return nodes * (groups + 1);
    case "mapreduce":
      return nodes + 1;
  }
}
