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
/**
 * While something is due, a leader lets at most this much of its time go unwritten: what a dead leader did not write down is
 * lost, and lengthens every lease.
 */
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
    if (dueMs !== Infinity) this.#schedule(Math.max(1, dueMs - this.#nowMs), this.#unwrittenMs);
  }

  /** This node leads no longer, or is dead. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#dueMs = Infinity;
  }

  /** What log time would be if an entry were applied now. */
  get #nowMs(): number {
    return this.#options.state.time.nowMs + this.#unwrittenMs;
  }

  /** How much of this leader's time no applied entry tells of. */
  get #unwrittenMs(): number {
    const { state, reign } = this.#options;
    return Math.max(0, reign.ledMs - state.time.ledMs);
  }

  #schedule(delayMs: number, unwrittenMs: number): void {
    const ms = Math.min(delayMs, Math.max(1, TICK_MS - unwrittenMs));
    this.#timer = this.#options.clock.setTimer(ms, () => this.#fire());
  }

  #fire(): void {
    const leftMs = this.#dueMs - this.#nowMs;
    const unwrittenMs = this.#unwrittenMs;
    // Commands that come in anyway carry the time along.
    const needed = leftMs <= 0 || unwrittenMs >= TICK_MS;
    if (needed) this.#options.propose(encodeTick(this.#options.reign.ledMs));
    this.#schedule(leftMs <= 0 ? RETRY_MS : leftMs, needed ? 0 : unwrittenMs);
  }
}
