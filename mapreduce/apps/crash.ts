/**
 * Kills its process in a third of all calls and dawdles in another (lab 1, crash).
 * @module
 */

import type { Pair } from "../app.ts";
import { chance, dawdle, die } from "./markers.ts";
import { map as plainMap, reduce as plainReduce } from "./nocrash.ts";

export const whole = true;

function maybeCrash(): void {
  const drawn = chance();
  if (drawn < 0.33) die();
  if (drawn < 0.66) dawdle(chance() * 10_000);
}

export function map(name: string, contents: string): Iterable<Pair> {
  maybeCrash();
  return plainMap(name, contents);
}

export function reduce(key: string, values: Iterable<string>): string {
  maybeCrash();
  return plainReduce(key, values);
}
