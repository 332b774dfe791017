import { hostNow } from "../clock.ts";
import type { CheckOptions, StepContext } from "../types.ts";
import type { LevelsOptions } from "./types.ts";

/** What the questions may cost together. */
export class Effort implements StepContext {
  readonly #now: () => number;
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;
  readonly #placesAtMost: number;
  #countdown = 1;
  #interval = 1;
  #last: number;
  #over = false;

  constructor({ now = hostNow, timeLimitMs = 2_000, signal }: LevelsOptions, placesAtMost = 200_000) {
    this.#now = now;
    this.#last = now();
    this.#deadline = this.#last + timeLimitMs;
    this.#signal = signal;
    this.#placesAtMost = placesAtMost;
  }

  /** Milliseconds left. */
  get remainingMs(): number {
    return Math.max(0, this.#deadline - this.#now());
  }

  /** What a check has to heed besides its own limits. */
  get heeded(): Pick<CheckOptions, "now" | "signal"> {
    return { now: this.#now, ...(this.#signal !== undefined && { signal: this.#signal }) };
  }

  /** A share of what is left, for one of several questions. */
  part(share: number): Effort {
    return new Effort({
      ...this.heeded,
      timeLimitMs: this.remainingMs * share,
    }, this.#placesAtMost);
  }

  /** A step of the model is taken, however long that takes: the clock is looked at every 64 of them, or more often. */
  spend(): void {
    if (--this.#countdown > 0) return;
    this.expired();
    const now = this.#now();
    this.#interval = now - this.#last > 2 ? 1 : Math.min(64, 2 * this.#interval);
    this.#countdown = this.#interval;
    this.#last = now;
  }

  /** Whether to go on, given how many places are remembered. */
  goOn(places: number): boolean {
    return !this.#over && places < this.#placesAtMost;
  }

  /** Whether the limit has struck; looks at the clock. */
  expired(): boolean {
    this.#over ||= this.#signal?.aborted === true || this.#now() >= this.#deadline;
    return this.#over;
  }
}
