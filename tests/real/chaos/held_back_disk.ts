/**
 * A disk that keeps what was not synced to itself, so that `kill -9` takes as much as a power cut would.
 *
 * The kernel of a killed process still writes its page cache down; a process whose unsynced writes never left it has lost
 * them. Now and then a part of one gets through at once, as write-back does: later writes may be there without earlier ones.
 * Names (create, rename, remove) take effect at once.
 * @module
 */

import { type Disk, DiskError, type DiskFile, type Random } from "../../../runtime/mod.ts";
import type { CrashLoss } from "../../sim/crash_loss.ts";

type Change =
  | { readonly kind: "write"; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: "truncate"; readonly sizeBytes: number };

/** What one file has not been told to keep yet, shared by all who have it open; it outlives them, as a page cache does. */
class PageCache {
  pending: Change[] = [];
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` behind everything asked of this file before. */
  inOrder<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {});
    return mine;
  }

  /** What `content`, which begins at `offset`, looks like to the process. */
  over(content: Uint8Array, offset: number, sizeBytes: number, length: number): Uint8Array {
    const seen = new Uint8Array(Math.max(0, Math.min(length, this.sizeOver(sizeBytes) - offset)));
    seen.set(content.subarray(0, seen.length));
    for (const change of this.pending) {
      if (change.kind === "truncate") {
        if (change.sizeBytes - offset < seen.length) seen.fill(0, Math.max(0, change.sizeBytes - offset));
        continue;
      }
      const at = change.offset - offset;
      const from = Math.max(0, -at);
      const to = Math.min(change.bytes.length, seen.length - at);
      if (from < to) seen.set(change.bytes.subarray(from, to), at + from);
    }
    return seen;
  }

  sizeOver(sizeBytes: number): number {
    let size = sizeBytes;
    for (const change of this.pending) {
      size = change.kind === "truncate"
        ? change.sizeBytes
        : Math.max(size, change.offset + change.bytes.length);
    }
    return size;
  }
}

/** A disk that keeps back what was not synced. */
export interface HeldBackDisk extends Disk {
  /** The power goes: what was kept back meets the fate `loss`, and nothing of it can be undone. */
  loseAll(loss: CrashLoss, random: Random): Promise<void>;
}

/** See the module's page. `random` draws what gets through early. */
export function heldBackDisk(inner: Disk, random: Random): HeldBackDisk {
  const caches = new Map<string, PageCache>();
  const cacheOf = (path: string): PageCache => {
    const cache = caches.get(path) ?? new PageCache();
    caches.set(path, cache);
    return cache;
  };
  return {
    open: async (path) => new HeldBackFile(await inner.open(path), cacheOf(path), random),
    create: async (path) => {
      const file = await inner.create(path);
      caches.delete(path);
      return new HeldBackFile(file, cacheOf(path), random);
    },
    readFile: async (path) => {
      const content = await inner.readFile(path);
      return cacheOf(path).over(content, 0, content.length, Infinity);
    },
    rename: async (from, to) => {
      await inner.rename(from, to);
      const cache = caches.get(from);
      caches.delete(from);
      caches.delete(to);
      if (cache !== undefined) caches.set(to, cache);
    },
    remove: async (path) => {
      await inner.remove(path);
      caches.delete(path);
    },
    list: (folder) => inner.list(folder),
    makeFolder: (folder) => inner.makeFolder(folder),
    syncDirectory: (folder) => inner.syncDirectory(folder),
    loseAll: async (loss, chance) => {
      const styles = ["kept", "lost", "prefix", "mixed"] as const;
      const style = loss === "drawn" ? styles[chance.below(styles.length)] : loss;
      for (const [path, { pending }] of caches) {
        const kept = survivors(pending, style, chance);
        if (kept.length > 0) await writeThrough(inner, path, kept);
      }
    },
  };
}

/** A disk that hands on whatever is written, as the kernel of a killed process does: there is nothing to lose. */
export function handedOnDisk(inner: Disk): HeldBackDisk {
  return {
    open: (path) => inner.open(path),
    create: (path) => inner.create(path),
    readFile: (path) => inner.readFile(path),
    rename: (from, to) => inner.rename(from, to),
    remove: (path) => inner.remove(path),
    list: (folder) => inner.list(folder),
    makeFolder: (folder) => inner.makeFolder(folder),
    syncDirectory: (folder) => inner.syncDirectory(folder),
    loseAll: () => Promise.resolve(),
  };
}

/** What a power cut leaves of the changes of one file. */
function survivors(
  pending: readonly Change[],
  style: Exclude<CrashLoss, "drawn">,
  random: Random,
): readonly Change[] {
  switch (style) {
    case "kept":
      return pending;
    case "lost":
      return [];
    case "prefix": {
      const whole = random.below(pending.length + 1);
      return pending.slice(0, whole + 1).map((change, at) => at < whole ? change : torn(change, random));
    }
    case "mixed":
      return pending.filter(() => random.chance(0.6)).map((change) =>
        random.chance(0.5) ? change : torn(change, random)
      );
  }
}

/** A part of a write; of a truncation, which has no parts, nothing. */
function torn(change: Change, random: Random): Change {
  if (change.kind === "truncate") return { kind: "write", offset: 0, bytes: new Uint8Array() };
  return { ...change, bytes: change.bytes.subarray(0, random.below(change.bytes.length + 1)) };
}

async function writeThrough(inner: Disk, path: string, changes: readonly Change[]): Promise<void> {
  try {
    const file = await inner.open(path);
    for (const change of changes) {
      if (change.kind === "truncate") await file.truncate(change.sizeBytes);
      else if (change.bytes.length > 0) await file.write(change.offset, change.bytes);
    }
    await file.close();
  } catch (error) {
    // Renamed or removed meanwhile: the file is another one, or none.
    if (!(error instanceof DiskError)) throw error;
  }
}

/** One write in so many gets through at once, in part or whole. */
const EARLY = 4;

class HeldBackFile implements DiskFile {
  readonly #inner: DiskFile;
  readonly #cache: PageCache;
  readonly #random: Random;

  constructor(inner: DiskFile, cache: PageCache, random: Random) {
    this.#inner = inner;
    this.#cache = cache;
    this.#random = random;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#cache.inOrder(async () => {
      const content = await this.#inner.read(offset, length);
      return this.#cache.over(content, offset, await this.#inner.size(), length);
    });
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    const early = this.#random.below(EARLY) === 0 ? this.#random.below(bytes.length + 1) : 0;
    const kept = bytes.slice();
    return this.#cache.inOrder(async () => {
      this.#cache.pending.push({ kind: "write", offset, bytes: kept });
      if (early > 0) await this.#inner.write(offset, kept.subarray(0, early));
    });
  }

  truncate(sizeBytes: number): Promise<void> {
    return this.#cache.inOrder(() => {
      this.#cache.pending.push({ kind: "truncate", sizeBytes });
      return Promise.resolve();
    });
  }

  sync(): Promise<void> {
    return this.#cache.inOrder(async () => {
      for (const change of this.#cache.pending) {
        if (change.kind === "write") await this.#inner.write(change.offset, change.bytes);
        else await this.#inner.truncate(change.sizeBytes);
      }
      this.#cache.pending = [];
      await this.#inner.sync();
    });
  }

  size(): Promise<number> {
    return this.#cache.inOrder(async () => this.#cache.sizeOver(await this.#inner.size()));
  }

  close(): Promise<void> {
    return this.#cache.inOrder(() => this.#inner.close());
  }
}
