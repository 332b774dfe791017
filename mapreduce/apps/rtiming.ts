/**
 * Tells how many reduce tasks ran at once (lab 1, reduce parallelism).
 * @module
 */

import type { Pair } from "../app.ts";
import { countParallel } from "./markers.ts";

export const whole = true;

export function map(): Iterable<Pair> {
  return [..."abcdefghij"].map((key): Pair => [key, "1"]);
}

export function reduce(): string {
  return String(countParallel("reduce"));
}
