/**
 * Notices that the other end of a connection has fallen silent, where the system would go on sending into the void for minutes.
 * @module
 */

import type { Clock, Timer } from "../clock.ts";

/** What a watch does. */
export interface SilenceActions {
  /** Asks the other end for a sign of life. */
  ask(): void;
  /** It gave none. */
  lost(): void;
}

/** See the module's page. It costs a timer only while something that was sent has seen no sign of life since. */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #actions: SilenceActions;
  #timer: Timer | null = null;
  /** Something was sent, and nothing has come since. */
  #waiting = false;
  #asked = false;

  constructor(clock: Clock, silenceMs: number, actions: SilenceActions) {
    this.#clock = clock;
    this.#silenceMs = silenceMs;
    this.#actions = actions;
  }

  /** Something was sent. */
  sent(): void {
    this.#waiting = true;
    if (this.#timer === null) this.#arm();
  }

  /** Something came, whatever it was. */
  heard(): void {
    this.#waiting = false;
    this.#asked = false;
  }

  /** Ends the watch. */
  stop(): void {
    this.#timer?.cancel();
    this.#waiting = false;
  }

  #arm(): void {
    this.#timer = this.#clock.setTimer(this.#silenceMs, () => {
      this.#timer = null;
      if (!this.#waiting) return;
      if (this.#asked) return this.#actions.lost();
      this.#asked = true;
      this.#arm();
      this.#actions.ask();
    });
  }
}
