/**
 * What `crash` computes, without the crashes (lab 1, crash).
 * @module
 */

import type { Pair } from "../app.ts";
import { joinSorted } from "./markers.ts";

export const whole = true;

export function map(name: string, contents: string): Iterable<Pair> {
  return [["a", name], ["b", String(name.length)], ["c", String(contents.length)], ["d", "xyzzy"]];
}

export function reduce(_key: string, values: Iterable<string>): string {
  return joinSorted(values);
}
