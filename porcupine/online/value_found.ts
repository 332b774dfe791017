import type { Budget } from "../budget.ts";
import { byCall, byReturn, type ValueEntry } from "./value_entry.ts";
import { ValueOrder } from "./value_order.ts";
import { type ValueConfiguration, ValueRun, WIDTHS } from "./value_run.ts";

/** An answer that does not fit into the order is searched for among so many of its last operations, and only then in the window. */
const TAILS = [24, 40, 96, 384];
/** So many configurations are kept while that is done, few at first. */
const TAIL_WIDTHS = WIDTHS.slice(0, 3);

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
  const isKnown = (entry: ValueEntry<Input, Output>): boolean => known.has(entry);
  const beginnings = starts.map((one) => ({
    ...one,
    spent: one.spent.filter(isKnown),
    free: one.free.filter(isKnown),
  }));
  const mark = budget.scratch.mark();
  for (const width of widths) {
    budget.scratch.backTo(mark);
    const run = new ValueRun(entries, returns, starts.map(({ value }) => value), budget);
    const found = run.order(beginnings, width);
    if (found === "narrow") continue;
    if (typeof found === "string") return found;
    const { value, spent, free } = starts[found.beginning];
    // What hangs and need not be placed any more may be.
    const order = new ValueOrder(value, [
      ...spent,
      ...free.filter(({ watched }) => watched.status === "returned"),
    ]);
    if (order.follow(found.order)) return order;
    throw new TypeError("an order of a register's values does not follow");
  }
  return "narrow";
}

/** Looks for another order of the last operations and the answer that has just come. That none is found proves nothing. */
export function mendOrder<Input, Output>(
  order: ValueOrder<Input, Output>,
  entry: ValueEntry<Input, Output>,
  unanswered: ReadonlySet<ValueEntry<Input, Output>>,
  budget: Budget,
): boolean {
  for (const length of TAILS) {
    const from = Math.max(0, Math.min(order.length - length, order.placeOf(entry)));
    const { value, entries } = order.tail(from);
    const chosen = new Set(entries).add(entry);
    for (const other of unanswered) if (order.isFree(other)) chosen.add(other);
    const byCalls = [...chosen].sort(byCall);
    const returns = byCalls.filter(({ watched }) => watched.status === "returned").sort(byReturn);
    const run = new ValueRun(byCalls, returns, [value], budget);
    for (const width of TAIL_WIDTHS) {
      const found = run.order([{ value, spent: [], free: [] }], width);
      if (found === "stopped") return false;
      if (found === "illegal") break;
      if (found !== "narrow" && order.follow(found.order, from)) return true;
    }
    if (from === 0) return false;
  }
  return false;
}
