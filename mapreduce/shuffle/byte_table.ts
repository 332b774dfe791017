/**
 * What `mapBytes` emits, combined as it comes: a number or a value per key, and no object or string for any of them.
 * @module
 */

import { AppError, type ByteSink, checkValue, type LoadedApp } from "../app.ts";
import { fnv1aBytes } from "../partition.ts";
import { sortKeys } from "./key_order.ts";
import { CONTENT, KeyTable } from "./key_table.ts";
import type { RunWriter } from "./run_writer.ts";

/** Totals beyond this are put aside, so that they stay small integers. */
const MAX_TOTAL = 1 << 30;
const FLUSH_BYTES = 256 << 10;

/** What a table holds, by which call was used first. */
type Content = "nothing" | "totals" | "values";

/** See the module's page. */
export class ByteTable implements ByteSink {
  readonly #limitBytes: number;
  readonly #keys = new KeyTable();
  #content: Content = "nothing";
  /** The different values; a slot holds a value's place from 1 on, and 0 before it has one. */
  readonly #values: string[] = [];
  readonly #valueIds = new Map<string, number>();
  #lastValue = "";
  #lastValueId = -1;
  #valueBytes = 0;
  /** What keys had to give up before the next spill: where the key starts and the content, two by two. */
  #aside: number[] = [];

  /** @param limitBytes At about this size the table is full. It may grow past it by what one piece of input adds. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Whether it is time to spill. */
  get full(): boolean {
    return this.sizeBytes > this.#limitBytes || this.#keys.crowded;
  }

  /** An estimate. */
  get sizeBytes(): number {
    return this.#keys.sizeBytes + this.#valueBytes + this.#aside.length * 8;
  }

  add(bytes: Uint8Array, start: number, end: number, amount: number): void {
    this.addHashed(bytes, start, end, fnv1aBytes(bytes, start, end), amount);
  }

  addHashed(bytes: Uint8Array, start: number, end: number, hash: number, amount: number): void {
    if (this.#content !== "totals") this.#begin("totals");
    if ((amount | 0) !== amount) {
      throw new AppError("wrongType", `mapBytes added ${amount}: add integers from -2^31 to 2^31 - 1`);
    }
    const keys = this.#keys;
    const slot = keys.find(bytes, start, end, hash);
    const total = keys.slots[slot + CONTENT] + amount;
    if (total > MAX_TOTAL || total < -MAX_TOTAL) this.#replace(slot, amount);
    else keys.slots[slot + CONTENT] = total;
  }

  put(bytes: Uint8Array, start: number, end: number, value: string): void {
    this.putHashed(bytes, start, end, fnv1aBytes(bytes, start, end), value);
  }

  putHashed(bytes: Uint8Array, start: number, end: number, hash: number, value: string): void {
    if (this.#content !== "values") this.#begin("values");
    const id = value === this.#lastValue ? this.#lastValueId : this.#valueId(value);
    const keys = this.#keys;
    const slot = keys.find(bytes, start, end, hash);
    const before = keys.slots[slot + CONTENT];
    if (before === 0) keys.slots[slot + CONTENT] = id;
    else if (before !== id) this.#replace(slot, id);
  }

  /** Writes everything as one sorted run per bucket and empties the table. */
  async spill(writers: readonly RunWriter[], app: LoadedApp): Promise<void> {
    const keys = this.#keys;
    const buckets = keys.byBucket(writers.length);
    const aside = this.#asideByStart();
    for (let bucket = 0; bucket < writers.length; bucket++) {
      const writer = writers[bucket];
      for (const slot of sortKeys(keys, buckets[bucket], buckets[bucket].length)) {
        const contents = aside.get(keys.startOf(slot)) ?? [];
        contents.push(keys.slots[slot + CONTENT]);
        this.#write(writer, slot, contents, app);
        if (writer.pendingBytes > FLUSH_BYTES) await writer.flush();
      }
      writer.endRun();
    }
    this.#clear();
  }

  #write(writer: RunWriter, slot: number, contents: readonly number[], app: LoadedApp): void {
    const keys = this.#keys;
    let values = contents.map((content) =>
      this.#content === "totals" ? String(content) : this.#values[content - 1]
    );
    if (values.length > 1 && app.combine !== null) {
      values = [app.combine(keys.keyOf(slot), values)];
    }
    for (const value of values) writer.put(keys.arena, keys.startOf(slot), keys.endOf(slot), value, 1);
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

  #replace(slot: number, content: number): void {
    const { slots } = this.#keys;
    this.#aside.push(this.#keys.startOf(slot), slots[slot + CONTENT]);
    slots[slot + CONTENT] = content;
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

  #asideByStart(): Map<number, number[]> {
    const byStart = new Map<number, number[]>();
    for (let at = 0; at < this.#aside.length; at += 2) {
      const contents = byStart.get(this.#aside[at]);
      if (contents === undefined) byStart.set(this.#aside[at], [this.#aside[at + 1]]);
      else contents.push(this.#aside[at + 1]);
    }
    return byStart;
  }

  #clear(): void {
    this.#keys.clear();
    this.#aside = [];
    this.#values.length = 0;
    this.#valueIds.clear();
    this.#valueBytes = 0;
    this.#lastValue = "";
    this.#lastValueId = -1;
  }
}
