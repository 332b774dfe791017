import type { Budget } from "./budget.ts";
import type { Part } from "./history.ts";
import { compete, type Contest } from "./search/compete.ts";
import { compile } from "./search/problem.ts";
import type { Model, Operation } from "./types.ts";

/** How one partition was decided; operations are numbered within the partition. */
export interface Decision {
  readonly verdict: "ok" | "illegal" | "unknown";
  /** An order of the whole partition if `ok`, otherwise of a part of it. */
  readonly order: readonly number[];
  /** How many returns, in their order, can be explained at least. */
  readonly reached: number;
}

/** How to decide. */
export interface DecideOptions {
  /** `auto` lets declared kinds use their fast paths. */
  readonly strategy: "auto" | "search";
  /** Which searches compete. */
  readonly contest: Contest;
}

/** Decides one partition. */
export function decide<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  part: Part,
  budget: Budget,
  options: DecideOptions,
): Decision {
  return compete(compile(model, operations, part), budget, options.contest);
}
