import type { Budget } from "./budget.ts";
import { stopReason, unknownOf, verdictOf } from "./gliding.ts";
import type { OrderedHistory } from "./history.ts";
import type { Part } from "./parts.ts";
import { firstState, requireSound } from "./require_model.ts";
import { skim } from "./search/skim.ts";
import type { Swept } from "./search/stroll.ts";
import type { DeterministicModel, Operation, Verdict } from "./types.ts";

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

/** Goes through a history of many small partitions, of a model that says more than its step; `undefined` if it is not one for that. */
export function skimOver<State, Input, Output>(
  model: DeterministicModel<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  budget: Budget,
  prepare: () => Prepared | Verdict,
): GlidedOver | undefined {
  const first = firstState(model);
  const skimmed = skim(model, operations, budget);
  if (skimmed === undefined) return undefined;
  if (skimmed.end === "some") {
    const prepared = prepare();
    if ("kind" in prepared) return { verdict: undefined, prepared, swept: undefined };
    return { verdict: undefined, prepared: { ...prepared, first }, swept: skimmed.found(prepared.parts) };
  }
  requireSound(model, operations, { budget, first });
  const { course } = skimmed;
  const verdict = skimmed.end === "all"
    ? verdictOf(course)
    : unknownOf(course, operations, stopReason(budget));
  return { verdict, prepared: undefined, swept: undefined };
}
