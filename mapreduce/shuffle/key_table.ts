/**
 * A hash table whose keys are bytes in one arena and whose slots are four numbers side by side: finding a key makes no
 * object and touches few cache lines. What belongs to a key is one number, to be used as the owner likes.
 * @module
 */

import { checkKey } from "../app.ts";
import { bucketOfHash } from "../partition.ts";
import { decodeText } from "./format.ts";
import { type KeyPlaces, MAX_KEYS } from "./key_order.ts";

const STRIDE = 4;
const HASH = 0;
const START = 1;
const LENGTH = 2;
const FIRST_SLOTS = 1 << 12;
/** Where the owner's number stands in a slot. It is 0 for a new key. */
export const CONTENT = 3;

/** See the module's page. A slot's number holds until the next key is added; where its key starts, until `clear`. */
export class KeyTable implements KeyPlaces {
  arena: Uint8Array = new Uint8Array(64 << 10);
  /** The slots; the owner reads and writes `slots[slot + CONTENT]`. */
  slots: Int32Array = new Int32Array(FIRST_SLOTS * STRIDE);
  #mask = FIRST_SLOTS - 1;
  #used = 0;
  #count = 0;

  /** An estimate of the memory in use. */
  get sizeBytes(): number {
    return this.#used + this.#count * 40;
  }

  /** Whether there are almost more keys than can be sorted at once. */
  get crowded(): boolean {
    return this.#count > MAX_KEYS / 2;
  }

  startOf(slot: number): number {
    return this.slots[slot + START];
  }

  endOf(slot: number): number {
    return this.slots[slot + START] + this.slots[slot + LENGTH];
  }

  /** A slot's key. */
  keyOf(slot: number): string {
    return decodeText(this.arena, this.startOf(slot), this.endOf(slot));
  }

  /** The slot of the key `bytes[start, end)`, whose FNV-1a is `hash`; a new one if need be. Throws `AppError`. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const { slots, arena } = this;
    const mask = this.#mask;
    const length = end - start;
    for (let probe = hash ^ (hash >>> 15);; probe++) {
      const slot = (probe & mask) * STRIDE;
      const known = slots[slot + LENGTH];
      if (known === 0) return this.#insert(bytes, start, end, hash);
      if (slots[slot] !== hash || known !== length) continue;
      let other = slots[slot + START];
      let at = start;
      while (at < end && arena[other] === bytes[at]) {
        at++;
        other++;
      }
      if (at === end) return slot;
    }
  }

  /** The slots of each of `count` buckets. */
  byBucket(count: number): Int32Array[] {
    const { slots } = this;
    const sizes = new Int32Array(count);
    for (let slot = 0; slot < slots.length; slot += STRIDE) {
      if (slots[slot + LENGTH] !== 0) sizes[bucketOfHash(slots[slot + HASH], count)]++;
    }
    const buckets = Array.from(sizes, (size) => new Int32Array(size));
    for (let slot = slots.length - STRIDE; slot >= 0; slot -= STRIDE) {
      if (slots[slot + LENGTH] === 0) continue;
      const bucket = bucketOfHash(slots[slot + HASH], count);
      buckets[bucket][--sizes[bucket]] = slot;
    }
    return buckets;
  }

  /** Calls `visit` with every slot that has a key. */
  forEach(visit: (slot: number) => void): void {
    for (let slot = 0; slot < this.slots.length; slot += STRIDE) {
      if (this.slots[slot + LENGTH] !== 0) visit(slot);
    }
  }

  /** Forgets everything, but keeps the room. */
  clear(): void {
    this.slots.fill(0);
    this.#used = 0;
    this.#count = 0;
  }

  #insert(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const length = end - start;
    let plain = length > 0;
    for (let at = start; at < end; at++) plain &&= bytes[at] >= 32;
    if (!plain) checkKey(decodeText(bytes, start, Math.max(start, end)));
    if (this.#count * 2 > this.#mask) this.#grow();
    if (this.#used + length > this.arena.length) {
      const grown = new Uint8Array(Math.max(this.arena.length * 2, this.#used + length));
      grown.set(this.arena.subarray(0, this.#used));
      this.arena = grown;
    }
    for (let at = 0; at < length; at++) this.arena[this.#used + at] = bytes[start + at];
    const slot = this.#free(hash);
    this.slots[slot + HASH] = hash;
    this.slots[slot + START] = this.#used;
    this.slots[slot + LENGTH] = length;
    this.slots[slot + CONTENT] = 0;
    this.#used += length;
    this.#count++;
    return slot;
  }

  #free(hash: number): number {
    let probe = hash ^ (hash >>> 15);
    while (this.slots[(probe & this.#mask) * STRIDE + LENGTH] !== 0) probe++;
    return (probe & this.#mask) * STRIDE;
  }

  #grow(): void {
    const before = this.slots;
    this.#mask = this.#mask * 2 + 1;
    this.slots = new Int32Array((this.#mask + 1) * STRIDE);
    for (let slot = 0; slot < before.length; slot += STRIDE) {
      if (before[slot + LENGTH] === 0) continue;
      const target = this.#free(before[slot + HASH]);
      for (let field = 0; field < STRIDE; field++) this.slots[target + field] = before[slot + field];
    }
  }
}
