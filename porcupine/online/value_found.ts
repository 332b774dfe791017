import type { Budget } from "../budget.ts";
import type { ValueEntry } from "./value_entry.ts";
import { ValueOrder } from "./value_order.ts";
import { type ValueConfiguration, ValueRun } from "./value_run.ts";

/** What an order is looked for of, by call, and those of it that returned, by return. */
export interface Sought<Input, Output> {
  readonly entries: readonly ValueEntry<Input, Output>[];
  readonly returns: readonly ValueEntry<Input, Output>[];
  /** The configurations to begin with; what they have spent need not be among `entries`. */
  readonly starts: readonly ValueConfiguration<Input, Output>[];
  readonly budget: Budget;
}

/**
 * An order of some operations, with so many configurations kept at a time, few at first; `narrow`: there are too many to be looked
 * through.
 */
export function findOrder<Input, Output>(
  { entries, returns, starts, budget }: Sought<Input, Output>,
  widths: readonly number[],
): ValueOrder<Input, Output> | "illegal" | "stopped" | "narrow" {
  const known = new Set(entries);
  const beginnings = starts.map((one) => ({ ...one, spent: one.spent.filter((entry) => known.has(entry)) }));
  const mark = budget.scratch.mark();
  for (const width of widths) {
    budget.scratch.backTo(mark);
    const run = new ValueRun(entries, returns, starts.map(({ value }) => value), budget);
    const found = run.order(beginnings, width);
    if (found === "narrow") continue;
    if (typeof found === "string") return found;
    const { value, spent, free } = starts[found.beginning];
    const order = new ValueOrder(value, [...spent, ...free]);
    if (order.follow(found.order)) return order;
    throw new TypeError("an order of a register's values does not follow");
  }
  return "narrow";
}
