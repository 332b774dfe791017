/**
 * What can happen next in a cluster, and what comes of it.
 * @module
 */

import { createCore } from "../../raft/core/state.ts";
import { step } from "../../raft/core/step.ts";
import type { Effect } from "../../raft/effect.ts";
import type { Input } from "../../raft/input.ts";
import type { Message } from "../../raft/message.ts";
import type { Persist } from "../../raft/storage.ts";
import {
  applyWrite,
  type Budget,
  cloneCore,
  type ClusterState,
  configOf,
  type Flying,
  type Held,
  type NodeState,
  type Scope,
} from "./model.ts";
import { isDead } from "./network.ts";

/** What a node is given to do. */
export type Deed =
  | { readonly kind: "deliver"; readonly flying: Flying; readonly keep: boolean }
  | { readonly kind: "timeout" }
  | { readonly kind: "heartbeat" }
  | { readonly kind: "propose"; readonly command: number }
  /** The leader's writes under way reach its disk. */
  | { readonly kind: "flush" }
  /** Nothing, before a crash. */
  | { readonly kind: "nothing" };

/**
 * One thing that can happen: a node does something, and then its disk catches up or it crashes.
 *
 * `crash` is how many of the writes under way reached the disk before the node died of it, or null if it lives on.
 */
export interface Action {
  readonly node: number;
  readonly deed: Deed;
  readonly crash: number | null;
}

/**
 * Everything that can happen in `state`, in a fixed order.
 *
 * Two things need no action of their own. A dropped message: one that is never delivered is a lost one, and every state is
 * explored in which it has not been delivered yet. A follower's flush: nothing that a follower says leaves it before the
 * write it depends on, so a late flush looks from outside like a late message, and only the crash that comes first makes
 * a difference; that one is explored after every step. A leader's entries do leave before its own flush, so a leader's
 * writes stay under way until a `flush` of their own.
 */
export function possibleActions(scope: Scope, state: ClusterState): Action[] {
  const actions: Action[] = [];
  for (const { node, deed } of possibleDeeds(scope, state)) {
    actions.push({ node, deed, crash: null });
    if (state.budget.crashes === 0 || deed.kind === "flush") continue;
    const writes = perform(state, node, deed).node.pending.length;
    // Losing nothing is the same as crashing later, with nothing to do first.
    const most = deed.kind === "nothing" ? writes : writes - 1;
    for (let kept = 0; kept <= most; kept++) actions.push({ node, deed, crash: kept });
  }
  return actions.filter(({ deed, crash }) => deed.kind !== "nothing" || crash !== null);
}

function possibleDeeds(scope: Scope, state: ClusterState): { node: number; deed: Deed }[] {
  const deeds: { node: number; deed: Deed }[] = [];
  const { budget } = state;
  for (const flying of state.network) {
    deeds.push({ node: flying.to, deed: { kind: "deliver", flying, keep: false } });
    if (budget.duplicates > 0) deeds.push({ node: flying.to, deed: { kind: "deliver", flying, keep: true } });
  }
  for (let node = 0; node < state.nodes.length; node++) {
    const { core, pending } = state.nodes[node];
    if (pending.length > 0) deeds.push({ node, deed: { kind: "flush" } });
    if (core.role.type === "leader") {
      if (budget.heartbeats > 0) deeds.push({ node, deed: { kind: "heartbeat" } });
      const command = scope.proposals - budget.proposals + 1;
      if (budget.proposals > 0) deeds.push({ node, deed: { kind: "propose", command } });
    } else if (core.term < scope.terms && budget.campaigns > 0) {
      deeds.push({ node, deed: { kind: "timeout" } });
    }
    if (budget.crashes > 0) deeds.push({ node, deed: { kind: "nothing" } });
  }
  return deeds;
}

/** What a deed leaves behind at its node, and what it sent. */
interface Outcome {
  readonly node: NodeState;
  readonly sent: readonly Flying[];
}

/** The state after `action`. Throws `InvariantError` when the core finds its own laws broken. */
export function act(scope: Scope, state: ClusterState, action: Action): ClusterState {
  const { node, deed, crash } = action;
  let outcome = perform(state, node, deed);
  let budget = spend(state.budget, deed);
  if (crash !== null) {
    budget = { ...budget, crashes: budget.crashes - 1 };
    outcome = { node: comeBack(scope, node, outcome.node, crash), sent: outcome.sent };
  } else if (outcome.node.core.role.type !== "leader") {
    const flushed = flush(outcome.node, node);
    outcome = { node: flushed.node, sent: [...outcome.sent, ...flushed.sent] };
  }
  const network = deed.kind === "deliver" && !deed.keep
    ? state.network.filter((other) => other !== deed.flying)
    : state.network;
  return fit(scope, { ...state, budget, network }, node, outcome);
}

function spend(budget: Budget, deed: Deed): Budget {
  switch (deed.kind) {
    case "deliver":
      return deed.keep ? { ...budget, duplicates: budget.duplicates - 1 } : budget;
    case "timeout":
      return { ...budget, campaigns: budget.campaigns - 1 };
    case "heartbeat":
      return { ...budget, heartbeats: budget.heartbeats - 1 };
    case "propose":
      return { ...budget, proposals: budget.proposals - 1 };
    case "flush":
    case "nothing":
      return budget;
  }
}

function perform(state: ClusterState, node: number, deed: Deed): Outcome {
  const before = state.nodes[node];
  switch (deed.kind) {
    case "deliver": {
      const { from, message } = deed.flying;
      return feed(before, node, [{ type: "message", from: String(from), message }]);
    }
    case "timeout":
      return feed(before, node, [{ type: "electionTimeout" }]);
    case "heartbeat":
      return feed(before, node, [{ type: "heartbeatTimeout" }]);
    case "propose":
      return feed(before, node, [
        { type: "propose", commands: [new Uint8Array([deed.command])] },
        { type: "replicate" },
      ]);
    case "flush":
      return flush(before, node);
    case "nothing":
      return { node: before, sent: [] };
  }
}

function feed(before: NodeState, number: number, inputs: readonly Input[]): Outcome {
  const core = cloneCore(before.core);
  const effects: Effect[] = [];
  for (const input of inputs) step(core, input, effects);
  core.leaderFresh = false;
  const pending: Persist[] = before.pending.slice();
  const held: Held[] = before.held.slice();
  const sent: Flying[] = [];
  for (const effect of effects) {
    if (effect.type === "persist") pending.push(effect.write);
    if (effect.type !== "send") continue;
    const flying = fly(number, Number(effect.to), effect.message);
    if (effect.after <= core.flushedSequence) sent.push(flying);
    else held.push({ flying, after: effect.after });
  }
  return { node: { core, disk: before.disk, pending, held }, sent };
}

/** Every write under way reaches the disk, and what waited for it leaves: the rule of `raft/effect.ts`. */
function flush(before: NodeState, number: number): Outcome {
  let node = before;
  const sent: Flying[] = [];
  while (node.pending.length > 0) {
    const last = node.pending[node.pending.length - 1].sequence;
    const disk = node.pending.reduce(applyWrite, node.disk);
    const after = feed({ ...node, disk, pending: [] }, number, [{ type: "flushed", sequence: last }]);
    sent.push(...after.sent);
    const { core } = after.node;
    const held: Held[] = [];
    for (const waiting of after.node.held) {
      if (waiting.after > core.flushedSequence) held.push(waiting);
      else if (waiting.flying.message.term >= core.term) sent.push(waiting.flying);
    }
    node = { ...after.node, held };
  }
  return { node, sent };
}

function comeBack(scope: Scope, number: number, dead: NodeState, kept: number): NodeState {
  const disk = dead.pending.slice(0, kept).reduce(applyWrite, dead.disk);
  return { core: createCore(configOf(scope, number), disk), disk, pending: [], held: [] };
}

function fly(from: number, to: number, message: Message): Flying {
  const fields: string[] = [];
  for (const value of Object.values(message)) {
    if (Array.isArray(value)) {
      fields.push(value.map((entry) => `${entry.term}.${entry.command[0]}`).join("+"));
    } else fields.push(String(value));
  }
  return { from, to, message, text: fields.join(",") };
}

function fit(scope: Scope, state: ClusterState, number: number, outcome: Outcome): ClusterState {
  const nodes = state.nodes.slice();
  nodes[number] = outcome.node;
  let network = state.network.filter((flying) => !isDead(nodes, flying));
  for (const flying of outcome.sent) {
    if (isDead(nodes, flying)) continue;
    const known = network.some((other) => {
      return other.from === flying.from && other.to === flying.to && other.text === flying.text;
    });
    if (!known) network.push(flying);
  }
  if (network.length > scope.inFlight) network = network.slice(network.length - scope.inFlight);
  const { core } = outcome.node;
  let { leaders, committed } = state;
  if (core.role.type === "leader" && leaders[core.term] === -1) leaders = leaders.with(core.term, number);
  for (let index = committed.length + 1; index <= core.commit; index++) {
    committed = [...committed, { entry: core.log.entries[index - 1], committedIn: core.term }];
  }
  return { nodes, network, budget: state.budget, leaders, committed };
}
