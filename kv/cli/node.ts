/**
 * One node as a process has it: the real world, a member of the group, two ports for clients.
 * @module
 */

import { setImmediate } from "node:timers";
import { openWal } from "../../raft/wal.ts";
import type { Timing } from "../../raft/timing.ts";
import { denoNetwork, type DenoRuntime, denoRuntime } from "../../runtime/deno.ts";
import { seededRandom } from "../../runtime/random.ts";
import { Clerk } from "../clerk.ts";
import { Gateway } from "../gateway/gateway.ts";
import { sameText } from "../resp/client_reply.ts";
import { Cursors } from "../resp/mod.ts";
import { type MachineServer, replicate } from "../server.ts";
import { Store } from "../store/store.ts";
import { checkFolder, claimFolder, type Identity } from "./identity.ts";
import type { Limits } from "./limits.ts";
import { Listener } from "./listener.ts";
import { healthOf, infoText, metricsText, type NodeParts } from "./metrics.ts";
import { serveNodeInfo } from "./node_info.ts";
import { httpTalk, respTalk } from "./talks.ts";

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
const ROOM_BYTES = 1 << 20;
const STALL_MS = 30_000;
const HINT_AGAIN_MS = 25;
const IDLE_MS = 3_600_000;

/** Starts a node. Rejects, with nothing changed on the disk, if it cannot have its folder or its ports. */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { id, peers, folder, cluster, signal } = options;
  const listeners: Deno.Listener<Deno.Conn>[] = [];
  const death = new AbortController();
  const onAbort = () => death.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    // Ports first: a node that cannot have them must leave no trace.
    const resp = options.resp === null ? null : listen(options.resp, listeners);
    const http = options.http === null ? null : listen(options.http, listeners);
    const suspects: ((address: string) => void)[] = [];
    const runtime = await denoRuntime({
      address: peers.get(id) as string,
      folder,
      signal: death.signal,
      onPeerClosed: (peer) => suspects.forEach((suspect) => suspect(peer)),
    });
    const owner: Identity = { cluster, id, members: [...peers.keys()].sort() };
    if (await checkFolder(runtime.disk, folder, owner) === "new") await claimFolder(runtime.disk, owner);
    const parts = await openParts(options, runtime);
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
    const ports = openPorts(options, parts, { resp, http }, death.signal);
    void parts.server.done.then(() =>
      death.abort(parts.server.replica.failure ?? new Error("The node has died"))
    );
    return { parts, ...ports, done: parts.server.done };
  } catch (error) {
    for (const listener of listeners) listener.close();
    death.abort(error);
    throw error;
  }
}

async function openParts(options: NodeOptions, runtime: DenoRuntime): Promise<NodeParts> {
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
  });
  const server: MachineServer = await replicate(store, {
    runtime,
    id,
    members: peers,
    storage,
    // Nodes of another cluster that are called by mistake must not be understood.
    group: groupOf(cluster),
    timing,
    maxRaftStateBytes: SNAPSHOT_AT_BYTES,
  });
  // An end of its own: what is asked of the leader for clients does not stand in line behind the group's own messages.
  const network = denoNetwork({
    address: null,
    signal,
    random: runtime.random.split("clients"),
    onPeerClosed: (peer) => clerk.client.link.suspect(peer),
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

/** The name under which the nodes of a cluster find each other. */
export function groupOf(cluster: string): string {
  return `kv/${cluster}`;
}

interface Ports {
  readonly resp: Deno.Listener<Deno.Conn> | null;
  readonly http: Deno.Listener<Deno.Conn> | null;
}

function openPorts(
  options: NodeOptions,
  parts: NodeParts,
  { resp, http }: Ports,
  signal: AbortSignal,
): { readonly resp: string | null; readonly http: string | null } {
  const { limits, token } = options;
  const common = { maxConnections: limits.maxClients, stallMs: STALL_MS, idleMs: IDLE_MS, signal };
  if (resp !== null) {
    const services = {
      gateway: parts.gateway,
      cursors: new Cursors(seededRandom(Math.floor(performance.timeOrigin)).below(2 ** 32)),
      token,
      info: (sections: readonly string[]) => infoText(parts, sections),
      about: { version: "7.0.0", role: () => roleName(parts) },
    };
    parts.ports.push([
      "resp",
      new Listener(resp, {
        ...common,
        talk: (output) => respTalk(services, limits, output),
        fullAnswer: "-ERR max number of clients reached\r\n",
      }),
    ]);
  }
  if (http !== null) {
    const services = {
      clerk: parts.clerk,
      token,
      sameText,
      health: () => healthOf(parts),
      metrics: () => metricsText(parts),
    };
    parts.ports.push([
      "http",
      new Listener(http, {
        ...common,
        talk: (output) => httpTalk(services, limits, output),
        fullAnswer: "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
      }),
    ]);
  }
  return { resp: addressOf(resp), http: addressOf(http) };
}

/** As Redis names it. */
function roleName(parts: NodeParts): string {
  return parts.server.replica.node.state().isLeader ? "master" : "replica";
}

function listen(address: string, into: Deno.Listener<Deno.Conn>[]): Deno.Listener<Deno.Conn> {
  const at = address.lastIndexOf(":");
  const hostname = address.slice(0, at).replace(/^\[(.*)\]$/, "$1");
  const listener = Deno.listen({ hostname, port: Number(address.slice(at + 1)) });
  into.push(listener);
  return listener;
}

function addressOf(listener: Deno.Listener<Deno.Conn> | null): string | null {
  if (listener === null || !("hostname" in listener.addr)) return null;
  const { hostname, port } = listener.addr;
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
