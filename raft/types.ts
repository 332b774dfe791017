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

/** What a member is there for: a `voter` is counted, a `learner` is only kept up to date until it is promoted. Dissertation section 4.2.1. */
export type MemberRole = "voter" | "learner";

/** One member of a cluster. */
export interface Member {
  /** Its name. */
  readonly id: NodeId;
  /** Whether it counts. */
  readonly role: MemberRole;
  /** Where it is reached, in whatever words the transport understands; `""` if it needs none. Raft does not read it. */
  readonly address: string;
}

/** Who belongs to the cluster. Never changed once it is made: a change makes the next one. */
export interface Configuration {
  /** Each id once; ordered by id in every configuration that came out of a change. */
  readonly members: readonly Member[];
  /**
   * The names of all that were ever removed, in order: a name is for one memory. A machine that comes back gets another, since whoever does not
   * know of its removal yet would take an empty disk for the one that has promised something under that name.
   */
  readonly retired: readonly NodeId[];
}

/** An entry that the service proposed. Its index is its position. */
export interface CommandEntry {
  /** The term of the leader that took it into the log. */
  readonly term: Term;
  /** What the service proposed. Never written to after it entered the log. */
  readonly command: Uint8Array;
}

/** An entry that changes who belongs to the cluster, from the moment at which it is in a log. Dissertation section 4.1. */
export interface ConfigurationEntry {
  /** The term of the leader that took it into the log. */
  readonly term: Term;
  /** Empty: no machine executes it. */
  readonly command: Uint8Array;
  /** All members from here on. */
  readonly configuration: Configuration;
}

/** One entry of the log; `"configuration" in entry` tells which kind. */
export type Entry = CommandEntry | ConfigurationEntry;

/** The state of the machine after it applied everything up to `index`. */
export interface Snapshot {
  /** The last entry that the snapshot covers. */
  readonly index: Index;
  /** The term of that entry: the consistency check of the next append needs it after the log is trimmed. */
  readonly term: Term;
  /** Who belonged to the cluster at `index`: the entries that said so are gone. `null` for the founding members. */
  readonly configuration: Configuration | null;
  /** The machine's state, as the machine encodes it. */
  readonly data: Uint8Array;
}

/** A snapshot whose bytes are in stable storage, and not in memory: a large state need not be kept twice. */
export interface StoredSnapshot {
  /** The last entry that the snapshot covers. */
  readonly index: Index;
  /** The term of that entry. */
  readonly term: Term;
  /** Who belonged to the cluster at `index`; `null` for the founding members. */
  readonly configuration: Configuration | null;
  /** Its bytes have to be asked for: see `Storage.openSnapshot`. */
  readonly data: null;
  /** How many there are. */
  readonly sizeBytes: number;
}

/** A snapshot, wherever its bytes are. */
export type AnySnapshot = Snapshot | StoredSnapshot;

/** The bytes of a whole snapshot. */
export function snapshotSizeBytes(snapshot: AnySnapshot): number {
  return snapshot.data === null ? snapshot.sizeBytes : snapshot.data.length;
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
