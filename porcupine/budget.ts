import type { CheckOptions, StepContext } from "./types.ts";
import { PorcupineError } from "./types.ts";
import { hostNow } from "./clock.ts";

/** Why a check stopped before its end. */
export type StopReason = "time" | "memory" | "aborted";

/** How many rounds of a short loop count as much as one configuration of a search. */
const ROUNDS_A_STEP = 16;

/** Thrown by {@linkcode Budget.tick} when a limit has struck; whoever began the work catches it. */
export class Expired extends Error {
  /** Builds it. */
  constructor() {
    super("a limit of the check has struck");
    this.name = "Expired";
  }
}

/** The limits of one check: asked often, so that it must be cheap; the clock is read only now and then. */
export class Budget implements StepContext {
  /** What struck, once something has. */
  stopped: StopReason | "effort" | undefined = undefined;
  /** Work done so far, counted in configurations: unlike time it is the same on every machine. */
  work = 0;

  readonly #now: () => number;
  readonly #deadline: number;
  readonly #memoryLimit: number;
  readonly #signal: AbortSignal | undefined;
  #workLimit = Infinity;
  #countdown = 0;
  #interval = 16;
  #last: number;

  constructor(options: CheckOptions) {
    this.#now = options.now ?? hostNow;
    this.#last = this.#now();
    checkLimit("timeLimitMs", options.timeLimitMs);
    checkLimit("memoryLimitBytes", options.memoryLimitBytes);
    this.#deadline = options.timeLimitMs === undefined ? Infinity : this.#last + options.timeLimitMs;
    this.#memoryLimit = options.memoryLimitBytes ?? Infinity;
    this.#signal = options.signal;
  }

  /** Milliseconds on the check's clock. */
  get time(): number {
    return this.#now();
  }

  /** Whether to go on; counts towards the next look at the clock. */
  goOn(): boolean {
    if (this.stopped !== undefined) return false;
    if (++this.work > this.#workLimit) {
      this.stopped = "effort";
      return false;
    }
    if (--this.#countdown > 0) return true;
    return !this.expired();
  }

  /**
   * For the `i`-th round of a loop whose rounds are all short: looks at the clock every few thousand rounds, and throws
   * {@linkcode Expired} if a limit has struck.
   */
  tick(i: number): void {
    if ((i & 0x1fff) !== 0x1fff) return;
    this.work += 0x2000 / ROUNDS_A_STEP;
    if (this.work > this.#workLimit) this.stopped ??= "effort";
    if (this.expired()) throw new Expired();
  }

  /** Looks at the clock and the signal at once. */
  expired(): boolean {
    if (this.stopped !== undefined) return true;
    const now = this.#now();
    // Steps differ in cost by a factor of a million: the pace of looking follows them, aiming at one look a millisecond.
    const elapsed = now - this.#last;
    if (elapsed > 2) this.#interval = Math.max(1, this.#interval >> 2);
    else if (elapsed < 0.5) this.#interval = Math.min(4096, this.#interval << 1);
    this.#countdown = this.#interval;
    this.#last = now;
    if (this.#signal?.aborted === true) this.stopped = "aborted";
    else if (now >= this.#deadline) this.stopped = "time";
    return this.stopped !== undefined;
  }

  /** Whether the search may hold this many bytes; if not, the check is over. */
  allow(bytes: number): boolean {
    if (bytes > this.#memoryLimit) this.stopped ??= "memory";
    return this.stopped === undefined;
  }

  /** Counts work that no loop has counted. */
  spend(work: number): void {
    this.work += work;
    if (this.work > this.#workLimit) this.stopped ??= "effort";
  }

  /** A budget for a side question: it ends with this one, or after so much work. */
  within(work: number): Budget {
    const budget = new Budget({
      now: this.#now,
      ...(this.#deadline === Infinity ? {} : { timeLimitMs: Math.max(0, this.#deadline - this.#now()) }),
      ...(this.#signal === undefined ? {} : { signal: this.#signal }),
      ...(this.#memoryLimit === Infinity ? {} : { memoryLimitBytes: this.#memoryLimit }),
    });
    budget.#workLimit = work;
    return budget;
  }
}

function checkLimit(name: string, value: number | undefined): void {
  if (value === undefined || value >= 0) return;
  throw new PorcupineError("bad-limit", `${name} is ${value}; give a number of at least 0, or leave it out`);
}
