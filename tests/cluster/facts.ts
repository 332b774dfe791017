/**
 * What came up in a run without being a violation: a campaign in which one of these never did has shown less than it seems.
 * @module
 */

import type { Core } from "../../raft/core/state.ts";
import type { ClusterNode } from "./cluster_node.ts";

/** Things worth knowing of a run that are no violations. */
export interface ClusterFacts {
  snapshotsTaken: number;
  snapshotsInstalled: number;
  conflictsRepaired: number;
  amnesiacsFollowed: number;
  diskFailures: number;
  damagesRefused: number;
  resignations: number;
}

/** Nothing has come up yet. */
export function noFacts(): ClusterFacts {
  return {
    snapshotsTaken: 0,
    snapshotsInstalled: 0,
    conflictsRepaired: 0,
    amnesiacsFollowed: 0,
    diskFailures: 0,
    damagesRefused: 0,
    resignations: 0,
  };
}

/** Adds what an event at `node` has changed, and remembers it there. */
export function gather(facts: ClusterFacts, node: ClusterNode, core: Readonly<Core>): void {
  if (core.log.offset > node.seenOffset) {
    if (node.seenOffset >= 0) {
      facts[node.installs(core.log.offset) ? "snapshotsInstalled" : "snapshotsTaken"]++;
    }
    node.seenOffset = core.log.offset;
  }
  const last = core.log.offset + core.log.entries.length;
  if (last < node.seenLast) facts.conflictsRepaired++;
  node.seenLast = last;
  if (node.leads && core.role.type !== "leader" && core.term === node.seenTerm) facts.resignations++;
  node.leads = core.role.type === "leader";
  node.seenTerm = core.term;
  if (core.standing === "amnesiac" && core.commit > 0 && !node.followed) {
    node.followed = true;
    facts.amnesiacsFollowed++;
  }
}
