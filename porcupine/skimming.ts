import { type Budget, Expired } from "./budget.ts";
import { beginQuickly } from "./decide.ts";
import type { OrderedHistory } from "./history.ts";
import { type Part, Questions, recorded } from "./parts.ts";
import { firstRation } from "./rounds.ts";
import type { Ask } from "./search/skim.ts";
import type { Swept } from "./search/stroll.ts";
import { ValueContest } from "./search/values/decide.ts";
import type { Model, Operation, Verdict } from "./types.ts";

/** A history in order and in parts. */
export interface Prepared {
  readonly history: OrderedHistory;
  readonly parts: readonly Part[];
  /** The model's first state, as it was before the check. */
  readonly first: string | undefined;
}

/** What has come of going through a history before it was brought into order. */
export interface GlidedOver {
  readonly verdict: Verdict | undefined;
  /** If it was needed. */
  readonly prepared: Prepared | Verdict | undefined;
  readonly swept: readonly (Swept | undefined)[] | undefined;
}

/** For a skim: decides a partition as the first round would, but that a search is only for the rounds. */
export function askOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  budget: Budget,
): Ask {
  const history = recorded(operations);
  return (part) => {
    const { work } = budget;
    budget.ration(firstRation(model, "auto", part));
    try {
      const begun = beginQuickly(model, new Questions(history, part), budget);
      if (begun === undefined || begun instanceof ValueContest || budget.stopped !== undefined) {
        return undefined;
      }
      return begun.verdict === "unknown" ? undefined : { decision: begun, work: budget.work - work };
    } catch (error) {
      if (error instanceof Expired) return undefined;
      throw error;
    } finally {
      budget.ration(Infinity);
      budget.work = work;
    }
  };
}
