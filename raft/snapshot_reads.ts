/**
 * Snapshots that are being sent: their chunks are read back from storage, and they stay there as long as somebody needs them.
 * @module
 */

import type { Core } from "./core/state.ts";
import type { SnapshotReader, Storage } from "./storage.ts";
import type { Index, NodeId } from "./types.ts";

/** Which bytes are wanted, and for whom. */
export interface ChunkWanted {
  /** The follower. */
  readonly to: NodeId;
  /** The snapshot: where it ends. */
  readonly index: Index;
  /** Where in the snapshot the chunk begins. */
  readonly offset: number;
  /** How many bytes. */
  readonly length: number;
}

/** Whom reads tell how they end. */
export interface ChunkListener {
  /** The bytes have come. */
  onRead(wanted: ChunkWanted, data: Uint8Array): void;
  /** The storage cannot be read. */
  onFailed(error: unknown): void;
}

/** See the module's page. */
export class SnapshotReads {
  readonly #storage: Storage;
  readonly #listener: ChunkListener;
  readonly #readers = new Map<Index, SnapshotReader>();
  #stopped = false;

  /** Nothing is open. */
  constructor(storage: Storage, listener: ChunkListener) {
    this.#storage = storage;
    this.#listener = listener;
  }

  /** Reads a chunk. The snapshot is opened within this call: a write that comes next may replace it. */
  read(wanted: ChunkWanted): void {
    const { index, offset, length } = wanted;
    let reader: SnapshotReader;
    try {
      reader = this.#readers.get(index) ?? this.#storage.openSnapshot(index);
    } catch (error) {
      return this.#listener.onFailed(error);
    }
    this.#readers.set(index, reader);
    reader.read(offset, length).then((data) => {
      if (!this.#stopped) this.#listener.onRead(wanted, data);
    }, (error) => {
      // Of one that was let go nobody wants to hear any more.
      if (!this.#stopped && this.#readers.get(index) === reader) this.#listener.onFailed(error);
    });
  }

  /** Lets go of what no transfer of `core` needs any more. */
  keepFor({ role }: Readonly<Core>): void {
    if (this.#readers.size === 0) return;
    const needed = new Set<Index>();
    if (role.type === "leader") {
      for (const { state } of role.progress.values()) {
        if (state.type === "snapshot") needed.add(state.snapshot.index);
      }
    }
    for (const [index, reader] of this.#readers) {
      if (needed.has(index)) continue;
      this.#readers.delete(index);
      reader.close();
    }
  }

  /** The node is dead: nobody hears how reads end. */
  stop(): void {
    this.#stopped = true;
    for (const reader of this.#readers.values()) reader.close();
    this.#readers.clear();
  }
}
