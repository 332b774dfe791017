/**
 * Linearizable reads without a log entry: ReadIndex. Dissertation section 6.4.
 *
 * The leader notes its commit index, then makes sure that it still led after the read arrived: a majority must answer an
 * append that was sent later. Rounds are the leader's own numbers, so that no late reply of an earlier round can vouch
 * for a later read (etcd-io/etcd #20418).
 * @module
 */

import type { Effect } from "../effect.ts";
import { majority } from "./quorum.ts";
import { termAt } from "./log.ts";
import { broadcastHeartbeat } from "./sending.ts";
import type { Core, Leader } from "./state.ts";

/** The service wants to read. */
export function onRead(core: Core, token: number, effects: Effect[]): void {
  if (core.role.type !== "leader") {
    effects.push({ type: "readFailed", token });
    return;
  }
  const leader = core.role;
  const read = { token, index: -1, round: 0 };
  leader.reads.push(read);
  // A new leader may not know yet what its predecessor committed: it waits for an own entry to commit (etcd #7331).
  if (termAt(core.log, core.commit) !== core.term) return;
  // Reads that arrive while a round is out share the next one.
  read.index = core.commit;
  read.round = leader.round + 1;
}

/** Sends the round that the reads of this turn wait for. */
export function startReadRound(core: Core, effects: Effect[]): void {
  if (core.role.type !== "leader") return;
  const leader = core.role;
  if (!leader.reads.some((read) => read.round > leader.round)) return;
  leader.round++;
  broadcastHeartbeat(core, effects);
  confirmReads(core, leader, effects);
}

/** The leader committed its first own entry: reads that waited for it get their index. */
export function releaseReads(core: Core, leader: Leader, effects: Effect[]): void {
  let released = false;
  for (const read of leader.reads) {
    if (read.index !== -1) continue;
    read.index = core.commit;
    read.round = leader.round + 1;
    released = true;
  }
  if (released) startReadRound(core, effects);
}

/** Hands out every read whose round a majority has answered. */
export function confirmReads(core: Core, leader: Leader, effects: Effect[]): void {
  if (leader.reads.length === 0) return;
  const waiting = [];
  for (const read of leader.reads) {
    if (read.index !== -1 && read.round <= leader.round && isConfirmed(core, leader, read.round)) {
      effects.push({ type: "readReady", token: read.token, index: read.index });
    } else waiting.push(read);
  }
  leader.reads = waiting;
}

function isConfirmed(core: Core, leader: Leader, round: number): boolean {
  let answered = core.membership.isVoter ? 1 : 0;
  for (const progress of leader.progress.values()) {
    if (progress.counts && progress.votes && progress.round >= round) answered++;
  }
  return answered >= majority(core.membership.voters.length);
}
