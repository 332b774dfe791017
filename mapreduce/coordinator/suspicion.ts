/**
 * Finding the record that kills workers: each failure narrows the stretch in which it must be, until it is one record.
 * @module
 */

import { INPUT_SPAN, type JobPlan, nameTask } from "../plan.ts";
import type { Suspect } from "./task.ts";
import type { Mark, Range } from "./types.ts";

/** Nobody knows where: the attempt died without having said where it stepped. */
export const ANYWHERE: Range = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** Whether `range` says something. */
export function isKnown(range: Range): boolean {
  return range.to !== ANYWHERE.to;
}

/** What failed, where and why, for a person. */
export function describeFailure(
  plan: JobPlan,
  { task, range, message }: { readonly task: number; readonly range: Range; readonly message: string },
): string {
  const place = isKnown(range) ? ` (at ${describeRange(plan, task, range)})` : "";
  return `${nameTask(plan, task)}: ${message}${place}`;
}

function describeRange(plan: JobPlan, task: number, { from, to }: Range): string {
  if (task >= plan.maps.length) {
    return from + 1 === to ? `key ${from} in order` : `keys ${from} to ${to - 1} in order`;
  }
  const at = Math.floor(from / INPUT_SPAN);
  const base = at * INPUT_SPAN;
  const end = to >= base + INPUT_SPAN ? "its end" : String(to - base - 1);
  return `${plan.maps[task][at]?.input ?? "?"}, bytes ${from - base} to ${end}`;
}

/** What an error that the application threw counts for. */
export const THREW = 3;
/** What a worker's death counts for: people, power and full memories kill too, so it takes three times as many. */
export const DIED = 1;

/** Whether a record has failed often enough, with `maxStrikes` thrown errors or the like. */
export function isEnough(strikes: number, maxStrikes: number): boolean {
  return strikes >= maxStrikes * THREW;
}

/** What is to be suspected after a failure at `mark`. Only repeated failures at the same place are strikes. */
export function narrow(
  before: Suspect | null,
  mark: Mark,
  weight: number,
): { readonly range: Range; readonly strikes: number } {
  const range = { from: mark.from, to: mark.to };
  const same = before !== null && before.range.from === range.from && before.range.to === range.to;
  if (same) return { range, strikes: before.strikes + weight };
  return { range, strikes: mark.exact ? weight : 0 };
}
