/**
 * What can happen to one node, and what comes of it: the node afterwards, and what it sent.
 *
 * The production core takes every step. Around it stands the one rule of `raft/effect.ts`: a message leaves once the
 * writes it names are down, and never if its sender has left the message's term by then.
 * @module
 */

import type { Core, CoreConfig } from "../../raft/core/state.ts";
import { refusalOf } from "../../raft/core/change.ts";
import { step } from "../../raft/core/step.ts";
import type { Effect } from "../../raft/effect.ts";
import type { Input } from "../../raft/input.ts";
import type { MemberChange } from "../../raft/member_change.ts";
import { applyPersist } from "../../raft/memory_storage.ts";
import type { Persist, Recovered } from "../../raft/storage.ts";
import type { Entry, Index } from "../../raft/types.ts";
import {
  bootNode,
  cloneCore,
  EMPTY_DISK,
  type Flying,
  flyingText,
  type Held,
  nameOf,
  type NodeState,
  normalised,
  numberOf,
} from "./node.ts";
import type { Scope } from "./scope.ts";

/** What a node is given to do. */
export type Deed =
  | { readonly kind: "deliver"; readonly flying: Flying }
  | { readonly kind: "timeout" }
  | { readonly kind: "heartbeat" }
  | { readonly kind: "propose"; readonly command: number }
  | { readonly kind: "read"; readonly token: number }
  | { readonly kind: "change"; readonly change: MemberChange }
  | { readonly kind: "resign" }
  /** The node has a snapshot of all that it has committed. */
  | { readonly kind: "compact" }
  /** The writes that the disk is at work on are down. */
  | { readonly kind: "flush" }
  /** The node dies when the first `kept` of the writes under way are down, and comes up again from its disk. */
  | { readonly kind: "crash"; readonly kept: number }
  /** The node dies of `of` with none of its writes down; what had left it by then has left. */
  | { readonly kind: "die"; readonly of: Deed }
  /** The node dies and its disk is replaced by an empty one. */
  | { readonly kind: "wipe" };

/** A read that was answered. */
export interface ReadyRead {
  readonly token: number;
  readonly index: Index;
}

/** What a deed came to. */
export interface Outcome {
  readonly node: NodeState;
  /** What left the node. */
  readonly sent: readonly Flying[];
  readonly ready: readonly ReadyRead[];
  /** Something left the node before the writes of this very deed: dying of the deed is a case of its own. */
  readonly early: boolean;
}

/** What a wiped disk is formatted with: another incarnation, no standing. */
const WIPED_DISK = { ...EMPTY_DISK, incarnation: 2, standing: "amnesiac" } as const;

/**
 * The deeds that need no message, for a node as it stands. `commands` and `tokens` are all that the scope may use.
 *
 * No node stands for election beyond the scope's terms.
 */
export function localDeeds(scope: Scope, node: NodeState): Deed[] {
  const deeds: Deed[] = [];
  const { core, pending } = node;
  if (pending.length > 0) deeds.push({ kind: "flush" });
  if (core.role.type === "leader") {
    deeds.push({ kind: "heartbeat" });
    for (let command = 1; command <= scope.proposals; command++) deeds.push({ kind: "propose", command });
    for (let token = 1; token <= scope.reads; token++) deeds.push({ kind: "read", token });
    if (scope.resigning) deeds.push({ kind: "resign" });
    deeds.push(...changesOf(scope, core));
  } else if (core.term < scope.terms) deeds.push({ kind: "timeout" });
  if (scope.compaction && core.commit > core.log.offset) deeds.push({ kind: "compact" });
  if (scope.crashes > 0) {
    for (let kept = 0; kept <= node.writing; kept++) deeds.push({ kind: "crash", kept });
  }
  if (scope.wipes > 0 && core.standing === "voter") deeds.push({ kind: "wipe" });
  return deeds;
}

/** What a leader would take for the next configuration. */
function changesOf(scope: Scope, core: Core): Deed[] {
  if (scope.changes === 0) return [];
  const deeds: Deed[] = [];
  for (const type of scope.changeKinds) {
    for (let node = 0; node < scope.nodes; node++) {
      const id = nameOf(node);
      const change: MemberChange = type === "addLearner" ? { type, id, address: "" } : { type, id };
      if (refusalOf(core, change) === null) deeds.push({ kind: "change", change });
    }
  }
  return deeds;
}

/** Does `deed` at `before`. Throws `InvariantError` when the core finds its own laws broken. */
export function perform(scope: Scope, config: CoreConfig, before: NodeState, deed: Deed): Outcome {
  switch (deed.kind) {
    case "flush":
      return finish(flush(before));
    case "crash": {
      const disk = before.pending.slice(0, deed.kept).reduce(applyPersist, before.disk);
      return finish(quietly(bootNode(config, disk)));
    }
    case "wipe":
      return finish(quietly(bootNode(config, WIPED_DISK)));
    case "die": {
      const { sent } = feed(before, inputsOf(before, deed.of));
      return finish({ ...quietly(bootNode(config, before.disk)), sent });
    }
    default: {
      const after = feed(before, inputsOf(before, deed));
      const waits = scope.lateFlush === "everyone" || after.node.core.role.type === "leader";
      return finish(waits ? { ...after, early: false } : settle(after));
    }
  }
}

function inputsOf(before: NodeState, deed: Deed): Input[] {
  switch (deed.kind) {
    case "deliver":
      return [{ type: "message", from: nameOf(deed.flying.from), message: deed.flying.message }];
    case "timeout":
      return [{ type: "electionTimeout" }];
    case "heartbeat":
      return [{ type: "heartbeatTimeout" }];
    case "propose":
      return [{ type: "propose", commands: [new Uint8Array([deed.command])] }, { type: "replicate" }];
    case "read":
      return [{ type: "read", token: deed.token }, { type: "replicate" }];
    case "change":
      return [{ type: "change", change: deed.change }];
    case "resign":
      return [{ type: "resign" }];
    case "compact":
      return [{ type: "compact", index: before.core.commit, data: snapshotOf(before) }];
    default:
      return [];
  }
}

/** What an entry does to the machine: its command, or 0 for a configuration, which the machine only counts. */
export function commandOf(entry: Entry): number {
  return "configuration" in entry ? 0 : entry.command[0];
}

/** The machine's state is the list of commands it has applied, one byte each. */
export function snapshotOf(node: NodeState): Uint8Array {
  const { core } = node;
  const { log, commit } = core;
  const before = stateBefore(node);
  return new Uint8Array([
    ...before,
    ...log.entries.slice(0, commit - log.offset).map(commandOf),
  ]);
}

/** What the machine restored, or went on from: the commands that the node's snapshot covers. */
export function stateBefore({ core, disk }: NodeState): number[] {
  const data = core.snapshot === null ? null : core.snapshot.data ?? disk.snapshot?.data ?? null;
  return data === null ? [] : [...data];
}

function quietly(node: NodeState): Outcome {
  return { node, sent: [], ready: [], early: false };
}

function feed(before: NodeState, inputs: readonly Input[]): Outcome {
  const core = cloneCore(before.core);
  const effects: Effect[] = [];
  for (const input of inputs) step(core, input, effects);
  readBack(core, before.disk, effects);
  const pending: Persist[] = before.pending.slice();
  const held: Held[] = before.held.slice();
  const sent: Flying[] = [];
  const ready: ReadyRead[] = [];
  const from = numberOf(core.config.id);
  for (const effect of effects) {
    if (effect.type === "persist") pending.push(effect.write);
    if (effect.type === "readReady") ready.push({ token: effect.token, index: effect.index });
    if (effect.type !== "send") continue;
    const flying = { from, to: numberOf(effect.to), message: effect.message };
    if (effect.after <= core.flushedSequence) sent.push(flying);
    else hold(held, { flying, after: effect.after });
  }
  // The driver hands the first write to an idle disk at once; what follows gathers.
  const writing = before.writing === 0 ? Math.min(1, pending.length) : before.writing;
  const early = sent.length > 0 && pending.length > before.pending.length;
  return { node: { core, disk: before.disk, pending, writing, held }, sent, ready, early };
}

/**
 * What is read from the disk comes at once: a read that takes its time is a chunk that takes its time. A transfer may be of an older
 * snapshot than the disk holds now; the storage keeps that one, and here it is how the present one begins.
 */
function readBack(core: Core, { snapshot }: Recovered, effects: Effect[]): void {
  for (let at = 0; at < effects.length; at++) {
    const effect = effects[at];
    if (effect.type !== "readSnapshot") continue;
    const { to, index, offset, length } = effect;
    if (snapshot === null || snapshot.index < index) throw new RangeError(`Nothing is stored up to ${index}`);
    const data = snapshot.data.subarray(0, index).subarray(offset, offset + length);
    step(core, { type: "snapshotRead", to, index, offset, data }, effects);
  }
}

/** Of two equal messages the one that leaves first brings everything that the other could. */
function hold(held: Held[], one: Held): void {
  const text = flyingText(one.flying);
  const known = held.findIndex(({ flying }) => flyingText(flying) === text);
  if (known === -1) held.push(one);
  else if (held[known].after > one.after) held[known] = one;
}

/** The writes that the disk is at work on are down, and what waited for them leaves. */
function flush(before: NodeState): Outcome {
  const done = before.pending.slice(0, before.writing);
  const pending = before.pending.slice(before.writing);
  const disk = done.reduce(applyPersist, before.disk);
  const { sequence } = done[done.length - 1];
  const { node, sent, ready } = feed({ ...before, disk, pending }, [{ type: "flushed", sequence }]);
  const released = sent.slice();
  const held: Held[] = [];
  for (const waiting of node.held) {
    if (waiting.after > node.core.flushedSequence) held.push(waiting);
    else if (waiting.flying.message.term >= node.core.term) released.push(waiting.flying);
  }
  // All that gathered meanwhile is the next round.
  return { node: { ...node, writing: node.pending.length, held }, sent: released, ready, early: false };
}

/** Everything that the node wrote is down before anything else happens to it. */
function settle(outcome: Outcome): Outcome {
  let { node } = outcome;
  const sent = outcome.sent.slice();
  const ready = outcome.ready.slice();
  while (node.pending.length > 0) {
    const after = flush(node);
    sent.push(...after.sent);
    ready.push(...after.ready);
    node = after.node;
  }
  return { node, sent, ready, early: outcome.early };
}

function finish(outcome: Outcome): Outcome {
  const sent = new Map(outcome.sent.map((flying) => [flyingText(flying), flying]));
  return { ...outcome, node: normalised(outcome.node), sent: [...sent.values()] };
}
