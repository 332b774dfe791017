/**
 * Who waits for room, first come first woken.
 * @module
 */

import type { Clock } from "../runtime/clock.ts";

/** See the module's page. */
export class Turns {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();

  /** Nobody waits. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Resolves when woken, after `limitMs` (`Infinity` for never), or when the signal fires. */
  async wait(limitMs: number, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    const timer = limitMs === Infinity ? null : this.#clock.setTimer(limitMs, resolve);
    const onAbort = () => resolve();
    signal?.addEventListener("abort", onAbort);
    await promise;
    signal?.removeEventListener("abort", onAbort);
    timer?.cancel();
    this.#waiting.delete(resolve);
  }

  /** Wakes the first `count`: waking all for the room of one would cost a crowd the square of its size. */
  wake(count: number): void {
    let left = count;
    for (const resolve of this.#waiting) {
      if (left-- <= 0) return;
      this.#waiting.delete(resolve);
      resolve();
    }
  }
}
