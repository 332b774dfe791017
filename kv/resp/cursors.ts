/**
 * The cursors of `SCAN`: numbers for clients, keys for the store.
 * @module
 */

const MOST = 4096;

/** The cursors that one process has given out and still knows. All its connections share them, as clients with pools expect. */
export class Cursors {
  readonly #after = new Map<bigint, string>();
  #next: bigint;

  /** @param first A number that this process's former life has hardly given out: an old cursor must not mean another key. */
  constructor(first: number) {
    this.#next = BigInt(first) + 1n;
  }

  /** The key behind which the scan goes on; null for a cursor that is not known. */
  after(cursor: bigint): string | null {
    return cursor === 0n ? "" : this.#after.get(cursor) ?? null;
  }

  /** A cursor for what lies behind `key`. */
  give(key: string): bigint {
    const cursor = this.#next++;
    this.#after.set(cursor, key);
    // The oldest goes: most scans that are not ended were given up.
    for (const oldest of this.#after.keys()) {
      if (this.#after.size <= MOST) break;
      this.#after.delete(oldest);
    }
    return cursor;
  }
}
