import type { CheckOptions, StepContext } from "./types.ts";
import { hostHeldBytes, hostNow } from "./clock.ts";
import { type Kept, NOTHING_KEPT } from "./kept.ts";
import { requireOptions } from "./require/options.ts";
import { Scratch } from "./scratch.ts";

/** Why a check stopped before its end. */
export type StopReason = "time" | "memory" | "aborted";

/** How many rounds of a short loop count as much as one configuration of a search. */
const ROUNDS_A_STEP = 16;

/**
 * The process may grow by so much more than the limit before that counts: a share of the limit, but such that it still ends within
 * a tenth when the host moves its young garbage at the last moment, which takes some megabytes at once (6 in a pause, measured, and twice if it comes to that). The host's
 * young garbage and compiled code come to some megabytes whatever is searched for: of a small limit that is more than a tenth.
 */
const SLACK = { share: 0.04, within: 0.1, jumpBytes: 10 * 2 ** 20, bytes: 16 * 2 ** 20, less: 0.2 };

/** What the process holds is asked so often, because asking takes up to a tenth of a millisecond. */
const ASK_EVERY_MS = 10;
/**
 * So often when less than this is left, and then there are no more rounds or steps between two looks: until then it could grow
 * past the limit. (A pace that was found when a round took a microsecond is too slow when one copies a text of a megabyte: looks
 * were 6 ms apart, and a limit of 100 MiB was overrun by a tenth.)
 */
const ASK_SOON = { everyMs: 0.5, bytes: 24 * 2 ** 20, rounds: 32, steps: 4 };
/**
 * A step that has made the process grow by more than this at once will do so again; if it was less, only when it has done so twice,
 * because the host itself takes some megabytes now and then.
 */
const LARGE_STEP_BYTES = 16 * 2 ** 20;
/** Before it grows by so much at once it is asked, too. */
const LARGE_BYTES = 2 ** 20;

/**
 * {@linkcode Budget.tick} does something in rounds of which these bits are all set. Where a round takes a nanosecond or two, the
 * loop asks that itself: the call would take as long again.
 */
export const LOOKS = 0x1fff;

/** Thrown by {@linkcode Budget.tick} when a limit has struck; whoever began the work catches it. */
export class Expired extends Error {
  /** Builds it. */
  constructor() {
    super("a limit of the check has struck");
    this.name = "Expired";
  }
}

/** The limits and the clock of a check; a signal need only say whether it has fired. */
export type BudgetOptions = Pick<CheckOptions, "timeLimitMs" | "memoryLimitBytes" | "now" | "heldBytes"> & {
  readonly signal?: { readonly aborted: boolean };
};

/** The limits of one check: asked often, so that it must be cheap; the clock is read only now and then. */
export class Budget implements StepContext {
  /** What struck, once something has. */
  stopped: StopReason | "effort" | undefined = undefined;
  /** Work done so far, counted in configurations: unlike time it is the same on every machine. */
  work = 0;

  /** Whether any limit can strike. */
  readonly isBounded: boolean;
  /** Arrays for the length of the check. */
  readonly scratch: Scratch;
  /** What is held beside what is at work. */
  kept: Kept = NOTHING_KEPT;

  readonly #now: () => number;
  readonly #deadline: number;
  readonly #signal: { readonly aborted: boolean } | undefined;
  readonly #heldBytes: () => number;
  readonly #processLimit: number;
  /** So much beyond its limit the process may grow in a step. */
  #room = 0;
  /** What it held when it was asked last, how much a step has made it grow, and how much it does for certain. */
  #heldLast = 0;
  #grown = 0;
  #stepBytes = 0;
  #allowedLast = 0;
  /** Steps since it was asked last. */
  #stepsTaken = 0;
  #memoryLimit: number;
  #askAt: number;
  #allowedBytes = 0;
  /** Whether little memory is left, so that looks come at a short pace. */
  #isNearLimit = false;
  #workLimit = Infinity;
  #countdown = 0;
  #interval = 16;
  #last: number;
  /** Steps until the clock is looked at. */
  #stepsLeft = 1;
  #stepInterval = 0;
  #lastStep: number;

  /** `within`: the budget that this one is a part of. */
  constructor(options: BudgetOptions, within?: Budget) {
    if (within === undefined) requireOptions(options);
    this.#now = options.now ?? hostNow;
    this.#last = this.#lastStep = this.#now();
    this.#deadline = options.timeLimitMs === undefined ? Infinity : this.#last + options.timeLimitMs;
    this.#memoryLimit = options.memoryLimitBytes ?? Infinity;
    this.#heldBytes = options.heldBytes ?? hostHeldBytes;
    this.#processLimit = within === undefined ? this.#limitOfProcess() : within.#processLimit;
    if (within !== undefined) this.#room = within.#room;
    this.#askAt = this.#processLimit === Infinity ? Infinity : -Infinity;
    this.#signal = options.signal;
    this.isBounded = this.#deadline !== Infinity || this.#signal !== undefined || this.#askAt !== Infinity;
    this.scratch = within === undefined ? new Scratch() : within.scratch;
    // No memory at all, as no time at all: the process would have to grow by some megabytes before that was seen.
    if (options.memoryLimitBytes === 0) this.stopped = "memory";
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

  /** As `goOn`, in the middle of a round that has taken as long as so many already: counts no work. */
  pass(rounds: number): boolean {
    if (this.stopped !== undefined) return false;
    this.#countdown -= rounds;
    return this.#countdown > 0 || !this.expired();
  }

  /** As `pass`, where there is no way out but to throw {@linkcode Expired}. */
  go(rounds: number): void {
    if (!this.pass(rounds)) throw new Expired();
  }

  /**
   * Whether a user's step may be taken: not once a limit has struck. To be asked before each, as nobody knows how long one takes:
   * the clock is looked at after the first, and then so seldom that about a millisecond goes by. Counts no work. (Where nothing
   * `isBounded` the quickest steps can do without.)
   */
  mayStep(): boolean {
    return --this.#stepsLeft > 0 || this.#lookAtSteps();
  }

  #lookAtSteps(): boolean {
    if (this.stopped !== undefined && this.stopped !== "effort") {
      // It is over, whatever the time: whoever still asks is on his way out.
      this.#stepsLeft = 0;
      return false;
    }
    this.#stepsTaken += this.#stepInterval;
    const now = this.#now();
    const elapsed = now - this.#lastStep;
    if (elapsed > 2) this.#stepInterval >>= 3;
    else if (elapsed < 0.5) this.#stepInterval = Math.min(4096, this.#stepInterval << 1);
    if (this.#isNearLimit) this.#stepInterval = Math.min(this.#stepInterval, ASK_SOON.steps);
    this.#stepsLeft = this.#stepInterval = Math.max(1, this.#stepInterval);
    this.#lastStep = now;
    if (this.stopped === undefined) this.#look(now);
    if (this.stopped === undefined || this.stopped === "effort") return true;
    this.#stepsLeft = 0;
    return false;
  }

  /**
   * For the `i`-th round of a loop whose rounds are all short: looks at the clock every few thousand rounds, and throws
   * {@linkcode Expired} if a limit has struck.
   */
  tick(i: number): void {
    if ((i & LOOKS) !== LOOKS) return;
    this.work += (LOOKS + 1) / ROUNDS_A_STEP;
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
    if (this.#isNearLimit) this.#interval = Math.min(this.#interval, ASK_SOON.rounds);
    this.#countdown = this.#interval;
    this.#last = now;
    this.#look(now);
    return this.stopped !== undefined;
  }

  #look(now: number): void {
    if (this.#signal?.aborted === true) this.stopped = "aborted";
    else if (now >= this.#deadline) this.stopped = "time";
    else if (this.#isSwollen(now)) this.stopped = "memory";
  }

  /** From now on it may hold no more than this, whatever was said before. */
  limitMemory(bytes: number): void {
    this.#memoryLimit = Math.min(this.#memoryLimit, bytes);
  }

  /** A host's own table is about to grow by so much; if that does not fit, the check is over. */
  reserve(bytes: number): void {
    if (this.#processLimit === Infinity || this.stopped !== undefined) return;
    if (this.#heldBytes() + bytes > this.#processLimit) this.stopped = "memory";
  }

  /** What is counted is what the search holds; what it has dropped, and what a user's step holds, only the host knows. */
  #isSwollen(now: number): boolean {
    if (now < this.#askAt) return false;
    const held = this.#heldBytes();
    this.#sizeUp(held - this.#heldLast);
    this.#heldLast = held;
    const left = this.#processLimit - held;
    this.#isNearLimit = left < Math.max(ASK_SOON.bytes, 3 * this.#stepBytes);
    // The host needs a while to clear away what is dropped.
    if (this.#isNearLimit) this.kept.clear();
    this.#askAt = now + (this.#isNearLimit ? ASK_SOON.everyMs : ASK_EVERY_MS);
    return left < 0 || left + this.#room < this.#stepBytes;
  }

  /** What the next step may make the process grow by, seen from what the last ones did: arrays of megabytes are not in small pieces. */
  #sizeUp(grown: number): void {
    const steps = this.#stepsTaken;
    this.#stepsTaken = 0;
    // What the search's own tables have grown by is no step's.
    const own = this.#allowedBytes - this.#allowedLast;
    this.#allowedLast = this.#allowedBytes;
    if (steps === 0) return;
    const now = (grown - Math.max(0, own)) / steps;
    if (now > LARGE_STEP_BYTES) this.#stepBytes = Math.max(this.#stepBytes, now);
    else this.#stepBytes = Math.max(this.#stepBytes, Math.min(now, this.#grown));
    this.#grown = now;
  }

  #limitOfProcess(): number {
    if (this.#memoryLimit === Infinity) return Infinity;
    const limit = this.#memoryLimit;
    const large = Math.min(SLACK.share * limit, SLACK.within * limit - SLACK.jumpBytes);
    const slack = Math.max(0, large, SLACK.bytes - SLACK.less * limit);
    this.#room = Math.max(0, SLACK.within * limit - slack);
    this.#heldLast = this.#heldBytes();
    return this.#heldLast + limit + slack;
  }

  /** Whether there is a limit of memory: if not, nobody needs to count bytes for {@linkcode allow}. */
  get limitsMemory(): boolean {
    return this.#memoryLimit !== Infinity;
  }

  /** Such a share of the memory that there may be. */
  shareOfMemory(share: number): number {
    return share * this.#memoryLimit;
  }

  /** Whether the search may hold this many bytes; if not, the check is over. To be asked before it does. */
  allow(held: number): boolean {
    if (held + this.kept.bytes > this.#memoryLimit) this.kept.clear();
    const bytes = held + this.kept.bytes;
    const more = bytes - this.#allowedBytes;
    this.#allowedBytes = bytes;
    if (bytes > this.#memoryLimit) this.stopped ??= "memory";
    // A table that doubles is held twice for a moment.
    else if (more > LARGE_BYTES && this.#heldBytes() + more > this.#processLimit) this.stopped ??= "memory";
    return this.stopped === undefined;
  }

  /** Nobody needs the answer any more: whoever works at it stops at the next configuration. */
  giveUp(): void {
    this.stopped ??= "effort";
  }

  /** From now on there may be so much more work, whatever was allowed before, and although that may have been used up. */
  ration(work: number): void {
    if (this.stopped === "effort") this.stopped = undefined;
    this.#workLimit = this.work + work;
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
      heldBytes: this.#heldBytes,
    }, this);
    budget.#workLimit = work;
    return budget;
  }
}
