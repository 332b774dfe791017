/**
 * Finding the record that kills workers: each failure narrows the stretch in which it must be, until it is one record.
 * @module
 */

import type { Mark, Range } from "./types.ts";
import type { Suspect } from "./task.ts";

/** Nobody knows where: the attempt died without having said where it stepped. */
export const ANYWHERE: Range = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** Whether `range` says something. */
export function isKnown(range: Range): boolean {
  return range.to !== ANYWHERE.to;
}

/** What is to be suspected after a failure at `mark`. Only repeated failures at the same place are strikes. */
export function narrow(
  before: Suspect | null,
  mark: Mark,
): { readonly range: Range; readonly strikes: number } {
  const range = { from: mark.from, to: mark.to };
  const same = before !== null && before.range.from === range.from && before.range.to === range.to;
  if (same) return { range, strikes: before.strikes + 1 };
  return { range, strikes: mark.exact ? 1 : 0 };
}
