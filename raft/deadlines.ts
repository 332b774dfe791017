/**
 * A node's four waiting times on one clock timer.
 *
 * Deadlines mostly move further away (each heartbeat heard postpones the election), so the timer is left alone when that
 * happens and asks again when it fires: two timer operations per timeout instead of two per message.
 * @module
 */

import type { Clock, Timer } from "../runtime/clock.ts";

/** What a node may be waiting for. */
export type DeadlineName = "election" | "quiet" | "heartbeat" | "quorum";

const NAMES: readonly DeadlineName[] = ["election", "quiet", "heartbeat", "quorum"];

/** The finest step of any clock here. */
const GRAIN_MS = 0.001;

/** Named instants; each passes at most once per arming. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #onPassed: (name: DeadlineName) => void;
  /** One for all timers: most of what a node does in a quiet hour is to set one again. */
  readonly #onTimer = () => this.#wake();
  /** By the name's number. Numbers, because every message that a node gets moves two of them. */
  readonly #at: number[] = [Infinity, Infinity, Infinity, Infinity];
  #timer: Timer | null = null;
  #wakeAt = Infinity;
  #stopped = false;

  /** Calls `onPassed` once for each deadline that passes. */
  constructor(clock: Clock, onPassed: (name: DeadlineName) => void) {
    this.#clock = clock;
    this.#onPassed = onPassed;
  }

  /** Lets `name` pass `delayMs` from now instead of whenever it would have. */
  arm(name: DeadlineName, delayMs: number): void {
    if (this.#stopped) return;
    const at = this.#clock.now() + delayMs;
    this.#at[numberOf(name)] = at;
    if (at < this.#wakeAt) this.#schedule(at, delayMs);
  }

  /** `name` no longer passes. */
  disarm(name: DeadlineName): void {
    this.#at[numberOf(name)] = Infinity;
  }

  /** Nothing passes any more. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#timer = null;
  }

  #schedule(at: number, delayMs: number): void {
    this.#timer?.cancel();
    this.#wakeAt = at;
    this.#timer = this.#clock.setTimer(Math.max(0, delayMs), this.#onTimer);
  }

  #wake(): void {
    if (this.#stopped) return;
    this.#wakeAt = Infinity;
    this.#timer = null;
    const now = this.#clock.now();
    const at = this.#at;
    for (let number = 0; number < at.length; number++) {
      if (at[number] > now || this.#stopped) continue;
      at[number] = Infinity;
      this.#onPassed(NAMES[number]);
    }
    if (this.#stopped) return;
    let next = Infinity;
    for (let number = 0; number < at.length; number++) if (at[number] < next) next = at[number];
    // A clock rounds to its own grain and may fire a hair early: without a least wait, time would stand still here.
    if (next < this.#wakeAt) this.#schedule(next, Math.max(next - now, GRAIN_MS));
  }
}

function numberOf(name: DeadlineName): number {
  switch (name) {
    case "election":
      return 0;
    case "quiet":
      return 1;
    case "heartbeat":
      return 2;
    case "quorum":
      return 3;
  }
}
