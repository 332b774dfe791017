/**
 * One file twice: as programs see it (the page cache) and as the medium holds it (the synced image), with the writes
 * in between that a crash may lose.
 * @module
 */

const FIRST_CAPACITY = 512;
/** What a disk writes in one go; a torn write has some sectors and lacks others. */
export const SECTOR_BYTES = 512;

/** Bytes that grow. Everything beyond `size` is zero. */
export class GrowingBytes {
  size = 0;
  #bytes = new Uint8Array(FIRST_CAPACITY);

  /** The content, not copied: look, do not touch, do not keep. */
  view(from = 0, to = this.size): Uint8Array {
    return this.#bytes.subarray(from, to);
  }

  /** A copy of a part. */
  slice(from: number, to: number): Uint8Array {
    return this.#bytes.slice(from, Math.min(to, this.size));
  }

  write(offset: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const end = offset + bytes.length;
    if (end > this.#bytes.length) this.#grow(end);
    this.#bytes.set(bytes, offset);
    if (end > this.size) this.size = end;
  }

  resize(size: number): void {
    if (size > this.#bytes.length) this.#grow(size);
    if (size < this.size) this.#bytes.fill(0, size, this.size);
    this.size = size;
  }

  flip(offset: number, bit: number): void {
    this.#bytes[offset] ^= 1 << bit;
  }

  /** Becomes a copy of `other`. */
  become(other: GrowingBytes): void {
    this.resize(0);
    this.write(0, other.view());
  }

  #grow(needed: number): void {
    const wider = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    wider.set(this.#bytes.subarray(0, this.size));
    this.#bytes = wider;
  }
}

/** A change that is not on the medium yet. */
export type PendingChange =
  | {
    readonly kind: "write";
    readonly offset: number;
    readonly length: number;
    /** The bytes, once a later change has overwritten them in the cache; `null` while the cache still has them. */
    data: Uint8Array | null;
  }
  | { readonly kind: "truncate"; readonly size: number };

/** What a crash leaves of one pending change. */
export type Survival =
  | { readonly kind: "lost" }
  | { readonly kind: "kept" }
  /** The first `bytes` of it. */
  | { readonly kind: "prefix"; readonly bytes: number }
  /** Those sectors of the file for which `keeps` is true. */
  | { readonly kind: "sectors"; readonly keeps: (sector: number) => boolean };

/** Told of every range that reaches the medium. */
export type SyncedRange = (fromOffset: number, bytes: Uint8Array) => void;

/** See the module's page. */
export class FileImage {
  /** A number that names the file whatever its path. */
  readonly id: number;
  /** Its present or last path. */
  path: string;
  readonly cache = new GrowingBytes();
  readonly synced = new GrowingBytes();
  readonly #pending: PendingChange[] = [];
  /** No pending write reaches beyond this offset: an append cannot overlap one. */
  #pendingEnd = 0;
  /** How many changes have ever left `#pending`, so that a sync can name the changes it covers. */
  #settled = 0;

  constructor(id: number, path: string) {
    this.id = id;
    this.path = path;
  }

  /** The number of the latest change; `commit` takes it. */
  get lastChange(): number {
    return this.#settled + this.#pending.length;
  }

  /** Changes that a crash could lose. */
  get pendingCount(): number {
    return this.#pending.length;
  }

  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (offset < this.#pendingEnd) this.#capture(offset, end);
    this.cache.write(offset, bytes);
    this.#pending.push({ kind: "write", offset, length: bytes.length, data: null });
    if (end > this.#pendingEnd) this.#pendingEnd = end;
  }

  truncate(size: number): void {
    this.#capture(size, this.#pendingEnd);
    this.cache.resize(size);
    this.#pending.push({ kind: "truncate", size });
  }

  /** Puts the changes up to number `upTo` on the medium; `shift`, if given, says how far each write goes astray. */
  commit(upTo: number, shift: (() => number) | null, onRange: SyncedRange | null): void {
    const count = Math.min(upTo - this.#settled, this.#pending.length);
    for (let at = 0; at < count; at++) {
      const change = this.#pending[at];
      if (change.kind === "truncate") this.synced.resize(change.size);
      else this.#settle(change, shift === null ? 0 : shift(), onRange);
    }
    this.#forget(count);
  }

  /** The medium refused: the writes up to `upTo` for which `drops` says so never reach it, whatever is synced later. */
  refuse(upTo: number, drops: () => boolean): void {
    const count = Math.min(upTo - this.#settled, this.#pending.length);
    for (let at = count - 1; at >= 0; at--) {
      const change = this.#pending[at];
      if (change.kind === "write" && drops()) {
        // The cache goes on showing the bytes, as a kernel that marked the page clean does.
        this.#pending[at] = { kind: "write", offset: change.offset, length: 0, data: null };
      }
    }
  }

  /** Loses or tears the pending changes as `survival` says, and forgets the cache. */
  crash(survival: (at: number, count: number, change: PendingChange) => Survival): void {
    const count = this.#pending.length;
    this.#pending.forEach((change, at) => {
      const fate = survival(at, count, change);
      if (fate.kind === "lost") return;
      if (change.kind === "truncate") this.synced.resize(change.size);
      else this.#tear(change.offset, this.#dataOf(change), fate);
    });
    this.#forget(count);
    this.cache.become(this.synced);
  }

  /** Flips one bit on the medium, and in the cache, which has no reason to differ from it. */
  flip(offset: number, bit: number): void {
    this.synced.flip(offset, bit);
    if (offset < this.cache.size) this.cache.flip(offset, bit);
  }

  /** Puts other bytes on the medium, and in the cache, which has no reason to differ from it; false if they are the same. */
  overwrite(offset: number, bytes: Uint8Array): boolean {
    const length = Math.min(bytes.length, this.synced.size - offset);
    const present = this.synced.view(offset, offset + length);
    if (present.every((byte, at) => byte === bytes[at])) return false;
    this.synced.write(offset, bytes.subarray(0, length));
    if (offset < this.cache.size) {
      this.cache.write(offset, bytes.subarray(0, Math.min(length, this.cache.size - offset)));
    }
    return true;
  }

  #settle(change: PendingChange & { kind: "write" }, shift: number, onRange: SyncedRange | null): void {
    const data = this.#dataOf(change);
    const offset = Math.max(0, change.offset + shift);
    this.synced.write(offset, data);
    if (onRange !== null) onRange(offset, this.synced.view(offset, offset + data.length));
  }

  #tear(offset: number, data: Uint8Array, fate: Survival): void {
    if (fate.kind === "kept") this.synced.write(offset, data);
    if (fate.kind === "prefix") this.synced.write(offset, data.subarray(0, fate.bytes));
    if (fate.kind !== "sectors") return;
    const end = offset + data.length;
    for (let from = offset; from < end;) {
      const sector = Math.floor(from / SECTOR_BYTES);
      const to = Math.min(end, (sector + 1) * SECTOR_BYTES);
      if (fate.keeps(sector)) this.synced.write(from, data.subarray(from - offset, to - offset));
      from = to;
    }
  }

  #dataOf(change: PendingChange & { kind: "write" }): Uint8Array {
    return change.data ?? this.cache.view(change.offset, change.offset + change.length);
  }

  /** Saves the bytes of pending writes that a change of `[from, to)` is about to overwrite in the cache. */
  #capture(from: number, to: number): void {
    for (const change of this.#pending) {
      if (change.kind === "truncate" || change.data !== null) continue;
      if (change.offset < to && from < change.offset + change.length) {
        change.data = this.#dataOf(change).slice();
      }
    }
  }

  #forget(count: number): void {
    if (count <= 0) return;
    this.#settled += count;
    if (count === this.#pending.length) {
      this.#pending.length = 0;
      this.#pendingEnd = 0;
    } else {
      this.#pending.splice(0, count);
    }
  }
}
