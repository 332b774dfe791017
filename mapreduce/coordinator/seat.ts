/**
 * One worker, as the coordinator knows it.
 * @module
 */

import type { AttemptRef } from "./types.ts";

const SECOND_MS = 1000;
/** A worker whose machine refuses again and again waits at most this long between attempts. */
const LONGEST_REST_MS = 5000;

/** See the module's page. */
export class Seat {
  /** Its latest question. */
  ask = -1;
  /** What it holds. */
  ref: AttemptRef | null = null;
  /** How often in a row its machine refused: no room, an input that is not there. */
  #refusals = 0;
  #restUntilMs = -Infinity;

  /** Whether others come first: a worker that fails at once is otherwise always there before those that work. */
  isResting(nowMs: number): boolean {
    return nowMs < this.#restUntilMs;
  }

  /** Its machine refused. */
  refused(nowMs: number): void {
    this.#restUntilMs = nowMs + Math.min(LONGEST_REST_MS, SECOND_MS * 2 ** this.#refusals++);
  }

  /** It can be relied upon. */
  succeeded(): void {
    this.#refusals = 0;
  }
}
