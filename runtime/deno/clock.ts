/**
 * Real time.
 * @module
 */

import type { Clock, Timer } from "../clock.ts";

/** The longest delay that the system's timer takes; it fires a longer one at once. */
const LONGEST_MS = 0x7fffffff;

/**
 * The real clock: monotonic, in milliseconds since the process started.
 *
 * When `signal` is aborted every pending timer is cancelled and every sleep rejects with the signal's reason, so that a
 * dead node keeps no process alive. Timers set later never fire.
 *
 * @example Sleep until something happens or the node dies
 * ```ts
 * import { denoClock } from "@flotilla/flotilla/runtime/deno";
 * import { assert } from "@std/assert";
 *
 * const death = new AbortController();
 * const clock = denoClock(death.signal);
 * const before = clock.now();
 * await clock.sleep(5);
 * assert(clock.now() >= before);
 * death.abort();
 * ```
 */
export function denoClock(signal: AbortSignal): Clock {
  return new RealClock(signal);
}

class RealClock implements Clock {
  readonly #signal: AbortSignal;
  readonly #pending = new Set<RealTimer>();
  #listening = false;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  now(): number {
    return performance.now();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    if (this.#signal.aborted) return DEAD_TIMER;
    const timer = new RealTimer(delayMs, callback, this.#pending);
    this.#listen();
    return timer;
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#signal.aborted) return Promise.reject(this.#signal.reason);
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const wakers = signal === undefined ? [this.#signal] : [this.#signal, signal];
      const settle = () => {
        timer.cancel();
        for (const waker of wakers) waker.removeEventListener("abort", onAbort);
      };
      const onAbort = (event: Event) => {
        settle();
        reject((event.target as AbortSignal).reason);
      };
      const timer = new RealTimer(delayMs, () => {
        settle();
        resolve();
      }, this.#pending);
      for (const waker of wakers) waker.addEventListener("abort", onAbort);
    });
  }

  /** One listener for the life of the clock, and none for a clock that is only asked for the time. */
  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    this.#signal.addEventListener("abort", () => {
      for (const timer of this.#pending) timer.cancel();
    }, { once: true });
  }
}

class RealTimer implements Timer {
  readonly #pending: Set<RealTimer>;
  readonly #callback: () => void;
  #handle: ReturnType<typeof setTimeout>;

  constructor(delayMs: number, callback: () => void, pending: Set<RealTimer>) {
    this.#callback = callback;
    this.#pending = pending;
    this.#handle = this.#start(Math.max(0, delayMs));
    pending.add(this);
  }

  cancel(): void {
    clearTimeout(this.#handle);
    this.#pending.delete(this);
  }

  #start(delayMs: number): ReturnType<typeof setTimeout> {
    if (delayMs > LONGEST_MS) {
      return setTimeout(() => this.#handle = this.#start(delayMs - LONGEST_MS), LONGEST_MS);
    }
    return setTimeout(() => {
      this.#pending.delete(this);
      this.#callback();
    }, delayMs);
  }
}

const DEAD_TIMER: Timer = { cancel() {} };
