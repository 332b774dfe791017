/**
 * Log replication: how commands enter the log, what a follower answers, how the leader takes it.
 * Paper sections 5.3 and 5.4.2.
 * @module
 */

import type { Effect } from "../effect.ts";
import type { AppendAccepted, AppendRejected, AppendRequest } from "../message.ts";
import type { NodeId } from "../types.ts";
import { advanceCommit, heardFrom } from "./followers.ts";
import { invariant } from "./invariants.ts";
import { findConflictByTerm, lastIndex, termAt, truncateFrom } from "./log.ts";
import { adoptAppended, goBackTo } from "./membership.ts";
import { becomeProbe, becomeReplicate, freeInFlight } from "./progress.ts";
import { sendAppends } from "./sending.ts";
import { afterEverything, afterHardState, type Core, isTrusted, markDirty, send } from "./state.ts";

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
    counts: isTrusted(core),
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
    counts: isTrusted(core),
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
      goBackTo(core, index - 1);
    }
    markDirty(core, index);
    for (let rest = at; rest < entries.length; rest++) log.entries.push(entries[rest]);
    adoptAppended(core, index);
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
  // The follower holds another entry where this log was cut: no append can show that, and asking again would never end. From
  // the cut on only the snapshot helps.
  const conflicts = common === core.log.offset && core.log.offsetTerm > reply.hintTerm;
  // A follower known to agree at the cut sent this before it did: going back behind `match` would stop the leader.
  const conflictsAtCut = conflicts && progress.match < common;
  becomeProbe(progress, conflictsAtCut ? common : Math.max(progress.match, common) + 1);
  sendAppends(core, core.role, from, progress, effects);
}
