/**
 * What `map` emits: keys with their values, combined when it is full, spilled when that does not help.
 * @module
 */

import { AppError, checkKey, checkValue, describe, type LoadedApp } from "../app.ts";
import { fnv1aBytes, FNV_OFFSET, FNV_PRIME } from "../partition.ts";
import { sortKeys } from "./key_order.ts";
import { CONTENT, KeyTable } from "./key_table.ts";
import type { RunWriter } from "./run_writer.ts";

const encoder = new TextEncoder();
const FLUSH_BYTES = 256 << 10;
/** Combining must free this share of the room, or it is not worth doing again before the spill. */
const WORTH_IT = 0.5;

/** The values of a key: one value and how often it came, since most applications say "1"; others only if there are any. */
class Group {
  value: string;
  repeat = 1;
  /** Earlier values and how often each came. */
  others: [value: string, repeat: number][] | null = null;

  constructor(value: string) {
    this.value = value;
  }
}

type Combine = (key: string, values: Iterable<string>) => string;

/** V8 keeps the whole text alive for a long slice of it; a copy lets the text go. */
function detach(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}

/** See the module's page. */
export class PairBuffer {
  readonly #limitBytes: number;
  readonly #app: LoadedApp;
  readonly #keys = new KeyTable();
  /** By the number in a key's slot, from 1 on. */
  #groups: Group[] = [];
  #scratch = new Uint8Array(256);
  #valueBytes = 0;
  /** Whether there is no point in combining before the next spill. */
  #dense = false;

  /** @param limitBytes At about this size, by estimate, the buffer is full. */
  constructor(limitBytes: number, app: LoadedApp) {
    this.#limitBytes = limitBytes;
    this.#app = app;
  }

  /** Whether it is time to make room. */
  get full(): boolean {
    return this.sizeBytes > this.#limitBytes || this.#keys.crowded;
  }

  /** An estimate. */
  get sizeBytes(): number {
    return this.#keys.sizeBytes + this.#valueBytes;
  }

  /** Takes a pair. Throws `AppError` (`wrongType`) unless it is one. */
  add(key: unknown, value: unknown): void {
    if (typeof key !== "string") return checkKey(key);
    const slot = this.#slotOf(key);
    const number = this.#keys.slots[slot + CONTENT];
    if (number === 0) return this.#begin(slot, key, value);
    const group = this.#groups[number - 1];
    if (group.value === value) {
      group.repeat++;
      return;
    }
    checkValue(value, "map", key);
    (group.others ??= []).push([group.value, group.repeat]);
    group.value = detach(value);
    group.repeat = 1;
    this.#valueBytes += 64 + value.length * 2;
  }

  /** Takes pairs from `pairs` until the buffer is full or `limit` have been taken; true if there may be more. */
  take(pairs: Iterator<unknown>, limit: number): boolean {
    for (let left = limit; left > 0; left--) {
      const step = pairs.next();
      if (step.done === true) return false;
      const pair = step.value;
      if (!Array.isArray(pair)) {
        throw new AppError("wrongType", `map gave ${describe(pair)}: give pairs of texts, [key, value]`);
      }
      this.add(pair[0], pair[1]);
      // A single pair may be large, but hardly one in a hundred.
      if ((left & 63) === 0 && this.full) return true;
    }
    return true;
  }

  /** Makes room: by the combiner if that does it, else on disk. */
  async relieve(writers: readonly RunWriter[]): Promise<void> {
    if (this.#app.combine !== null && !this.#dense && !this.#keys.crowded) {
      this.#combineAll(this.#app.combine);
      this.#dense = this.sizeBytes > this.#limitBytes * WORTH_IT;
      if (!this.full) return;
    }
    await this.spill(writers);
  }

  /** Writes everything as one sorted run per bucket and empties the buffer. */
  async spill(writers: readonly RunWriter[]): Promise<void> {
    if (this.#app.combine !== null) this.#combineAll(this.#app.combine);
    const keys = this.#keys;
    const buckets = keys.byBucket(writers.length);
    for (let bucket = 0; bucket < writers.length; bucket++) {
      const writer = writers[bucket];
      for (const slot of sortKeys(keys, buckets[bucket], buckets[bucket].length)) {
        const { others, value, repeat } = this.#groups[keys.slots[slot + CONTENT] - 1];
        const start = keys.startOf(slot);
        const end = keys.endOf(slot);
        for (const [other, times] of others ?? []) writer.put(keys.arena, start, end, other, times);
        writer.put(keys.arena, start, end, value, repeat);
        if (writer.pendingBytes > FLUSH_BYTES) await writer.flush();
      }
      writer.endRun();
    }
    keys.clear();
    this.#groups = [];
    this.#valueBytes = 0;
    this.#dense = false;
  }

  /** The slot of a key. Most keys are short ASCII, and the hash is made while they are copied. */
  #slotOf(key: string): number {
    const { length } = key;
    if (length > this.#scratch.length) this.#scratch = new Uint8Array(length * 2);
    const scratch = this.#scratch;
    let hash = FNV_OFFSET;
    for (let at = 0; at < length; at++) {
      const code = key.charCodeAt(at);
      if (code > 0x7f) {
        const bytes = encoder.encode(key);
        return this.#keys.find(bytes, 0, bytes.length, fnv1aBytes(bytes, 0, bytes.length));
      }
      scratch[at] = code;
      hash = Math.imul(hash ^ code, FNV_PRIME);
    }
    return this.#keys.find(scratch, 0, length, hash);
  }

  #begin(slot: number, key: string, value: unknown): void {
    checkKey(key);
    checkValue(value, "map", key);
    this.#keys.slots[slot + CONTENT] = this.#groups.push(new Group(detach(value)));
    this.#valueBytes += 96 + value.length;
  }

  #combineAll(combine: Combine): void {
    const keys = this.#keys;
    keys.forEach((slot) => {
      const group = this.#groups[keys.slots[slot + CONTENT] - 1];
      if (group.repeat === 1 && group.others === null) return;
      const key = keys.keyOf(slot);
      const before = group.others ?? [];
      const values = [...before, [group.value, group.repeat] as const].flatMap(([value, repeat]) =>
        combineRepeated(combine, key, value, repeat)
      );
      const value = values.length === 1 ? values[0] : combine(key, values);
      for (const [other] of before) this.#valueBytes -= 64 + other.length * 2;
      group.others = null;
      group.value = value;
      group.repeat = 1;
    });
  }
}

/** Up to this often a value is simply given as often as it came. */
const FEW = 4;

/**
 * Some values that stand for `repeat` times `value`. Doubling makes a thousand of them ten calls: a combiner may be given
 * its own results, in any grouping.
 */
function combineRepeated(combine: Combine, key: string, value: string, repeat: number): string[] {
  const values: string[] = [];
  let left = repeat;
  for (let doubled = value; left > 0; left >>>= 1) {
    if (left <= FEW) return [...values, ...new Array<string>(left).fill(doubled)];
    if (left & 1) values.push(doubled);
    doubled = combine(key, [doubled, doubled]);
  }
  return values;
}
