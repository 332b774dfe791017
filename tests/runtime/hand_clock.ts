/**
 * A clock that the test moves, and a node's death that counts who listens for it: for parts that are tried alone.
 * @module
 */

import type { Clock, Timer } from "../../runtime/mod.ts";

interface Waiting {
  readonly atMs: number;
  readonly fire: () => void;
}

/** See the module's page. A sleep of no time at all lets go what is due. */
export class HandClock implements Clock {
  nowMs = 0;
  /** How long each sleep was to be. */
  readonly sleeps: number[] = [];
  readonly #timers = new Set<Waiting>();

  /** How long it is to each timer that has been set and neither fired nor cancelled. */
  get pending(): readonly number[] {
    return [...this.#timers].map(({ atMs }) => atMs - this.nowMs);
  }

  now(): number {
    return this.nowMs;
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    const timer = { atMs: this.nowMs + delayMs, fire };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  sleep(delayMs: number): Promise<void> {
    this.sleeps.push(delayMs);
    if (delayMs > 0) return new Promise((resolve) => void this.setTimer(delayMs, resolve));
    this.advance(0);
    return Promise.resolve();
  }

  /** Lets time pass; timers that come due fire in the order in which they were set. */
  advance(ms: number): void {
    this.nowMs += ms;
    for (const timer of [...this.#timers]) {
      if (timer.atMs <= this.nowMs && this.#timers.delete(timer)) timer.fire();
    }
  }
}

/** A death that counts its listeners. */
export class CountedDeath extends AbortController {
  /** Those who listen now. */
  listeners = 0;

  constructor() {
    super();
    const { signal } = this;
    const [add, remove] = [signal.addEventListener, signal.removeEventListener];
    const known = new Set<unknown>();
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      if (!known.has(args[1])) this.listeners++;
      known.add(args[1]);
      add.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      if (known.delete(args[1])) this.listeners--;
      remove.apply(signal, args);
    };
  }
}
