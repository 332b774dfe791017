/**
 * A client's session in one shard: numbers that are given once.
 * @module
 */

import { MAX_WINDOW } from "../kv/sessions.ts";

/** What every operation of a session carries. */
export interface Numbers {
  /** The session. */
  readonly session: number;
  /** The operation's number. */
  readonly sequence: number;
  /** No operation below this is waited for. */
  readonly settledBelow: number;
}

/** Unused for longer than this, on the client's clock, a session is given up: the servers may have forgotten it. */
export const FRESH_MS = 1_800_000;
/** Unused for longer than this, in the shard's log time, a session is forgotten. */
export const SESSION_TTL_MS = 2 * FRESH_MS;
/** More sessions than this in one shard push out the one unused for longest. */
export const MAX_SESSIONS = 100_000;

/** One session. A number given away never comes back, whatever became of its operation. */
export class ShardSession {
  readonly #id: number;
  #freshUntilMs: number;
  #next = 1;
  /** Numbers of operations whose outcome is still awaited, in order. */
  readonly #open = new Set<number>();

  /** The session that the shard has named `id`. */
  constructor(id: number, nowMs: number) {
    this.#id = id;
    this.#freshUntilMs = nowMs + FRESH_MS;
  }

  /** Whether the shard still knows it, and it has room for another operation. */
  mayTake(nowMs: number): "yes" | "full" | "stale" {
    if (nowMs >= this.#freshUntilMs) return "stale";
    return this.#next - this.#settledBelow < MAX_WINDOW / 4 ? "yes" : "full";
  }

  /** Gives a number away. */
  take(nowMs: number): Numbers {
    this.#freshUntilMs = nowMs + FRESH_MS;
    const sequence = this.#next++;
    this.#open.add(sequence);
    return { session: this.#id, sequence, settledBelow: this.#settledBelow };
  }

  /** Nobody waits for that operation any more. */
  settle(sequence: number): void {
    this.#open.delete(sequence);
  }

  get #settledBelow(): number {
    for (const lowest of this.#open) return lowest;
    return this.#next;
  }
}
