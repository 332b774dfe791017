import type { Budget } from "../budget.ts";
import type { Prepared } from "../check.ts";
import type { Recorded } from "../parts.ts";
import type { Swept } from "../search/stroll.ts";
import type { CheckOptions, Model } from "../types.ts";

/** A check to be shared out. */
export interface Assignment<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  /** Threads besides this one, at most. */
  readonly workers: number;
  readonly history: Recorded<Input, Output>;
  readonly prepared: Prepared;
  /** What a sweep has found, by partition; empty if there was none. */
  readonly swept: readonly (Swept | undefined)[];
  readonly budget: Budget;
  readonly options: CheckOptions;
}
