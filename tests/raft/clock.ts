/**
 * A clock that a test moves by hand.
 * @module
 */

import type { Clock, Timer } from "../../runtime/clock.ts";

interface Pending {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Stands still until {@linkcode HandClock.advance} moves it. */
export class HandClock implements Clock {
  #nowMs = 0;
  #pending: Pending[] = [];
  /** How many timers were ever set. */
  timersSet = 0;

  /** How many timers wait. */
  get waiting(): number {
    return this.#pending.length;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const one = { atMs: this.#nowMs + delayMs, callback };
    this.#pending.push(one);
    this.timersSet++;
    return { cancel: () => void (this.#pending = this.#pending.filter((other) => other !== one)) };
  }

  sleep(): Promise<void> {
    throw new Error("Nobody sleeps on the workbench: set a timer");
  }

  /** Moves on by `ms` and runs what becomes due, in order. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const due = this.#pending.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#pending = this.#pending.filter((other) => other !== due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.callback();
    }
    this.#nowMs = untilMs;
  }
}
