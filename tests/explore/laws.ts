/**
 * The laws every reachable state obeys. Paper figure 3.
 * @module
 */

import { checkInvariants } from "../../raft/core/invariants.ts";
import { lastIndex, termAt } from "../../raft/core/log.ts";
import type { ClusterState } from "./model.ts";

/** The first broken law in one sentence, or null. `changed` is the node that the last action touched. */
export function brokenLaw(state: ClusterState, changed: number): string | null {
  const { core } = state.nodes[changed];
  try {
    checkInvariants(core);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return electionSafety(state, changed) ?? leaderCompleteness(state, changed) ??
    stateMachineSafety(state, changed) ??
    logMatching(state, changed);
}

function electionSafety(state: ClusterState, node: number): string | null {
  const { core } = state.nodes[node];
  if (core.role.type !== "leader" || state.leaders[core.term] === node) return null;
  return `election safety: nodes ${state.leaders[core.term]} and ${node} both led term ${core.term}`;
}

function leaderCompleteness(state: ClusterState, node: number): string | null {
  const { core } = state.nodes[node];
  if (core.role.type !== "leader") return null;
  for (let at = 0; at < state.committed.length; at++) {
    const { entry, committedIn } = state.committed[at];
    if (committedIn >= core.term || termAt(core.log, at + 1) === entry.term) continue;
    return `leader completeness: node ${node} leads term ${core.term} without entry ${
      at + 1
    } of term ${entry.term}, ` +
      `which was committed in term ${committedIn}`;
  }
  return null;
}

function stateMachineSafety(state: ClusterState, node: number): string | null {
  const { core } = state.nodes[node];
  for (let index = 1; index <= core.commit; index++) {
    const here = core.log.entries[index - 1];
    const { entry } = state.committed[index - 1];
    if (here.term === entry.term && here.command[0] === entry.command[0]) continue;
    return `state-machine safety: node ${node} committed another entry ${index} (term ${here.term}) than was committed ` +
      `before (term ${entry.term})`;
  }
  return null;
}

function logMatching(state: ClusterState, node: number): string | null {
  const { log } = state.nodes[node].core;
  for (let other = 0; other < state.nodes.length; other++) {
    if (other === node) continue;
    const theirs = state.nodes[other].core.log;
    let index = Math.min(lastIndex(log), lastIndex(theirs));
    while (index > 0 && termAt(log, index) !== termAt(theirs, index)) index--;
    for (; index > 0; index--) {
      const left = log.entries[index - 1];
      const right = theirs.entries[index - 1];
      if (left.term === right.term && left.command[0] === right.command[0]) continue;
      return `log matching: nodes ${node} and ${other} agree further up but differ at entry ${index}`;
    }
  }
  return null;
}
