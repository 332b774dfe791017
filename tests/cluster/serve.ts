/**
 * What serves a machine on a cluster's nodes: the laws watch any server, whatever its way to reach its clients.
 * @module
 */

import type { Machine } from "../../kv/machine.ts";
import { replicate, type ServerOptions } from "../../kv/server.ts";
import type { Core } from "../../raft/core/state.ts";
import type { ChangeResult, MemberChange } from "../../raft/member_change.ts";

/** A member that serves. */
export interface Served {
  readonly core: Readonly<Core>;
  /** Resolves when it is dead. */
  readonly done: Promise<void>;
  /** Why it died. */
  readonly cause: unknown;
  /** Asks it to change who belongs to the cluster. */
  changeMembers(change: MemberChange): ChangeResult;
}

/** Starts one member that applies what is committed to `watched`, which wraps `machine`. */
export type Serve = (machine: Machine, watched: Machine, options: ServerOptions) => Promise<Served>;

/** Starts a member of a replicated machine. */
export async function serveReplicated(
  _machine: Machine,
  watched: Machine,
  options: ServerOptions,
): Promise<Served> {
  const server = await replicate(watched, options);
  const { node } = server.replica;
  return {
    core: node.core,
    done: server.done,
    get cause() {
      return node.stopReason ?? server.replica.failure;
    },
    changeMembers: (change) => node.changeMembers(change),
  };
}
