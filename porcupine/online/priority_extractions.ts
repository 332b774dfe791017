import type { Value } from "../types.ts";
import type { Rank, Ranking } from "./priority_items.ts";
import type { Watched } from "./watched.ts";

/** An answered extraction that was possible only if somebody whose answer is not in has taken out something better. */
export interface Extraction<Input, Output> {
  /** What came out, or `LAST` if nothing did. */
  readonly rank: Rank;
  /** The operations that say so. */
  readonly operations: readonly Watched<Input, Output>[];
  /** The first gap in which it may have taken effect, and the one after the last. */
  readonly from: number;
  readonly until: number;
  /** The gaps that are worth a try, ascending: see `PriorityWatch`. */
  gaps: number[];
  /** The one that is supposed; -1 for none. */
  gap: number;
}

/** A value that was put in and came out. */
export interface Passed<Input, Output> {
  readonly value: Value;
  readonly insert: Watched<Input, Output>;
  readonly remove: Watched<Input, Output>;
  /** The gaps in which it was in for certain; none if the last comes before the first. */
  readonly first: number;
  readonly last: number;
}

/**
 * The gaps from `from` on, and before `until`, in which something of that rank may have come out, as far as is known of what
 * passed: the first of all, and the first after each call of those who may have taken out what was in the way.
 */
export function gapsWorthATry<Input, Output>(
  ranking: Ranking,
  { rank, from, until }: Pick<Extraction<Input, Output>, "rank" | "from" | "until">,
  passed: readonly Passed<Input, Output>[],
  takers: readonly Watched<Input, Output>[],
): number[] {
  const better = passed.filter(({ value, first, last }) =>
    first < until && last >= from && first <= last && ranking.isBetter(value, rank)
  );
  const gaps: number[] = [];
  let next = from;
  for (let taker = 0;;) {
    const gap = firstClear(next, better);
    if (gap >= until) return gaps;
    gaps.push(gap);
    while (taker < takers.length && takers[taker].call <= gap) taker++;
    if (taker === takers.length) return gaps;
    next = takers[taker].call;
  }
}

function firstClear<Input, Output>(from: number, better: readonly Passed<Input, Output>[]): number {
  for (let gap = from;;) {
    const inWay = better.find(({ first, last }) => first <= gap && gap <= last);
    if (inWay === undefined) return gap;
    gap = inWay.last + 1;
  }
}
