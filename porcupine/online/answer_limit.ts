import { hostNow } from "../clock.ts";
import type { Patience } from "./patience.ts";
import type { CheckerOptions, Standing } from "./watched.ts";

/** Where steps are quick, so many of them go by between two looks at the clock: a look takes as long as several. */
const LONGEST_PACE = 16;
/** Between two looks no more than about so much may go by. */
const PACE_MS = 1;

/**
 * The limits of answers for each of which a handful of steps is asked. As one step may take long, the clock is looked at before
 * each, unless the last ones were quick.
 */
export class AnswerLimit implements Patience {
  /** What struck, once something has: what a step has answered since is not to be relied upon. */
  struck: Exclude<Standing, "ok" | "illegal"> | undefined = undefined;

  readonly #now: () => number;
  readonly #limitMs: number;
  readonly #signal: { readonly aborted: boolean } | undefined;
  readonly #isBounded: boolean;
  /** `Infinity`: the clock has not been looked at since the answer came. */
  #deadline = Infinity;
  #pace = 1;
  #stepsLeft = 1;
  #lastLook = -Infinity;

  /** Limits that hold for each answer alone. */
  constructor({ timeLimitMs, signal, now }: CheckerOptions) {
    this.#now = now ?? hostNow;
    this.#limitMs = timeLimitMs ?? Infinity;
    this.#signal = signal;
    this.#isBounded = timeLimitMs !== undefined || signal !== undefined;
  }

  /** An answer has come. */
  begin(): void {
    this.#deadline = Infinity;
  }

  /** To be asked before each step. */
  mayStep(): boolean {
    if (!this.#isBounded || --this.#stepsLeft > 0) return this.struck === undefined;
    const last = this.#lastLook;
    const isOver = this.expired();
    this.#pace = this.#lastLook - last > PACE_MS ? 1 : Math.min(LONGEST_PACE, 2 * this.#pace);
    this.#stepsLeft = this.#pace;
    return !isOver;
  }

  /** Looks at the clock and the signal at once. */
  expired(): boolean {
    if (!this.#isBounded || this.struck !== undefined) return this.struck !== undefined;
    const now = this.#lastLook = this.#now();
    if (this.#deadline === Infinity) this.#deadline = now + this.#limitMs;
    if (this.#signal?.aborted === true) this.struck = "aborted";
    else if (now >= this.#deadline) this.struck = "time";
    return this.struck !== undefined;
  }
}
