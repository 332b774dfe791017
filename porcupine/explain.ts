import type { Budget } from "./budget.ts";
import type { Decision } from "./decide.ts";
import { type Part, returnsOf } from "./history.ts";
import type { Model, Operation } from "./types.ts";

/** An illegal partition, and what is known of it. */
export interface Case<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  readonly operations: readonly Operation<Input, Output>[];
  readonly part: Part;
  readonly budget: Budget;
  readonly effort: "full" | "verdict";
  readonly decision: Decision;
}

/** Why a partition is illegal. Numbers are indices into the history. */
export interface Explanation {
  readonly core: readonly number[];
  readonly coreIsMinimal: boolean;
  readonly firstImpossible: number;
  readonly sentence: string;
  readonly longest: readonly number[];
}

/** Finds out why. */
export function explain<State, Input, Output>(given: Case<State, Input, Output>): Explanation {
  const { part, decision } = given;
  const returns = returnsOf(part);
  const x = returns[Math.min(decision.reached, returns.length - 1)];
  return {
    core: Array.from(returns.slice(0, decision.reached + 1), (k) => part.ids[k]),
    coreIsMinimal: false,
    firstImpossible: part.ids[x],
    sentence: `no order of the operations explains the answer of operation ${part.ids[x]}`,
    longest: decision.order.map((k) => part.ids[k]),
  };
}
