/**
 * What travels between Raft nodes: eight messages in four pairs.
 *
 * Every request is answered exactly once, also when the answer is no, so that a call-and-reply network (the labs')
 * carries the protocol as well as a one-way one.
 * @module
 */

import type { Entry, Index, Term } from "./types.ts";

/** "Would you vote for me in `term`?" Changes nothing at the receiver. Dissertation section 9.6. */
export interface PreVoteRequest {
  readonly type: "preVoteRequest";
  /** The term the sender would campaign in: one above its own. */
  readonly term: Term;
  readonly lastIndex: Index;
  readonly lastTerm: Term;
}

/** The answer to a {@linkcode PreVoteRequest}. */
export interface PreVoteReply {
  readonly type: "preVoteReply";
  /** When granted the term asked about, otherwise the voter's own: an outdated asker learns of it. */
  readonly term: Term;
  readonly granted: boolean;
}

/** RequestVote of the paper's figure 2. */
export interface VoteRequest {
  readonly type: "voteRequest";
  readonly term: Term;
  readonly lastIndex: Index;
  readonly lastTerm: Term;
}

/** The answer to a {@linkcode VoteRequest}. */
export interface VoteReply {
  readonly type: "voteReply";
  readonly term: Term;
  readonly granted: boolean;
}

/** AppendEntries of the paper's figure 2; without entries it is the heartbeat. */
export interface AppendRequest {
  readonly type: "appendRequest";
  readonly term: Term;
  readonly prevIndex: Index;
  readonly prevTerm: Term;
  readonly entries: readonly Entry[];
  readonly commit: Index;
  /** The leader's read round at sending time; the reply echoes it, which confirms leadership for that round. */
  readonly round: number;
}

/** The follower holds the leader's log up to `matchIndex`, durably. */
export interface AppendAccepted {
  readonly type: "appendAccepted";
  readonly term: Term;
  /** Computed from what was sent, never from the follower's last index: its tail may be another leader's. */
  readonly matchIndex: Index;
  readonly round: number;
  readonly incarnation: number;
  /** False from an amnesiac: the leader keeps it up to date but must not count it. */
  readonly counts: boolean;
}

/** The follower's log does not hold `prevIndex` with `prevTerm`, or the request came from an older term. */
export interface AppendRejected {
  readonly type: "appendRejected";
  readonly term: Term;
  /** The refused request's `prevIndex`, by which the leader tells a stale refusal from a fresh one. */
  readonly prevIndex: Index;
  /** The leader's log may match at or below `hintIndex`, where the follower's log holds `hintTerm`. */
  readonly hintIndex: Index;
  readonly hintTerm: Term;
  readonly round: number;
  readonly incarnation: number;
  readonly counts: boolean;
}

/** One chunk of a snapshot. Paper section 7, figure 13. */
export interface SnapshotRequest {
  readonly type: "snapshotRequest";
  readonly term: Term;
  readonly lastIndex: Index;
  readonly lastTerm: Term;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly data: Uint8Array;
  readonly round: number;
}

/** How far the follower has got with the snapshot that ends at `lastIndex`. */
export interface SnapshotReply {
  readonly type: "snapshotReply";
  readonly term: Term;
  readonly lastIndex: Index;
  /** The next byte wanted: a transfer that was cut resumes here. */
  readonly nextOffset: number;
  /** True once the follower's durable state covers `lastIndex`. */
  readonly done: boolean;
  readonly round: number;
  readonly incarnation: number;
  readonly counts: boolean;
}

/** A request, answered by exactly one {@linkcode ReplyMessage}. */
export type RequestMessage = PreVoteRequest | VoteRequest | AppendRequest | SnapshotRequest;

/** An answer to a {@linkcode RequestMessage}. */
export type ReplyMessage = PreVoteReply | VoteReply | AppendAccepted | AppendRejected | SnapshotReply;

/** Everything that travels between Raft nodes. */
export type Message = RequestMessage | ReplyMessage;

/** Tells a request from a reply. */
export function isRequest(message: Message): message is RequestMessage {
  switch (message.type) {
    case "preVoteRequest":
    case "voteRequest":
    case "appendRequest":
    case "snapshotRequest":
      return true;
    case "preVoteReply":
    case "voteReply":
    case "appendAccepted":
    case "appendRejected":
    case "snapshotReply":
      return false;
  }
}
