import type { Watched } from "./watched.ts";

/** A change of a lock, just before an operation returns. */
export interface Change<Input, Output> {
  /** From 1: the odd ones are acquisitions, of the tokens 1, 2 ..., and after each comes its release. */
  readonly number: number;
  /** The return that it comes before. */
  readonly at: number;
  /** The operation that has just returned, and could not be explained without it. */
  readonly cause: Watched<Input, Output>;
  /** Who made it; `undefined`: somebody whose answer is not in. */
  maker: Watched<Input, Output> | undefined;
}

/**
 * The changes of a lock that there must have been, in order. Kept are those from the first acquisition on of which it is not certain
 * whose it was: what was before is only a number.
 */
export class LockChanges<Input, Output> {
  #kept: Change<Input, Output>[] = [];
  /** Those of the kept that have no maker yet, in order: few, and to be looked at after each answer. */
  #unmade: Change<Input, Output>[] = [];
  /** So many changes there were. */
  count = 0;
  /** The return that the last one came before; -1: there was none. */
  lastAt = -1;

  /** Those that are kept, in order. */
  get kept(): readonly Change<Input, Output>[] {
    return this.#kept;
  }

  /** Those that nobody is known to have made, in order. */
  get unmade(): readonly Change<Input, Output>[] {
    return this.#unmade;
  }

  /** One more, at the end. */
  add(cause: Watched<Input, Output>, maker: Watched<Input, Output> | undefined): void {
    this.count++;
    this.lastAt = cause.ret;
    if (maker !== undefined && this.#kept.length === 0) return;
    const change = { number: this.count, at: cause.ret, cause, maker };
    this.#kept.push(change);
    if (maker === undefined) this.#unmade.push(change);
  }

  /** Somebody says that he made one; false if another one did, or if it was made before he was called. */
  claim(number: number, maker: Watched<Input, Output>): boolean {
    const at = this.#placeOf(number);
    if (at < 0 || this.#unmade[at].at < maker.call) return false;
    this.#unmade[at].maker = maker;
    this.#unmade.splice(at, 1);
    return true;
  }

  /** Whether it is still to be found out who made a change. */
  isUnmade(number: number): boolean {
    return this.#placeOf(number) >= 0;
  }

  /** Where a change stands among those that have no maker, which are in order; -1 if it is none of them. */
  #placeOf(number: number): number {
    const unmade = this.#unmade;
    let low = 0;
    for (let high = unmade.length; low < high;) {
      const middle = (low + high) >>> 1;
      if (unmade[middle].number < number) low = middle + 1;
      else high = middle;
    }
    return low < unmade.length && unmade[low].number === number ? low : -1;
  }

  /**
   * Forgets what is certain, where `oldest` is the first call among the open operations: a change before it that nobody says he
   * made was made by a lost one, and `spend` is told that this one is used up.
   */
  settle(oldest: number, spend: (change: Change<Input, Output>) => void): void {
    const [kept, unmade] = [this.#kept, this.#unmade];
    let made = 0;
    while (made < unmade.length && unmade[made].at < oldest) spend(unmade[made++]);
    if (made > 0) unmade.splice(0, made);
    let settled = 0;
    while (settled < kept.length && !this.#isAcquiredByUnknown(kept[settled])) settled++;
    if (settled > 0) kept.splice(0, settled);
  }

  /** Of a release it is enough to know that it has no maker yet: else one that hangs would keep all that comes after it. */
  #isAcquiredByUnknown(change: Change<Input, Output>): boolean {
    return change.number % 2 === 1 && this.isUnmade(change.number);
  }
}
