/**
 * What a node of a sharded store tells a stranger: who the others are, and what the groups hold here.
 * @module
 */

import type { Timer } from "../../runtime/clock.ts";
import { defineService, RpcError, RpcPeer, type RpcRuntime } from "../../runtime/rpc.ts";

/** A group as one node sees it. */
export type GroupInfo = {
  readonly group: number;
  /** Whether this node leads it: only then the rest is the latest there is. */
  readonly leads: boolean;
  /** The last map that it has taken on. */
  readonly map: number;
  /** Shards that it serves. */
  readonly serves: readonly number[];
  /** Shards that it owns, and waits for. */
  readonly arriving: readonly number[];
  /** Shards that it keeps for their new owner. */
  readonly leaving: readonly number[];
  /** Shards that it keeps for nobody: all groups have left. */
  readonly frozen: readonly number[];
};

/** A cluster as one of its nodes sees it. */
export type ShardNodeInfo = {
  readonly cluster: string;
  /** Name and address of every node. */
  readonly members: readonly (readonly [id: string, address: string])[];
  readonly shards: number;
  readonly groups: readonly GroupInfo[];
};

const SERVICE = defineService<{ describe: { request: null; reply: ShardNodeInfo } }>("shard node", [
  "describe",
]);

/** Answers those who ask. */
export function serveShardNodeInfo(runtime: RpcRuntime, describe: () => ShardNodeInfo): void {
  new RpcPeer(runtime, SERVICE, { describe });
}

/** Asks nodes what they are. */
export class NodeInfoClient {
  readonly #runtime: RpcRuntime;
  readonly #peer: RpcPeer<{ describe: { request: null; reply: ShardNodeInfo } }>;

  constructor(runtime: RpcRuntime) {
    this.#runtime = runtime;
    this.#peer = new RpcPeer(runtime, SERVICE, null);
  }

  /** Whoever is to answer at `server` seems to be gone: nobody waits for that. */
  giveUp(server: string): void {
    this.#peer.giveUp(server);
  }

  /** The first that answers. Rejects with an `AggregateError` of `RpcError`s if none does. */
  async any(servers: readonly string[], timeoutMs: number): Promise<ShardNodeInfo> {
    return await Promise.any(
      servers.map((server) => this.#peer.call(server, "describe", null, { timeoutMs })),
    );
  }

  /** All that answer in time. Once one has answered the others have `graceMs` left: one of them may be dead. */
  async all(
    servers: readonly string[],
    { timeoutMs, graceMs }: { readonly timeoutMs: number; readonly graceMs: number },
  ): Promise<ShardNodeInfo[]> {
    const answers: ShardNodeInfo[] = [];
    const late = new AbortController();
    let timer: Timer | null = null;
    const ask = async (server: string): Promise<void> => {
      try {
        const options = { timeoutMs, signal: late.signal };
        answers.push(await this.#peer.call(server, "describe", null, options));
        timer ??= this.#runtime.clock.setTimer(graceMs, () => late.abort());
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
      }
    };
    await Promise.all(servers.map(ask));
    (timer as Timer | null)?.cancel();
    return answers;
  }
}
