/**
 * Changes of role: the only place where a node starts or stops leading.
 * @module
 */

import type { Effect } from "../effect.ts";
import type { NodeId, Term } from "../types.ts";
import { lastIndex } from "./log.ts";
import { createProgress, type Progress } from "./progress.ts";
import { adoptTerm, type Core } from "./state.ts";

/** Follows in `term`, which is at least this node's. `leader` is null while nobody is known to lead. */
export function becomeFollower(core: Core, term: Term, leader: NodeId | null, effects: Effect[]): void {
  if (term > core.term) adoptTerm(core, term);
  if (core.role.type === "leader") {
    for (const read of core.role.reads) effects.push({ type: "readFailed", token: read.token });
    // A leader has no election timer: without a fresh one this node would never campaign again.
    effects.push({ type: "follow" }, { type: "armElection" });
  }
  if (core.role.type !== "follower") core.role = { type: "follower" };
  core.leader = leader;
}

/** Takes up leadership of the present term. The caller announces it with a heartbeat at once (labs E9). */
export function becomeLeader(core: Core, effects: Effect[]): void {
  const progress = new Map<NodeId, Progress>();
  for (const { id, role } of core.membership.configuration.members) {
    if (id !== core.config.id) progress.set(id, createProgress(lastIndex(core.log) + 1, role === "voter"));
  }
  core.role = { type: "leader", progress, round: 0, reads: [], uncommittedBytes: 0 };
  core.leader = core.config.id;
  core.leaderFresh = false;
  effects.push({ type: "lead", term: core.term });
}
