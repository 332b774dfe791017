/**
 * Leader election with a preliminary vote. Paper sections 5.2 and 5.4.1, dissertation sections 4.2.3 and 9.6.
 * @module
 */

import type { Effect } from "../effect.ts";
import type { PreVoteReply, PreVoteRequest, VoteReply, VoteRequest } from "../message.ts";
import type { Index, NodeId, Term } from "../types.ts";
import { lastIndex, lastTerm } from "./log.ts";
import { mayStand } from "./membership.ts";
import { majority } from "./quorum.ts";
import { becomeFollower, becomeLeader } from "./roles.ts";
import { broadcastHeartbeat } from "./sending.ts";
import { adoptTerm, afterHardState, type Core, isTrusted, send } from "./state.ts";

/** The randomised timeout passed without word from a leader. */
export function onElectionTimeout(core: Core, effects: Effect[]): void {
  if (core.role.type === "leader") return;
  effects.push({ type: "armElection" });
  // Whoever does not hear from its leader sends nobody there: what can never stand would otherwise keep clients in a circle for good.
  core.leaderFresh = false;
  core.leader = null;
  // A node that lost its disk may have promised its vote already: it must not even stand.
  if (!isTrusted(core)) return;
  // A learner or a stranger would only disturb those that can win.
  if (!mayStand(core)) return;
  // It has won, and only its disk has not said so yet: to stand again would put that off.
  if (core.role.type === "candidate" && isWon(core, core.role.granted)) return;
  if (!core.config.preVote) return campaign(core, effects);
  core.role = { type: "preCandidate", granted: ownVote(core) };
  if (isWon(core, core.role.granted)) return campaign(core, effects);
  for (const member of core.membership.voters) {
    if (member === core.config.id) continue;
    send(effects, member, {
      type: "preVoteRequest",
      term: core.term + 1,
      lastIndex: lastIndex(core.log),
      lastTerm: lastTerm(core.log),
    }, afterHardState(core));
  }
}

/** Stands for election in a new term. */
function campaign(core: Core, effects: Effect[]): void {
  adoptTerm(core, core.term + 1);
  core.vote = core.config.id;
  core.role = { type: "candidate", granted: ownVote(core) };
  for (const member of core.membership.voters) {
    if (member === core.config.id) continue;
    // Not before the own vote is on the disk: after a crash this node could vote for another in the same term.
    send(effects, member, {
      type: "voteRequest",
      term: core.term,
      lastIndex: lastIndex(core.log),
      lastTerm: lastTerm(core.log),
    }, afterHardState(core));
  }
}

/**
 * A write is on the disk: if it was the vote of whoever needs no other one, it leads from now on. Not before: after a crash it could
 * vote for another in the same term, which then had two leaders (chaos seed 984469: the only voter fell at this sync).
 */
export function onVoteFlushed(core: Core, effects: Effect[]): void {
  if (core.role.type !== "candidate" || core.flushedSequence < core.hardStateSequence) return;
  if (isWon(core, core.role.granted)) win(core, effects);
}

function win(core: Core, effects: Effect[]): void {
  becomeLeader(core, effects);
  broadcastHeartbeat(core, effects);
}

/** Who is about to lose its vote may have to stand once more, and must not count itself (dissertation section 4.2.2). */
function ownVote(core: Core): Set<NodeId> {
  return new Set(core.membership.isVoter ? [core.config.id] : []);
}

/** Only voters of the candidate's own configuration count; whom they would follow they decide without looking at theirs. */
function isWon(core: Core, granted: ReadonlySet<NodeId>): boolean {
  return granted.size >= majority(core.membership.voters.length);
}

/** Paper section 5.4.1: both halves matter, the term first, then the length. */
function isUpToDate(core: Core, theirIndex: Index, theirTerm: Term): boolean {
  const ours = lastTerm(core.log);
  return theirTerm > ours || (theirTerm === ours && theirIndex >= lastIndex(core.log));
}

/**
 * Whether this node knows of a leader that is alive, so that nobody else needs its vote.
 * Without this a node that was cut off unseats a healthy leader when it comes back.
 */
export function hasLivingLeader(core: Core): boolean {
  return core.leaderFresh || (core.role.type === "leader" && core.config.checkQuorum);
}

/** Somebody asks whether it could win. Nothing changes here, whatever the answer. */
export function onPreVoteRequest(core: Core, from: NodeId, request: PreVoteRequest, effects: Effect[]): void {
  const granted = isTrusted(core) && request.term > core.term && !hasLivingLeader(core) &&
    isUpToDate(core, request.lastIndex, request.lastTerm);
  // An outdated asker is always told this node's term: if it were left without an answer, two nodes that each find the
  // other outdated would never elect anybody (etcd-io/etcd #8243).
  const term = granted ? request.term : core.term;
  send(effects, from, { type: "preVoteReply", term, granted }, afterHardState(core));
}

/** Somebody answered the preliminary question. */
export function onPreVoteReply(core: Core, from: NodeId, reply: PreVoteReply, effects: Effect[]): void {
  if (!reply.granted || core.role.type !== "preCandidate" || reply.term !== core.term + 1) return;
  if (!core.membership.voters.includes(from)) return;
  // Voters are counted, not votes: the network may repeat a reply.
  core.role.granted.add(from);
  if (isWon(core, core.role.granted)) {
    effects.push({ type: "armElection" });
    campaign(core, effects);
  }
}

/** A candidate asks for this node's vote. The term rule has been applied. */
export function onVoteRequest(core: Core, from: NodeId, request: VoteRequest, effects: Effect[]): void {
  const free = core.vote === null || core.vote === from;
  const granted = isTrusted(core) && request.term === core.term && free &&
    isUpToDate(core, request.lastIndex, request.lastTerm);
  if (granted) {
    // Whoever gave its vote away stops asking for others'.
    core.role = { type: "follower" };
    if (core.vote === null) {
      core.vote = from;
      core.dirtyHardState = true;
    }
    // Only a granted vote buys the candidate time: a refused one must not keep better candidates quiet (labs E1).
    effects.push({ type: "armElection" });
  }
  send(effects, from, { type: "voteReply", term: core.term, granted }, afterHardState(core));
}

/** A voter answered. Replies of older terms were dropped before. */
export function onVoteReply(core: Core, from: NodeId, reply: VoteReply, effects: Effect[]): void {
  if (!reply.granted || core.role.type !== "candidate" || reply.term !== core.term) return;
  if (!core.membership.voters.includes(from)) return;
  core.role.granted.add(from);
  if (isWon(core, core.role.granted)) win(core, effects);
}

/** An election timeout passed: does a majority still answer? */
export function onQuorumTimeout(core: Core, effects: Effect[]): void {
  if (core.role.type !== "leader" || !core.config.checkQuorum) return;
  let active = core.membership.isVoter ? 1 : 0;
  for (const progress of core.role.progress.values()) {
    if (progress.active && progress.counts && progress.votes) active++;
    progress.active = false;
  }
  if (active < majority(core.membership.voters.length)) becomeFollower(core, core.term, null, effects);
}
