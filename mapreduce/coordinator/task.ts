/**
 * One task, as the coordinator knows it.
 * @module
 */

import type { Mark, Range } from "./types.ts";

/** So often may machines refuse a task, for want of room for instance. */
const MAX_REFUSALS = 10;

/** Somebody at work. */
export interface Attempt {
  readonly id: number;
  readonly worker: string;
  readonly startedMs: number;
  /** From then on it is taken for dead. */
  deadlineMs: number;
  /** Where it last said it would step; null if it said nothing. */
  mark: Mark | null;
  /** How far it has come, in bytes of input; for the eye only. */
  bytes: number;
}

/** A record where attempts failed, or the stretch in which it must be. */
export interface Suspect {
  readonly range: Range;
  readonly strikes: number;
  readonly message: string;
}

/** One task. What comes from the journal stands first, what a crash of the coordinator forgets after it. */
export class Task {
  readonly number: number;
  /** The attempt whose files count. At most one per generation: that is the law of the whole thing. */
  winner: number | null = null;
  /** Whether the winner's files carry their final names. */
  committed = false;
  /** The job's count of losses when this task was last reopened; what older attempts made is no longer wanted. */
  reopenedAt = 0;
  reopenings = 0;
  suspect: Suspect | null = null;
  readonly skips: Range[] = [];
  outputBytes = 0;
  outputPairs = 0;

  readonly live: Attempt[] = [];
  /** Attempts out of time whose task nobody else has: they may yet come back. */
  readonly expired = new Set<number>();
  /** Attempts that will never count, whatever they report. */
  readonly dead = new Set<number>();
  failures = 0;
  #refusals = 0;
  #refusedUntilMs = -Infinity;
  durationMs = 0;

  constructor(number: number) {
    this.number = number;
  }

  /** Whether it waits for a worker. */
  get idle(): boolean {
    return this.winner === null && this.live.length === 0;
  }

  /** The attempt of that number, if it is at work. */
  find(attempt: number): Attempt | undefined {
    return this.live.find(({ id }) => id === attempt);
  }

  /** Takes an attempt from those at work. */
  drop(attempt: number): void {
    const at = this.live.findIndex(({ id }) => id === attempt);
    if (at !== -1) this.live.splice(at, 1);
  }

  /**
   * A machine refused it. True once that goes on for too long: counted once a second, so that somebody has the time to make
   * room, however many workers there are.
   */
  isRefusedForLong(nowMs: number): boolean {
    if (nowMs < this.#refusedUntilMs) return false;
    this.#refusedUntilMs = nowMs + 1000;
    return ++this.#refusals > MAX_REFUSALS;
  }

  /** This attempt has won: nobody else's report counts from here on. */
  closeOthers(attempt: number): void {
    this.#refusals = 0;
    for (const { id } of this.live) if (id !== attempt) this.dead.add(id);
    for (const id of this.expired) this.dead.add(id);
    this.live.length = 0;
    this.expired.clear();
  }
}
