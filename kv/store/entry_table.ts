/**
 * Everything under its key, as bytes: for a million small values less than half of what objects and strings would take, and nothing for the
 * collector of garbage to visit.
 *
 * An entry is kept in the form in which snapshots hold it, so a snapshot is made and restored by copying. It is found by a hash table of
 * numbers, and in order by blocks of numbers; both compare with the bytes.
 * @module
 */

import { ByteReader } from "../../runtime/bytes.ts";
import { WireError } from "../../runtime/wire_error.ts";
import { compareKeys, EntryPlan, EntryScratch, isAscii, skipCount } from "./entry_bytes.ts";
import { hashBytes, type HashKey } from "./key_hash.ts";
import { OrderedIds } from "./ordered_ids.ts";
import { SlabArena } from "./slab_arena.ts";
import type { StoreEntry } from "./types.ts";

/** An entry without its key and value. */
export type EntryHead = Pick<StoreEntry, "version" | "revision" | "createdAt" | "lease">;

const FIRST_SLOTS = 16;
/** No entry takes less: six counts. */
const LEAST_ENTRY_BYTES = 6;
/** Shared by all tables: nothing is left in it between two calls. */
const scratch = new EntryScratch();
const plan = new EntryPlan();

/** See the module's page. */
export class EntryTable {
  readonly #hashKey: HashKey;
  readonly #arena = new SlabArena();
  readonly #order = new OrderedIds();
  /** Open addressing: the number of an entry and one, or 0 for an empty slot. A power of two of them. */
  #slots = new Uint32Array(FIRST_SLOTS);
  /** By number of the entry. */
  #addresses = new Float64Array(FIRST_SLOTS / 2);
  #hashes = new Uint32Array(FIRST_SLOTS / 2);
  readonly #vacant: number[] = [];
  #next = 0;
  #size = 0;
  readonly #compare = (id: number) => {
    const address = this.#addresses[id];
    return compareKeys(scratch, this.#arena.slabAt(address).bytes, this.#arena.bodyAt(address));
  };

  /** An empty table. `hashKey` should be a secret where strangers choose keys. */
  constructor(hashKey: HashKey) {
    this.#hashKey = hashKey;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of memory that the entries take, without the index. */
  get sizeBytes(): number {
    return this.#arena.sizeBytes;
  }

  /** Whether there is an entry under `key`. */
  has(key: string): boolean {
    return this.#find(key) !== -1;
  }

  /** The entry under `key`. */
  get(key: string): StoreEntry | undefined {
    const id = this.#find(key);
    if (id === -1) return undefined;
    const reader = this.#behindKey(id);
    return {
      key,
      value: reader.string(),
      version: reader.varint(),
      revision: reader.varint(),
      createdAt: reader.varint(),
      lease: reader.varint(),
    };
  }

  /** The entry under `key` without its value, which takes longest to read. */
  head(key: string): EntryHead | undefined {
    const id = this.#find(key);
    if (id === -1) return undefined;
    const value = this.#behindKey(id);
    const length = value.varint();
    const { bytes } = this.#arena.slabAt(this.#addresses[id]);
    const reader = new ByteReader(bytes, value.offset + length);
    return {
      version: reader.varint(),
      revision: reader.varint(),
      createdAt: reader.varint(),
      lease: reader.varint(),
    };
  }

  /** Puts `entry` under its key, in place of what was there. */
  set(entry: StoreEntry): void {
    let id = this.#find(entry.key);
    const isNew = id === -1;
    if (isNew) id = this.#insert(this.#hash);
    const length = scratch.encode(entry);
    let address = this.#addresses[id];
    const room = isNew ? -1 : this.#arena.roomAt(address);
    // In place where it fits, unless most of the room would be wasted.
    if (length > room || length < room >> 1) {
      if (!isNew) this.#arena.release(address);
      address = this.#arena.allocate(id, length);
      this.#addresses[id] = address;
    }
    scratch.copyTo(this.#arena.slabAt(address).bytes, this.#arena.bodyAt(address), length);
    if (isNew) this.#order.add(id, this.#compare);
    this.#tidy();
  }

  /** Takes the entry under `key` out; false if there is none. */
  delete(key: string): boolean {
    const id = this.#find(key);
    if (id === -1) return false;
    this.#order.delete(this.#compare);
    this.#empty(id);
    this.#arena.release(this.#addresses[id]);
    this.#vacant.push(id);
    this.#size--;
    this.#tidy();
    return true;
  }

  /** All keys from `first` on (itself included), in the order of JavaScript's `<` on strings. They must not change meanwhile. */
  *keysFrom(first: string): Generator<string, void, void> {
    scratch.takeKey(first);
    for (const id of this.#order.from(first === "" ? null : this.#compare)) {
      const address = this.#addresses[id];
      yield new ByteReader(this.#arena.slabAt(address).bytes, this.#arena.bodyAt(address)).string();
    }
  }

  /** Every entry as a snapshot holds it, in the order of keys. Views: to be copied before anything changes. */
  *parts(): Generator<Uint8Array, void, void> {
    for (const id of this.#order.from(null)) {
      const address = this.#addresses[id];
      const { bytes } = this.#arena.slabAt(address);
      const start = this.#arena.bodyAt(address);
      plan.read(bytes, start);
      yield bytes.subarray(start, plan.end);
    }
  }

  /**
   * Reads `count` entries, as `parts` gives them, from `start` of `data` on, into an empty table, and gives where they end; `onLease` hears of those that
   * live by one. Throws `WireError`, and the table is of no use then.
   */
  decode(data: Uint8Array, start: number, { count, onLease }: {
    readonly count: number;
    readonly onLease: (lease: number, key: string) => void;
  }): number {
    this.#reserve(Math.min(count, Math.floor(data.length / LEAST_ENTRY_BYTES)));
    let at = start;
    for (let left = count; left > 0; left--) at = this.#decodeOne(data, at, onLease);
    return at;
  }

  #decodeOne(data: Uint8Array, start: number, onLease: (lease: number, key: string) => void): number {
    plan.read(data, start);
    const { keyStart, keyEnd, valueStart, valueEnd, lease, end } = plan;
    scratch.takeKeyBytes(data, keyStart, keyEnd - keyStart);
    if (this.#size > 0 && this.#compare(this.#size - 1) <= 0) {
      throw new WireError("malformed", "Cannot decode entries that are not in the order of their keys");
    }
    const id = this.#insert(hashBytes(scratch.key, scratch.keyLength, this.#hashKey));
    const address = this.#arena.allocate(id, end - start);
    this.#addresses[id] = address;
    const slab = this.#arena.slabAt(address);
    const shift = this.#arena.bodyAt(address) - start;
    slab.bytes.set(data.subarray(start, end), start + shift);
    const plain = isAscii(slab, keyStart + shift, keyEnd + shift) &&
      isAscii(slab, valueStart + shift, valueEnd + shift);
    if (!plain) checkText(data, start);
    this.#order.append(id);
    if (lease !== 0) onLease(lease, new ByteReader(data, start).string());
    return end;
  }

  /** The hash of the key that was looked for last. */
  #hash = 0;

  /** The number of the entry under `key`, or -1. The key stays in the scratch. */
  #find(key: string): number {
    scratch.takeKey(key);
    this.#hash = hashBytes(scratch.key, scratch.keyLength, this.#hashKey);
    const mask = this.#slots.length - 1;
    for (let slot = this.#hash & mask;; slot = (slot + 1) & mask) {
      const id = this.#slots[slot] - 1;
      if (id === -1) return -1;
      if (this.#hashes[id] === this.#hash && this.#compare(id) === 0) return id;
    }
  }

  #behindKey(id: number): ByteReader {
    const address = this.#addresses[id];
    const start = this.#arena.bodyAt(address);
    const { bytes } = this.#arena.slabAt(address);
    const { end, value } = skipCount(bytes, start);
    return new ByteReader(bytes, end + value);
  }

  #insert(hash: number): number {
    const id = this.#vacant.pop() ?? this.#next++;
    if (id >= this.#hashes.length) this.#widen();
    this.#hashes[id] = hash;
    this.#size++;
    if (this.#size * 4 > this.#slots.length * 3) this.#rehash();
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = id + 1;
    return id;
  }

  #widen(): void {
    const length = Math.ceil(this.#hashes.length * 1.5);
    const hashes = new Uint32Array(length);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const addresses = new Float64Array(length);
    addresses.set(this.#addresses);
    this.#addresses = addresses;
  }

  /** Makes room for `count` entries in an empty table: growing step by step would take as long again. */
  #reserve(count: number): void {
    if (count <= this.#hashes.length) return;
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(count * 4 / 3 + 1)));
    this.#hashes = new Uint32Array(count);
    this.#addresses = new Float64Array(count);
  }

  #rehash(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(before.length * 2);
    const mask = this.#slots.length - 1;
    for (const taken of before) {
      if (taken === 0) continue;
      let slot = this.#hashes[taken - 1] & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = taken;
    }
  }

  /** Empties the slot of `id`, and moves up those behind it that would not be found any more. */
  #empty(id: number): void {
    const mask = this.#slots.length - 1;
    let hole = this.#hashes[id] & mask;
    while (this.#slots[hole] !== id + 1) hole = (hole + 1) & mask;
    for (let slot = (hole + 1) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = this.#hashes[this.#slots[slot] - 1] & mask;
      // Whoever begins to look behind the hole and not behind this slot finds it where it is.
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      this.#slots[hole] = this.#slots[slot];
      hole = slot;
    }
    this.#slots[hole] = 0;
  }

  #tidy(): void {
    this.#arena.tidy((id, address) => this.#addresses[id] = address);
  }
}

/** Throws `WireError` unless key and value are text. */
function checkText(data: Uint8Array, start: number): void {
  const reader = new ByteReader(data, start);
  reader.string();
  reader.string();
}
