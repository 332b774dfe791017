/**
 * What a leader sends and when: appends, heartbeats, chunks of a snapshot. Paper sections 5.3 and 7.
 * @module
 */

import type { Effect } from "../effect.ts";
import type { Input } from "../input.ts";
import { type Entry, type Index, type NodeId, snapshotSizeBytes } from "../types.ts";
import { invariant } from "./invariants.ts";
import { lastIndex, sliceEntries, termAt } from "./log.ts";
import { addInFlight, becomeSnapshot, PATIENT_BEATS, type Progress, type ProgressState } from "./progress.ts";
import { afterHardState, type Core, type Leader, send } from "./state.ts";

const NOTHING = new Uint8Array(0);

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
        // A chunk without bytes says that this node leads, and its answer what is wanted. Bytes that nobody has answered are not repeated
        // unasked: on a slow link they would stand in line, word from a leader, long after this node leads no more.
        progress.state.beats = Math.min(progress.state.beats + 1, PATIENT_BEATS);
        sendChunk(core, leader, member, progress.state, NOTHING, effects);
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

/** Sends `to` all that its window has room for. */
export function sendAppends(
  core: Core,
  leader: Leader,
  to: NodeId,
  progress: Progress,
  effects: Effect[],
): void {
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

/** The follower needs entries that are gone. */
export function startSnapshot(
  core: Core,
  leader: Leader,
  to: NodeId,
  progress: Progress,
  effects: Effect[],
): void {
  invariant(core.snapshot !== null, "a compacted log has a snapshot", core);
  becomeSnapshot(progress, core.snapshot);
  sendSnapshotChunk(core, leader, to, progress, effects);
}

/**
 * Sends the chunk that the follower wants next, or has it read from the disk first.
 *
 * A transfer goes on with the snapshot it began with, even if a newer one exists by now: restarting with each new one
 * would never end where compaction is faster than the link.
 */
export function sendSnapshotChunk(
  core: Core,
  leader: Leader,
  to: NodeId,
  progress: Progress,
  effects: Effect[],
): void {
  const { state } = progress;
  // What is being read for it is sent when it comes, or read again if another chunk is wanted by then.
  if (state.type !== "snapshot" || state.reading) return;
  const { snapshot, offset } = state;
  const length = Math.min(core.config.limits.snapshotChunkBytes, snapshotSizeBytes(snapshot) - offset);
  if (snapshot.data !== null || length === 0) {
    const data = snapshot.data === null ? NOTHING : snapshot.data.subarray(offset, offset + length);
    return sendChunk(core, leader, to, state, data, effects);
  }
  state.reading = true;
  effects.push({ type: "readSnapshot", to, index: snapshot.index, offset, length });
}

/** A chunk has come from the disk. Whom it was for may have got on, or started over, meanwhile. */
export function onSnapshotRead(
  core: Core,
  { to, index, offset, data }: Input & { readonly type: "snapshotRead" },
  effects: Effect[],
): void {
  if (core.role.type !== "leader") return;
  const progress = core.role.progress.get(to);
  // Bytes of another snapshot must never get into this one (a node has one snapshot of each index at most).
  if (progress?.state.type !== "snapshot" || progress.state.snapshot.index !== index) return;
  const { state } = progress;
  // The answer to a read of an earlier transfer of the same snapshot.
  if (!state.reading) return;
  state.reading = false;
  if (state.offset === offset) sendChunk(core, core.role, to, state, data, effects);
  else sendSnapshotChunk(core, core.role, to, progress, effects);
}

function sendChunk(
  core: Core,
  leader: Leader,
  to: NodeId,
  state: ProgressState & { readonly type: "snapshot" },
  data: Uint8Array,
  effects: Effect[],
): void {
  const { snapshot, offset } = state;
  if (data.length > 0) state.beats = 0;
  // The snapshot may still be on its way to this leader's disk: it covers committed entries, so that costs nothing.
  send(effects, to, {
    type: "snapshotRequest",
    term: core.term,
    lastIndex: snapshot.index,
    lastTerm: snapshot.term,
    configuration: snapshot.configuration,
    offset,
    sizeBytes: snapshotSizeBytes(snapshot),
    data,
    round: leader.round,
  }, afterHardState(core));
}
