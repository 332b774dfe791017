/**
 * What a leader learns from its followers' answers, and what is committed by it. Paper sections 5.3 and 5.4.2.
 * @module
 */

import type { Effect } from "../effect.ts";
import type { Index, NodeId } from "../types.ts";
import { lastIndex, termAt } from "./log.ts";
import { becomeProbe, type Progress } from "./progress.ts";
import { heldByMajority } from "./quorum.ts";
import { confirmReads, releaseReads } from "./read.ts";
import type { Core, Leader } from "./state.ts";

/** Notes that `from` answered in this term; null unless this node leads. */
export function heardFrom(
  core: Core,
  from: NodeId,
  round: number,
  incarnation: number,
  counts: boolean,
  effects: Effect[],
): Progress | null {
  if (core.role.type !== "leader") return null;
  const progress = core.role.progress.get(from);
  if (progress === undefined) return null;
  if (progress.incarnation !== incarnation) {
    // Another memory answers: what the old one stored is gone, and as long as this node leads it cannot know what the
    // old one promised elsewhere, so the newcomer is kept up to date but not counted.
    const replaced = progress.incarnation !== -1;
    progress.incarnation = incarnation;
    progress.counts = counts && !replaced;
    if (replaced) {
      progress.match = 0;
      progress.round = 0;
      becomeProbe(progress, lastIndex(core.log) + 1);
    }
  }
  // Nobody relied on a learner yet, and it says by itself when its word counts: from when it knows that it is one.
  if (!progress.votes) progress.counts = counts;
  progress.active = true;
  if (round > progress.round) {
    progress.round = round;
    confirmReads(core, core.role, effects);
  }
  return progress;
}

/** Commits what a majority holds, if it is of this term. */
export function advanceCommit(core: Core, effects: Effect[]): void {
  if (core.role.type !== "leader") return;
  const held: Index[] = [];
  // Its own log counts up to the disk only: a leader that crashes before its sync would take a commit back.
  if (core.standing === "voter" && core.membership.isVoter) held.push(core.log.flushed);
  for (const progress of core.role.progress.values()) {
    if (progress.counts && progress.votes) held.push(progress.match);
  }
  const index = heldByMajority(held, core.membership.voters.length);
  // An entry of an older term on a majority can still be replaced; only an own one commits it (paper figure 8).
  if (index <= core.commit || termAt(core.log, index) !== core.term) return;
  const before = core.commit;
  core.commit = index;
  settleBytes(core, core.role, before);
  effects.push({ type: "commit", index });
  releaseReads(core, core.role, effects);
}

function settleBytes(core: Core, leader: Leader, before: Index): void {
  for (let index = before + 1; index <= core.commit; index++) {
    const entry = core.log.entries[index - core.log.offset - 1];
    // Entries of earlier terms were never charged to this one.
    if (entry.term === core.term) leader.uncommittedBytes -= entry.command.length;
  }
}
