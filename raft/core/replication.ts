/**
 * Log replication: what the leader sends, what the follower answers, when an entry is committed.
 * Paper sections 5.3 and 5.4.2.
 * @module
 */

import type { Effect } from "../effect.ts";
import type { AppendAccepted, AppendRejected, AppendRequest } from "../message.ts";
import type { Entry, Index, NodeId } from "../types.ts";
import { invariant } from "./invariants.ts";
import { findConflictByTerm, lastIndex, sliceEntries, termAt, truncateFrom } from "./log.ts";
import { addInFlight, becomeProbe, becomeReplicate, freeInFlight, type Progress } from "./progress.ts";
import { heldByMajority } from "./quorum.ts";
import { confirmReads, releaseReads } from "./read.ts";
import { sendSnapshotChunk, startSnapshot } from "./snapshot.ts";
import { afterEverything, afterHardState, type Core, type Leader, markDirty, send } from "./state.ts";

/** Takes commands into the leader's log. They travel with the next `replicate`, so that a whole turn shares a message. */
export function onPropose(core: Core, commands: readonly Uint8Array[], effects: Effect[]): void {
  if (core.role.type !== "leader") {
    effects.push({ type: "refused", reason: "notLeader", leader: core.leader });
    return;
  }
  let sizeBytes = 0;
  for (const command of commands) sizeBytes += command.length;
  const waiting = core.role.uncommittedBytes;
  // Without a majority proposals would pile up until the process dies. One oversized proposal may still pass alone.
  if (waiting > 0 && waiting + sizeBytes > core.config.limits.maxUncommittedBytes) {
    effects.push({ type: "refused", reason: "overloaded", leader: core.leader });
    return;
  }
  core.role.uncommittedBytes += sizeBytes;
  const firstIndex = lastIndex(core.log) + 1;
  for (const command of commands) core.log.entries.push({ term: core.term, command });
  if (commands.length > 0) markDirty(core, firstIndex);
  effects.push({ type: "proposed", firstIndex, term: core.term });
}

/** Sends every follower what it is ready to take. */
export function broadcastAppends(core: Core, effects: Effect[]): void {
  if (core.role.type !== "leader") return;
  for (const [member, progress] of core.role.progress) {
    sendAppends(core, core.role, member, progress, effects);
  }
}

/** Tells every follower that this node leads, and mends what got lost on the way. */
export function broadcastHeartbeat(core: Core, effects: Effect[]): void {
  if (core.role.type !== "leader") return;
  const leader = core.role;
  for (const [member, progress] of leader.progress) {
    switch (progress.state.type) {
      case "snapshot":
        sendSnapshotChunk(core, leader, member, progress, effects);
        break;
      case "probe":
        // An unanswered probe is repeated without its entries: a dead peer costs no bandwidth (labs R9).
        sendProbe(core, leader, member, progress, !progress.state.waiting, effects);
        break;
      case "replicate":
        if (progress.next <= core.log.offset) {
          startSnapshot(core, leader, member, progress, effects);
          break;
        }
        // Speaks of the last entry sent, so that a lost append is noticed by the refusal.
        sendAppend(core, leader, member, progress.next - 1, [], effects);
        break;
    }
  }
}

function sendAppends(core: Core, leader: Leader, to: NodeId, progress: Progress, effects: Effect[]): void {
  if (progress.state.type === "probe") {
    if (!progress.state.waiting) sendProbe(core, leader, to, progress, true, effects);
    return;
  }
  const limits = core.config.limits;
  while (progress.state.type === "replicate" && progress.next <= lastIndex(core.log)) {
    const full = progress.inFlight.length >= limits.maxInFlightAppends ||
      progress.inFlightBytes >= limits.maxInFlightBytes;
    if (full) return;
    if (progress.next <= core.log.offset) return startSnapshot(core, leader, to, progress, effects);
    const entries = sliceEntries(core.log, progress.next, limits.maxAppendEntries, limits.maxAppendBytes);
    sendAppend(core, leader, to, progress.next - 1, entries, effects);
    progress.next += entries.length;
    addInFlight(progress, progress.next - 1, commandBytes(entries));
  }
}

function sendProbe(
  core: Core,
  leader: Leader,
  to: NodeId,
  progress: Progress,
  withEntries: boolean,
  effects: Effect[],
): void {
  if (progress.next <= core.log.offset) return startSnapshot(core, leader, to, progress, effects);
  const limits = core.config.limits;
  const entries = withEntries
    ? sliceEntries(core.log, progress.next, limits.maxAppendEntries, limits.maxAppendBytes)
    : [];
  sendAppend(core, leader, to, progress.next - 1, entries, effects);
  progress.state = { type: "probe", waiting: true };
}

function sendAppend(
  core: Core,
  leader: Leader,
  to: NodeId,
  prevIndex: Index,
  entries: readonly Entry[],
  effects: Effect[],
): void {
  send(effects, to, {
    type: "appendRequest",
    term: core.term,
    prevIndex,
    prevTerm: termAt(core.log, prevIndex),
    entries,
    commit: core.commit,
    round: leader.round,
    // The entries need not be on the leader's own disk: it counts itself only once they are.
  }, afterHardState(core));
}

function commandBytes(entries: readonly Entry[]): number {
  let bytes = 0;
  for (const entry of entries) bytes += entry.command.length;
  return bytes;
}

/** The leader of this term sends entries, or just a sign of life. The term rule has been applied. */
export function onAppendRequest(core: Core, from: NodeId, request: AppendRequest, effects: Effect[]): void {
  const { prevIndex } = request;
  // Below the snapshot everything is committed, hence equal; the check happens at its end instead.
  const matches = prevIndex < core.log.offset || termAt(core.log, prevIndex) === request.prevTerm;
  if (!matches) return rejectAppend(core, from, request, effects);
  const lastNew = prevIndex + request.entries.length;
  storeEntries(core, request);
  // Bounded by the last entry known to agree: the tail behind it may be another leader's (labs R4).
  const commit = Math.min(request.commit, lastNew);
  if (commit > core.commit) {
    core.commit = commit;
    effects.push({ type: "commit", index: commit });
  }
  const isHeartbeat = request.entries.length === 0;
  // A heartbeat's answer never waits for the disk: it vouches only for what is stored already.
  const matchIndex = isHeartbeat ? Math.min(lastNew, core.log.flushed) : lastNew;
  const stored = matchIndex <= core.log.flushed && core.dirtyFrom === 0;
  send(effects, from, {
    type: "appendAccepted",
    term: core.term,
    matchIndex,
    round: request.round,
    incarnation: core.incarnation,
    counts: core.standing === "voter",
  }, stored ? afterHardState(core) : afterEverything(core));
}

function rejectAppend(core: Core, from: NodeId, request: AppendRequest, effects: Effect[]): void {
  const hintIndex = findConflictByTerm(core.log, request.prevIndex, request.prevTerm);
  send(effects, from, {
    type: "appendRejected",
    term: core.term,
    prevIndex: request.prevIndex,
    hintIndex,
    hintTerm: termAt(core.log, hintIndex),
    round: request.round,
    incarnation: core.incarnation,
    counts: core.standing === "voter",
  }, afterHardState(core));
}

/** Adds what is new. Entries that are there already stay: a late, shorter append must not take any back (labs R2). */
function storeEntries(core: Core, request: AppendRequest): void {
  const { entries, prevIndex } = request;
  const { log } = core;
  for (let at = 0; at < entries.length; at++) {
    const index = prevIndex + 1 + at;
    if (index <= log.offset) continue;
    const known = termAt(log, index);
    if (known === entries[at].term) continue;
    if (known !== -1) {
      invariant(index > core.commit, "a leader may not replace a committed entry", core);
      truncateFrom(log, index);
    }
    markDirty(core, index);
    for (let rest = at; rest < entries.length; rest++) log.entries.push(entries[rest]);
    return;
  }
}

/** A follower holds the log up to `matchIndex`. */
export function onAppendAccepted(core: Core, from: NodeId, reply: AppendAccepted, effects: Effect[]): void {
  const progress = heardFrom(core, from, reply.round, reply.incarnation, reply.counts, effects);
  if (progress === null || core.role.type !== "leader") return;
  const rises = reply.matchIndex > progress.match;
  if (rises) progress.match = reply.matchIndex;
  if (progress.next <= progress.match) progress.next = progress.match + 1;
  freeInFlight(progress, reply.matchIndex);
  // A probe is answered by an acknowledgement of its own position or beyond; an older one says nothing about it.
  if (progress.state.type === "probe" && reply.matchIndex >= progress.next - 1) becomeReplicate(progress);
  if (rises) advanceCommit(core, effects);
  sendAppends(core, core.role, from, progress, effects);
}

/** A follower could not place an append. */
export function onAppendRejected(core: Core, from: NodeId, reply: AppendRejected, effects: Effect[]): void {
  const progress = heardFrom(core, from, reply.round, reply.incarnation, reply.counts, effects);
  if (progress === null || core.role.type !== "leader" || progress.state.type === "snapshot") return;
  // At or below match the refusal is older than an acknowledgement; while probing only the last probe counts (labs R7).
  if (reply.prevIndex <= progress.match) return;
  if (progress.state.type === "probe" && reply.prevIndex !== progress.next - 1) return;
  const common = findConflictByTerm(core.log, reply.hintIndex, reply.hintTerm);
  becomeProbe(progress, Math.max(progress.match, common) + 1);
  sendAppends(core, core.role, from, progress, effects);
}

/** Notes that `from` answered in this term; null unless this node leads. */
export function heardFrom(
  core: Core,
  from: NodeId,
  round: number,
  incarnation: number,
  counts: boolean,
  effects: Effect[],
): Progress | null {
  if (core.role.type !== "leader") return null;
  const progress = core.role.progress.get(from);
  if (progress === undefined) return null;
  if (progress.incarnation !== incarnation) {
    // Another memory answers: what the old one stored is gone, and as long as this node leads it cannot know what the
    // old one promised elsewhere, so the newcomer is kept up to date but not counted.
    const replaced = progress.incarnation !== -1;
    progress.incarnation = incarnation;
    progress.counts = counts && !replaced;
    if (replaced) {
      progress.match = 0;
      progress.round = 0;
      becomeProbe(progress, lastIndex(core.log) + 1);
    }
  }
  progress.active = true;
  if (round > progress.round) {
    progress.round = round;
    confirmReads(core, core.role, effects);
  }
  return progress;
}

/** Commits what a majority holds, if it is of this term. */
export function advanceCommit(core: Core, effects: Effect[]): void {
  if (core.role.type !== "leader") return;
  const held: Index[] = [];
  // Its own log counts up to the disk only: a leader that crashes before its sync would take a commit back.
  if (core.standing === "voter") held.push(core.log.flushed);
  for (const progress of core.role.progress.values()) {
    if (progress.counts) held.push(progress.match);
  }
  const index = heldByMajority(held, core.config.members.length);
  // An entry of an older term on a majority can still be replaced; only an own one commits it (paper figure 8).
  if (index <= core.commit || termAt(core.log, index) !== core.term) return;
  const before = core.commit;
  core.commit = index;
  settleBytes(core, core.role, before);
  effects.push({ type: "commit", index });
  releaseReads(core, core.role, effects);
}

function settleBytes(core: Core, leader: Leader, before: Index): void {
  for (let index = before + 1; index <= core.commit; index++) {
    const entry = core.log.entries[index - core.log.offset - 1];
    // Entries of earlier terms were never charged to this one.
    if (entry.term === core.term) leader.uncommittedBytes -= entry.command.length;
  }
}
