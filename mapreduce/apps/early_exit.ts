/**
 * Some reduces take long; nobody may leave before they are over (lab 1, early exit).
 * @module
 */

import type { Pair } from "../app.ts";
import { dawdle, gather } from "./markers.ts";

export const whole = true;

export function map(name: string): Iterable<Pair> {
  gather();
  return [[name, "1"]];
}

export function reduce(key: string, values: Iterable<string>): string {
  if (key.includes("sherlock") || key.includes("tom")) dawdle(3000);
  return String([...values].length);
}
