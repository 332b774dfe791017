/**
 * What `mapBytes` emits: a hash table whose keys are bytes in one arena, so that counting a word makes no object and no
 * string. It does the combiner's work as the pairs come.
 * @module
 */

import { AppError, type ByteSink, checkKey, checkValue, type LoadedApp } from "../app.ts";
import { bucketOfHash, fnv1aBytes } from "../partition.ts";
import { decodeText } from "./format.ts";
import { type KeyPlaces, MAX_KEYS, sortKeys } from "./key_order.ts";
import type { RunWriter } from "./run_writer.ts";

/** A slot is four numbers side by side, one cache line at most: hash, where the key begins, its length, its content. */
const STRIDE = 4;
const START = 1;
const LENGTH = 2;
const CONTENT = 3;
const FIRST_SLOTS = 1 << 12;
/** Totals beyond this are put aside, so that they stay small integers. */
const MAX_TOTAL = 1 << 30;

const FLUSH_BYTES = 256 << 10;

/** What a table holds, by which call was used first. */
type Content = "nothing" | "totals" | "values";

/** See the module's page. */
export class ByteTable implements ByteSink, KeyPlaces {
  arena: Uint8Array = new Uint8Array(64 << 10);
  readonly #limitBytes: number;
  #slots = new Int32Array(FIRST_SLOTS * STRIDE);
  #mask = FIRST_SLOTS - 1;
  #used = 0;
  #keys = 0;
  #content: Content = "nothing";
  readonly #values: string[] = [];
  readonly #valueIds = new Map<string, number>();
  #lastValue = "";
  #lastValueId = -1;
  #valueBytes = 0;
  /** What a slot had to give up before the next spill: slot and content, two by two. */
  #aside: number[] = [];

  /** @param limitBytes At about this size the table is full. It may grow past it by what one piece of input adds. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Whether it is time to spill. */
  get full(): boolean {
    return this.sizeBytes > this.#limitBytes || this.#keys > MAX_KEYS / 2;
  }

  /** An estimate. */
  get sizeBytes(): number {
    return this.#used + this.#keys * 40 + this.#valueBytes + this.#aside.length * 8;
  }

  startOf(member: number): number {
    return this.#slots[member + START];
  }

  endOf(member: number): number {
    return this.#slots[member + START] + this.#slots[member + LENGTH];
  }

  add(bytes: Uint8Array, start: number, end: number, amount: number): void {
    this.addHashed(bytes, start, end, fnv1aBytes(bytes, start, end), amount);
  }

  addHashed(bytes: Uint8Array, start: number, end: number, hash: number, amount: number): void {
    if (this.#content !== "totals") this.#begin("totals");
    if ((amount | 0) !== amount) {
      throw new AppError("wrongType", `mapBytes added ${amount}: add integers from -2^31 to 2^31 - 1`);
    }
    const slot = this.#find(bytes, start, end, hash);
    const total = this.#slots[slot + CONTENT] + amount;
    if (total > MAX_TOTAL || total < -MAX_TOTAL) this.#putAside(slot, amount);
    else this.#slots[slot + CONTENT] = total;
  }

  put(bytes: Uint8Array, start: number, end: number, value: string): void {
    this.putHashed(bytes, start, end, fnv1aBytes(bytes, start, end), value);
  }

  putHashed(bytes: Uint8Array, start: number, end: number, hash: number, value: string): void {
    if (this.#content !== "values") this.#begin("values");
    const id = value === this.#lastValue ? this.#lastValueId : this.#valueId(value);
    const slot = this.#find(bytes, start, end, hash);
    const before = this.#slots[slot + CONTENT];
    if (before === id) return;
    // 0 stands for no value yet, so identifiers begin with 1.
    if (before !== 0) this.#aside.push(slot, before);
    this.#slots[slot + CONTENT] = id;
  }

  /** Writes everything as one sorted run per bucket and empties the table. */
  async spill(writers: readonly RunWriter[], app: LoadedApp): Promise<void> {
    const buckets = this.#byBucket(writers.length);
    const aside = this.#asideBySlot();
    for (let bucket = 0; bucket < writers.length; bucket++) {
      const writer = writers[bucket];
      for (const slot of sortKeys(this, buckets[bucket], buckets[bucket].length)) {
        const contents = aside.get(slot) ?? [];
        contents.push(this.#slots[slot + CONTENT]);
        this.#write(writer, slot, contents, app);
        if (writer.pendingBytes > FLUSH_BYTES) await writer.flush();
      }
      writer.endRun();
    }
    this.#clear();
  }

  #write(writer: RunWriter, slot: number, contents: readonly number[], app: LoadedApp): void {
    const start = this.startOf(slot);
    const end = this.endOf(slot);
    let values = contents.map((content) =>
      this.#content === "totals" ? String(content) : this.#values[content - 1]
    );
    if (values.length > 1 && app.combine !== null) {
      const key = decodeText(this.arena, start, end);
      const combined: unknown = app.combine(key, values);
      checkValue(combined, "combine", key);
      values = [combined];
    }
    for (const value of values) writer.put(this.arena, start, end, value, 1);
  }

  #begin(content: Content): void {
    if (this.#content !== "nothing") {
      throw new AppError(
        "wrongType",
        'mapBytes called both "add" and "put": an application uses one of them',
      );
    }
    this.#content = content;
  }

  /** The slot of a key, which is made if it is new. */
  #find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const slots = this.#slots;
    const length = end - start;
    for (let probe = hash ^ (hash >>> 15);; probe++) {
      const slot = (probe & this.#mask) * STRIDE;
      const known = slots[slot + LENGTH];
      if (known === 0) return this.#insert(bytes, start, end, hash, slot);
      if (slots[slot] === hash && known === length && this.#equals(slots[slot + START], bytes, start, end)) {
        return slot;
      }
    }
  }

  #equals(arenaStart: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { arena } = this;
    for (let at = start, other = arenaStart; at < end; at++, other++) {
      if (arena[other] !== bytes[at]) return false;
    }
    return true;
  }

  #insert(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const length = end - start;
    let plain = length > 0;
    for (let at = start; at < end; at++) plain &&= bytes[at] >= 32;
    if (!plain) checkKey(decodeText(bytes, start, Math.max(start, end)));
    if (this.#used + length > this.arena.length) {
      const grown = new Uint8Array(Math.max(this.arena.length * 2, this.#used + length));
      grown.set(this.arena.subarray(0, this.#used));
      this.arena = grown;
    }
    for (let at = 0; at < length; at++) this.arena[this.#used + at] = bytes[start + at];
    const slots = this.#slots;
    slots[slot] = hash;
    slots[slot + START] = this.#used;
    slots[slot + LENGTH] = length;
    slots[slot + CONTENT] = 0;
    this.#used += length;
    this.#keys++;
    if (this.#keys * 2 <= this.#mask) return slot;
    this.#grow();
    return this.#find(bytes, start, end, hash);
  }

  #grow(): void {
    const before = this.#slots;
    const moved = new Map<number, number>();
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array((this.#mask + 1) * STRIDE);
    for (let slot = 0; slot < before.length; slot += STRIDE) {
      if (before[slot + LENGTH] === 0) continue;
      let probe = before[slot] ^ (before[slot] >>> 15);
      while (this.#slots[(probe & this.#mask) * STRIDE + LENGTH] !== 0) probe++;
      const target = (probe & this.#mask) * STRIDE;
      for (let field = 0; field < STRIDE; field++) this.#slots[target + field] = before[slot + field];
      if (this.#aside.length > 0) moved.set(slot, target);
    }
    this.#aside = this.#aside.map((value, at) => at % 2 === 0 ? moved.get(value) ?? value : value);
  }

  #putAside(slot: number, amount: number): void {
    this.#aside.push(slot, this.#slots[slot + CONTENT]);
    this.#slots[slot + CONTENT] = amount;
  }

  #valueId(value: string): number {
    let id = this.#valueIds.get(value);
    if (id === undefined) {
      checkValue(value, "mapBytes", "?");
      id = this.#values.push(value);
      this.#valueIds.set(value, id);
      this.#valueBytes += value.length * 2 + 80;
    }
    this.#lastValue = value;
    this.#lastValueId = id;
    return id;
  }

  #byBucket(count: number): Int32Array[] {
    const sizes = new Int32Array(count);
    const slots = this.#slots;
    for (let slot = 0; slot < slots.length; slot += STRIDE) {
      if (slots[slot + LENGTH] !== 0) sizes[bucketOfHash(slots[slot], count)]++;
    }
    const buckets = Array.from(sizes, (size) => new Int32Array(size));
    for (let slot = slots.length - STRIDE; slot >= 0; slot -= STRIDE) {
      if (slots[slot + LENGTH] === 0) continue;
      const bucket = bucketOfHash(slots[slot], count);
      buckets[bucket][--sizes[bucket]] = slot;
    }
    return buckets;
  }

  #asideBySlot(): Map<number, number[]> {
    const bySlot = new Map<number, number[]>();
    for (let at = 0; at < this.#aside.length; at += 2) {
      const contents = bySlot.get(this.#aside[at]);
      if (contents === undefined) bySlot.set(this.#aside[at], [this.#aside[at + 1]]);
      else contents.push(this.#aside[at + 1]);
    }
    return bySlot;
  }

  #clear(): void {
    this.#slots.fill(0);
    this.#used = 0;
    this.#keys = 0;
    this.#aside = [];
    this.#values.length = 0;
    this.#valueIds.clear();
    this.#valueBytes = 0;
    this.#lastValue = "";
    this.#lastValueId = -1;
  }
}
