/**
 * What a node tells a stranger of itself: enough for a client that knows one address to find the whole cluster.
 * @module
 */

import { defineService, RpcPeer, type RpcRuntime } from "../../runtime/rpc.ts";
import type { Absences } from "./absences.ts";

/** A cluster as one of its nodes sees it. */
export type NodeInfo = {
  readonly cluster: string;
  /** Name and address of every member. */
  readonly members: readonly (readonly [id: string, address: string])[];
};

const SERVICE = defineService<{ describe: { request: null; reply: NodeInfo } }>("node", ["describe"]);

/** Answers those who ask. */
export function serveNodeInfo(runtime: RpcRuntime, info: NodeInfo): void {
  new RpcPeer(runtime, SERVICE, { describe: () => info });
}

/** Tells those who ask that this node is none of theirs, and why. */
export function refuseNodeInfo(runtime: RpcRuntime, why: string): void {
  new RpcPeer(runtime, SERVICE, {
    describe: () => {
      throw new TypeError(why);
    },
  });
}

/** Asks the first of `servers` that answers. Rejects with an `AggregateError` of `RpcError`s if none does. */
export async function askNodeInfo(
  runtime: RpcRuntime,
  servers: readonly string[],
  { timeoutMs, absences }: { readonly timeoutMs: number; readonly absences: Absences },
): Promise<NodeInfo> {
  const peer = new RpcPeer(runtime, SERVICE, null);
  absences.hear((server) => peer.giveUp(server));
  try {
    return await Promise.any(servers.map((server) => peer.call(server, "describe", null, { timeoutMs })));
  } finally {
    peer.close();
  }
}
