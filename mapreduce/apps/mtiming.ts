/**
 * Tells when map tasks ran and how many at once (lab 1, map parallelism).
 * @module
 */

import type { Pair } from "../app.ts";
import { countParallel, joinSorted, nowSeconds, PID } from "./markers.ts";

export const whole = true;

export function map(): Iterable<Pair> {
  const startedAt = nowSeconds();
  const count = countParallel("map");
  return [[`times-${PID}`, startedAt.toFixed(1)], [`parallel-${PID}`, String(count)]];
}

export function reduce(_key: string, values: Iterable<string>): string {
  return joinSorted(values);
}
