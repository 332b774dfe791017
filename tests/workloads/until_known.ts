/**
 * Asking again until the outcome is known.
 * @module
 */

import { UnknownOutcomeError } from "../../kv/mod.ts";

/**
 * Tries again where nobody can tell what became of the last try, until somebody can; `execute` must bear being executed twice. Operations
 * without an answer are what makes a history hard to judge: each may have happened at any time.
 */
export async function untilKnown<Result>(
  timeoutMs: number,
  execute: (limitMs: number) => Promise<Result>,
): Promise<Result> {
  for (let limitMs = timeoutMs;; limitMs = Infinity) {
    try {
      return await execute(limitMs);
    } catch (error) {
      if (!(error instanceof UnknownOutcomeError)) throw error;
    }
  }
}
