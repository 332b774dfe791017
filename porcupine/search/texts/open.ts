import { READ } from "../../fast/register_table.ts";
import { NEVER } from "../../history.ts";
import type { Memory } from "../../scratch.ts";
import type { ValueOperations } from "../values/operations.ts";

/** Operations of which those that do the same have one letter; the others only look. */
export interface LetterOperations extends ValueOperations {
  /** By operation that is no look: what it does. */
  readonly letter: Int32Array;
  /** By letter: whether it makes all that was there before unseen. */
  readonly isPut: readonly boolean[];
  /** The state to begin with. */
  readonly initial: number;
}

/** What is open at a level of the search. */
export class Open {
  level = 0;
  readonly words: number;
  /** By slot: the operation in it; -1: none. */
  readonly open: Int32Array;
  /** The slot of what has returned last; -1: nothing has. */
  left = -1;
  /** What was called since the level before, and was answered: it is owed. */
  readonly arrived: Int32Array;
  /** What is open and does not only look. */
  readonly makers: Int32Array;
  /** Slots of open looks. */
  readonly gets: number[] = [];
  /** By letter: the slots of open operations that do this, by return; and letters of which there are some. */
  readonly slotsOf: readonly number[][];
  readonly letters: number[] = [];

  readonly #operations: LetterOperations;

  constructor(operations: LetterOperations, memory: Memory) {
    this.#operations = operations;
    const { slots, isPut } = operations;
    this.words = (slots + 31) >>> 5;
    this.open = memory.int32(slots).fill(-1);
    this.arrived = memory.int32(this.words);
    this.makers = memory.int32(this.words);
    this.slotsOf = isPut.map(() => []);
    this.#enter(0);
  }

  /** To the next level. */
  forward(): void {
    const { returns, slot, op, letter } = this.#operations;
    const gone = returns[this.level];
    const s = slot[gone];
    this.left = s;
    this.open[s] = -1;
    this.makers[s >>> 5] &= ~(1 << (s & 31));
    if (op[gone] === READ) remove(this.gets, s);
    else {
      const own = this.slotsOf[letter[gone]];
      remove(own, s);
      if (own.length === 0) remove(this.letters, letter[gone]);
    }
    const from = this.called;
    this.level++;
    this.#enter(from);
  }

  /** How many are called before the return at this level. */
  get called(): number {
    const { called, returns, count } = this.#operations;
    return this.level < returns.length ? called[this.level] : count;
  }

  #enter(from: number): void {
    const { slot, op, ret } = this.#operations;
    this.arrived.fill(0);
    const to = this.called;
    for (let k = from; k < to; k++) {
      const s = slot[k];
      const bit = 1 << (s & 31);
      this.open[s] = k;
      if (ret[k] !== NEVER) this.arrived[s >>> 5] |= bit;
      if (op[k] === READ) {
        this.gets.push(s);
        continue;
      }
      this.makers[s >>> 5] |= bit;
      this.#putInOrder(s, k);
    }
  }

  #putInOrder(s: number, k: number): void {
    const { letter, ret } = this.#operations;
    const own = this.slotsOf[letter[k]];
    if (own.length === 0) this.letters.push(letter[k]);
    let i = own.length;
    while (i > 0 && ret[this.open[own[i - 1]]] > ret[k]) i--;
    own.splice(i, 0, s);
  }
}

function remove(list: number[], one: number): void {
  list.splice(list.indexOf(one), 1);
}
