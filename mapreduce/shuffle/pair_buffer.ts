/**
 * What `map` emits: keys with their values, combined when it is full, spilled when that does not help.
 * @module
 */

import { AppError, checkKey, checkValue, describe, type LoadedApp } from "../app.ts";
import { bucketOfHash, fnv1aBytes } from "../partition.ts";
import { type KeyPlaces, MAX_KEYS, sortKeys } from "./key_order.ts";
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

  *values(): Generator<string> {
    for (const [value, repeat] of this.others ?? []) {
      for (let left = repeat; left > 0; left--) yield value;
    }
    const { value } = this;
    for (let left = this.repeat; left > 0; left--) yield value;
  }
}

/** V8 keeps the whole text alive for a long slice of it; a copy lets the text go. */
function detach(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}

/** See the module's page. */
export class PairBuffer {
  readonly #limitBytes: number;
  readonly #app: LoadedApp;
  #groups = new Map<string, Group>();
  #sizeBytes = 0;
  /** Whether there is no point in combining before the next spill. */
  #dense = false;

  /** @param limitBytes At about this size, by estimate, the buffer is full. */
  constructor(limitBytes: number, app: LoadedApp) {
    this.#limitBytes = limitBytes;
    this.#app = app;
  }

  /** Whether it is time to make room. */
  get full(): boolean {
    return this.#sizeBytes > this.#limitBytes || this.#groups.size > MAX_KEYS / 2;
  }

  /** An estimate. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Takes a pair. Throws `AppError` (`wrongType`) unless it is one. */
  add(key: unknown, value: unknown): void {
    const group = this.#groups.get(key as string);
    if (group === undefined) {
      this.#insert(key, value);
      return;
    }
    if (group.value === value) {
      group.repeat++;
      return;
    }
    checkValue(value, "map", key as string);
    (group.others ??= []).push([group.value, group.repeat]);
    group.value = detach(value);
    group.repeat = 1;
    this.#sizeBytes += 64 + value.length * 2;
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
      if (this.full) return true;
    }
    return true;
  }

  /** Makes room: by the combiner if that does it, else on disk. */
  async relieve(writers: readonly RunWriter[]): Promise<void> {
    if (this.#app.combine !== null && !this.#dense && this.#groups.size <= MAX_KEYS / 2) {
      this.#combineAll(this.#app.combine);
      this.#dense = this.#sizeBytes > this.#limitBytes * WORTH_IT;
      if (!this.full) return;
    }
    await this.spill(writers);
  }

  /** Writes everything as one sorted run per bucket and empties the buffer. */
  async spill(writers: readonly RunWriter[]): Promise<void> {
    if (this.#app.combine !== null) this.#combineAll(this.#app.combine);
    const keys = new KeyList(this.#groups.keys());
    const groups = [...this.#groups.values()];
    const buckets = keys.byBucket(writers.length);
    for (let bucket = 0; bucket < writers.length; bucket++) {
      const writer = writers[bucket];
      for (const member of sortKeys(keys, buckets[bucket], buckets[bucket].length)) {
        const { others, value, repeat } = groups[member];
        const start = keys.startOf(member);
        const end = keys.endOf(member);
        for (const [other, times] of others ?? []) writer.put(keys.arena, start, end, other, times);
        writer.put(keys.arena, start, end, value, repeat);
        if (writer.pendingBytes > FLUSH_BYTES) await writer.flush();
      }
      writer.endRun();
    }
    this.#groups = new Map();
    this.#sizeBytes = 0;
    this.#dense = false;
  }

  #insert(key: unknown, value: unknown): void {
    checkKey(key);
    checkValue(value, "map", key);
    this.#groups.set(detach(key), new Group(detach(value)));
    this.#sizeBytes += 128 + key.length * 2 + value.length;
  }

  #combineAll(combine: (key: string, values: Iterable<string>) => string): void {
    for (const [key, group] of this.#groups) {
      if (group.repeat === 1 && group.others === null) continue;
      const value: unknown = combine(key, group.values());
      checkValue(value, "combine", key);
      for (const [other] of group.others ?? []) this.#sizeBytes -= 64 + other.length * 2;
      group.others = null;
      group.value = value;
      group.repeat = 1;
    }
  }
}

/** The buffer's keys as bytes, for hashing and sorting. */
class KeyList implements KeyPlaces {
  arena: Uint8Array = new Uint8Array(64 << 10);
  readonly #ends: number[] = [];

  constructor(keys: Iterable<string>) {
    let used = 0;
    for (const key of keys) {
      if (used + key.length * 3 > this.arena.length) {
        const grown = new Uint8Array(Math.max(this.arena.length * 2, used + key.length * 3));
        grown.set(this.arena.subarray(0, used));
        this.arena = grown;
      }
      used += encoder.encodeInto(key, this.arena.subarray(used)).written;
      this.#ends.push(used);
    }
  }

  startOf(member: number): number {
    return member === 0 ? 0 : this.#ends[member - 1];
  }

  endOf(member: number): number {
    return this.#ends[member];
  }

  byBucket(count: number): Int32Array[] {
    const buckets: number[][] = Array.from({ length: count }, () => []);
    for (let member = 0; member < this.#ends.length; member++) {
      const hash = fnv1aBytes(this.arena, this.startOf(member), this.endOf(member));
      buckets[bucketOfHash(hash, count)].push(member);
    }
    return buckets.map((members) => Int32Array.from(members));
  }
}
