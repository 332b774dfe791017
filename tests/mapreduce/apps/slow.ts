/**
 * What each line is and where it was, slowly, and with a trace of every call: for tests that strike while a job runs.
 *
 * `MR_TEST_MAP_MS` and `MR_TEST_REDUCE_MS` say how long a call takes; each leaves a file named after itself.
 * @module
 */

import type { Pair } from "../../../mapreduce/mod.ts";

export const whole = true;
let calls = 0;

function linger(name: string): void {
  Deno.writeTextFileSync(`call-${name}-${Deno.pid}-${calls++}`, "");
  const ms = Number(Deno.env.get(`MR_TEST_${name.toUpperCase()}_MS`) ?? "0");
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

export function map(name: string, contents: string): Pair[] {
  linger("map");
  return contents.split("\n").filter((line) => line !== "").map((line) => [line, name]);
}

export function reduce(_key: string, values: Iterable<string>): string {
  linger("reduce");
  return [...values].sort().join(",");
}
