import type { Budget } from "../budget.ts";
import type { Decision } from "../decision.ts";
import type { Part, Recorded } from "../parts.ts";
import type { Model } from "../types.ts";

/** What the questions about one illegal partition have in common. */
export interface Inquiry<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  readonly recorded: Recorded<Input, Output>;
  readonly part: Part;
  readonly budget: Budget;
}

/** A core, and whether it is known to be minimal. */
export interface Core {
  readonly members: readonly number[];
  /** Those of them that are told first; the others are many, and alike. */
  readonly telling: readonly number[];
  readonly minimal: boolean;
  /** The last of them to return: no order exists up to that; there may be an earlier one of which that is true, too. */
  readonly impossible: number;
  /** What the decision on the core alone said. */
  readonly reason: string;
  /** False if the answers to all that was called before its first member are believed, too. */
  readonly standsAlone: boolean;
}

/** What is known of an illegal partition before its core is looked for. */
export interface Lead extends Pick<Decision, "suspects" | "areCore" | "reason"> {
  /** Whether the operation is the first impossible one for certain: then each core needs it. */
  readonly isFirst: boolean;
  /** Whether, if the suspects do not come to a core, one is looked for among all that was answered. */
  readonly beyondSuspects: boolean;
}
