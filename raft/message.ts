/**
 * What travels between Raft nodes: requests, and an answer or two for each.
 *
 * Every request is answered exactly once, also when the answer is no, so that a call-and-reply network (the labs')
 * carries the protocol as well as a one-way one.
 * @module
 */

import type { Configuration, Entry, Index, Term } from "./types.ts";

/** "Would you vote for me in `term`?" Changes nothing at the receiver. Dissertation section 9.6. */
export interface PreVoteRequest {
  /** The message's name. */
  readonly type: "preVoteRequest";
  /** The term the sender would campaign in: one above its own. */
  readonly term: Term;
  /** The sender's last entry. */
  readonly lastIndex: Index;
  /** The term of that entry. */
  readonly lastTerm: Term;
}

/** The answer to a {@linkcode PreVoteRequest}. */
export interface PreVoteReply {
  /** The message's name. */
  readonly type: "preVoteReply";
  /** When granted the term asked about, otherwise the voter's own: an outdated asker learns of it. */
  readonly term: Term;
  /** Yes or no. */
  readonly granted: boolean;
}

/** RequestVote of the paper's figure 2. */
export interface VoteRequest {
  /** The message's name. */
  readonly type: "voteRequest";
  /** The term the sender stands in. */
  readonly term: Term;
  /** The candidate's last entry. */
  readonly lastIndex: Index;
  /** The term of that entry. */
  readonly lastTerm: Term;
}

/** The answer to a {@linkcode VoteRequest}. */
export interface VoteReply {
  /** The message's name. */
  readonly type: "voteReply";
  /** The voter's term. */
  readonly term: Term;
  /** Yes or no. */
  readonly granted: boolean;
}

/** AppendEntries of the paper's figure 2; without entries it is the heartbeat. */
export interface AppendRequest {
  /** The message's name. */
  readonly type: "appendRequest";
  /** The leader's term. */
  readonly term: Term;
  /** The entry before `entries`. */
  readonly prevIndex: Index;
  /** The term of that entry. */
  readonly prevTerm: Term;
  /** What follows `prevIndex`, in order; none in a heartbeat. */
  readonly entries: readonly Entry[];
  /** The leader's commit index. */
  readonly commit: Index;
  /** The leader's read round at sending time; the reply echoes it, which confirms leadership for that round. */
  readonly round: number;
}

/** The follower holds the leader's log up to `matchIndex`, durably. */
export interface AppendAccepted {
  /** The message's name. */
  readonly type: "appendAccepted";
  /** The follower's term. */
  readonly term: Term;
  /** Computed from what was sent, never from the follower's last index: its tail may be another leader's. */
  readonly matchIndex: Index;
  /** The read round: a request carries it, its answer echoes it. */
  readonly round: number;
  /** Which memory answers: the number drawn when the sender's disk was formatted. */
  readonly incarnation: number;
  /** False from an amnesiac: the leader keeps it up to date but must not count it. */
  readonly counts: boolean;
}

/** The follower's log does not hold `prevIndex` with `prevTerm`, or the request came from an older term. */
export interface AppendRejected {
  /** The message's name. */
  readonly type: "appendRejected";
  /** The follower's term. */
  readonly term: Term;
  /** The refused request's `prevIndex`, by which the leader tells a stale refusal from a fresh one. */
  readonly prevIndex: Index;
  /** The leader's log may match at or below `hintIndex`, where the follower's log holds `hintTerm`. */
  readonly hintIndex: Index;
  /** The term at `hintIndex` in the follower's log. */
  readonly hintTerm: Term;
  /** The read round: a request carries it, its answer echoes it. */
  readonly round: number;
  /** Which memory answers: the number drawn when the sender's disk was formatted. */
  readonly incarnation: number;
  /** False from an amnesiac: the leader keeps it up to date but must not count it. */
  readonly counts: boolean;
}

/** One chunk of a snapshot. Paper section 7, figure 13. */
export interface SnapshotRequest {
  /** The message's name. */
  readonly type: "snapshotRequest";
  /** The leader's term. */
  readonly term: Term;
  /** The last entry that the snapshot covers. */
  readonly lastIndex: Index;
  /** The term of that entry. */
  readonly lastTerm: Term;
  /** Who belonged to the cluster at that entry; `null` for the founding members. */
  readonly configuration: Configuration | null;
  /** Where in the snapshot the chunk begins. */
  readonly offset: number;
  /** Bytes of the whole snapshot. */
  readonly sizeBytes: number;
  /** The bytes of the chunk. */
  readonly data: Uint8Array;
  /** The read round: a request carries it, its answer echoes it. */
  readonly round: number;
}

/** How far the follower has got with the snapshot that ends at `lastIndex`. */
export interface SnapshotReply {
  /** The message's name. */
  readonly type: "snapshotReply";
  /** The follower's term. */
  readonly term: Term;
  /** Which snapshot is meant: the last entry that it covers. */
  readonly lastIndex: Index;
  /** The next byte wanted: a transfer that was cut resumes here. */
  readonly nextOffset: number;
  /** True once the follower's durable state covers `lastIndex`. */
  readonly done: boolean;
  /** The read round: a request carries it, its answer echoes it. */
  readonly round: number;
  /** Which memory answers: the number drawn when the sender's disk was formatted. */
  readonly incarnation: number;
  /** False from an amnesiac: the leader keeps it up to date but must not count it. */
  readonly counts: boolean;
}

/**
 * "Do you speak version 2?" A leader asks as long as somebody wants the members changed: a node of version 1 cannot read the question, and
 * so gives no answer. No part of the protocol: it changes no term.
 */
export interface VersionRequest {
  /** The message's name. */
  readonly type: "versionRequest";
  /** The leader's term. */
  readonly term: Term;
}

/** Its sender speaks version 2: that it could read the {@linkcode VersionRequest} is the answer. */
export interface VersionReply {
  /** The message's name. */
  readonly type: "versionReply";
  /** The term that was asked in. */
  readonly term: Term;
}

/** A request, answered by exactly one {@linkcode ReplyMessage}. */
export type RequestMessage = PreVoteRequest | VoteRequest | AppendRequest | SnapshotRequest | VersionRequest;

/** An answer to a {@linkcode RequestMessage}. */
export type ReplyMessage =
  | PreVoteReply
  | VoteReply
  | AppendAccepted
  | AppendRejected
  | SnapshotReply
  | VersionReply;

/** Everything that travels between Raft nodes. */
export type Message = RequestMessage | ReplyMessage;

/** Tells a request from a reply. */
export function isRequest(message: Message): message is RequestMessage {
  switch (message.type) {
    case "preVoteRequest":
    case "voteRequest":
    case "appendRequest":
    case "snapshotRequest":
    case "versionRequest":
      return true;
    case "preVoteReply":
    case "voteReply":
    case "appendAccepted":
    case "appendRejected":
    case "snapshotReply":
    case "versionReply":
      return false;
  }
}
