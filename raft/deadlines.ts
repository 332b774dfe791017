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
  readonly #at: Record<DeadlineName, number> = {
    election: Infinity,
    quiet: Infinity,
    heartbeat: Infinity,
    quorum: Infinity,
  };
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
    this.#at[name] = at;
    if (at < this.#wakeAt) this.#schedule(at, delayMs);
  }

  /** `name` no longer passes. */
  disarm(name: DeadlineName): void {
    this.#at[name] = Infinity;
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
    this.#timer = this.#clock.setTimer(Math.max(0, delayMs), () => this.#wake());
  }

  #wake(): void {
    if (this.#stopped) return;
    this.#wakeAt = Infinity;
    this.#timer = null;
    const now = this.#clock.now();
    for (const name of NAMES) {
      if (this.#at[name] > now || this.#stopped) continue;
      this.#at[name] = Infinity;
      this.#onPassed(name);
    }
    if (this.#stopped) return;
    let next = Infinity;
    for (const name of NAMES) if (this.#at[name] < next) next = this.#at[name];
    // A clock rounds to its own grain and may fire a hair early: without a least wait, time would stand still here.
    if (next < this.#wakeAt) this.#schedule(next, Math.max(next - now, GRAIN_MS));
  }
}
