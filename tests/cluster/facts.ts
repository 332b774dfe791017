/**
 * What came up in a run without being a violation: a campaign in which one of these never did has shown less than it seems.
 * @module
 */

import type { Core } from "../../raft/core/state.ts";
import type { ChangeRefusal, MemberChange } from "../../raft/member_change.ts";
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
  /** Changes of members that were committed, by what was asked for. */
  readonly changes: Record<MemberChange["type"], number>;
  /** Why changes were refused. */
  readonly refusals: Set<ChangeRefusal>;
  /** Leaders that stepped down because their own removal was committed. */
  dismissals: number;
  /** Configurations that were in effect somewhere and were taken back. */
  configurationsLost: number;
  /** Configurations that came with a snapshot. */
  configurationsInstalled: number;
  /** Messages between nodes of different versions that arrived. */
  mixed: number;
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
    changes: { addLearner: 0, promote: 0, demote: 0, remove: 0 },
    refusals: new Set(),
    dismissals: 0,
    configurationsLost: 0,
    configurationsInstalled: 0,
    mixed: 0,
  };
}

/** Adds what an event at `node` has changed, and remembers it there. */
export function gather(facts: ClusterFacts, node: ClusterNode, core: Readonly<Core>): void {
  if (core.log.offset > node.seenOffset) {
    if (node.seenOffset >= 0) {
      const installed = node.installs(core.log.offset);
      facts[installed ? "snapshotsInstalled" : "snapshotsTaken"]++;
      const { index } = core.membership;
      if (installed && index > node.seenConfiguration) facts.configurationsInstalled++;
    }
    node.seenOffset = core.log.offset;
  }
  const last = core.log.offset + core.log.entries.length;
  if (last < node.seenLast) facts.conflictsRepaired++;
  node.seenLast = last;
  if (core.membership.index !== node.seenConfiguration) gatherConfiguration(facts, node, core);
  if (node.leads && core.role.type !== "leader" && core.term === node.seenTerm) {
    facts.resignations++;
    if (!core.membership.isVoter) facts.dismissals++;
  }
  node.leads = core.role.type === "leader";
  node.seenTerm = core.term;
  if (core.standing === "amnesiac" && core.commit > 0 && !node.followed) {
    node.followed = true;
    facts.amnesiacsFollowed++;
  }
}

function gatherConfiguration(facts: ClusterFacts, node: ClusterNode, { membership }: Readonly<Core>): void {
  if (membership.index < node.seenConfiguration) facts.configurationsLost++;
  node.seenConfiguration = membership.index;
}
