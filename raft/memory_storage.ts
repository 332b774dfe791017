/**
 * Stable storage that is stable as long as the process lives: for examples, tests and the labs.
 * @module
 */

import { ByteWriter } from "../runtime/bytes.ts";
import type { Persist, Recovered, SnapshotEnd, SnapshotReader, Storage } from "./storage.ts";
import type { AnySnapshot, Entry, HardState, Index, Snapshot } from "./types.ts";

/**
 * Applies one write to what a disk holds: the rule that every {@linkcode Storage} follows. Throws `RangeError` for a snapshot without its
 * bytes: {@linkcode StagedSnapshot} finds them.
 */
export function applyPersist(disk: Recovered, write: Persist): Recovered {
  let { snapshot, entries } = disk;
  if (write.snapshot !== null) {
    if (write.snapshot.data === null) {
      throw new RangeError(`Cannot store the snapshot up to ${write.snapshot.index}: its bytes are missing`);
    }
    entries = entriesBehind(write.snapshot, snapshot, entries);
    snapshot = write.snapshot;
  }
  if (write.entries.length > 0) {
    const kept = write.firstIndex - (snapshot?.index ?? 0) - 1;
    if (kept < 0 || kept > entries.length) {
      throw new RangeError(`Cannot store entries from ${write.firstIndex} on: the log would have a gap`);
    }
    entries = [...entries.slice(0, kept), ...write.entries];
  }
  return { ...disk, hardState: { term: write.term, vote: write.vote }, snapshot, entries };
}

/** A write with all that it stores. */
export interface CompletePersist extends Persist {
  /** A new snapshot with its bytes, or `null`. */
  readonly snapshot: Snapshot | null;
}

/** Snapshots stored ahead of the writes that name them, in memory: one write may still wait for its turn while the next is stored. */
export class StagedSnapshot {
  /** Without a configuration: the write that names one of them says it. */
  readonly #staged = new Map<Index, Snapshot>();

  /** Takes all of `pieces`; resolves to their bytes. */
  async take({ index, term }: SnapshotEnd, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    const writer = new ByteWriter(1024);
    for await (const piece of pieces) writer.raw(piece);
    const data = writer.take();
    this.#staged.set(index, { index, term, configuration: null, data });
    return data.length;
  }

  /** The one that ends at `index`, or null. */
  at(index: Index): Snapshot | null {
    return this.#staged.get(index) ?? null;
  }

  /** `write` with the bytes of the snapshot that it names. Throws `RangeError` if they were never stored. */
  complete(write: Persist): CompletePersist {
    const { snapshot } = write;
    return {
      ...write,
      snapshot: snapshot === null || snapshot.data !== null ? snapshot : this.#find(snapshot),
    };
  }

  #find({ index, term, configuration }: AnySnapshot): Snapshot {
    const staged = this.#staged.get(index);
    for (const older of this.#staged.keys()) if (older < index) this.#staged.delete(older);
    if (staged?.term === term) return { ...staged, configuration };
    throw new RangeError(`Cannot name the snapshot up to ${index}: it was not stored`);
  }
}

/** Reads a snapshot that is in memory. Throws `RangeError` unless it ends at `index`. */
export function readerOf(snapshot: Snapshot | null, index: Index): SnapshotReader {
  if (snapshot?.index !== index) {
    throw new RangeError(`Cannot open the snapshot up to ${index}: there is none`);
  }
  const { data } = snapshot;
  return {
    read: (offset, length) => Promise.resolve(data.subarray(offset, offset + length)),
    close() {},
  };
}

/** What stays of a log when `next` becomes its snapshot: the tail if it agrees, otherwise nothing. */
export function entriesBehind(
  next: Snapshot,
  snapshot: Snapshot | null,
  entries: readonly Entry[],
): readonly Entry[] {
  const at = next.index - (snapshot?.index ?? 0);
  const term = at === 0 ? snapshot?.term ?? 0 : entries[at - 1]?.term;
  return term === next.term ? entries.slice(at) : [];
}

/** Keeps everything in memory. `image` outlives a node: hand it to the next one to restart from it. */
export class MemoryStorage implements Storage {
  #image: Recovered;
  #sizeBytes = 0;
  readonly #staged = new StagedSnapshot();

  /** Starts from `image`, or as a voter that has never run. */
  constructor(image?: Recovered) {
    this.#image = image ?? {
      hardState: { term: 0, vote: null },
      snapshot: null,
      entries: [],
      incarnation: 1,
      standing: "voter",
    };
    this.#sizeBytes = sizeOf(this.#image.hardState, this.#image.entries);
  }

  /** What is stored. */
  get image(): Recovered {
    return this.#image;
  }

  get logSizeBytes(): number {
    return this.#sizeBytes;
  }

  load(): Promise<Recovered> {
    return Promise.resolve(this.#image);
  }

  write(batches: readonly Persist[]): Promise<void> {
    this.#image = batches.map((write) => this.#staged.complete(write)).reduce(applyPersist, this.#image);
    this.#sizeBytes = sizeOf(this.#image.hardState, this.#image.entries);
    return Promise.resolve();
  }

  storeSnapshot(end: SnapshotEnd, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#staged.take(end, pieces);
  }

  openSnapshot(index: Index): SnapshotReader {
    return readerOf(this.#staged.at(index) ?? this.#image.snapshot, index);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function sizeOf(hardState: HardState, entries: readonly Entry[]): number {
  let size = 8 + (hardState.vote?.length ?? 0);
  for (const entry of entries) size += entry.command.length + 4;
  return size;
}
