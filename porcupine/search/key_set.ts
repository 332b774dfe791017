import { doubled } from "../growth.ts";

/** Integers set aside at first: small arrays are cheap to make, and most sets stay small. */
const FIRST_ROWS = 5;
const FIRST_PLACES = 16;

/** A set of short rows of integers, in one typed array: exact, no objects, bytes known. */
export class KeySet {
  /** Rows in the set. */
  count = 0;

  readonly #stride: number;
  #rows: Int32Array<ArrayBuffer>;
  #table: Int32Array<ArrayBuffer>;

  /** `stride`: integers in a row. */
  constructor(stride: number) {
    this.#stride = stride;
    this.#rows = new Int32Array(FIRST_ROWS * stride);
    this.#table = new Int32Array(FIRST_PLACES);
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#rows.byteLength + this.#table.byteLength;
  }

  /** Bytes held if one more row is added. */
  get bytesAfterAdd(): number {
    return this.#full() ? this.bytes * 3 : this.bytes;
  }

  /** Forgets every row. */
  clear(): void {
    this.count = 0;
    this.#table.fill(0);
  }

  /** Adds the row `head, source[at], source[at + 1], ...`; answers false if it was there already. */
  add(head: number, source: Int32Array, at: number): boolean {
    if (this.#full()) this.#grow();
    const stride = this.#stride;
    let hash = Math.imul(head, 0x9e3779b1);
    for (let i = 0; i < stride - 1; i++) {
      hash = Math.imul(hash ^ source[at + i], 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    const mask = this.#table.length - 1;
    let place = hash & mask;
    for (let row = this.#table[place]; row !== 0; row = this.#table[place]) {
      if (this.#same((row - 1) * stride, head, source, at)) return false;
      place = (place + 1) & mask;
    }
    const base = this.count * stride;
    this.#rows[base] = head;
    for (let i = 0; i < stride - 1; i++) this.#rows[base + 1 + i] = source[at + i];
    this.#table[place] = ++this.count;
    return true;
  }

  #same(base: number, head: number, source: Int32Array, at: number): boolean {
    if (this.#rows[base] !== head) return false;
    for (let i = 0; i < this.#stride - 1; i++) if (this.#rows[base + 1 + i] !== source[at + i]) return false;
    return true;
  }

  #full(): boolean {
    return (this.count + 1) * this.#stride > this.#rows.length;
  }

  #grow(): void {
    const rows = this.#rows = doubled(this.#rows);
    const length = this.#table.length * 2;
    // What the old table says is found again from the rows.
    this.#table = new Int32Array(0);
    const table = new Int32Array(length);
    const mask = table.length - 1;
    const stride = this.#stride;
    for (let r = 0; r < this.count; r++) {
      const base = r * stride;
      let hash = Math.imul(rows[base], 0x9e3779b1);
      for (let i = 1; i < stride; i++) {
        hash = Math.imul(hash ^ rows[base + i], 0x85ebca6b);
        hash ^= hash >>> 15;
      }
      let place = hash & mask;
      while (table[place] !== 0) place = (place + 1) & mask;
      table[place] = r + 1;
    }
    this.#table = table;
  }
}
