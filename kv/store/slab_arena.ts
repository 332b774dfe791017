/**
 * Memory for many small records: a few large pieces of bytes instead of an object for each, which would cost as much again as most values have,
 * and which the collector of garbage would have to visit.
 *
 * A record lies in a cell: two words (its number, the cell's size) and its bytes. Cells are handed out one behind the other. Where much was given
 * back, the emptiest piece is cleared: what still counts in it moves on.
 * @module
 */

/** Bytes in front of a record, in its cell. */
export const CELL_HEAD_BYTES = 8;

const SLAB_BYTES = 1 << 20;
/** A small store must not take a whole slab. */
const FIRST_SLAB_BYTES = 1 << 10;
/** What is larger gets a slab of its own: the rest of a slab is not to be wasted for it. */
const SHARED_BYTES = SLAB_BYTES >> 2;
/** So many bytes may lie idle before anything is moved. */
const IDLE_BYTES = SLAB_BYTES >> 1;
/** And so large a share of those that count. */
const IDLE_SHARE = 0.2;
/** The number of a cell that was given back. */
const NOBODY = 0xffffffff;

/** One piece of memory. */
export interface Slab {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  /** Where the next cell goes. */
  used: number;
  /** Bytes of cells that count. */
  live: number;
}

/** See the module's page. */
export class SlabArena {
  readonly #slabs: (Slab | null)[] = [];
  readonly #vacant: number[] = [];
  #current = -1;
  #usedBytes = 0;
  #liveBytes = 0;

  /** Bytes of all slabs. */
  get sizeBytes(): number {
    return this.#slabs.reduce((sum, slab) => sum + (slab?.bytes.length ?? 0), 0);
  }

  /** Bytes of all cells that count. */
  get liveBytes(): number {
    return this.#liveBytes;
  }

  /** The slab in which `address` lies. */
  slabAt(address: number): Slab {
    return this.#slabs[Math.floor(address / SLAB_BYTES)] as Slab;
  }

  /** Where in its slab the record at `address` begins. */
  bodyAt(address: number): number {
    return address % SLAB_BYTES + CELL_HEAD_BYTES;
  }

  /** How long the record at `address` may become without moving. */
  roomAt(address: number): number {
    return this.slabAt(address).words[address % SLAB_BYTES / 4 + 1] - CELL_HEAD_BYTES;
  }

  /** A cell for `length` bytes of record `id`. */
  allocate(id: number, length: number): number {
    const size = (CELL_HEAD_BYTES + length + 7) & ~7;
    let number = this.#current;
    let slab = number === -1 ? null : this.#slabs[number] as Slab;
    if (slab === null || slab.used + size > slab.bytes.length) {
      number = this.#open(size);
      slab = this.#slabs[number] as Slab;
      if (size <= SHARED_BYTES) this.#retire(number);
    }
    const offset = slab.used;
    slab.words[offset / 4] = id;
    slab.words[offset / 4 + 1] = size;
    slab.used += size;
    slab.live += size;
    this.#usedBytes += size;
    this.#liveBytes += size;
    return number * SLAB_BYTES + offset;
  }

  /** The record at `address` no longer counts. */
  release(address: number): void {
    const number = Math.floor(address / SLAB_BYTES);
    const slab = this.#slabs[number] as Slab;
    const at = address % SLAB_BYTES / 4;
    const size = slab.words[at + 1];
    slab.words[at] = NOBODY;
    slab.live -= size;
    this.#liveBytes -= size;
    if (slab.live === 0 && number !== this.#current) this.#drop(number);
  }

  /** Clears one slab if too much lies idle; `moved` hears where a record is from now on. */
  tidy(moved: (id: number, address: number) => void): void {
    const idle = this.#usedBytes - this.#liveBytes;
    if (idle < IDLE_BYTES || idle < this.#liveBytes * IDLE_SHARE) return;
    const number = this.#emptiest();
    if (number === -1) return;
    const { bytes, words, used } = this.#slabs[number] as Slab;
    for (let offset = 0, size = 0; offset < used; offset += size) {
      const id = words[offset / 4];
      size = words[offset / 4 + 1];
      if (id === NOBODY) continue;
      const address = this.allocate(id, size - CELL_HEAD_BYTES);
      const slab = this.slabAt(address);
      slab.bytes.set(bytes.subarray(offset + CELL_HEAD_BYTES, offset + size), this.bodyAt(address));
      this.#liveBytes -= size;
      moved(id, address);
    }
    this.#drop(number);
  }

  #emptiest(): number {
    let best = -1;
    let share = 1;
    for (let number = 0; number < this.#slabs.length; number++) {
      const slab = this.#slabs[number];
      if (slab === null || number === this.#current || slab.live >= slab.used * share) continue;
      share = slab.live / slab.used;
      best = number;
    }
    return best;
  }

  #open(size: number): number {
    const ordinary = Math.min(
      SLAB_BYTES,
      Math.max(FIRST_SLAB_BYTES, 2 ** Math.ceil(Math.log2(this.#liveBytes / 4 + 1))),
    );
    const bytes = new Uint8Array(size > SHARED_BYTES ? size : Math.max(ordinary, size));
    const slab = { bytes, words: new Uint32Array(bytes.buffer), used: 0, live: 0 };
    const number = this.#vacant.pop() ?? this.#slabs.length;
    this.#slabs[number] = slab;
    return number;
  }

  /** Cells come from slab `next` from now on; the one before may have been waiting to be empty. */
  #retire(next: number): void {
    const before = this.#current;
    this.#current = next;
    if (before !== -1 && (this.#slabs[before] as Slab).live === 0) this.#drop(before);
  }

  #drop(number: number): void {
    this.#usedBytes -= (this.#slabs[number] as Slab).used;
    this.#slabs[number] = null;
    this.#vacant.push(number);
  }
}
