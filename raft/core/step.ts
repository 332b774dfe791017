/**
 * The reducer: one input in, the state moved on, effects out. Control flow between the chapters lives here and nowhere
 * else.
 * @module
 */

import type { Effect } from "../effect.ts";
import type { Input } from "../input.ts";
import { isRequest, type Message } from "../message.ts";
import type { NodeId } from "../types.ts";
import { dismiss, onChange } from "./change.ts";
import {
  hasLivingLeader,
  onElectionTimeout,
  onPreVoteReply,
  onPreVoteRequest,
  onQuorumTimeout,
  onVoteFlushed,
  onVoteReply,
  onVoteRequest,
} from "./election.ts";
import { advanceCommit } from "./followers.ts";
import { invariant } from "./invariants.ts";
import { markFlushed } from "./log.ts";
import { isDismissed } from "./membership.ts";
import { onRead, startReadRound } from "./read.ts";
import { onAppendAccepted, onAppendRejected, onAppendRequest, onPropose } from "./replication.ts";
import { becomeFollower } from "./roles.ts";
import { broadcastAppends, broadcastHeartbeat, onSnapshotRead } from "./sending.ts";
import {
  dropStoredBytes,
  onCompact,
  onCompactStored,
  onSnapshotReply,
  onSnapshotRequest,
} from "./snapshot.ts";
import { afterHardState, type Core, isTrusted, persistChanges, send } from "./state.ts";

/**
 * Moves `core` by one `input` and appends what must happen to `effects`, in order.
 *
 * Synchronous and free of clocks, chance and promises: the same inputs give the same effects.
 * Throws `InvariantError` when a law of the protocol is broken; the node must then stop.
 */
export function step(core: Core, input: Input, effects: Effect[]): void {
  // Proposals gather until the turn ends; anything else must not overtake them on the way to the disk.
  if (input.type !== "propose" && core.dirtyFrom !== 0) persistChanges(core, effects);
  const { membership } = core;
  switch (input.type) {
    case "message":
      onMessage(core, input.from, input.message, effects);
      break;
    case "electionTimeout":
      onElectionTimeout(core, effects);
      break;
    case "leaderQuiet":
      core.leaderFresh = false;
      break;
    case "heartbeatTimeout":
      broadcastHeartbeat(core, effects);
      break;
    case "quorumTimeout":
      onQuorumTimeout(core, effects);
      break;
    case "propose":
      onPropose(core, input.commands, effects);
      return;
    case "change":
      onChange(core, input.change, effects);
      break;
    case "replicate":
      broadcastAppends(core, effects);
      startReadRound(core, effects);
      break;
    case "flushed":
      onFlushed(core, input.sequence, effects);
      break;
    case "compact":
      onCompact(core, input.index, input.data);
      break;
    case "compactStored":
      onCompactStored(core, input.index, input.sizeBytes);
      break;
    case "snapshotRead":
      onSnapshotRead(core, input, effects);
      break;
    case "read":
      onRead(core, input.token, effects);
      break;
    case "resign":
      if (core.role.type === "leader") becomeFollower(core, core.term, null, effects);
      break;
  }
  if (core.membership !== membership) {
    effects.push({ type: "configuration", configuration: core.membership.configuration });
  }
  if (core.role.type === "leader" && isDismissed(core)) dismiss(core, effects);
  persistChanges(core, effects);
}

function onFlushed(core: Core, sequence: number, effects: Effect[]): void {
  if (sequence <= core.flushedSequence) return;
  core.flushedSequence = sequence;
  markFlushed(core.log, sequence);
  dropStoredBytes(core);
  onVoteFlushed(core, effects);
  advanceCommit(core, effects);
}

function onMessage(core: Core, from: NodeId, message: Message, effects: Effect[]): void {
  if (from === core.config.id) return;
  // What a stranger asks is answered like anybody's question: it may be a candidate or a leader of a configuration that this node
  // does not know of yet. What a stranger answers counts for nothing, its term least of all: a node that was removed must not
  // depose whoever still had something on the way to it (dissertation section 4.2.3).
  if (!isRequest(message) && !core.membership.names.includes(from)) return;
  if (!obeyTermRule(core, from, message, effects)) return;
  switch (message.type) {
    case "preVoteRequest":
      return onPreVoteRequest(core, from, message, effects);
    case "preVoteReply":
      return onPreVoteReply(core, from, message, effects);
    case "voteRequest":
      return onVoteRequest(core, from, message, effects);
    case "voteReply":
      return onVoteReply(core, from, message, effects);
    case "appendRequest":
      hearLeader(core, from, effects);
      return onAppendRequest(core, from, message, effects);
    case "appendAccepted":
      return onAppendAccepted(core, from, message, effects);
    case "appendRejected":
      return onAppendRejected(core, from, message, effects);
    case "snapshotRequest":
      hearLeader(core, from, effects);
      return onSnapshotRequest(core, from, message, effects);
    case "snapshotReply":
      return onSnapshotReply(core, from, message, effects);
    case "versionRequest":
    case "versionReply":
      return;
  }
}

/**
 * Paper figure 2, "rules for all servers": a later term is adopted before the message is judged, an older one is
 * answered with the present term. Returns whether the message is to be handled.
 */
function obeyTermRule(core: Core, from: NodeId, message: Message, effects: Effect[]): boolean {
  const { term } = message;
  if (term === core.term) return true;
  // What a node speaks has nothing to do with terms.
  if (message.type === "versionRequest" || message.type === "versionReply") return false;
  if (term > core.term) {
    // A preliminary question, and a yes to one, speak of a term that nobody may ever enter.
    if (message.type === "preVoteRequest") return true;
    if (message.type === "preVoteReply" && message.granted) return true;
    if (message.type === "voteRequest" && hasLivingLeader(core)) {
      refuseVote(core, from, effects);
      return false;
    }
    becomeFollower(core, message.term, null, effects);
    return true;
  }
  return answerOlderTerm(core, from, message, effects);
}

function refuseVote(core: Core, from: NodeId, effects: Effect[]): void {
  send(effects, from, { type: "voteReply", term: core.term, granted: false }, afterHardState(core));
}

/** A request of an older term gets an answer that carries the present one, so that its sender catches up. */
function answerOlderTerm(core: Core, from: NodeId, message: Message, effects: Effect[]): boolean {
  switch (message.type) {
    case "preVoteRequest":
      return true;
    case "voteRequest":
      refuseVote(core, from, effects);
      return false;
    case "appendRequest":
      send(effects, from, {
        type: "appendRejected",
        term: core.term,
        prevIndex: message.prevIndex,
        hintIndex: 0,
        hintTerm: 0,
        round: 0,
        incarnation: core.incarnation,
        counts: isTrusted(core),
      }, afterHardState(core));
      return false;
    case "snapshotRequest":
      send(effects, from, {
        type: "snapshotReply",
        term: core.term,
        lastIndex: message.lastIndex,
        nextOffset: 0,
        done: false,
        round: 0,
        incarnation: core.incarnation,
        counts: isTrusted(core),
      }, afterHardState(core));
      return false;
    default:
      // A late reply to a question of an earlier term: what it says no longer holds (labs E6, R6).
      return false;
  }
}

/** The sender leads this term: whoever stood against it gives up, and its silence is counted from now. */
function hearLeader(core: Core, from: NodeId, effects: Effect[]): void {
  invariant(core.role.type !== "leader", "a term has one leader at most", core);
  becomeFollower(core, core.term, from, effects);
  core.leaderFresh = true;
  effects.push({ type: "leaderContact" });
}
