/**
 * A clock that can be made to drift, leap and stand still while the process runs, as `libfaketime` does for others.
 * @module
 */

import type { Clock, Timer } from "../../../runtime/mod.ts";
import { sleepOn } from "../../sim/sleep.ts";
import type { Orders } from "./orders.ts";

interface Pending {
  readonly dueMs: number;
  readonly callback: () => void;
  handle: Timer | null;
}

/** See the module's page. */
export class FaultyClock implements Clock {
  readonly #real: Clock;
  readonly #pass: () => boolean;
  readonly #pending = new Set<Pending>();
  /** It showed `#shownMs` when the real clock showed `#baseMs`, and runs `#rate` times as fast since; 0 where it stands. */
  #shownMs: number;
  #baseMs: number;
  #rate = 1;
  #leaptMs = 0;

  /** A clock that shows what `real` shows. `pass`: false if a timer that goes off may not do anything any more. */
  constructor(real: Clock, pass: () => boolean) {
    this.#real = real;
    this.#pass = pass;
    this.#shownMs = this.#baseMs = real.now();
  }

  /** From now on it is as wrong as `orders` say. */
  obey({ ppm, frozen, leaptMs }: Orders["clock"]): void {
    this.#shownMs = this.now() + Math.max(0, leaptMs - this.#leaptMs);
    this.#baseMs = this.#real.now();
    this.#leaptMs = leaptMs;
    this.#rate = frozen ? 0 : 1 + ppm / 1e6;
    for (const timer of this.#pending) this.#arm(timer);
  }

  now(): number {
    return this.#shownMs + (this.#real.now() - this.#baseMs) * this.#rate;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer: Pending = { dueMs: this.now() + delayMs, callback, handle: null };
    this.#pending.add(timer);
    this.#arm(timer);
    return {
      cancel: () => {
        timer.handle?.cancel();
        this.#pending.delete(timer);
      },
    };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    // Untouched, so that its end of life is the real clock's.
    if (this.#rate === 1 && this.#leaptMs === 0 && signal?.aborted) return this.#real.sleep(delayMs, signal);
    return sleepOn(this, delayMs, signal);
  }

  #arm(timer: Pending): void {
    timer.handle?.cancel();
    timer.handle = null;
    if (this.#rate === 0) return;
    const leftMs = Math.max(0, timer.dueMs - this.now()) / this.#rate;
    timer.handle = this.#real.setTimer(leftMs, () => {
      this.#pending.delete(timer);
      if (this.#pass()) timer.callback();
    });
  }
}
