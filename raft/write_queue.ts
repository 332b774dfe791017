/**
 * Group commit: all that gathers during one sync forms the next write.
 * @module
 */

import type { Clock } from "../runtime/clock.ts";
import type { Persist, Storage } from "./storage.ts";

/** Whom the queue tells how its writes end. */
export interface WriteListener {
  /** Every write up to `sequence` is stored. */
  onFlushed(sequence: number): void;
  /** A write failed; nothing is written any more. */
  onFailed(error: unknown): void;
}

/** A node's writes, in order, one group at a time. */
export class WriteQueue {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #listener: WriteListener;
  #waiting: Persist[] = [];
  #writing = false;
  #writingSinceMs = 0;
  #stopped = false;

  /** Nothing is written yet. */
  constructor(
    { storage, clock }: { readonly storage: Storage; readonly clock: Clock },
    listener: WriteListener,
  ) {
    this.#storage = storage;
    this.#clock = clock;
    this.#listener = listener;
  }

  /** How long the group under way has been under way; 0 if there is none. */
  get busyForMs(): number {
    return this.#writing ? this.#clock.now() - this.#writingSinceMs : 0;
  }

  /** Stores `write` behind all that came before it. */
  push(write: Persist): void {
    this.#waiting.push(write);
    if (!this.#writing) this.#writeAll();
  }

  /** Nothing more is written, and nobody hears how the group under way ends. */
  stop(): void {
    this.#stopped = true;
    this.#waiting = [];
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#waiting.length > 0 && !this.#stopped) {
        const group = this.#waiting;
        this.#waiting = [];
        this.#writingSinceMs = this.#clock.now();
        await this.#storage.write(group);
        if (this.#stopped) return;
        this.#listener.onFlushed(group[group.length - 1].sequence);
      }
    } catch (error) {
      this.#listener.onFailed(error);
    } finally {
      this.#writing = false;
    }
  }
}
