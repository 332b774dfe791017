/**
 * The state of one Raft node, and the moves every chapter shares: change role, ask for a write, send.
 * @module
 */

import type { Effect } from "../effect.ts";
import type { Message } from "../message.ts";
import type { Recovered } from "../storage.ts";
import type { Index, NodeId, Snapshot, Standing, Term } from "../types.ts";
import { createLog, lastIndex, type Log, markWritten } from "./log.ts";
import type { Progress } from "./progress.ts";

/** Sizes that bound what one node sends and holds. */
export interface Limits {
  /** Most entries in one append. */
  readonly maxAppendEntries: number;
  /** Most command bytes in one append; a single larger entry still travels alone. */
  readonly maxAppendBytes: number;
  /** Most appends under way to one follower. */
  readonly maxInFlightAppends: number;
  /** Most command bytes under way to one follower. */
  readonly maxInFlightBytes: number;
  /** Bytes of one snapshot chunk. */
  readonly snapshotChunkBytes: number;
  /** Command bytes that may wait for a majority before proposals are refused. */
  readonly maxUncommittedBytes: number;
}

/** What never changes while a node runs. */
export interface CoreConfig {
  readonly id: NodeId;
  /** All voting members, this node included. Each id once. */
  readonly members: readonly NodeId[];
  /** Ask whether an election can be won before disturbing anybody. Dissertation section 9.6. */
  readonly preVote: boolean;
  /** A leader that a majority no longer answers steps down. Dissertation section 6.2. */
  readonly checkQuorum: boolean;
  readonly limits: Limits;
}

/** A read that waits for its leader to be confirmed. */
export interface PendingRead {
  readonly token: number;
  /** The commit index when the read arrived; -1 until the leader has committed in its own term. */
  index: Index;
  /** A majority must answer this round or a later one. 0 until it has an index. */
  round: number;
}

/** What only a leader knows. */
export interface Leader {
  readonly type: "leader";
  /** One per other member. */
  readonly progress: Map<NodeId, Progress>;
  /** Rises with every batch of reads; appends carry it and replies echo it. */
  round: number;
  reads: PendingRead[];
  /** Command bytes proposed in this term and not yet committed. */
  uncommittedBytes: number;
}

/** Listens. */
export interface Follower {
  readonly type: "follower";
}

/** Asks whether it could win. */
export interface PreCandidate {
  readonly type: "preCandidate";
  /** Who said yes, itself included. Voters, not votes: replies may be repeated. */
  readonly granted: Set<NodeId>;
}

/** Stands for election. */
export interface Candidate {
  readonly type: "candidate";
  /** Who voted for it, itself included. */
  readonly granted: Set<NodeId>;
}

/** A node's role. Each carries only its own fields. */
export type Role = Follower | PreCandidate | Candidate | Leader;

/** A snapshot on its way in. Chunks of two senders are never mixed: equal states may have unequal encodings. */
export interface Staging {
  readonly from: NodeId;
  readonly term: Term;
  readonly lastIndex: Index;
  readonly lastTerm: Term;
  readonly sizeBytes: number;
  readonly chunks: Uint8Array[];
  receivedBytes: number;
}

/** One node. Only the chapters in this folder change it. */
export interface Core {
  readonly config: CoreConfig;
  readonly incarnation: number;
  readonly standing: Standing;
  /** Never falls. */
  term: Term;
  /** Changes at most once a term. */
  vote: NodeId | null;
  role: Role;
  /** Whom this node believes to lead `term`, for redirects only. */
  leader: NodeId | null;
  /** The leader was heard within the minimum election timeout: nobody else gets a hearing meanwhile. */
  leaderFresh: boolean;
  readonly log: Log;
  /** Never falls; `log.offset <= commit <= last`. */
  commit: Index;
  /** The latest snapshot; its index equals `log.offset`, or 0 if there is none. */
  snapshot: Snapshot | null;
  staging: Staging | null;
  /** The number of the next write. */
  nextSequence: number;
  /** Every write up to here is on the disk. */
  flushedSequence: number;
  /** The write that made the present term and vote durable. */
  hardStateSequence: number;
  /** What the next write must hold. */
  dirtyHardState: boolean;
  /** The first index that the next write must hold, or 0. */
  dirtyFrom: Index;
  dirtySnapshot: boolean;
}

/** A core as it comes up from its disk. */
export function createCore(config: CoreConfig, recovered: Recovered): Core {
  const snapshot = recovered.snapshot;
  const offset = snapshot === null ? 0 : snapshot.index;
  return {
    config,
    incarnation: recovered.incarnation,
    standing: recovered.standing,
    term: recovered.hardState.term,
    vote: recovered.hardState.vote,
    role: { type: "follower" },
    leader: null,
    leaderFresh: false,
    log: createLog(offset, snapshot === null ? 0 : snapshot.term, recovered.entries),
    // Everything the snapshot covers is committed; how much more is learned from the next leader.
    commit: offset,
    snapshot,
    staging: null,
    nextSequence: 1,
    flushedSequence: 0,
    hardStateSequence: 0,
    dirtyHardState: false,
    dirtyFrom: 0,
    dirtySnapshot: false,
  };
}

/** Whether the next write has something to hold. */
export function isDirty(core: Core): boolean {
  return core.dirtyHardState || core.dirtyFrom !== 0 || core.dirtySnapshot;
}

/** What a message waits for that reveals this node's term or vote. */
export function afterHardState(core: Core): number {
  return core.dirtyHardState ? core.nextSequence : core.hardStateSequence;
}

/** What a message waits for that vouches for the log as it stands. */
export function afterEverything(core: Core): number {
  return isDirty(core) ? core.nextSequence : core.nextSequence - 1;
}

/** Enters `term`, in which this node has not voted. */
export function adoptTerm(core: Core, term: Term): void {
  core.term = term;
  core.vote = null;
  core.leader = null;
  core.dirtyHardState = true;
  // What was said of a leader of an older term says nothing about this one.
  core.leaderFresh = false;
  core.staging = null;
}

/** Asks for one write of all that changed in this step. */
export function persistChanges(core: Core, effects: Effect[]): void {
  if (!isDirty(core)) return;
  const sequence = core.nextSequence++;
  const from = core.dirtyFrom;
  const entries = from === 0 ? [] : core.log.entries.slice(from - core.log.offset - 1);
  if (core.dirtyHardState) core.hardStateSequence = sequence;
  markWritten(core.log, sequence);
  effects.push({
    type: "persist",
    write: {
      sequence,
      term: core.term,
      vote: core.vote,
      firstIndex: from === 0 ? lastIndex(core.log) + 1 : from,
      entries,
      snapshot: core.dirtySnapshot ? core.snapshot : null,
    },
  });
  core.dirtyHardState = false;
  core.dirtyFrom = 0;
  core.dirtySnapshot = false;
}

/** The log changed from `index` on. */
export function markDirty(core: Core, index: Index): void {
  if (core.dirtyFrom === 0 || index < core.dirtyFrom) core.dirtyFrom = index;
}

/** Sends `message` after the writes up to `after`. */
export function send(effects: Effect[], to: NodeId, message: Message, after: number): void {
  effects.push({ type: "send", to, message, after });
}
