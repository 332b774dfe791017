/**
 * The state of one Raft node, and the moves every chapter shares: change role, ask for a write, send.
 * @module
 */

import type { Effect } from "../effect.ts";
import type { Message } from "../message.ts";
import type { Recovered } from "../storage.ts";
import {
  type AnySnapshot,
  type Configuration,
  type Index,
  type NodeId,
  snapshotSizeBytes,
  type Standing,
  type Term,
} from "../types.ts";
import { createLog, lastIndex, type Log, markWritten } from "./log.ts";
import { hasJoined, type Membership, membershipAt } from "./membership.ts";
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
  /** This node's name. */
  readonly id: NodeId;
  /**
   * The founding voters, this node included; none for a node that joins later. Each id once. They hold as long as neither the log nor the
   * snapshot says otherwise: see `Core.membership`.
   */
  readonly members: readonly NodeId[];
  /** Ask whether an election can be won before disturbing anybody. Dissertation section 9.6. */
  readonly preVote: boolean;
  /** A leader that a majority no longer answers steps down. Dissertation section 6.2. */
  readonly checkQuorum: boolean;
  /** What it sends and holds at most. */
  readonly limits: Limits;
}

/** A read that waits for its leader to be confirmed. */
export interface PendingRead {
  /** By which the driver knows the read again. */
  readonly token: number;
  /** The commit index when the read arrived; -1 until the leader has committed in its own term. */
  index: Index;
  /** A majority must answer this round or a later one. 0 until it has an index. */
  round: number;
}

/** What only a leader knows. */
export interface Leader {
  /** The role's name. */
  readonly type: "leader";
  /** One per other member of the configuration in effect, learners included. */
  readonly progress: Map<NodeId, Progress>;
  /** Rises with every batch of reads; appends carry it and replies echo it. */
  round: number;
  /** Reads that wait for a round, in order of arrival. */
  reads: PendingRead[];
  /** Command bytes proposed in this term and not yet committed. */
  uncommittedBytes: number;
}

/** Listens. */
export interface Follower {
  /** The role's name. */
  readonly type: "follower";
}

/** Asks whether it could win. */
export interface PreCandidate {
  /** The role's name. */
  readonly type: "preCandidate";
  /** Who said yes, itself included. Voters, not votes: replies may be repeated. */
  readonly granted: Set<NodeId>;
}

/** Stands for election. */
export interface Candidate {
  /** The role's name. */
  readonly type: "candidate";
  /** Who voted for it, itself included. */
  readonly granted: Set<NodeId>;
}

/** A node's role. Each carries only its own fields. */
export type Role = Follower | PreCandidate | Candidate | Leader;

/** A snapshot on its way in. Chunks of two senders are never mixed: equal states may have unequal encodings. */
export interface Staging {
  /** The leader that sends it. */
  readonly from: NodeId;
  /** That leader's term. */
  readonly term: Term;
  /** The last entry that the snapshot covers. */
  readonly lastIndex: Index;
  /** The term of that entry. */
  readonly lastTerm: Term;
  /** Who belonged to the cluster at that entry; `null` for the founding members. */
  readonly configuration: Configuration | null;
  /** Bytes of the whole snapshot. */
  readonly sizeBytes: number;
  /** What has arrived, in order and without gaps. */
  readonly chunks: Uint8Array[];
  /** Their bytes: the offset wanted next. */
  receivedBytes: number;
}

/** One node. Only the chapters in this folder change it. */
export interface Core {
  /** What never changes while the node runs. */
  readonly config: CoreConfig;
  /** Drawn when its disk was formatted; answers carry it, so that a leader notices a lost memory. */
  readonly incarnation: number;
  /** Whether it may vote. */
  readonly standing: Standing;
  /** Never falls. */
  term: Term;
  /** Changes at most once a term. */
  vote: NodeId | null;
  /** What it does in `term`. */
  role: Role;
  /** Whom this node believes to lead `term`, for redirects only. */
  leader: NodeId | null;
  /** The leader was heard within the minimum election timeout: nobody else gets a hearing meanwhile. */
  leaderFresh: boolean;
  /** Who belongs to the cluster: the last configuration in the log, committed or not. */
  membership: Membership;
  /**
   * Whether the cluster has ever taken this node in. One that starts without founding members and finds nothing on its disk may be a removed member that
   * lost it: it follows, and neither votes nor counts until its log says that it is a learner.
   */
  joined: boolean;
  /** Its log, and how much of that is on the disk. */
  readonly log: Log;
  /** Never falls; `log.offset <= commit <= last`. */
  commit: Index;
  /** The latest snapshot; its index equals `log.offset`, or 0 if there is none. Its bytes are here only until they are on the disk. */
  snapshot: AnySnapshot | null;
  /** The write that made the latest snapshot durable. */
  snapshotSequence: number;
  /** A snapshot on its way in, or `null`. */
  staging: Staging | null;
  /** The number of the next write. */
  nextSequence: number;
  /** Every write up to here is on the disk. */
  flushedSequence: number;
  /** The write that made the present term and vote durable. */
  hardStateSequence: number;
  /** Whether the next write must hold a new term or vote. */
  dirtyHardState: boolean;
  /** The first index that the next write must hold, or 0. */
  dirtyFrom: Index;
  /** Whether the next write must hold a new snapshot. */
  dirtySnapshot: boolean;
}

/** A core as it comes up from its disk. */
export function createCore(config: CoreConfig, recovered: Recovered): Core {
  const snapshot = recovered.snapshot;
  const offset = snapshot === null ? 0 : snapshot.index;
  const log = createLog(offset, snapshot === null ? 0 : snapshot.term, recovered.entries);
  const end = lastIndex(log);
  return {
    config,
    incarnation: recovered.incarnation,
    standing: recovered.standing,
    term: recovered.hardState.term,
    vote: recovered.hardState.vote,
    role: { type: "follower" },
    leader: null,
    leaderFresh: false,
    membership: membershipAt({ config, log, snapshot }, end),
    joined: hasJoined({ config, log, snapshot }),
    log,
    // Everything the snapshot covers is committed; how much more is learned from the next leader.
    commit: offset,
    snapshot: snapshot === null ? null : withoutData(snapshot),
    snapshotSequence: 0,
    staging: null,
    nextSequence: 1,
    flushedSequence: 0,
    hardStateSequence: 0,
    dirtyHardState: false,
    dirtyFrom: 0,
    dirtySnapshot: false,
  };
}

/** A snapshot whose bytes can be read back from the disk. */
export function withoutData(snapshot: AnySnapshot): AnySnapshot {
  const { index, term, configuration } = snapshot;
  return { index, term, configuration, data: null, sizeBytes: snapshotSizeBytes(snapshot) };
}

/** Whether the next write has something to hold. */
export function isDirty(core: Core): boolean {
  return core.dirtyHardState || core.dirtyFrom !== 0 || core.dirtySnapshot;
}

/** Whether this node's word counts: its votes, and what it says that it holds. */
export function isTrusted(core: Core): boolean {
  return core.standing === "voter" && core.joined;
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
  if (core.dirtySnapshot) core.snapshotSequence = sequence;
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
