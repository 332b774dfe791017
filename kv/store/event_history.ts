/**
 * The last events, so that a watcher who was away misses nothing. Part of the replicated state: any member that comes to lead
 * can go on where another stopped.
 * @module
 */

import type { ByteReader, ByteWriter } from "../../runtime/bytes.ts";
import { readEvent, writeEvent } from "./question_codec.ts";
import type { StoreEvent } from "./types.ts";

/** How much is kept. The events of the last revision always are. */
export interface HistoryLimits {
  /** Most events. */
  readonly maxEvents: number;
  /** Most bytes of keys and values, counted as characters. */
  readonly maxSize: number;
}

/** See the module's page. */
export class EventHistory {
  readonly #limits: HistoryLimits;
  /** By revision, oldest first, from `#first` on; what is before is gone. */
  #events: StoreEvent[] = [];
  #first = 0;
  #size = 0;
  #compacted = 0;

  /** Nothing has happened. */
  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  /** Events up to this revision are no longer kept. */
  get compacted(): number {
    return this.#compacted;
  }

  /** Adds all events of one revision. */
  add(events: readonly StoreEvent[]): void {
    for (const event of events) {
      this.#events.push(event);
      this.#size += sizeOf(event);
    }
    const newest = events.length;
    while (this.#kept > newest && this.#overfull) this.#dropRevision();
    // With no history at all even the newest is dropped.
    if (this.#limits.maxEvents === 0) this.#dropRevision();
    if (this.#first > 1024 && this.#first > this.#events.length / 2) {
      this.#events = this.#events.slice(this.#first);
      this.#first = 0;
    }
  }

  /** The position of the first event after `revision`. */
  positionAfter(revision: number): number {
    let low = this.#first;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#events[middle].revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The event at a position that {@linkcode positionAfter} gave, or behind one; undefined behind the last. */
  at(position: number): StoreEvent | undefined {
    return this.#events[position];
  }

  /** Writes all of it. */
  encode(writer: ByteWriter): void {
    writer.varint(this.#compacted);
    writer.varint(this.#kept);
    for (let at = this.#first; at < this.#events.length; at++) writeEvent(writer, this.#events[at]);
  }

  /** Reads what `encode` wrote. */
  static decode(reader: ByteReader, limits: HistoryLimits): EventHistory {
    const history = new EventHistory(limits);
    history.#compacted = reader.varint();
    for (let left = reader.varint(); left > 0; left--) {
      const event = readEvent(reader);
      history.#events.push(event);
      history.#size += sizeOf(event);
    }
    return history;
  }

  get #kept(): number {
    return this.#events.length - this.#first;
  }

  get #overfull(): boolean {
    return this.#kept > this.#limits.maxEvents || this.#size > this.#limits.maxSize;
  }

  /** A revision goes as a whole: half a batch must never be seen. */
  #dropRevision(): void {
    const { revision } = this.#events[this.#first];
    while (this.#kept > 0 && this.#events[this.#first].revision === revision) {
      this.#size -= sizeOf(this.#events[this.#first++]);
    }
    this.#compacted = revision;
  }
}

function sizeOf(event: StoreEvent): number {
  return event.key.length + (event.kind === "put" ? event.value.length : 0);
}
