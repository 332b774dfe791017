/**
 * Counts lines, and tells which workers mapped them.
 * @module
 */

import type { Pair } from "../../../mapreduce/mod.ts";

export function* map(_name: string, contents: string): Iterable<Pair> {
  // Long enough that one worker cannot do everything before the other has begun.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
  yield [`worker-${Deno.pid}`, "1"];
  for (const line of contents.split("\n")) if (line !== "") yield [line, "1"];
}

export function combine(_key: string, values: Iterable<string>): string {
  let sum = 0;
  for (const value of values) sum += Number(value);
  return String(sum);
}

export const reduce: typeof combine = combine;
