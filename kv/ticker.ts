/**
 * Lets log time go on when nobody else does.
 * @module
 */

import type { Clock, Timer } from "../runtime/clock.ts";
import { encodeTick } from "./envelope.ts";
import type { Reign } from "./log_time.ts";
import type { ReplicatedState } from "./replicated_state.ts";

/** What a ticker needs. */
export interface TickerOptions {
  readonly clock: Clock;
  readonly state: ReplicatedState;
  readonly reign: Reign;
  readonly propose: (entry: Uint8Array) => void;
}

/** A tick that did not make it into the log is tried again after this long. */
const RETRY_MS = 100;

/** Proposes a tick when the machine has something due. A group in which nothing is due stays silent. */
export class Ticker {
  readonly #options: TickerOptions;
  #timer: Timer | null = null;
  #dueMs = Infinity;

  /** A ticker at rest. */
  constructor(options: TickerOptions) {
    this.#options = options;
  }

  /** The machine has changed, and this node leads. */
  arm(): void {
    const { state, reign } = this.#options;
    const { dueMs, time } = state;
    if (dueMs === this.#dueMs) return;
    this.stop();
    if (dueMs === Infinity) return;
    const nowMs = time.nowMs + reign.ledMs - time.ledMs;
    this.#schedule(dueMs, Math.max(1, dueMs - nowMs));
  }

  /** This node leads no longer, or is dead. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#dueMs = Infinity;
  }

  #schedule(dueMs: number, delayMs: number): void {
    this.#dueMs = dueMs;
    this.#timer = this.#options.clock.setTimer(delayMs, () => {
      const { reign, propose } = this.#options;
      propose(encodeTick(reign.ledMs));
      this.#schedule(dueMs, RETRY_MS);
    });
  }
}
