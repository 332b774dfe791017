/**
 * Many sorted runs as one, a heap of cursors.
 *
 * Equal keys come out in the order of the runs, so that the same intermediate files always give the same values in the
 * same order, whoever reads them.
 * @module
 */

import { compareBytes, decodeText } from "./format.ts";
import type { RunCursor } from "./run_reader.ts";

function isBefore(left: RunCursor, leftRank: number, right: RunCursor, rightRank: number): boolean {
  if (left.prefix !== right.prefix) return left.prefix < right.prefix;
  const order = compareBytes(
    left.frame,
    left.keyStart,
    left.keyEnd,
    right.frame,
    right.keyStart,
    right.keyEnd,
  );
  return order === 0 ? leftRank < rightRank : order < 0;
}

/** The records of all runs in order. Ask for `top`, then `pop` it. */
class Heap {
  readonly #cursors: RunCursor[] = [];
  readonly #ranks: number[] = [];

  constructor(cursors: readonly RunCursor[]) {
    cursors.forEach((cursor, rank) => {
      if (!cursor.next()) return;
      this.#cursors.push(cursor);
      this.#ranks.push(rank);
    });
    for (let at = this.#cursors.length >> 1; at >= 0; at--) this.#sink(at);
  }

  get top(): RunCursor | undefined {
    return this.#cursors[0];
  }

  pop(): void {
    if (!this.#cursors[0].next()) {
      const cursor = this.#cursors.pop();
      const rank = this.#ranks.pop();
      if (cursor === undefined || rank === undefined || this.#cursors.length === 0) return;
      this.#cursors[0] = cursor;
      this.#ranks[0] = rank;
    }
    this.#sink(0);
  }

  #sink(from: number): void {
    const cursors = this.#cursors;
    const ranks = this.#ranks;
    const count = cursors.length;
    if (from >= count) return;
    const cursor = cursors[from];
    const rank = ranks[from];
    let at = from;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= count) break;
      if (child + 1 < count && isBefore(cursors[child + 1], ranks[child + 1], cursors[child], ranks[child])) {
        child++;
      }
      if (!isBefore(cursors[child], ranks[child], cursor, rank)) break;
      cursors[at] = cursors[child];
      ranks[at] = ranks[child];
      at = child;
    }
    cursors[at] = cursor;
    ranks[at] = rank;
  }
}

/** The groups of equal keys, one after the other. */
export class Groups {
  readonly #heap: Heap;
  #keyBytes = new Uint8Array(64);
  #keyLength = -1;
  #readers = 0;
  /** How many groups have been begun. */
  begun = 0;

  constructor(cursors: readonly RunCursor[]) {
    this.#heap = new Heap(cursors);
  }

  /** The present key. */
  get key(): string {
    return decodeText(this.#keyBytes, 0, this.#keyLength);
  }

  /** The present key's bytes: a view, gone with the next group. */
  get keyBytes(): Uint8Array {
    return this.#keyBytes.subarray(0, this.#keyLength);
  }

  /** Goes to the next key, over what was left of the present one. False after the last. */
  next(): boolean {
    while (this.#inGroup()) this.#heap.pop();
    const { top } = this.#heap;
    if (top === undefined) return false;
    const length = top.keyEnd - top.keyStart;
    if (length > this.#keyBytes.length) this.#keyBytes = new Uint8Array(length * 2);
    this.#keyBytes.set(top.frame.subarray(top.keyStart, top.keyEnd));
    this.#keyLength = length;
    this.#readers = 0;
    this.begun++;
    return true;
  }

  /** The present key's values. They stream from the files, so they can be gone through once. */
  values(): Iterable<string> {
    return { [Symbol.iterator]: () => this.#stream(this.begun) };
  }

  /** The present key's values as they are stored: a value, and how often it follows itself. */
  *repeated(): Generator<{ readonly value: string; readonly repeat: number }> {
    for (; this.#inGroup(); this.#heap.pop()) {
      const { top } = this.#heap;
      if (top !== undefined) yield { value: top.value(), repeat: top.repeat };
    }
  }

  *#stream(group: number): Generator<string> {
    if (group !== this.begun || this.#readers++ > 0) {
      throw new TypeError("Cannot go through the values of a key twice or later: they stream from disk");
    }
    while (this.#inGroup()) {
      const { top } = this.#heap;
      if (top === undefined) return;
      const value = top.value();
      for (let left = top.repeat; left > 0; left--) {
        yield value;
        if (group !== this.begun) return;
      }
      this.#heap.pop();
    }
  }

  /** Whether the heap's next record has the present key. */
  #inGroup(): boolean {
    const { top } = this.#heap;
    if (top === undefined || top.keyEnd - top.keyStart !== this.#keyLength) return false;
    return compareBytes(top.frame, top.keyStart, top.keyEnd, this.#keyBytes, 0, this.#keyLength) === 0;
  }
}
