import type { Watched } from "./watched.ts";

/** A change of an object with two states, just before an operation returns. */
export interface Flip<Input, Output> {
  /** The return that it comes before. */
  readonly at: number;
  /** Whether it leads to the second state. */
  readonly up: boolean;
  /** The operation that has just returned, and could not be explained without it. */
  readonly cause: Watched<Input, Output>;
  /** Who made it; `undefined`: somebody whose answer is not in. */
  maker: Watched<Input, Output> | undefined;
}

/** So many are kept, at least, before those that explain nothing any more are looked for. */
const LEAST_SWEEP = 16;

/**
 * The changes that there must have been, in order, as far as they are needed to explain what comes.
 *
 * *What is forgotten.* Two changes, one after the other, whose makers are known, together with these and with those who caused them:
 * before and after them the object is in one state, and no operation that is left is taken for the maker of another change, or of none,
 * for that (see `FlagWatch`). Only the last change must stay while an operation is open that was called before it: that one may
 * have found either state. And whoever caused a change that stays, stays; so two caused at once, of which the first has no maker
 * yet, stay both. What is left has no more than three changes for each without a maker.
 */
export class Flips<Input, Output> {
  #items: Flip<Input, Output>[] = [];
  #sweepAt = LEAST_SWEEP;
  /** Whether the object is in its second state now. */
  isUp = false;
  /** The return that the last change came before; -1: there was none. */
  lastAt = -1;

  /** One more change, at the end. */
  add(
    cause: Watched<Input, Output>,
    maker: Watched<Input, Output> | undefined,
    oldest: number,
  ): Flip<Input, Output> {
    const flip = { at: cause.ret, up: !this.isUp, cause, maker };
    if (this.#items.length >= this.#sweepAt) this.#forget(oldest);
    if (this.#items.length === 0) this.#items = [flip];
    else this.#items.push(flip);
    this.isUp = flip.up;
    this.lastAt = flip.at;
    return flip;
  }

  /** Those that are needed, where `oldest` is the first call among the open operations. */
  needed(oldest: number): readonly Flip<Input, Output>[] {
    this.#forget(oldest);
    return this.#items;
  }

  #forget(oldest: number): void {
    const kept: Flip<Input, Output>[] = [];
    const items = this.#items;
    const last = oldest < this.lastAt ? items[items.length - 1] : undefined;
    for (const flip of items) {
      const before = kept.length > 0 ? kept[kept.length - 1] : undefined;
      const isPair = before?.maker !== undefined && flip.maker !== undefined && flip !== last;
      if (isPair && kept[kept.length - 2]?.cause !== before.cause) kept.pop();
      // What was changed by someone known before all that is kept makes the state to begin with.
      else if (kept.length > 0 || flip.maker === undefined || flip === last) kept.push(flip);
    }
    this.#items = kept;
    this.#sweepAt = Math.max(LEAST_SWEEP, 2 * kept.length);
  }
}
