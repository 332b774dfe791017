/**
 * Who waits for a change of the machine.
 * @module
 */

import type { Clock, Timer } from "../runtime/clock.ts";
import type { Watch } from "./machine.ts";
import type { Outcome } from "./outcome.ts";

interface Waiting {
  readonly watch: Watch;
  readonly timer: Timer;
  readonly resolve: (outcome: Outcome) => void;
}

/** The open waits of one replica. */
export class Watches {
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiting>();

  /** @param clock Measures how long they wait. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Waits until `watch` has an answer, but not longer than `timeoutMs`. */
  add(watch: Watch, timeoutMs: number): Promise<Outcome> {
    const reply = watch.poll();
    if (reply !== null) return Promise.resolve({ kind: "applied", reply });
    return new Promise((resolve) => {
      const waiting: Waiting = {
        watch,
        resolve,
        timer: this.#clock.setTimer(timeoutMs, () => {
          this.#waiting.delete(waiting);
          resolve({ kind: "applied", reply: watch.idle() });
        }),
      };
      this.#waiting.add(waiting);
    });
  }

  /** The machine has changed. */
  poll(): void {
    for (const waiting of this.#waiting) {
      const reply = waiting.watch.poll();
      if (reply !== null) this.#end(waiting, { kind: "applied", reply });
    }
  }

  /** They must wait elsewhere. */
  endAll(outcome: Outcome): void {
    for (const waiting of this.#waiting) this.#end(waiting, outcome);
  }

  #end(waiting: Waiting, outcome: Outcome): void {
    waiting.timer.cancel();
    this.#waiting.delete(waiting);
    waiting.resolve(outcome);
  }
}
