/**
 * Monitor: predictive commit. At every commit, no node that lacks the entry on its disk could still win an election.
 *
 * Leader completeness shows only when such an election really happens, which may take thousands of runs. Here the question
 * is asked at the commit itself: if everybody crashed now and came back with what their disks hold for certain, who could
 * be elected? Paper section 5.4.
 * @module
 */

import type { Index, Term } from "../../raft/types.ts";
import type { StableState } from "./stable_state.ts";
import type { Report } from "./violation.ts";

/** A member and its disk. */
export interface Elector {
  readonly name: string;
  readonly stable: StableState;
}

/** `node` has just learned that the entry `index` of `term` is committed. */
export function checkCommit(
  node: string,
  members: readonly Elector[],
  index: Index,
  term: Term,
  report: Report,
): void {
  for (const candidate of members) {
    const { stable } = candidate;
    if (stable.standing === "amnesiac" || stable.holds(index, term)) continue;
    let votes = 0;
    for (const voter of members) if (wouldVote(voter.stable, stable)) votes++;
    if (votes * 2 <= members.length) continue;
    report({
      law: "predictive-commit",
      node,
      sentence:
        `Node ${node} took entry ${index} of term ${term} for committed, but ${candidate.name}, whose ` +
        `disk lacks it, could still be elected by ${votes} of ${members.length}.`,
    });
    return;
  }
}

function wouldVote(voter: StableState, candidate: StableState): boolean {
  if (voter.standing === "amnesiac") return false;
  if (candidate.lastTerm !== voter.lastTerm) return candidate.lastTerm > voter.lastTerm;
  return candidate.lastIndex >= voter.lastIndex;
}
