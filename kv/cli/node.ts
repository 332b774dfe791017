/**
 * One node as a process has it: the real world, a member of the group, two ports for clients.
 * @module
 */

import { setImmediate } from "node:timers";
import { openWal } from "../../raft/wal.ts";
import type { Timing } from "../../raft/timing.ts";
import { denoNetwork, type DenoRuntime, denoRuntime, type DenoTls } from "../../runtime/deno.ts";
import { seededRandom } from "../../runtime/random.ts";
import { Clerk } from "../clerk.ts";
import { Gateway } from "../gateway/gateway.ts";
import { sameText } from "../resp/client_reply.ts";
import { Cursors } from "../resp/mod.ts";
import { type MachineServer, replicate, type ServerOptions } from "../server.ts";
import { Store } from "../store/store.ts";
import { checkFolder, claimFolder, type Identity } from "./identity.ts";
import type { Limits } from "./limits.ts";
import { healthOf, infoText, metricsText, type NodeParts } from "./metrics.ts";
import { serveNodeInfo } from "./node_info.ts";
import { addressOf, type PortServices, servePorts, takePorts } from "./ports.ts";
import { servedStore } from "./served_store.ts";

/** What a node is told. */
export interface NodeOptions {
  readonly id: string;
  /** Where each node is called by the others, this one included. */
  readonly peers: ReadonlyMap<string, string>;
  readonly folder: string;
  readonly cluster: string;
  /** `host:port` for clients that speak RESP, and for those that speak HTTP; null for no such port. */
  readonly resp: string | null;
  readonly http: string | null;
  /** What clients must say; null where only this machine can reach the ports. */
  readonly token: string | null;
  /** Certificates, for lines between nodes and for client ports that other machines reach; null for plain TCP. */
  readonly tls: DenoTls | null;
  readonly limits: Limits;
  readonly timing: Timing;
  /** Start as one that has lost its memory: follows, never votes. */
  readonly amnesiac: boolean;
  readonly signal: AbortSignal;
}

/** A node that runs. */
export interface RunningNode {
  readonly parts: NodeParts;
  /** Where its ports are, as `host:port`. */
  readonly resp: string | null;
  readonly http: string | null;
  /** Resolves when it is dead. */
  readonly done: Promise<void>;
}

const SNAPSHOT_AT_BYTES = 64 << 20;
const REWRITE_BYTES = 16 << 20;
/** A sync of the log has to wait for what of a piece of room is not down yet. */
const ROOM_BYTES = 256 << 10;
/** Half a second's worth of writes. */
const AHEAD_BYTES = 4 << 20;
const HINT_AGAIN_MS = 25;
const FOLLOWER_REST_MS = 20;

/** What whoever tries a node in a worse world may set. */
export interface Surroundings {
  /** How the node comes by its clock, network and disk. */
  readonly openWorld: typeof denoRuntime;
  /** Sizes and habits of Raft that are not the usual ones. */
  readonly tuning: Pick<ServerOptions, "limits" | "preVote" | "checkQuorum" | "maxRaftStateBytes">;
}

/** The real world, and a Raft as it suits most. */
export const ORDINARY: Surroundings = { openWorld: denoRuntime, tuning: {} };

/** Starts a node. Rejects, with nothing changed on the disk, if it cannot have its folder or its ports. */
export async function startNode(
  options: NodeOptions,
  { openWorld, tuning }: Surroundings = ORDINARY,
): Promise<RunningNode> {
  const { id, peers, folder, cluster, signal } = options;
  const listeners: Deno.Listener<Deno.Conn>[] = [];
  const death = new AbortController();
  const onAbort = () => death.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    // Ports first: a node that cannot have them must leave no trace.
    const ports = takePorts(options, listeners);
    const suspects: ((address: string) => void)[] = [];
    let leads = () => true;
    const runtime = await openWorld({
      address: peers.get(id) as string,
      folder,
      signal: death.signal,
      onPeerClosed: (peer) => suspects.forEach((suspect) => suspect(peer)),
      // A follower has nothing better to do, and the leader waits for it. A leader has: its own disk may even hang.
      maySyncAtOnce: () => !leads(),
      ...tlsOf(options),
    });
    const owner: Identity = { cluster, id, members: [...peers.keys()].sort() };
    if (await checkFolder(runtime.disk, folder, owner) === "new") await claimFolder(runtime.disk, owner);
    const parts = await openParts(options, runtime, tuning);
    leads = () => parts.server.replica.node.state().isLeader;
    suspects.push((address) => {
      for (const [member, at] of peers) {
        if (at !== address) continue;
        const { node } = parts.server.replica;
        node.suspect(member);
        // Once more: the leader's last heartbeat may have come on its other connection, behind this news.
        runtime.clock.setTimer(HINT_AGAIN_MS, () => node.suspect(member));
      }
      parts.clerk.client.link.suspect(address);
    });
    const { limits } = options;
    parts.ports.push(...servePorts(ports, servicesOf(options, parts), { limits, signal: death.signal }));
    void parts.server.done.then(() =>
      death.abort(parts.server.replica.failure ?? new Error("The node has died"))
    );
    return { parts, resp: addressOf(ports.resp), http: addressOf(ports.http), done: parts.server.done };
  } catch (error) {
    for (const listener of listeners) listener.close();
    death.abort(error);
    throw error;
  }
}

async function openParts(
  options: NodeOptions,
  runtime: DenoRuntime,
  tuning: Surroundings["tuning"],
): Promise<NodeParts> {
  const { id, peers, cluster, timing } = options;
  const { signal } = runtime;
  const store = new Store();
  const storage = openWal({
    disk: runtime.disk,
    folder: "raft",
    member: id,
    random: runtime.random,
    whenEmpty: options.amnesiac ? "amnesiac" : "format",
    rewriteBytes: REWRITE_BYTES,
    roomBytes: ROOM_BYTES,
    aheadBytes: AHEAD_BYTES,
  });
  const server: MachineServer = await replicate(servedStore(store), {
    runtime,
    id,
    members: peers,
    storage,
    // Nodes of another cluster that are called by mistake must not be understood.
    group: groupOf(cluster),
    timing,
    maxRaftStateBytes: snapshotAtBytes(id, peers),
    followerRestMs: FOLLOWER_REST_MS,
    ...tuning,
  });
  // An end of its own: what is asked of the leader for clients does not stand in line behind the group's own messages.
  const network = denoNetwork({
    address: null,
    signal,
    random: runtime.random.split("clients"),
    onPeerClosed: (peer) => clerk.client.link.suspect(peer),
    ...tlsOf(options),
  });
  const clerk: Clerk = new Clerk({
    runtime: { clock: runtime.clock, random: runtime.random.split("clerk"), network, signal },
    servers: [...peers.values()],
    group: groupOf(cluster),
    window: 1024,
  });
  const gateway = new Gateway({
    replica: server.replica,
    store,
    client: clerk.client,
    clock: runtime.clock,
    afterTurn: (action) => void setImmediate(action),
  });
  serveNodeInfo(runtime, { cluster, members: [...peers] });
  return {
    id,
    cluster,
    peers,
    store,
    server,
    clerk,
    gateway,
    runtime,
    startedMs: performance.now(),
    ports: [],
  };
}

/**
 * Members store snapshots at different lengths of the log: where all do it at once, and perhaps on one disk, no majority is left
 * that stores anything else meanwhile.
 */
function snapshotAtBytes(id: string, peers: ReadonlyMap<string, string>): number {
  const rank = [...peers.keys()].sort().indexOf(id);
  return SNAPSHOT_AT_BYTES * (1 + rank / peers.size);
}

/** As the network takes it. */
export function tlsOf({ tls }: { readonly tls: DenoTls | null }): { readonly tls?: DenoTls } {
  return tls === null ? {} : { tls };
}

/** The name under which the nodes of a cluster find each other. */
export function groupOf(cluster: string): string {
  return `kv/${cluster}`;
}

function servicesOf({ token }: NodeOptions, parts: NodeParts): PortServices {
  return {
    resp: {
      gateway: parts.gateway,
      cursors: new Cursors(seededRandom(Math.floor(performance.timeOrigin)).below(2 ** 32)),
      token,
      info: (sections) => infoText(parts, sections),
      about: { version: "7.0.0", role: () => roleName(parts) },
    },
    http: {
      store: parts.clerk,
      token,
      sameText,
      health: () => healthOf(parts),
      metrics: () => metricsText(parts),
    },
  };
}

/** As Redis names it. */
function roleName(parts: NodeParts): string {
  return parts.server.replica.node.state().isLeader ? "master" : "replica";
}
