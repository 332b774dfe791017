/**
 * Log compaction and the transfer of snapshots in chunks. Paper section 7.
 * @module
 */

import type { Effect } from "../effect.ts";
import type { SnapshotReply, SnapshotRequest } from "../message.ts";
import { type Index, type NodeId, type Snapshot, snapshotSizeBytes } from "../types.ts";
import { advanceCommit, heardFrom } from "./followers.ts";
import { invariant } from "./invariants.ts";
import { compactTo, resetTo, termAt } from "./log.ts";
import { adoptInstalled, configurationAt } from "./membership.ts";
import { becomeProbe, PATIENT_BEATS } from "./progress.ts";
import { broadcastAppends, sendSnapshotChunk } from "./sending.ts";
import {
  afterEverything,
  afterHardState,
  type Core,
  isTrusted,
  send,
  type Staging,
  withoutData,
} from "./state.ts";

/** The service has a snapshot of everything up to `index`: the log before it may go. */
export function onCompact(core: Core, index: Index, data: Uint8Array): void {
  compact(core, index, { data });
}

/** The same, where the bytes are on the disk already: only that they count now has to be written. */
export function onCompactStored(core: Core, index: Index, sizeBytes: number): void {
  compact(core, index, { data: null, sizeBytes });
}

type Bytes = Pick<Snapshot, "data"> | { readonly data: null; readonly sizeBytes: number };

function compact(core: Core, index: Index, bytes: Bytes): void {
  // An older one than what is there already would put the log's start back (labs P14).
  if (index <= core.log.offset) return;
  invariant(index <= core.commit, "a snapshot may cover committed entries only", core);
  // The entries that said who belongs to the cluster go with the rest.
  const configuration = configurationAt(core, index);
  core.snapshot = { index, term: termAt(core.log, index), configuration, ...bytes };
  compactTo(core.log, index);
  core.dirtySnapshot = true;
}

/** The latest snapshot is on the disk: its bytes need not be kept in memory, too. A transfer that has begun with them keeps its own. */
export function dropStoredBytes(core: Core): void {
  const { snapshot } = core;
  if (snapshot === null || snapshot.data === null || core.dirtySnapshot) return;
  if (core.snapshotSequence <= core.flushedSequence) core.snapshot = withoutData(snapshot);
}

/** A chunk arrives from the leader of this term. */
export function onSnapshotRequest(
  core: Core,
  from: NodeId,
  request: SnapshotRequest,
  effects: Effect[],
): void {
  // Everything it covers is here already: installing it would put the machine back (labs P9).
  if (request.lastIndex <= core.commit) {
    return replyToChunk(core, from, request, request.sizeBytes, true, effects);
  }
  const staging = stagingFor(core, from, request);
  if (staging === null) return replyToChunk(core, from, request, 0, false, effects);
  const fits = staging.receivedBytes + request.data.length <= staging.sizeBytes;
  if (request.offset === staging.receivedBytes && fits && request.data.length > 0) {
    staging.chunks.push(request.data);
    staging.receivedBytes += request.data.length;
  }
  if (staging.receivedBytes < staging.sizeBytes) {
    return replyToChunk(core, from, request, staging.receivedBytes, false, effects);
  }
  core.staging = null;
  const snapshot: Snapshot = {
    index: staging.lastIndex,
    term: staging.lastTerm,
    configuration: staging.configuration,
    data: joinChunks(staging.chunks, staging.sizeBytes),
  };
  install(core, snapshot);
  effects.push({ type: "restore", snapshot });
  replyToChunk(core, from, request, request.sizeBytes, true, effects);
}

/** The transfer that the chunk belongs to; null if a newer one is under way. */
function stagingFor(core: Core, from: NodeId, request: SnapshotRequest): Staging | null {
  const present = core.staging;
  if (present !== null && present.from === from && present.term === request.term) {
    if (present.lastIndex === request.lastIndex && present.sizeBytes === request.sizeBytes) return present;
    // A late chunk of an earlier transfer must not throw away what the present one has brought.
    if (request.lastIndex < present.lastIndex) return null;
  }
  const fresh: Staging = {
    from,
    term: request.term,
    lastIndex: request.lastIndex,
    lastTerm: request.lastTerm,
    configuration: request.configuration,
    sizeBytes: request.sizeBytes,
    chunks: [],
    receivedBytes: 0,
  };
  core.staging = fresh;
  return fresh;
}

function joinChunks(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  if (chunks.length === 1) return chunks[0];
  const data = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const chunk of chunks) {
    data.set(chunk, offset);
    offset += chunk.length;
  }
  return data;
}

function install(core: Core, snapshot: Snapshot): void {
  // A tail that agrees stays: its entries may have been acknowledged already (labs P11).
  if (termAt(core.log, snapshot.index) === snapshot.term) compactTo(core.log, snapshot.index);
  else resetTo(core.log, snapshot.index, snapshot.term, core.commit);
  core.snapshot = snapshot;
  core.commit = snapshot.index;
  core.dirtySnapshot = true;
  adoptInstalled(core, snapshot);
}

function replyToChunk(
  core: Core,
  from: NodeId,
  request: SnapshotRequest,
  nextOffset: number,
  done: boolean,
  effects: Effect[],
): void {
  send(effects, from, {
    type: "snapshotReply",
    term: core.term,
    lastIndex: request.lastIndex,
    nextOffset,
    done,
    round: request.round,
    incarnation: core.incarnation,
    counts: isTrusted(core),
  }, done ? afterEverything(core) : afterHardState(core));
}

/** A follower tells how far it has got. */
export function onSnapshotReply(core: Core, from: NodeId, reply: SnapshotReply, effects: Effect[]): void {
  const progress = heardFrom(core, from, reply.round, reply.incarnation, reply.counts, effects);
  if (progress === null || core.role.type !== "leader") return;
  if (reply.done && reply.lastIndex > progress.match) {
    progress.match = reply.lastIndex;
    advanceCommit(core, effects);
  }
  const state = progress.state;
  if (state.type !== "snapshot" || reply.lastIndex !== state.snapshot.index) return;
  if (reply.done) {
    becomeProbe(progress, progress.match + 1);
    broadcastAppends(core, effects);
  } else if (reply.nextOffset < snapshotSizeBytes(state.snapshot)) {
    // An answer that was overtaken names the same byte or an earlier one, too. If each of them were sent a chunk, which is answered again, a link
    // that repeats and reorders would be flooded within a second. Who really misses it, or starts over, names it again with each heartbeat.
    if (reply.nextOffset <= state.offset && state.beats < PATIENT_BEATS) return;
    state.offset = reply.nextOffset;
    sendSnapshotChunk(core, core.role, from, progress, effects);
  }
}
