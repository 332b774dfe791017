import type { Memory } from "../../scratch.ts";

/** Numbers in an entry: two words of masks, and the row that they are of. */
export const ENTRY = 3;
/** Entries that a value has room for at first. */
const FIRST = 4;

/**
 * Of a level's configurations, value by value and in the order in which they came, the first word of each mask. A new one is compared
 * with hundreds: these are read from front to back, and fourteen of fifteen need not be looked at any further. (By links from row to
 * row, with all words of each, it took three times as long, and most of the search's time.)
 *
 * A value's list lies in one piece in `words`; where it has outgrown that it moves, with twice the room, and leaves a gap that the
 * next level uses again.
 */
export class Lists {
  /** Entries. May be another array after {@linkcode Lists.add}. */
  words: Int32Array;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #limits: Int32Array;
  /** By value: the stamp of the level that its list is of. */
  readonly #stamps: Int32Array;
  #stamp = 1;
  #used = 0;

  constructor(values: number, memory: Memory) {
    this.words = memory.int32(4 * FIRST * ENTRY);
    this.#starts = memory.int32(values);
    this.#ends = memory.int32(values);
    this.#limits = memory.int32(values);
    this.#stamps = memory.int32(values);
  }

  /** Bytes held. */
  get bytes(): number {
    return this.words.byteLength + 4 * this.#starts.byteLength;
  }

  /** Forgets all. */
  clear(): void {
    this.#stamp++;
    this.#used = 0;
  }

  /** Where a value's first entry is. */
  startOf(value: number): number {
    return this.#stamps[value] === this.#stamp ? this.#starts[value] : 0;
  }

  /** Where the entry behind its last one would be. */
  endOf(value: number): number {
    return this.#stamps[value] === this.#stamp ? this.#ends[value] : 0;
  }

  /** Takes in a row of a value. */
  add(value: number, spent: number, owed: number, row: number): void {
    const start = this.startOf(value);
    const end = this.endOf(value);
    const isFull = end === start || end === this.#limits[value];
    const at = isFull ? this.#move(value, start, end) : end;
    this.words[at] = spent;
    this.words[at + 1] = owed;
    this.words[at + 2] = row;
    this.#ends[value] = at + ENTRY;
  }

  /** Gives a list twice the room, or its first; where its next entry goes. */
  #move(value: number, start: number, end: number): number {
    const length = end - start;
    const room = Math.max(FIRST * ENTRY, 2 * length);
    const at = this.#used;
    this.#used += room;
    if (this.#used > this.words.length) {
      const words = new Int32Array(Math.max(this.#used, 2 * this.words.length));
      words.set(this.words);
      this.words = words;
    }
    this.words.copyWithin(at, start, end);
    this.#starts[value] = at;
    this.#limits[value] = at + room;
    this.#stamps[value] = this.#stamp;
    return at + length;
  }
}
