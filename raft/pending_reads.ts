/**
 * Reads that wait for the core to answer, by their tokens.
 * @module
 */

import type { Index } from "./types.ts";

interface Read {
  readonly resolve: (index: Index) => void;
  readonly reject: (error: Error) => void;
}

/** See the module's page. */
export class PendingReads {
  readonly #reads = new Map<number, Read>();
  #nextToken = 1;

  /** A read that waits; `ask` is given its token. */
  add(ask: (token: number) => void): Promise<Index> {
    const token = this.#nextToken++;
    return new Promise((resolve, reject) => {
      this.#reads.set(token, { resolve, reject });
      ask(token);
    });
  }

  /** The read may be answered as of `index`. */
  resolve(token: number, index: Index): void {
    this.#take(token)?.resolve(index);
  }

  /** The read cannot be answered. */
  reject(token: number, error: Error): void {
    this.#take(token)?.reject(error);
  }

  /** No read can be answered any more. */
  rejectAll(error: Error): void {
    for (const read of this.#reads.values()) read.reject(error);
    this.#reads.clear();
  }

  #take(token: number): Read | undefined {
    const read = this.#reads.get(token);
    this.#reads.delete(token);
    return read;
  }
}
