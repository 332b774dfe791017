import { NEVER } from "../history.ts";
import { BLIND, OVERWRITE, type Problem, READ, UPDATE } from "./problem.ts";

/** What is known of an operation that was watched: it changed no state so far, or it changed one. */
export const MET = 1;
/** See {@linkcode MET}. */
export const ACTIVE = 2;

/** Which operations are open at a level of the search: each in its slot, and masks of slots for those of a kind. */
export class Slots<State, Input, Output> {
  /** What is searched. */
  readonly problem: Problem<State, Input, Output>;
  /** The current level. */
  level = 0;
  /** The operation in each slot at this level, or -1. */
  readonly open: Int32Array;
  /**
   * Open operations that are no reads, in the order in which they are to be placed. Kept from level to level: to put them in order for
   * each configuration anew took a tenth of a search's time.
   */
  readonly placeable: Int32Array;
  /** How many of them there are. */
  placeables = 0;
  /** Open reads. */
  readonly reads: Int32Array;
  /** Open operations that are legal everywhere. */
  readonly absorbable: Int32Array;
  /** Open operations that may be reads, for all that is known: they never changed a state that was met. */
  readonly watched: Int32Array;
  /** By operation: whether it has been met, and whether it has been seen to change a state. */
  readonly active: Uint8Array;

  /** At level 0. */
  constructor(problem: Problem<State, Input, Output>) {
    const { slots, words, count, returns, called } = problem;
    this.problem = problem;
    this.open = new Int32Array(slots).fill(-1);
    this.placeable = new Int32Array(slots);
    this.reads = new Int32Array(words);
    this.absorbable = new Int32Array(words);
    this.watched = new Int32Array(words);
    this.active = problem.met.slice();
    this.#enter(0, returns.length === 0 ? count : called[0]);
  }

  /** Moves the level, and with it the slots, forward or back. */
  moveTo(level: number): void {
    while (this.level < level) this.forward();
    while (this.level > level) this.#back();
  }

  /** To the next level: the operation that returned leaves, new ones arrive. */
  forward(): void {
    const { returns, called, count } = this.problem;
    this.#clear(this.problem.slot[returns[this.level]]);
    this.level++;
    this.#enter(called[this.level - 1], this.level < returns.length ? called[this.level] : count);
  }

  #back(): void {
    const { returns, called, count, slot } = this.problem;
    const from = called[this.level - 1];
    const to = this.level < returns.length ? called[this.level] : count;
    for (let k = to - 1; k >= from; k--) if (slot[k] >= 0) this.#clear(slot[k]);
    this.level--;
    this.#hold(returns[this.level]);
  }

  #enter(from: number, to: number): void {
    for (let k = from; k < to; k++) if (this.problem.slot[k] >= 0) this.#hold(k);
  }

  #hold(operation: number): void {
    const { slot, effect } = this.problem;
    const s = slot[operation];
    const bit = 1 << (s & 31);
    // Whoever had the slot has left it: its bits are clear.
    this.open[s] = operation;
    const code = effect[operation];
    if (code === READ) this.reads[s >>> 5] |= bit;
    else this.#putInOrder(operation);
    if (code === OVERWRITE || code === BLIND) this.absorbable[s >>> 5] |= bit;
    // One without an answer is owed by nobody.
    if (code === UPDATE && this.problem.watches && this.active[operation] !== ACTIVE) {
      if (this.problem.ret[operation] !== NEVER) this.watched[s >>> 5] |= bit;
    }
  }

  /** What has just been called goes to the end, or before those without an answer; only a search that goes back puts it elsewhere. */
  #putInOrder(operation: number): void {
    const { placeable } = this;
    const i = this.#placeOf(operation);
    placeable.copyWithin(i + 1, i, this.placeables++);
    placeable[i] = operation;
  }

  /**
   * Where an operation stands in that order, or would stand. By halving, since answers that were lost leave tens of thousands open: to
   * go along all of them at each level took most of the time of retelling what had been found, after the limit.
   */
  #placeOf(operation: number): number {
    const { placeable, placeables } = this;
    // Mostly it is the last that was called.
    if (placeables === 0 || this.isBefore(placeable[placeables - 1], operation)) return placeables;
    let low = 0;
    let high = placeables;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.isBefore(placeable[middle], operation)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * The order of candidates: by call; but where the search watches what they do, those without an answer are last. (There are
   * ever more of them, each takes effect once at most, and nothing else tells when.)
   */
  isBefore(left: number, right: number): boolean {
    const { watches, ret } = this.problem;
    if (!watches || (ret[left] === NEVER) === (ret[right] === NEVER)) return left < right;
    return ret[right] === NEVER;
  }

  #clear(slot: number): void {
    const bit = ~(1 << (slot & 31));
    const operation = this.open[slot];
    if (this.problem.effect[operation] !== READ) {
      const { placeable } = this;
      const i = this.#placeOf(operation);
      // Only what is open leaves; a mistake here must not leave another one out.
      if (i >= this.placeables || placeable[i] !== operation) {
        throw new TypeError(`operation ${operation} leaves, and was not open`);
      }
      placeable.copyWithin(i, i + 1, this.placeables--);
    }
    this.open[slot] = -1;
    this.reads[slot >>> 5] &= bit;
    this.absorbable[slot >>> 5] &= bit;
    this.watched[slot >>> 5] &= bit;
  }
}
