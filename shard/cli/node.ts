/**
 * One node of a sharded store as a process has it: a member of the controller and of every group, two ports for clients.
 *
 * Any node answers for any key: its ports ask the group that owns the key's shard, whoever leads that.
 * @module
 */

import { setImmediate } from "node:timers";
import { checkFolder, claimFolder, type Identity } from "../../kv/cli/identity.ts";
import { type NodeOptions, ORDINARY, type Surroundings, tlsOf } from "../../kv/cli/node.ts";
import { refuseNodeInfo } from "../../kv/cli/node_info.ts";
import { addressOf, type PortServices, servePorts, takePorts } from "../../kv/cli/ports.ts";
import { sameText } from "../../kv/resp/client_reply.ts";
import { Cursors } from "../../kv/resp/mod.ts";
import { openWal } from "../../raft/wal.ts";
import type { Storage } from "../../raft/storage.ts";
import { denoNetwork, type DenoRuntime } from "../../runtime/deno.ts";
import { seededRandom } from "../../runtime/random.ts";
import { ShardClerk } from "../clerk.ts";
import { ControllerClerk } from "../controller_clerk.ts";
import { ShardGateway } from "../gateway.ts";
import type { ShardGroup } from "../group.ts";
import type { GroupId } from "../map.ts";
import { controllerMaps } from "../maps.ts";
import { ShardPeer } from "../peer.ts";
import { taggedPlacement } from "../placement.ts";
import { openController, openGroup, type ShardMember } from "../server.ts";
import { found } from "./founding.ts";
import { ShardHttpStore } from "./http_store.ts";
import { serveShardNodeInfo } from "./node_info.ts";
import { membersOf, type ShardNodeParts } from "./parts.ts";
import { describeNode, healthOf, infoText, metricsText } from "./report.ts";
import type { Sizes } from "./sizes.ts";

/** What a node is told. */
export interface ShardNodeOptions extends NodeOptions {
  readonly sizes: Sizes;
}

/** A node that runs. */
export interface RunningShardNode {
  readonly parts: ShardNodeParts;
  /** Where its ports are, as `host:port`. */
  readonly resp: string | null;
  readonly http: string | null;
  /** Resolves when it is dead. */
  readonly done: Promise<void>;
}

/** Each group's log is made a snapshot of when it has this many bytes. */
const SNAPSHOT_AT_BYTES = 32 << 20;
const REWRITE_BYTES = 16 << 20;
const ROOM_BYTES = 1 << 20;
const HINT_AGAIN_MS = 25;
const NOT_PLAIN =
  "Cannot ask a store that is cut into shards this way: use its ports for redis-cli and curl, or deno task shards";

/** Starts a node. Rejects, with nothing changed on the disk, if it cannot have its folder or its ports. */
export async function startShardNode(
  options: ShardNodeOptions,
  { openWorld, tuning }: Surroundings = ORDINARY,
): Promise<RunningShardNode> {
  const { id, peers, folder, signal, limits } = options;
  const listeners: Deno.Listener<Deno.Conn>[] = [];
  const death = new AbortController();
  signal.addEventListener("abort", () => death.abort(signal.reason), { once: true });
  try {
    // Ports first: a node that cannot have them must leave no trace.
    const ports = takePorts(options, listeners);
    const suspects: ((address: string) => void)[] = [];
    const runtime = await openWorld({
      address: peers.get(id) as string,
      folder,
      signal: death.signal,
      onPeerClosed: (peer) => suspects.forEach((suspect) => suspect(peer)),
      ...tlsOf(options),
    });
    const owner = identityOf(options);
    if (await checkFolder(runtime.disk, folder, owner) === "new") await claimFolder(runtime.disk, owner);
    const { parts, suspect } = await openParts(options, runtime, tuning);
    suspects.push(suspect);
    parts.ports.push(...servePorts(ports, servicesOf(options, parts), { limits, signal: death.signal }));
    const members = membersOf(parts);
    // A node that has lost one of its logs must not look alive.
    for (const { done, replica } of members) {
      void done.then(() => death.abort(replica.failure ?? new Error("A member of this node has died")));
    }
    const done = Promise.all(members.map((member) => member.done)).then(() => {});
    return { parts, resp: addressOf(ports.resp), http: addressOf(ports.http), done };
  } catch (error) {
    for (const listener of listeners) listener.close();
    death.abort(error);
    throw error;
  }
}

/** A store that is not cut, or cut otherwise, must not start on this folder. */
function identityOf({ cluster, id, peers, sizes }: ShardNodeOptions): Identity {
  const cut = `${cluster} (${sizes.groups} groups, ${sizes.shards} shards)`;
  return { cluster: cut, id, members: [...peers.keys()].sort() };
}

async function openParts(
  options: ShardNodeOptions,
  runtime: DenoRuntime,
  tuning: Surroundings["tuning"],
): Promise<{ readonly parts: ShardNodeParts; readonly suspect: (address: string) => void }> {
  const { id, peers, cluster, sizes } = options;
  const placement = taggedPlacement(sizes.shards);
  const peer = new ShardPeer(runtime, cluster);
  const servers = [...peers.values()];
  const common = {
    runtime,
    peer,
    id,
    members: peers,
    timing: options.timing,
    maxRaftStateBytes: SNAPSHOT_AT_BYTES,
    ...tuning,
  };
  const storage = (folder: string) => storageIn(folder, options, runtime);
  const controller = await openController({
    ...common,
    storage: storage("controller"),
    shards: sizes.shards,
  });
  const groups = new Map<GroupId, ShardMember<ShardGroup>>();
  for (let group = 1; group <= sizes.groups; group++) {
    const settings = { group, placement, controllers: servers, store: { historyEvents: 0 } };
    groups.set(group, await openGroup({ ...common, ...settings, storage: storage(`group-${group}`) }));
  }
  const front = openFront(options, runtime);
  const gateway = new ShardGateway({
    router: front.clerk.router,
    placement,
    afterTurn: (action) => void setImmediate(action),
  });
  const parts: ShardNodeParts = {
    id,
    cluster,
    peers,
    placement,
    controller,
    groups,
    clerk: front.clerk,
    gateway,
    runtime,
    startedMs: performance.now(),
    ports: [],
  };
  serveShardNodeInfo(runtime, () => describeNode(parts));
  refuseNodeInfo(runtime, NOT_PLAIN);
  void found(front.admin, new Map([...groups.keys()].map((group) => [group, servers])), {
    clock: runtime.clock,
    signal: runtime.signal,
    leads: () => controller.replica.node.state().isLeader,
  });
  return { parts, suspect: (address) => suspectIn(parts, [peer, front.peer], address) };
}

function storageIn(folder: string, { id, amnesiac }: ShardNodeOptions, runtime: DenoRuntime): Storage {
  return openWal({
    disk: runtime.disk,
    folder,
    member: id,
    random: runtime.random.split(`log ${folder}`),
    whenEmpty: amnesiac ? "amnesiac" : "format",
    rewriteBytes: REWRITE_BYTES,
    roomBytes: ROOM_BYTES,
  });
}

/** An end of its own: what is asked of leaders for clients does not stand in line behind the groups' own messages. */
function openFront(
  { peers, cluster, sizes, tls }: ShardNodeOptions,
  { clock, random, signal }: DenoRuntime,
): { readonly peer: ShardPeer; readonly clerk: ShardClerk; readonly admin: ControllerClerk } {
  const network = denoNetwork({
    address: null,
    signal,
    random: random.split("clients"),
    onPeerClosed: (address) => peer.giveUp(address),
    ...tlsOf({ tls }),
  });
  const runtime = { clock, random: random.split("front"), network, signal };
  const peer: ShardPeer = new ShardPeer(runtime, cluster);
  const controllers = [...peers.values()];
  const maps = controllerMaps({ runtime, calls: peer, controllers });
  const clerk = new ShardClerk({ runtime, calls: peer, maps, placement: taggedPlacement(sizes.shards) });
  return { peer, clerk, admin: new ControllerClerk({ runtime, calls: peer, controllers }) };
}

/** A process has gone, it seems: whoever follows it stands for election, what waits for it is tried elsewhere. */
function suspectIn(parts: ShardNodeParts, ends: readonly ShardPeer[], address: string): void {
  for (const end of ends) end.giveUp(address);
  for (const [member, at] of parts.peers) {
    if (at !== address) continue;
    for (const { replica: { node } } of membersOf(parts)) {
      node.suspect(member);
      // Once more: the leader's last heartbeat may have come on its other connection, behind this news.
      parts.runtime.clock.setTimer(HINT_AGAIN_MS, () => node.suspect(member));
    }
  }
}

function servicesOf({ token }: ShardNodeOptions, parts: ShardNodeParts): PortServices {
  return {
    resp: {
      gateway: parts.gateway,
      cursors: new Cursors(seededRandom(Math.floor(performance.timeOrigin)).below(2 ** 32)),
      token,
      info: (sections) => infoText(parts, sections),
      // Any node takes writes for any key.
      about: { version: "7.0.0", role: () => "master" },
    },
    http: {
      store: new ShardHttpStore(parts.clerk),
      token,
      sameText,
      health: () => healthOf(parts),
      metrics: () => metricsText(parts),
    },
  };
}
