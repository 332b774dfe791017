/**
 * Counts words, and takes its time over it: an application that is through before anything can go wrong shows nothing.
 * @module
 */

import type { Pair } from "../../../../mapreduce/mod.ts";

/** A text at a time. */
export const whole = true;

const MAP_MS = 80;
const REDUCE_MS = 15;
/** Keys between two pauses. */
const STRIDE = 8;
const sand = new Int32Array(new SharedArrayBuffer(4));
let keys = 0;

/** A pair per word. */
export function* map(_name: string, contents: string): Iterable<Pair> {
  Atomics.wait(sand, 0, 0, MAP_MS);
  for (const [word] of contents.matchAll(/[A-Za-z]+/g)) yield [word, "1"];
}

/** The sum. */
export function reduce(_word: string, counts: Iterable<string>): string {
  if (++keys % STRIDE === 0) Atomics.wait(sand, 0, 0, REDUCE_MS);
  let sum = 0;
  for (const count of counts) sum += Number(count);
  return String(sum);
}
