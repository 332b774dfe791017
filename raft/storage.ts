/**
 * What Raft asks of stable storage: to write, to read back, and an honest answer about what is on the disk.
 * @module
 */

import type { AnySnapshot, Entry, HardState, Index, NodeId, Snapshot, Standing, Term } from "./types.ts";

/** One step's worth of changes that must reach the disk together. */
export interface Persist {
  /** Counts up by one; whatever depends on this write names the number and waits for it. */
  readonly sequence: number;
  /** The hard state's term after this write. */
  readonly term: Term;
  /** The hard state's vote after this write. */
  readonly vote: NodeId | null;
  /** The index of `entries[0]`. The entries replace whatever the log held from here on. Meaningless without entries. */
  readonly firstIndex: Index;
  /** New entries, in order; often none. */
  readonly entries: readonly Entry[];
  /**
   * A new snapshot, or `null`. It takes effect together with the rest of this write: the log keeps what lies behind
   * `snapshot.index` if it held that entry with `snapshot.term`, otherwise it becomes empty. `entries` come after it.
   * One without its bytes names what {@linkcode Storage.storeSnapshot} has stored.
   */
  readonly snapshot: AnySnapshot | null;
}

/** Everything that a node finds on its disk when it starts. */
export interface Recovered {
  /** Term and vote. */
  readonly hardState: HardState;
  /** The latest snapshot, or `null` if none was ever taken. */
  readonly snapshot: Snapshot | null;
  /** The entries behind the snapshot; `entries[0]` has index `(snapshot?.index ?? 0) + 1`. */
  readonly entries: readonly Entry[];
  /** Drawn when the disk was formatted. A different number means a different, emptier memory. */
  readonly incarnation: number;
  /** Whether this disk remembers all that its member promised. */
  readonly standing: Standing;
}

/** Which snapshot is meant: where it ends. */
export interface SnapshotEnd {
  /** The last entry that it covers. */
  readonly index: Index;
  /** The term of that entry. */
  readonly term: Term;
}

/** Reads one stored snapshot. */
export interface SnapshotReader {
  /**
   * `length` bytes from `offset` on, exactly as they were stored. Rejects if the disk refuses, or if they are no longer what they
   * were: then the node stops, since a follower must not get bytes that nobody wrote.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The snapshot may go as soon as a newer one has taken its place. Harmless if it was called before. */
  close(): void;
}

/** Stable storage of one node. */
export interface Storage {
  /** Reads back what is durable. Called once, before any `write`. */
  load(): Promise<Recovered>;
  /**
   * Makes `batches` durable, in order; resolves when a crash can no longer take any of them back.
   * Never called again before it settled. A rejection is final: the node stops, since nobody can tell what was kept.
   */
  write(batches: readonly Persist[]): Promise<void>;
  /**
   * Stores the bytes of a snapshot piece by piece, ahead of the write that names it without its bytes: a large state is never in memory
   * as a whole, and no other write waits for it. Until that write a crash takes it back. Runs beside `write`, one at a time; a snapshot that was
   * not named is replaced by the next. Resolves to its size once it is durable; a rejection is final.
   */
  storeSnapshot(end: SnapshotEnd, pieces: AsyncIterable<Uint8Array>): Promise<number>;
  /**
   * Opens the snapshot that ends at `index`: the last that a `write` has made count or `load` has found, or one that was stored for a write
   * to come. It stays from this call on until the reader is closed, even if a newer one is stored meanwhile: a transfer never
   * mixes two. Throws `RangeError` for any other.
   */
  openSnapshot(index: Index): SnapshotReader;
  /** Bytes of hard state and log now kept (without snapshots), as the labs' `maxRaftState` counts them. */
  readonly logSizeBytes: number;
  /** Releases handles; called on a polite exit and after a crash. */
  close(): Promise<void>;
}
