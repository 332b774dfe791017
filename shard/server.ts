/**
 * Members of groups and of the controller, ready to be called.
 * @module
 */

import type { Replica } from "../kv/replica.ts";
import { openReplica, type ServerOptions } from "../kv/server.ts";
import { replicaHandlers } from "../kv/service.ts";
import type { Address } from "../runtime/network.ts";
import { ShardController } from "./controller.ts";
import { type GroupMachineOptions, ShardGroup } from "./group.ts";
import { Mover } from "./mover.ts";
import { CONTROLLER_NAME, groupName, type ShardPeer } from "./peer.ts";
import { groupHandlers } from "./service.ts";

/** What every member is made of. */
export interface MemberOptions extends Omit<ServerOptions, "group"> {
  /** The process's end: every member that runs in one process is given the same one. */
  readonly peer: ShardPeer;
}

/** What a member of the controller is made of. */
export interface ControllerOptions extends MemberOptions {
  /** How many shards there are; the same on every member, for ever. */
  readonly shards: number;
}

/** What a member of a group is made of. */
export interface GroupOptions extends MemberOptions, GroupMachineOptions {
  /** Where the controller listens, for a group that follows its maps; none for one that is driven by a `ChangeDriver`. */
  readonly controllers: readonly Address[];
  /** How often it is looked what there is to do. @default {100} */
  readonly pollMs?: number;
  /** How long a question for the next map waits at the controller until there is one. @default {500} */
  readonly waitMs?: number;
}

const DEFAULT_POLL_MS = 100;
/** So long at most does it take to notice, beyond the usual patience, that nobody is there any more to answer. */
export const DEFAULT_WAIT_MS = 500;

/** One member, as its process sees it. */
export class ShardMember<M> {
  /** The replica, for its state and its laws. */
  readonly replica: Replica;
  /** Its machine. For reading only. */
  readonly machine: M;
  readonly #close: () => void;

  /** Use {@linkcode openController} or {@linkcode openGroup}. */
  constructor(replica: Replica, machine: M, close: () => void) {
    this.replica = replica;
    this.machine = machine;
    this.#close = close;
  }

  /** Resolves when this member is dead. Never rejects. */
  get done(): Promise<void> {
    return this.replica.done;
  }

  /** The polite exit; the process's end stays open for the others. */
  async close(): Promise<void> {
    this.#close();
    await this.replica.node.close();
    await this.replica.done;
  }

  /** Lets `await using` close the member. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Starts one member of the controller. Throws what `RaftNode.open` throws. */
export async function openController(options: ControllerOptions): Promise<ShardMember<ShardController>> {
  const { peer, members } = options;
  const machine = new ShardController(options.shards);
  const replica = await openReplica(machine, { ...options, group: peer.nameOf(CONTROLLER_NAME) });
  peer.serve(CONTROLLER_NAME, replicaHandlers(replica, members));
  return new ShardMember(replica, machine, () => peer.withdraw(CONTROLLER_NAME));
}

/** Starts one member of a group. Throws what `RaftNode.open` throws. */
export async function openGroup(options: GroupOptions): Promise<ShardMember<ShardGroup>> {
  const { peer, members, controllers, runtime } = options;
  const name = groupName(options.group);
  const machine = new ShardGroup(options);
  const replica = await openReplica(machine, { ...options, group: peer.nameOf(name) });
  peer.serve(name, groupHandlers(replica, members));
  if (controllers.length === 0) return new ShardMember(replica, machine, () => peer.withdraw(name));
  const pollMs = options.pollMs ?? DEFAULT_POLL_MS;
  const waitMs = options.waitMs ?? DEFAULT_WAIT_MS;
  const mover = new Mover({ runtime, calls: peer, replica, machine, controllers, pollMs, waitMs });
  mover.start();
  return new ShardMember(replica, machine, () => {
    mover.stop();
    peer.withdraw(name);
  });
}
