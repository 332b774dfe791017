/**
 * One of several.
 * @module
 */

import type { Random } from "../../runtime/random.ts";

/** One of `choices`. */
export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.below(choices.length)];
}
