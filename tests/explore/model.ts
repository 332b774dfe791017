/**
 * A whole small cluster as one value: production cores, their disks, the messages between them.
 *
 * States are never changed once they are made: an action copies the one node it touches and shares the rest.
 * @module
 */

import { type Core, type CoreConfig, createCore, type Limits, type Role } from "../../raft/core/state.ts";
import type { Progress } from "../../raft/core/progress.ts";
import type { Message } from "../../raft/message.ts";
import type { Persist, Recovered } from "../../raft/storage.ts";
import type { Entry, Term } from "../../raft/types.ts";

/** How far the exploration goes. Everything within is visited. */
export interface Scope {
  readonly nodes: number;
  /** Nobody enters a later term than this. */
  readonly terms: number;
  /** Times that somebody stands for election, in all. More than `terms` allows split votes. */
  readonly campaigns: number;
  /** Commands offered in all. */
  readonly proposals: number;
  /** Crashes in all; each may lose any unsynced suffix of the writes under way. */
  readonly crashes: number;
  /** Heartbeats in all. */
  readonly heartbeats: number;
  /** Deliveries that leave the message in the network, in all. */
  readonly duplicates: number;
  /** Messages the network holds at once: a full one loses the oldest. */
  readonly inFlight: number;
  readonly preVote: boolean;
}

/** A message under way. */
export interface Flying {
  readonly from: number;
  readonly to: number;
  readonly message: Message;
  /** The message as text, for comparing states. */
  readonly text: string;
}

/** A message that waits for its sender's disk. */
export interface Held {
  readonly flying: Flying;
  readonly after: number;
}

/** One node. */
export interface NodeState {
  readonly core: Core;
  /** What a crash leaves. */
  readonly disk: Recovered;
  /** Writes issued and not yet down, oldest first. */
  readonly pending: readonly Persist[];
  readonly held: readonly Held[];
}

/** What remains of the scope. */
export interface Budget {
  readonly campaigns: number;
  readonly proposals: number;
  readonly crashes: number;
  readonly heartbeats: number;
  readonly duplicates: number;
}

/** One state of the cluster. */
export interface ClusterState {
  readonly nodes: readonly NodeState[];
  /** In order of sending; no two alike. */
  readonly network: readonly Flying[];
  readonly budget: Budget;
  /** Who led each term so far, by term; -1 for nobody. What the laws remember, not the nodes. */
  readonly leaders: readonly number[];
  /** Every entry ever committed by anybody, with the term it was committed in. */
  readonly committed: readonly { readonly entry: Entry; readonly committedIn: Term }[];
}

const LIMITS: Limits = {
  maxAppendEntries: 8,
  maxAppendBytes: 1024,
  maxInFlightAppends: 2,
  maxInFlightBytes: 1024,
  snapshotChunkBytes: 1024,
  maxUncommittedBytes: 1024,
};

/** The configuration of node number `node` in `scope`. */
export function configOf(scope: Scope, node: number): CoreConfig {
  const members = Array.from({ length: scope.nodes }, (_, at) => String(at));
  // Without a quorum check nobody is refused a hearing: every vote that any timing allows is explored.
  return { id: String(node), members, preVote: scope.preVote, checkQuorum: false, limits: LIMITS };
}

/** A cluster that has just been started for the first time. */
export function firstState(scope: Scope): ClusterState {
  const nodes = Array.from({ length: scope.nodes }, (_, node): NodeState => {
    const disk: Recovered = {
      hardState: { term: 0, vote: null },
      snapshot: null,
      entries: [],
      incarnation: 1,
      standing: "voter",
    };
    return { core: createCore(configOf(scope, node), disk), disk, pending: [], held: [] };
  });
  const { campaigns, proposals, crashes, heartbeats, duplicates } = scope;
  return {
    nodes,
    network: [],
    budget: { campaigns, proposals, crashes, heartbeats, duplicates },
    leaders: new Array<number>(scope.terms + 1).fill(-1),
    committed: [],
  };
}

/** A copy that a step may change. Entries and messages never change, so they are shared. */
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
      const progress = new Map<string, Progress>();
      for (const [member, known] of role.progress) {
        progress.set(member, { ...known, state: { ...known.state }, inFlight: known.inFlight.slice() });
      }
      return { ...role, progress, reads: role.reads.slice() };
    }
  }
}

/** The disk after `write` reached it, as every `Storage` must do it. */
export function applyWrite(disk: Recovered, write: Persist): Recovered {
  const offset = disk.snapshot?.index ?? 0;
  const { entries } = disk;
  // Scopes without compaction never write a snapshot.
  const kept = write.entries.length === 0
    ? entries
    : [...entries.slice(0, write.firstIndex - offset - 1), ...write.entries];
  return { ...disk, hardState: { term: write.term, vote: write.vote }, entries: kept };
}
