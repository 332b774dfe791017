/**
 * Stable storage that is stable as long as the process lives: for examples, tests and the labs.
 * @module
 */

import type { Persist, Recovered, Storage } from "./storage.ts";
import type { Entry, HardState, Snapshot } from "./types.ts";

/** Applies one write to what a disk holds: the rule that every {@linkcode Storage} follows. */
export function applyPersist(disk: Recovered, write: Persist): Recovered {
  let { snapshot, entries } = disk;
  if (write.snapshot !== null) {
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
    this.#image = batches.reduce(applyPersist, this.#image);
    this.#sizeBytes = sizeOf(this.#image.hardState, this.#image.entries);
    return Promise.resolve();
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
