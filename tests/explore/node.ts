/**
 * One node of the explored cluster as a value: the production core, its disk, and what lies between the two.
 * @module
 */

import { type Core, type CoreConfig, createCore, type Limits, type Role } from "../../raft/core/state.ts";
import { lastIndex } from "../../raft/core/log.ts";
import { membershipAt } from "../../raft/core/membership.ts";
import type { Progress } from "../../raft/core/progress.ts";
import type { Message } from "../../raft/message.ts";
import type { Persist, Recovered } from "../../raft/storage.ts";
import type { NodeId } from "../../raft/types.ts";
import {
  type Rename,
  renamedEntries,
  renamedHolder,
  renamedMessage,
  renamedStored,
} from "./rename_members.ts";
import type { Scope } from "./scope.ts";

/** A message under way, between nodes by number. */
export interface Flying {
  readonly from: number;
  readonly to: number;
  readonly message: Message;
}

/** A message that waits for its sender's disk. */
export interface Held {
  readonly flying: Flying;
  readonly after: number;
}

/** One node. Never changed once it is made: a deed makes a new one. */
export interface NodeState {
  readonly core: Core;
  /** What a crash leaves. */
  readonly disk: Recovered;
  /** Writes issued and not yet down, oldest first. */
  readonly pending: readonly Persist[];
  /** How many of `pending` the disk is at work on; the rest gathers for the next round, as in `raft/node.ts`. */
  readonly writing: number;
  /** No message twice. */
  readonly held: readonly Held[];
}

const NAMES = ["A", "B", "C", "D", "E"];

/** The name of node number `node`. */
export function nameOf(node: number): NodeId {
  return NAMES[node];
}

/** The number of the node called `name`. */
export function numberOf(name: NodeId): number {
  return NAMES.indexOf(name);
}

/** The configurations of a scope's nodes. */
export function configsOf(scope: Scope): CoreConfig[] {
  const founders = NAMES.slice(0, scope.founders);
  const limits: Limits = {
    maxAppendEntries: 8,
    maxAppendBytes: 1024,
    maxInFlightAppends: scope.window,
    maxInFlightBytes: 1024,
    snapshotChunkBytes: 1,
    maxUncommittedBytes: 1024,
  };
  // Without a quorum check a leader gives every vote request a hearing: what it would refuse is explored as a lost request.
  return NAMES.slice(0, scope.nodes).map((id) => ({
    id,
    members: founders.includes(id) ? founders : [],
    preVote: scope.preVote,
    checkQuorum: false,
    limits,
  }));
}

/** A disk on which nothing was ever written. */
export const EMPTY_DISK: Recovered = {
  hardState: { term: 0, vote: null },
  snapshot: null,
  entries: [],
  incarnation: 1,
  standing: "voter",
};

/** A node that comes up from `disk`. */
export function bootNode(config: CoreConfig, disk: Recovered): NodeState {
  return { core: createCore(config, disk), disk, pending: [], writing: 0, held: [] };
}

/** A copy that a step may change. Entries, messages and snapshots never change, so they are shared. */
export function cloneCore(core: Core): Core {
  const { log } = core;
  return {
    ...core,
    log: { ...log, entries: log.entries.slice(), marks: log.marks.map((mark) => ({ ...mark })) },
    role: cloneRole(core.role),
    staging: core.staging === null ? null : { ...core.staging, chunks: core.staging.chunks.slice() },
  };
}

function cloneRole(role: Role): Role {
  switch (role.type) {
    case "follower":
      return role;
    case "preCandidate":
    case "candidate":
      return { type: role.type, granted: new Set(role.granted) };
    case "leader": {
      const progress = new Map<NodeId, Progress>();
      for (const [member, known] of role.progress) {
        progress.set(member, { ...known, state: { ...known.state }, inFlight: known.inFlight.slice() });
      }
      return { ...role, progress, reads: role.reads.map((read) => ({ ...read })) };
    }
  }
}

/**
 * The same node with everything taken out that no future step looks at.
 *
 * - Sequences of writes only count on, and are only compared with each other: they are counted from what is down.
 * - `leader` ends up in refusals to clients and nowhere else.
 * - `leaderFresh` only turns vote requests away, without any other change: to the asker that is a lost request, since
 *   the refusal names a term that it has left, durably, before it asked. So it is as if `leaderQuiet` came at once.
 * - What is held back in a term that is over will never be sent.
 */
export function normalised(node: NodeState): NodeState {
  const core = cloneCore(node.core);
  const base = core.flushedSequence;
  core.leader = null;
  core.leaderFresh = false;
  if (core.role.type === "leader") {
    core.role = {
      ...core.role,
      progress: inOrder(core.role.progress, (id) => id),
    };
  }
  core.flushedSequence = 0;
  core.nextSequence -= base;
  core.hardStateSequence = Math.max(0, core.hardStateSequence - base);
  core.snapshotSequence = Math.max(0, core.snapshotSequence - base);
  const log = {
    ...core.log,
    marks: core.log.marks.map((mark) => ({ ...mark, sequence: mark.sequence - base })),
  };
  return {
    ...node,
    core: { ...core, log },
    pending: node.pending.map((write) => ({ ...write, sequence: write.sequence - base })),
    held: node.held.filter(({ flying }) => flying.message.term >= core.term).map(({ flying, after }) => {
      return { flying, after: after - base };
    }),
  };
}

/** The node as it would be if the nodes had other names: number `i` becomes number `names[i]`. */
export function renamed(
  node: NodeState,
  names: readonly number[],
  configs: readonly CoreConfig[],
): NodeState {
  const rename = (id: NodeId) => numberOf(id) === -1 ? id : nameOf(names[numberOf(id)]);
  const renameVote = (id: NodeId | null) => id === null ? null : rename(id);
  const disk = renamedStored(node.disk, rename);
  const core = cloneCore(node.core);
  const config = configs[names[numberOf(core.config.id)]];
  const log = { ...core.log, entries: renamedEntries(core.log.entries, rename) };
  const snapshot = renamedHolder(core.snapshot, rename);
  return {
    core: {
      ...core,
      config,
      log,
      snapshot,
      membership: membershipAt({ config, log, snapshot }, lastIndex(log)),
      vote: renameVote(core.vote),
      leader: renameVote(core.leader),
      role: renamedRole(core.role, rename),
      staging: core.staging === null
        ? null
        : { ...renamedHolder(core.staging, rename), from: rename(core.staging.from) },
    },
    disk: { ...disk, hardState: { ...disk.hardState, vote: renameVote(disk.hardState.vote) } },
    pending: node.pending.map((write) => ({ ...renamedStored(write, rename), vote: renameVote(write.vote) })),
    writing: node.writing,
    held: node.held.map(({ flying, after }) => ({ flying: renamedFlying(flying, names), after })),
  };
}

function renamedRole(role: Role, rename: Rename): Role {
  switch (role.type) {
    case "follower":
      return role;
    case "preCandidate":
    case "candidate":
      return { type: role.type, granted: new Set([...role.granted].map(rename)) };
    case "leader": {
      return { ...role, progress: inOrder(role.progress, rename) };
    }
  }
}

/** A leader makes it in the order of its members, and adds newcomers at the end: no step depends on that. */
function inOrder(progress: ReadonlyMap<NodeId, Progress>, rename: Rename): Map<NodeId, Progress> {
  const known = [...progress].map(([member, one]): [NodeId, Progress] => [rename(member), one]);
  return new Map(known.sort(([left], [right]) => left < right ? -1 : 1));
}

/** The message as it would be if the nodes had other names. */
export function renamedFlying(flying: Flying, names: readonly number[]): Flying {
  const message = renamedMessage(flying.message, (id) => nameOf(names[numberOf(id)]));
  return { from: names[flying.from], to: names[flying.to], message };
}

/** A text of any value; equal texts, equal values. Fields that are added to the core later are part of it by themselves. */
export function textOf(value: unknown): string {
  if (value === null || typeof value !== "object") {
    return typeof value === "string" ? `"${value}"` : `${value}`;
  }
  if (value instanceof Uint8Array) return `<${value.join(" ")}>`;
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (value instanceof Set) return `{${[...value].sort().map(textOf).join()}}`;
  if (value instanceof Map) return `{${[...value].map(([key, one]) => `${key}:${textOf(one)}`).join()}}`;
  return `(${Object.entries(value).map(([key, one]) => `${key}:${textOf(one)}`).join()})`;
}

/** A text of a node; equal texts, equal nodes. Its membership follows from its log, its snapshot and the founders. */
export function nodeText(node: NodeState): string {
  const { core, disk, pending, writing, held } = node;
  const waiting = held.map(({ flying, after }) => `${after}>${flyingText(flying)}`).sort();
  return `${core.config.id}${textOf({ ...core, config: null, membership: null })}${textOf(disk)}${
    textOf(pending)
  }${writing}${waiting}`;
}

/** A text of a message under way; equal texts, equal messages. */
export function flyingText({ from, to, message }: Flying): string {
  return `${from}${to}${textOf(message)}`;
}
