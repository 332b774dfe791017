/**
 * What waits to be sent to one peer: bounded, since a peer that reads slowly must not fill this node's memory.
 * @module
 */

import { FRAME_OVERHEAD_BYTES, type Outgoing } from "./frames.ts";

/** Which message is dropped when the box is full. */
export type Overflow =
  /** The one that has waited longest: what is newer is truer, as with heartbeats. */
  | "dropOldest"
  /** The one that was to be added. */
  | "dropNewest";

/** See the module's page. */
export class Outbox {
  readonly #maxBytes: number;
  readonly #overflow: Overflow;
  readonly #onDrop: (count: number) => void;
  #waiting: Outgoing[] = [];
  /** How many of `#waiting`, from the front, were dropped already. */
  #gone = 0;
  #bytes = 0;

  constructor(maxBytes: number, overflow: Overflow, onDrop: (count: number) => void) {
    this.#maxBytes = maxBytes;
    this.#overflow = overflow;
    this.#onDrop = onDrop;
  }

  get empty(): boolean {
    return this.#waiting.length === this.#gone;
  }

  /** Adds a message, or drops it or others. One that is alone always fits. */
  add(message: Outgoing): void {
    const size = sizeOf(message);
    if (this.#bytes + size > this.#maxBytes && !this.empty) {
      if (this.#overflow === "dropNewest") return this.#onDrop(1);
      this.#dropOldest(size);
    }
    this.#waiting.push(message);
    this.#bytes += size;
  }

  /** Hands everything over. */
  take(): readonly Outgoing[] {
    const taken = this.#gone === 0 ? this.#waiting : this.#waiting.slice(this.#gone);
    this.#waiting = [];
    this.#gone = 0;
    this.#bytes = 0;
    return taken;
  }

  /** Drops everything. */
  clear(): void {
    const count = this.take().length;
    if (count > 0) this.#onDrop(count);
  }

  #dropOldest(needed: number): void {
    let count = 0;
    while (this.#bytes + needed > this.#maxBytes && !this.empty) {
      this.#bytes -= sizeOf(this.#waiting[this.#gone]);
      this.#gone++;
      count++;
    }
    this.#onDrop(count);
    if (this.#gone * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#gone);
      this.#gone = 0;
    }
  }
}

function sizeOf(message: Outgoing): number {
  return message.body.length + FRAME_OVERHEAD_BYTES;
}
