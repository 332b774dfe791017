/**
 * Who waits until the machine has applied an index.
 * @module
 */

import type { Index } from "../raft/types.ts";

interface Reader {
  readonly index: Index;
  readonly resolve: (applied: boolean) => void;
}

/** The open reads of one replica. */
export class Readers {
  #waiting: Reader[] = [];

  /** Resolves to true once `index` has been applied, to false if that will never be. */
  add(index: Index): Promise<boolean> {
    return new Promise((resolve) => this.#waiting.push({ index, resolve }));
  }

  /** Everything up to `applied` has been applied. */
  wake(applied: Index): void {
    if (this.#waiting.length === 0) return;
    const still: Reader[] = [];
    for (const reader of this.#waiting) {
      if (reader.index <= applied) reader.resolve(true);
      else still.push(reader);
    }
    this.#waiting = still;
  }

  /** Nothing will be applied any more. */
  endAll(): void {
    for (const reader of this.#waiting) reader.resolve(false);
    this.#waiting = [];
  }
}
