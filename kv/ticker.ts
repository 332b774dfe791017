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
/** While something is due, log time stands still no longer than this: what a dead leader did not write down is lost. */
const TICK_MS = 1000;

/** Proposes ticks while the machine has something due. A group in which nothing is due stays silent. */
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
    const { dueMs } = this.#options.state;
    if (dueMs === this.#dueMs) return;
    this.stop();
    this.#dueMs = dueMs;
    if (dueMs !== Infinity) this.#schedule(Math.max(1, dueMs - this.#nowMs));
  }

  /** This node leads no longer, or is dead. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#dueMs = Infinity;
  }

  /** What log time would be if an entry were applied now. */
  get #nowMs(): number {
    const { state, reign } = this.#options;
    return state.time.nowMs + this.#unwrittenMs(reign.ledMs);
  }

  #unwrittenMs(ledMs: number): number {
    return Math.max(0, ledMs - this.#options.state.time.ledMs);
  }

  #schedule(delayMs: number): void {
    this.#timer = this.#options.clock.setTimer(Math.min(delayMs, TICK_MS), () => this.#fire());
  }

  #fire(): void {
    const { reign, propose } = this.#options;
    const leftMs = this.#dueMs - this.#nowMs;
    // Commands that come in anyway carry the time along.
    if (leftMs <= 0 || this.#unwrittenMs(reign.ledMs) >= TICK_MS / 2) propose(encodeTick(reign.ledMs));
    this.#schedule(leftMs <= 0 ? RETRY_MS : leftMs);
  }
}
