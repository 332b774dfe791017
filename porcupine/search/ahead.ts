import { NEVER } from "../history.ts";
import { MET } from "./slots.ts";
import type { Walk } from "./walk.ts";

/** How many operations ahead a search that has gone back looks for one that it met before. */
const HORIZON = 16;

/**
 * A list to be filled, and how many operations it may hold. It is overwritten and then cut to length, never emptied first: an array
 * that is emptied loses its memory, and makes 150 bytes of garbage for each configuration.
 */
interface List {
  readonly list: number[];
  readonly most: number;
}

/** What can still come, seen from a configuration. */
export class Ahead<State, Input, Output> {
  readonly #walk: Walk<State, Input, Output>;

  constructor(walk: Walk<State, Input, Output>) {
    this.#walk = walk;
  }

  /**
   * Lists the operations that can still come before another one: those open and not spent, and those called before it
   * returns. Answers false if they are more than `most`.
   */
  list(nodes: Int32Array, at: number, target: number, into: List): boolean {
    const { list, most } = into;
    const { open } = this.#walk;
    let count = 0;
    for (let s = 0; s < open.length; s++) {
      const operation = open[s];
      if (operation < 0 || operation === target || (nodes[at + 1 + (s >>> 5)] & (1 << (s & 31))) !== 0) {
        continue;
      }
      list[count] = operation;
      if (++count > most) return false;
    }
    return this.#later(target, into, count);
  }

  /** The same, those that are spent included. */
  all(target: number, into: List): boolean {
    const { list, most } = into;
    const { open } = this.#walk;
    let count = 0;
    for (let s = 0; s < open.length; s++) {
      if (open[s] < 0 || open[s] === target) continue;
      list[count] = open[s];
      if (++count > most) return false;
    }
    return this.#later(target, into, count);
  }

  /** To the `known` first entries, adds what is called after this level and before the target returns; false if that is too much. */
  #later(target: number, { list, most }: List, known: number): boolean {
    const { call, ret, slot, count } = this.#walk.problem;
    let length = known;
    for (let k = this.called; k < count && call[k] < ret[target]; k++) {
      if (slot[k] < 0 || k === target) continue;
      list[length] = k;
      if (++length > most) return false;
    }
    list.length = length;
    return true;
  }

  /** Whether an operation has been placed in a configuration. */
  isSpent(nodes: Int32Array, at: number, operation: number): boolean {
    const s = this.#walk.problem.slot[operation];
    return operation < this.called && (nodes[at + 1 + (s >>> 5)] & (1 << (s & 31))) !== 0;
  }

  /** Whether an operation is owed in a configuration, or may be once it is called. */
  mayBeOwed(nodes: Int32Array, at: number, operation: number): boolean {
    const { problem: { ret } } = this.#walk;
    return operation >= this.called ? ret[operation] !== NEVER : this.#walk.isOwed(nodes, at, operation);
  }

  /**
   * Of the owed operations that may be reads, for all that is known, the one that returns first; if there is none, the same of those that
   * are called soon, and were met before: the search has gone back. -1 if there is none of these either.
   */
  next(nodes: Int32Array, at: number): number {
    const { open, reads, watched, active, until, problem: { ret, words, count } } = this.#walk;
    let first = -1;
    for (let w = 0; w < words; w++) {
      let bits = nodes[at + 1 + words + w] & (reads[w] | watched[w]);
      while (bits !== 0) {
        const bit = bits & -bits;
        bits ^= bit;
        const operation = open[(w << 5) + 31 - Math.clz32(bit)];
        if (ret[operation] <= until && (first < 0 || ret[operation] < ret[first])) first = operation;
      }
    }
    const end = Math.min(count, this.called + HORIZON);
    if (first >= 0) return first;
    for (let k = this.called; k < end; k++) {
      if (active[k] === MET && ret[k] <= until && (first < 0 || ret[k] < ret[first])) first = k;
    }
    return first;
  }

  /** How many operations are called before the walk's level. */
  get called(): number {
    const { level, problem: { returns, called, count } } = this.#walk;
    return level < returns.length ? called[level] : count;
  }
}
