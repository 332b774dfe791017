/**
 * Leases: keys that live as long as somebody says so. When one ends is decided in the log, by log time, which is never ahead
 * of real time: a lease may last longer than promised, never shorter.
 *
 * How much longer: each change of leaders adds the time in which nothing could be agreed upon, and what the last leader had
 * not written down, a second at most. (etcd lets every lease begin anew with each leader, unless it writes down how much is
 * left, once in five minutes.)
 * @module
 */

import type { ByteReader, ByteWriter } from "../../runtime/bytes.ts";

interface Lease {
  readonly ttlMs: number;
  endsMs: number;
  readonly keys: Set<string>;
}

interface Deadline {
  readonly endsMs: number;
  readonly lease: number;
}

/**
 * Log time is in whole milliseconds, rounded down: a lease that began in the middle of one would end up to a millisecond early
 * without it.
 */
const ROUNDING_MS = 1;

/** All leases of one store. */
export class Leases {
  /** By id, in the order of granting, which is the order of ids. */
  readonly #leases = new Map<number, Lease>();
  /** A binary heap by time, then id. A lease that was kept alive has later entries too: only the last one counts. */
  #heap: Deadline[] = [];

  /** How many there are. */
  get size(): number {
    return this.#leases.size;
  }

  /** The log time at which the next one has certainly ended, or `Infinity`. */
  get dueMs(): number {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined) return Infinity;
      if (this.#leases.get(first.lease)?.endsMs === first.endsMs) return first.endsMs + ROUNDING_MS;
      this.#pop();
    }
  }

  /** Whether `lease` has not ended. */
  has(lease: number): boolean {
    return this.#leases.has(lease);
  }

  /** When `lease` ends; undefined if it has. */
  endsMs(lease: number): number | undefined {
    return this.#leases.get(lease)?.endsMs;
  }

  /** Begins a lease. */
  grant(lease: number, ttlMs: number, nowMs: number): void {
    this.#leases.set(lease, { ttlMs, endsMs: nowMs + ttlMs, keys: new Set() });
    this.#push({ endsMs: nowMs + ttlMs, lease });
  }

  /** Lets a lease begin anew; false if there is no such lease. */
  keep(lease: number, nowMs: number): boolean {
    const known = this.#leases.get(lease);
    if (known === undefined) return false;
    known.endsMs = nowMs + known.ttlMs;
    this.#push({ endsMs: known.endsMs, lease });
    return true;
  }

  /** Ends a lease and gives its keys in order, or null if there is no such lease. */
  end(lease: number): string[] | null {
    const known = this.#leases.get(lease);
    if (known === undefined) return null;
    this.#leases.delete(lease);
    // Sorted: the order in which keys were attached is not part of the state.
    return [...known.keys].sort((left, right) => left < right ? -1 : 1);
  }

  /** Takes a lease that has ended by `nowMs` out of the queue; 0 if there is none. The earliest first. */
  nextEnded(nowMs: number): number {
    return this.dueMs <= nowMs ? this.#heap[0].lease : 0;
  }

  /** `key` lives by `lease` from now on. */
  attach(lease: number, key: string): void {
    this.#leases.get(lease)?.keys.add(key);
  }

  /** `key` no longer lives by `lease`. */
  detach(lease: number, key: string): void {
    this.#leases.get(lease)?.keys.delete(key);
  }

  /** Writes all but the keys, which know their leases themselves. */
  encode(writer: ByteWriter): void {
    writer.varint(this.#leases.size);
    for (const [lease, { ttlMs, endsMs }] of this.#leases) {
      writer.varint(lease);
      writer.varint(ttlMs);
      writer.varint(endsMs);
    }
  }

  /** Reads what `encode` wrote. */
  static decode(reader: ByteReader): Leases {
    const leases = new Leases();
    for (let left = reader.varint(); left > 0; left--) {
      const lease = reader.varint();
      const ttlMs = reader.varint();
      const endsMs = reader.varint();
      leases.#leases.set(lease, { ttlMs, endsMs, keys: new Set() });
      leases.#push({ endsMs, lease });
    }
    return leases;
  }

  #push(deadline: Deadline): void {
    // Leases kept alive for ever would fill the heap with what no longer counts.
    if (this.#heap.length > 2 * this.#leases.size + 64) this.#rebuild();
    const heap = this.#heap;
    let at = heap.length;
    heap.push(deadline);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(deadline, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = deadline;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
  }

  #rebuild(): void {
    this.#heap = [];
    for (const [lease, { endsMs }] of this.#leases) this.#heap.push({ endsMs, lease });
    // A sorted array is a heap.
    this.#heap.sort((left, right) => before(left, right) ? -1 : 1);
  }
}

function before(left: Deadline, right: Deadline): boolean {
  return left.endsMs < right.endsMs || (left.endsMs === right.endsMs && left.lease < right.lease);
}
