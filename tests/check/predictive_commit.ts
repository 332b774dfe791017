/**
 * Monitor: predictive commit. At every commit, no node that lacks the entry on its disk could still win an election.
 *
 * Leader completeness shows only when such an election really happens, which may take thousands of runs. Here the question
 * is asked at the commit itself: if everybody crashed now and came back with what their disks hold for certain, who could
 * be elected? Paper section 5.4.
 * @module
 */

import type { Index, Term } from "../../raft/types.ts";
import { votersOf } from "./configuration_laws.ts";
import type { StableState } from "./stable_state.ts";
import type { Report } from "./violation.ts";

/** A machine that may be, have been or become a member, and its disk. */
export interface Elector {
  readonly name: string;
  readonly stable: StableState;
  /** The members that its program was started with; none if it joined later. */
  readonly founders: readonly string[];
}

/**
 * `node` has just learned that the entry `index` of `term` is committed.
 *
 * Each candidate counts the voters of the configuration that its own disk would make it stand with: two that go by different ones must not
 * both find a majority. Whoever is asked votes by the rules of votes, whatever its own configuration says of it.
 */
export function checkCommit(
  node: string,
  electors: readonly Elector[],
  index: Index,
  term: Term,
  report: Report,
): void {
  for (const candidate of electors) {
    const { stable } = candidate;
    if (stable.standing === "amnesiac" || stable.holds(index, term)) continue;
    const { configuration } = stable;
    const voters = configuration === null ? candidate.founders : votersOf(configuration);
    if (!wasTakenIn(candidate) || !mayStand(candidate, voters)) continue;
    let votes = 0;
    for (const elector of electors) {
      if (voters.includes(elector.name) && wouldVote(elector, stable)) votes++;
    }
    if (votes * 2 <= voters.length) continue;
    report({
      law: "predictive-commit",
      node,
      sentence:
        `Node ${node} took entry ${index} of term ${term} for committed, but ${candidate.name}, whose ` +
        `disk lacks it, could still be elected by ${votes} of ${voters.length}.`,
    });
    return;
  }
}

/** A voter, or whoever holds a change by which it is none any more: that may be lost, and until then it is one. */
function mayStand({ name, stable, founders }: Elector, voters: readonly string[]): boolean {
  if (voters.includes(name)) return true;
  const { configurationBefore } = stable;
  const before = configurationBefore === null ? founders : votersOf(configurationBefore);
  return stable.configurationIndex > stable.offset && before.includes(name);
}

/**
 * Whoever is no founder begins as a learner, and neither votes nor stands before its log says so. One that is a voter from the first may
 * have been removed and have lost its disk, while a leader that missed the removal still takes it for a member (seed 77017325). A snapshot
 * may have been taken after it was a learner.
 */
function wasTakenIn({ name, stable, founders }: Elector): boolean {
  if (founders.length > 0 || (stable.snapshot?.configuration ?? null) !== null) return true;
  const first = stable.firstThatNames(name);
  return first !== null && !votersOf(first).includes(name);
}

function wouldVote(elector: Elector, candidate: StableState): boolean {
  const { stable: voter } = elector;
  if (voter.standing === "amnesiac" || !wasTakenIn(elector)) return false;
  if (candidate.lastTerm !== voter.lastTerm) return candidate.lastTerm > voter.lastTerm;
  return candidate.lastIndex >= voter.lastIndex;
}
