/**
 * The vocabulary of Raft: terms, indices, entries, snapshots.
 * @module
 */

/** A member's name, unique in its cluster. */
export type NodeId = string;

/** An election period, counted from 1; 0 before the first election. Paper section 5.1. */
export type Term = number;

/** A position in the log, counted from 1; 0 stands for "before the first entry". */
export type Index = number;

/** One entry of the log. Its index is its position. `command` is never written to after it entered the log. */
export interface Entry {
  /** The term of the leader that took it into the log. */
  readonly term: Term;
  /** What the service proposed. */
  readonly command: Uint8Array;
}

/** The state of the machine after it applied everything up to `index`. */
export interface Snapshot {
  /** The last entry that the snapshot covers. */
  readonly index: Index;
  /** The term of that entry: the consistency check of the next append needs it after the log is trimmed. */
  readonly term: Term;
  /** The machine's state, as the machine encodes it. */
  readonly data: Uint8Array;
}

/** What a node must remember across a crash besides its log. Paper figure 2, "persistent state". */
export interface HardState {
  /** Never decreases. */
  readonly term: Term;
  /** Whom this node voted for in `term`, or `null`. Set at most once a term: two votes make two leaders. */
  readonly vote: NodeId | null;
}

/**
 * May this node vote?
 *
 * A `voter` has everything it ever promised on its disk. An `amnesiac` lost its disk: it may have voted or
 * acknowledged entries that it no longer knows of, so it follows and applies, but never votes, campaigns or counts.
 */
export type Standing = "voter" | "amnesiac";
