/**
 * One node of a store that is not cut: a member of its one group.
 * @module
 */

import { setImmediate } from "node:timers";
import type { DenoRuntime } from "../../runtime/deno.ts";
import { Clerk } from "../clerk.ts";
import { Gateway } from "../gateway/gateway.ts";
import { type MachineServer, replicate } from "../server.ts";
import { Store } from "../store/store.ts";
import {
  type Aboard,
  FOLLOWER_REST_MS,
  type NodeOptions,
  openFront,
  openNodeLog,
  ORDINARY,
  portServices,
  type RunningNode,
  startAnyNode,
  type Surroundings,
} from "./any_node.ts";
import { healthOf, infoText, metricsText, type NodeParts } from "./metrics.ts";
import { serveNodeInfo } from "./node_info.ts";
import { servedStore } from "./served_store.ts";

const SNAPSHOT_AT_BYTES = 64 << 20;

/** Starts a node. Rejects, with nothing changed on the disk, if it cannot have its folder or its ports. */
export function startNode(
  options: NodeOptions,
  { openWorld, tuning }: Surroundings = ORDINARY,
): Promise<RunningNode<NodeParts>> {
  const { id, peers, cluster } = options;
  return startAnyNode(options, {
    owner: { cluster, id, members: [...peers.keys()].sort() },
    openWorld,
    open: async (runtime) => aboard(options, await openParts(options, runtime, tuning)),
  });
}

function aboard(options: NodeOptions, parts: NodeParts): Aboard<NodeParts> {
  const { server: { replica }, clerk, gateway } = parts;
  return {
    parts,
    replicas: [replica],
    services: portServices(options, {
      gateway,
      store: clerk,
      role: () => replica.node.state().isLeader ? "master" : "replica",
      info: (sections) => infoText(parts, sections),
      health: () => healthOf(parts),
      metrics: () => metricsText(parts),
    }),
    gone: (address) => clerk.client.link.suspect(address),
  };
}

async function openParts(
  options: NodeOptions,
  runtime: DenoRuntime,
  tuning: Surroundings["tuning"],
): Promise<NodeParts> {
  const { id, peers, cluster, timing } = options;
  // Who may choose keys must not know how they are spread.
  const secret = runtime.random.split("keys");
  const store = new Store({ hashKey: [secret.below(2 ** 32), secret.below(2 ** 32)] });
  // Nodes of another cluster that are called by mistake must not be understood.
  const group = groupOf(cluster);
  const server: MachineServer = await replicate(servedStore(store), {
    runtime,
    id,
    members: peers,
    storage: openNodeLog("raft", options, runtime),
    group,
    timing,
    maxRaftStateBytes: snapshotAtBytes(id, peers),
    followerRestMs: FOLLOWER_REST_MS,
    ...tuning,
  });
  const { clock, random, signal } = runtime;
  const network = openFront(options, runtime, (address) => clerk.client.link.suspect(address));
  const clerk: Clerk = new Clerk({
    runtime: { clock, random: random.split("clerk"), network, signal },
    servers: [...peers.values()],
    group,
    window: 1024,
  });
  server.replica.onLeader = (leader) => clerk.client.link.follow(peers.get(leader) as string);
  const gateway = new Gateway({
    replica: server.replica,
    store,
    client: clerk.client,
    clock,
    afterTurn: (action) => void setImmediate(action),
  });
  serveNodeInfo(runtime, { cluster, members: [...peers] });
  const startedMs = performance.now();
  return { id, cluster, peers, store, server, clerk, gateway, runtime, startedMs, ports: [] };
}

/**
 * Members store snapshots at different lengths of the log: where all do it at once, and perhaps on one disk, no majority is left
 * that stores anything else meanwhile.
 */
function snapshotAtBytes(id: string, peers: ReadonlyMap<string, string>): number {
  const rank = [...peers.keys()].sort().indexOf(id);
  return SNAPSHOT_AT_BYTES * (1 + rank / peers.size);
}

/** The name under which the nodes of a cluster find each other. */
export function groupOf(cluster: string): string {
  return `kv/${cluster}`;
}
