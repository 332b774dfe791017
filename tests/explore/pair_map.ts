/**
 * A hash table from two small numbers to one, without an object per entry.
 * @module
 */

import { mix } from "../../runtime/random.ts";

/** From pairs of integers in [0, 2^31) to integers in [0, 2^31). */
export class PairMap {
  #keys = new Int32Array(1 << 13).fill(-1);
  #values = new Int32Array(1 << 12);
  #size = 0;

  /** How many pairs there are. */
  get size(): number {
    return this.#size;
  }

  /** The value at (`left`, `right`), or -1. */
  get(left: number, right: number): number {
    const mask = this.#values.length - 1;
    let at = mix(left, right) & mask;
    for (;;) {
      const known = this.#keys[2 * at];
      if (known === -1) return -1;
      if (known === left && this.#keys[2 * at + 1] === right) return this.#values[at];
      at = (at + 1) & mask;
    }
  }

  /** Sets a value that was not there. */
  set(left: number, right: number, value: number): void {
    if (this.#size * 2 >= this.#values.length) this.#grow();
    this.#place(left, right, value);
    this.#size++;
  }

  #place(left: number, right: number, value: number): void {
    const mask = this.#values.length - 1;
    let at = mix(left, right) & mask;
    while (this.#keys[2 * at] !== -1) at = (at + 1) & mask;
    this.#keys[2 * at] = left;
    this.#keys[2 * at + 1] = right;
    this.#values[at] = value;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Int32Array(keys.length * 2).fill(-1);
    this.#values = new Int32Array(values.length * 2);
    for (let at = 0; at < values.length; at++) {
      if (keys[2 * at] !== -1) this.#place(keys[2 * at], keys[2 * at + 1], values[at]);
    }
  }
}
