/**
 * Majorities, and nothing else: the arithmetic on which every safety argument rests.
 * @module
 */

import type { Index } from "../types.ts";

/** The smallest number of `members` such that any two groups of that size share one. */
export function majority(members: number): number {
  return Math.floor(members / 2) + 1;
}

/**
 * The highest index that a majority of `members` holds, given what each counting member holds.
 * Members that are missing from `held` count as holding nothing.
 */
export function heldByMajority(held: readonly Index[], members: number): Index {
  const needed = majority(members);
  if (held.length < needed) return 0;
  // Insertion sort, highest first: three to seven numbers, on the path of every acknowledgement.
  const sorted = held.slice();
  for (let at = 1; at < sorted.length; at++) {
    const value = sorted[at];
    let to = at - 1;
    while (to >= 0 && sorted[to] < value) {
      sorted[to + 1] = sorted[to];
      to--;
    }
    sorted[to + 1] = value;
  }
  return sorted[needed - 1];
}
