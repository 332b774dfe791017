/**
 * One member of a replicated machine, ready to be called: a replica, its Raft node, its service.
 * @module
 */

import { ChannelTransport } from "../raft/channel_transport.ts";
import { messageCodec } from "../raft/codec.ts";
import type { Limits } from "../raft/core/state.ts";
import type { Storage } from "../raft/storage.ts";
import { DEFAULT_TIMING, type Timing } from "../raft/timing.ts";
import type { NodeId } from "../raft/types.ts";
import type { WireVersion } from "../raft/wire_version.ts";
import type { Address } from "../runtime/network.ts";
import type { RpcPeer, RpcRuntime } from "../runtime/rpc.ts";
import type { AnyMachine } from "./machine.ts";
import { DEFAULT_GROUP, type MachineMethods } from "./protocol.ts";
import { Replica } from "./replica.ts";
import { serveReplica } from "./service.ts";
import { Store, type StoreOptions } from "./store/store.ts";

/** What a server is made of. */
export interface ServerOptions {
  /** Clock, chance, network and death. After the signal nothing leaves the server and nothing is acknowledged. */
  readonly runtime: RpcRuntime;
  /** This member's name. */
  readonly id: NodeId;
  /** Where each member listens, this one included. The same on every member. */
  readonly members: ReadonlyMap<NodeId, Address>;
  /**
   * Those of `members` that found the group, the same on each of them; none for a member that joins a group that is there already, or comes
   * back to it with an empty disk. @default {all of them}
   */
  readonly founders?: readonly NodeId[];
  /** The newest version of Raft's messages that this member reads and writes. @default {2} */
  readonly speaks?: WireVersion;
  /** This member's stable storage; nobody else writes to it. */
  readonly storage: Storage;
  /** Names the group; groups that share processes need different names. @default {"kv"} */
  readonly group?: string;
  /** Raft's waiting times. @default {DEFAULT_TIMING} */
  readonly timing?: Timing;
  /** Sizes that Raft keeps to. */
  readonly limits?: Partial<Limits>;
  /**
   * Take a snapshot when hard state and log pass this many bytes; `Infinity` for never (labs: `maxraftstate`).
   * @default {4 MiB}
   */
  readonly maxRaftStateBytes?: number;
  /**
   * How long a member that does not lead lets committed entries gather before it applies them, in milliseconds: many at once cost less,
   * and nobody waits for them there. @default {0, as they come}
   */
  readonly followerRestMs?: number;
  /** Ask before disturbing a leader. @default {true} */
  readonly preVote?: boolean;
  /** A leader that a majority no longer answers steps down. @default {true} */
  readonly checkQuorum?: boolean;
  /** How many client sessions are remembered. @default {100,000} */
  readonly maxSessions?: number;
  /** How long an unused session is remembered, in log time. @default {one hour} */
  readonly sessionTtlMs?: number;
}

const DEFAULT_MAX_RAFT_STATE_BYTES = 4 << 20;
const DEFAULT_MAX_SESSIONS = 100_000;
const DEFAULT_SESSION_TTL_MS = 3_600_000;

/** Opens one member's replica with its Raft node, and serves nobody yet. Throws what `RaftNode.open` throws. */
export function openReplica(machine: AnyMachine, options: ServerOptions): Promise<Replica> {
  const { runtime, id, members, storage } = options;
  const group = options.group ?? DEFAULT_GROUP;
  const transport = new ChannelTransport(runtime.network, `raft:${group}`, messageCodec, members);
  return Replica.open({
    machine,
    raft: {
      id,
      members: options.founders ?? [...members.keys()],
      ...(options.speaks === undefined ? {} : { speaks: options.speaks }),
      storage,
      transport,
      // Whoever joins later is reached where its configuration says.
      onConfiguration: (configuration) => transport.learn(configuration),
      clock: runtime.clock,
      random: runtime.random.split(`raft ${group}`),
      signal: runtime.signal,
      timing: options.timing ?? DEFAULT_TIMING,
      limits: options.limits ?? {},
      preVote: options.preVote ?? true,
      checkQuorum: options.checkQuorum ?? true,
    },
    maxLogSizeBytes: options.maxRaftStateBytes ?? DEFAULT_MAX_RAFT_STATE_BYTES,
    restMs: options.followerRestMs ?? 0,
    sessionRules: {
      maxSessions: options.maxSessions ?? DEFAULT_MAX_SESSIONS,
      ttlMs: options.sessionTtlMs ?? DEFAULT_SESSION_TTL_MS,
    },
  });
}

/** One member of a replicated machine. */
export class MachineServer {
  /** The replica, for its state and its laws. */
  readonly replica: Replica;
  readonly #peer: RpcPeer<MachineMethods>;

  /** Made by {@linkcode replicate}. */
  private constructor(replica: Replica, peer: RpcPeer<MachineMethods>) {
    this.replica = replica;
    this.#peer = peer;
  }

  /** See {@linkcode replicate}. */
  static async open(machine: AnyMachine, options: ServerOptions): Promise<MachineServer> {
    const { runtime, members } = options;
    const replica = await openReplica(machine, options);
    const group = options.group ?? DEFAULT_GROUP;
    return new MachineServer(replica, serveReplica({ runtime, group, replica, addresses: members }));
  }

  /** Resolves when this member is dead: killed, closed, its disk or its machine failed. Never rejects. */
  get done(): Promise<void> {
    return this.replica.done;
  }

  /** The polite exit. */
  async close(): Promise<void> {
    this.#peer.close();
    await this.replica.node.close();
    await this.replica.done;
  }

  /** Lets `await using` close the server. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Replicates a deterministic machine: this is one of its members.
 * Throws what `RaftNode.open` throws.
 */
export function replicate(machine: AnyMachine, options: ServerOptions): Promise<MachineServer> {
  return MachineServer.open(machine, options);
}

/** What one member of a replicated store is made of. */
export interface KvServerOptions extends ServerOptions {
  /** What the store remembers for watchers; the same on every member. */
  readonly store?: StoreOptions;
}

/** How a member of a replicated key/value store is started. */
export interface KvServerDoor {
  /** Starts one member. Throws what `RaftNode.open` throws. */
  readonly open: (options: KvServerOptions) => Promise<MachineServer>;
}

/** A replicated key/value store. */
export const KvServer: KvServerDoor = {
  open: (options) => MachineServer.open(new Store(options.store), options),
};
