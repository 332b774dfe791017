import { hostNow } from "../clock.ts";
import type { StepContext } from "../types.ts";
import type { LevelsOptions } from "./types.ts";

/** What the questions may cost together. */
export class Effort implements StepContext {
  readonly #now: () => number;
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;
  readonly #placesAtMost: number;
  #countdown = 64;
  #over = false;

  constructor({ now = hostNow, timeLimitMs = 2_000, signal }: LevelsOptions, placesAtMost = 200_000) {
    this.#now = now;
    this.#deadline = now() + timeLimitMs;
    this.#signal = signal;
    this.#placesAtMost = placesAtMost;
  }

  /** Milliseconds left. */
  get remainingMs(): number {
    return Math.max(0, this.#deadline - this.#now());
  }

  /** The clock in use. */
  get now(): () => number {
    return this.#now;
  }

  /** Half of what is left, for one of several questions. */
  part(share: number): Effort {
    return new Effort({
      now: this.#now,
      timeLimitMs: this.remainingMs * share,
      ...(this.#signal !== undefined && { signal: this.#signal }),
    }, this.#placesAtMost);
  }

  /** One step of the model was taken; the clock is looked at now and then. */
  spend(): void {
    if (--this.#countdown > 0) return;
    this.#countdown = 64;
    this.expired();
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
