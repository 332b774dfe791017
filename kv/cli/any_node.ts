/**
 * A node as a process has it, whatever store it serves: the real world, its folder, its logs, its two ports for clients, its death.
 * @module
 */

import type { Timing } from "../../raft/timing.ts";
import { openWal, type Wal } from "../../raft/wal.ts";
import type { Clock } from "../../runtime/clock.ts";
import {
  type DenoNetwork,
  denoNetwork,
  type DenoRuntime,
  denoRuntime,
  type DenoTls,
} from "../../runtime/deno.ts";
import { seededRandom } from "../../runtime/random.ts";
import { Handover } from "../handover.ts";
import type { RouteServices } from "../http/mod.ts";
import type { Replica } from "../replica.ts";
import { sameText } from "../resp/client_reply.ts";
import { Cursors, type SessionServices } from "../resp/mod.ts";
import type { ServerOptions } from "../server.ts";
import { checkFolder, claimFolder, type Identity, keepLogs } from "./identity.ts";
import type { Limits } from "./limits.ts";
import { addressOf, type NamedPort, type PortServices, servePorts, takePorts } from "./ports.ts";

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
export interface RunningNode<Parts> {
  readonly parts: Parts;
  /** Where its ports are, as `host:port`. */
  readonly resp: string | null;
  readonly http: string | null;
  /** Hands over what it leads, see `Handover.leave`; it is to be stopped then. */
  readonly leave: (patienceMs: number) => Promise<void>;
  /** Resolves when it is dead. */
  readonly done: Promise<void>;
}

/** What whoever tries a node in a worse world may set. */
export interface Surroundings {
  /** How the node comes by its clock, network and disk. */
  readonly openWorld: typeof denoRuntime;
  /** Sizes and habits of Raft that are not the usual ones. */
  readonly tuning: Pick<ServerOptions, "limits" | "preVote" | "checkQuorum" | "maxRaftStateBytes">;
}

/** The real world, and a Raft as it suits most. */
export const ORDINARY: Surroundings = { openWorld: denoRuntime, tuning: {} };

/** The store that a node serves. */
export interface Aboard<Parts> {
  readonly parts: Parts;
  /** Every replica that runs in this process: it must not look alive without one of them. */
  readonly replicas: readonly Replica[];
  readonly services: PortServices;
  /** Whoever listens at `address` seems to be gone: what waits for an answer from there is tried elsewhere. */
  readonly gone: (address: string) => void;
}

/** How a store is brought aboard. */
export interface Boarding<Parts> {
  /** Whose folder it must be. */
  readonly owner: Identity;
  readonly openWorld: Surroundings["openWorld"];
  readonly open: (runtime: DenoRuntime) => Promise<Aboard<Parts>>;
}

const REWRITE_BYTES = 16 << 20;
/** A sync of the log has to wait for what of a piece of room is not down yet. */
const ROOM_BYTES = 256 << 10;
/** Half a second's worth of writes. */
const AHEAD_BYTES = 4 << 20;
const HINT_AGAIN_MS = 25;

/** How long a follower lets committed entries gather before it applies them. */
export const FOLLOWER_REST_MS = 20;

/** Starts a node. Rejects, with nothing changed on the disk, if it cannot have its folder or its ports. */
export async function startAnyNode<Parts extends { readonly ports: NamedPort[] }>(
  options: NodeOptions,
  { owner, openWorld, open }: Boarding<Parts>,
): Promise<RunningNode<Parts>> {
  const { id, peers, folder, signal, limits } = options;
  const listeners: Deno.Listener<Deno.Conn>[] = [];
  const death = new AbortController();
  signal.addEventListener("abort", () => death.abort(signal.reason), { once: true });
  try {
    // Ports first: a node that cannot have them must leave no trace.
    const ports = takePorts(options, listeners);
    let aboard: Aboard<Parts> | null = null;
    let handover: Handover | null = null;
    const suspected = (address: string) => {
      handover?.giveUp(address);
      if (aboard !== null) suspect(options, aboard, { address, clock: runtime.clock });
    };
    const runtime = await openWorld({
      address: peers.get(id) as string,
      folder,
      signal: death.signal,
      onPeerClosed: suspected,
      // A follower has nothing better to do, and the leader waits for it. A leader has: its own disk may even hang.
      maySyncAtOnce: () => aboard !== null && !aboard.replicas.some(({ node }) => node.state().isLeader),
      ...tlsOf(options),
    });
    const { amnesiac } = options;
    const standing = await checkFolder(runtime.disk, folder, { ...owner, amnesiac });
    if (standing === "new") await claimFolder(runtime.disk, owner);
    aboard = await open(runtime);
    // Not before: where a start breaks off in between there are no logs, and that is no loss.
    if (standing !== "used") await keepLogs(runtime.disk, owner);
    const { parts, replicas, services } = aboard;
    const { cluster } = options;
    const ends = new Handover({ runtime, cluster, id, members: peers, replicas, onLeaving: suspected });
    handover = ends;
    const leave = (patienceMs: number) => ends.leave(patienceMs);
    parts.ports.push(...servePorts(ports, services, { limits, signal: death.signal }));
    for (const replica of replicas) {
      void replica.done.then(() => death.abort(replica.failure ?? new Error("A part of the node has died")));
    }
    const done = Promise.all(replicas.map((replica) => replica.done)).then(() => {});
    return { parts, resp: addressOf(ports.resp), http: addressOf(ports.http), leave, done };
  } catch (error) {
    for (const listener of listeners) listener.close();
    death.abort(error);
    throw error;
  }
}

/** A process has gone, it seems: whoever follows it stands for election, what waits for it is tried elsewhere. */
function suspect(
  { peers }: NodeOptions,
  { replicas, gone }: Aboard<unknown>,
  { address, clock }: { readonly address: string; readonly clock: Clock },
): void {
  gone(address);
  for (const [member, at] of peers) {
    if (at !== address) continue;
    for (const { node } of replicas) {
      node.suspect(member);
      // Once more: the leader's last heartbeat may have come on its other connection, behind this news.
      clock.setTimer(HINT_AGAIN_MS, () => node.suspect(member));
    }
  }
}

/** A log of the node's own, in `folder` of its disk. */
export function openNodeLog(folder: string, { id, amnesiac }: NodeOptions, runtime: DenoRuntime): Wal {
  return openWal({
    disk: runtime.disk,
    folder,
    member: id,
    random: runtime.random.split(`log ${folder}`),
    whenEmpty: amnesiac ? "amnesiac" : "format",
    rewriteBytes: REWRITE_BYTES,
    roomBytes: ROOM_BYTES,
    aheadBytes: AHEAD_BYTES,
  });
}

/**
 * An end of its own: what is asked of leaders for clients does not stand in line behind the node's own messages. `gone` hears of
 * everybody who is not there, whose line has ended or who takes no calls.
 */
export function openFront(
  options: NodeOptions,
  { signal, random }: DenoRuntime,
  gone: (address: string) => void,
): DenoNetwork {
  return denoNetwork({
    address: null,
    signal,
    random: random.split("clients"),
    onPeerClosed: gone,
    onPeerUnreached: gone,
    ...tlsOf(options),
  });
}

/** What a node's ports offer, beside what they offer everywhere. */
export interface PortParts {
  readonly gateway: SessionServices["gateway"];
  readonly store: RouteServices["store"];
  /** As Redis names it. */
  readonly role: () => string;
  readonly info: SessionServices["info"];
  readonly health: RouteServices["health"];
  readonly metrics: RouteServices["metrics"];
}

/** The services of a node's ports. */
export function portServices({ token }: NodeOptions, parts: PortParts): PortServices {
  const { gateway, store, role, info, health, metrics } = parts;
  const cursors = new Cursors(seededRandom(Math.floor(performance.timeOrigin)).below(2 ** 32));
  return {
    resp: { gateway, cursors, token, info, about: { version: "7.0.0", role } },
    http: { store, token, sameText, health, metrics },
  };
}

/** As the network takes it. */
export function tlsOf({ tls }: { readonly tls: DenoTls | null }): { readonly tls?: DenoTls } {
  return tls === null ? {} : { tls };
}
