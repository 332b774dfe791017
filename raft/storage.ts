/**
 * What Raft asks of stable storage: two methods and an honest answer about what is on the disk.
 * @module
 */

import type { Entry, HardState, Index, NodeId, Snapshot, Standing, Term } from "./types.ts";

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
   */
  readonly snapshot: Snapshot | null;
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

/** Stable storage of one node. */
export interface Storage {
  /** Reads back what is durable. Called once, before any `write`. */
  load(): Promise<Recovered>;
  /**
   * Makes `batches` durable, in order; resolves when a crash can no longer take any of them back.
   * Never called again before it settled. A rejection is final: the node stops, since nobody can tell what was kept.
   */
  write(batches: readonly Persist[]): Promise<void>;
  /** Bytes of hard state and log now kept (without snapshots), as the labs' `maxRaftState` counts them. */
  readonly logSizeBytes: number;
  /** Releases handles; called on a polite exit and after a crash. */
  close(): Promise<void>;
}
