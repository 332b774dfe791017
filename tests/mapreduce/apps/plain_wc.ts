/**
 * Word count as anybody would write it: text, a regular expression, no tricks.
 * @module
 */

import type { Pair } from "../../../mapreduce/mod.ts";

export function* map(_name: string, contents: string): Iterable<Pair> {
  for (const [word] of contents.matchAll(/[A-Za-z]+/g)) yield [word, "1"];
}

export function combine(_key: string, values: Iterable<string>): string {
  let sum = 0;
  for (const value of values) sum += Number(value);
  return String(sum);
}

export const reduce: typeof combine = combine;
