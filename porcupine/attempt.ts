import { type Budget, Expired } from "./budget.ts";
import { begin, searched, UNDECIDED } from "./decide.ts";
import type { Decision } from "./decision.ts";
import type { Part, Recorded } from "./parts.ts";
import { Competition } from "./search/compete.ts";
import { NOT_BEGUN, type Pending } from "./shelf.ts";
import type { Model } from "./types.ts";

/**
 * A search may cost so many times its ration until it comes to the end of a turn, where it can be kept. One that is longer at a
 * single turn is cut short there, so that it does not hold up the others, and is begun again.
 */
const OVERRUN = 1.25;

/** A partition to be decided. */
export interface Task<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  readonly recorded: Recorded<Input, Output>;
  readonly part: Part;
  readonly budget: Budget;
  readonly strategy: "auto" | "search";
}

/** What a round has come to with one partition. */
export interface Attempt<State, Input, Output> {
  readonly decision: Decision;
  /** What there is to go on with if it is put off. */
  readonly pending: Pending<State, Input, Output>;
}

/**
 * Goes on with the decision of a partition until it has cost more than `most`, counted from its beginning.
 *
 * A search is put off only between two of its turns, and only if no limit has struck: one that is cut short in the middle of a turn
 * may have taken "no more steps" for "impossible". So a search that is gone on with is as if it had never been put off: it comes to the
 * same end, at the same cost. If it ends in a turn that was too long for this round, the result is kept for the round that allows its
 * cost: another thread, which begins the search again with more, comes to it in that round.
 */
export function attempt<State, Input, Output>(
  task: Task<State, Input, Output>,
  most: number,
  pending: Pending<State, Input, Output>,
): Attempt<State, Input, Output> {
  const { model, recorded, part, budget, strategy } = task;
  if (pending.kind === "found") {
    budget.work += pending.work;
    return { decision: searched(pending.result), pending };
  }
  // Of thousands of partitions those that come after a limit has struck would each be made ready for a search: seconds.
  if (budget.stopped !== undefined) return { decision: UNDECIDED, pending: NOT_BEGUN };
  const from = budget.work;
  try {
    if (pending.kind === "search") {
      budget.work += pending.work;
      return goOn(pending.competition, budget, from, most);
    }
    budget.ration(most);
    const begun = begin(model, recorded, part, budget, strategy);
    return begun instanceof Competition
      ? goOn(begun, budget, from, most)
      : { decision: begun, pending: NOT_BEGUN };
  } catch (error) {
    if (error instanceof Expired) return { decision: UNDECIDED, pending: NOT_BEGUN };
    throw error;
  }
}

/** The same for a search; `from`: what the budget had counted before its beginning. */
function goOn<State, Input, Output>(
  competition: Competition<State, Input, Output>,
  budget: Budget,
  from: number,
  most: number,
): Attempt<State, Input, Output> {
  // What comes before the search has no turns: it was cut short where the ration was used up.
  if (budget.stopped !== undefined) return { decision: UNDECIDED, pending: NOT_BEGUN };
  budget.ration(from + OVERRUN * most - budget.work);
  while (budget.work - from <= most) {
    const result = competition.turn()?.result;
    if (result === undefined) continue;
    const decision = searched(result);
    if (budget.stopped !== undefined) return { decision, pending: NOT_BEGUN };
    return { decision, pending: { kind: "found", result, work: budget.work - from } };
  }
  const work = budget.work - from;
  const isWhole = budget.stopped === undefined;
  const decision = searched(competition.soFar());
  return { decision, pending: isWhole ? { kind: "search", competition, work } : NOT_BEGUN };
}
