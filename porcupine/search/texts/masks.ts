import type { Open } from "./open.ts";

/** Told of each operation that is placed, or owed no more, in an order in which they can stand. */
export type Take = (operation: number) => void;

/** Configurations as rows of integers, `[state, spent words, owed words]`. */
export class Masks {
  readonly #open: Open;
  readonly #words: number;

  constructor(open: Open) {
    this.#open = open;
    this.#words = open.words;
  }

  /** Integers in a configuration. */
  get size(): number {
    return 1 + 2 * this.#words;
  }

  /** Whether the operation in a slot was placed. */
  isSpent(rows: Int32Array, at: number, slot: number): boolean {
    return (rows[at + 1 + (slot >>> 5)] & (1 << (slot & 31))) !== 0;
  }

  /** Whether it must be placed yet. */
  isOwed(rows: Int32Array, at: number, slot: number): boolean {
    return (rows[at + 1 + this.#words + (slot >>> 5)] & (1 << (slot & 31))) !== 0;
  }

  /** Brings a configuration of the level before to this one: what has returned is gone, what has been called is owed. */
  enter(row: Int32Array): void {
    const words = this.#words;
    const { arrived, left } = this.#open;
    if (left >= 0) row[1 + (left >>> 5)] &= ~(1 << (left & 31));
    for (let w = 0; w < words; w++) row[1 + words + w] |= arrived[w];
  }

  /** The operation in a slot is placed. */
  spend(row: Int32Array, slot: number): void {
    row[1 + (slot >>> 5)] |= 1 << (slot & 31);
    row[1 + this.#words + (slot >>> 5)] &= ~(1 << (slot & 31));
  }

  /** A look has found what it told. */
  meet(row: Int32Array, slot: number, take?: Take): void {
    row[1 + this.#words + (slot >>> 5)] &= ~(1 << (slot & 31));
    take?.(this.#open.open[slot]);
  }

  /** What is open and does not only look is owed no more. */
  release(row: Int32Array, take?: Take): void {
    const words = this.#words;
    const { makers, open } = this.#open;
    for (let w = 0; w < words; w++) {
      const at = 1 + words + w;
      let bits = row[at] & makers[w];
      row[at] &= ~makers[w];
      while (take !== undefined && bits !== 0) {
        const bit = bits & -bits;
        bits ^= bit;
        take(open[(w << 5) + 31 - Math.clz32(bit)]);
      }
    }
  }
}
