/**
 * One node of a sharded store as a process has it: a member of the controller and of every group, two ports for clients.
 *
 * Any node answers for any key: its ports ask the group that owns the key's shard, whoever leads that.
 * @module
 */

import { setImmediate } from "node:timers";
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
} from "../../kv/cli/any_node.ts";
import type { Identity } from "../../kv/cli/identity.ts";
import { refuseNodeInfo } from "../../kv/cli/node_info.ts";
import type { DenoRuntime } from "../../runtime/deno.ts";
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

/** Each group's log is made a snapshot of when it has this many bytes. */
const SNAPSHOT_AT_BYTES = 32 << 20;
const NOT_PLAIN =
  "Cannot ask a store that is cut into shards this way: use its ports for redis-cli and curl, or deno task shards";

/** Starts a node. Rejects, with nothing changed on the disk, if it cannot have its folder or its ports. */
export function startShardNode(
  options: ShardNodeOptions,
  { openWorld, tuning }: Surroundings = ORDINARY,
): Promise<RunningNode<ShardNodeParts>> {
  return startAnyNode(options, {
    owner: identityOf(options),
    openWorld,
    open: (runtime) => bringAboard(options, runtime, tuning),
  });
}

/** A store that is not cut, or cut otherwise, must not start on this folder. */
function identityOf({ cluster, id, peers, sizes }: ShardNodeOptions): Identity {
  const cut = `${cluster} (${sizes.groups} groups, ${sizes.shards} shards)`;
  return { cluster: cut, id, members: [...peers.keys()].sort() };
}

async function bringAboard(
  options: ShardNodeOptions,
  runtime: DenoRuntime,
  tuning: Surroundings["tuning"],
): Promise<Aboard<ShardNodeParts>> {
  const { id, peers, cluster, sizes } = options;
  const placement = taggedPlacement(sizes.shards);
  const peer = new ShardPeer(runtime, cluster);
  const { controller, groups } = await openMembers(options, { runtime, peer, tuning });
  const front = openFrontDoors(options, runtime);
  const gateway = new ShardGateway({
    router: front.clerk.router,
    placement,
    afterTurn: (action) => void setImmediate(action),
  });
  const { clerk } = front;
  const startedMs = performance.now();
  const common = { id, cluster, peers, placement, controller, groups };
  const parts: ShardNodeParts = { ...common, clerk, gateway, runtime, startedMs, ports: [] };
  serveShardNodeInfo(runtime, () => describeNode(parts));
  refuseNodeInfo(runtime, NOT_PLAIN);
  const servers = [...peers.values()];
  void found(front.admin, new Map([...groups.keys()].map((group) => [group, servers])), {
    clock: runtime.clock,
    signal: runtime.signal,
    leads: () => controller.replica.node.state().isLeader,
  });
  return {
    parts,
    replicas: membersOf(parts).map(({ replica }) => replica),
    services: portServices(options, {
      gateway,
      store: new ShardHttpStore(clerk),
      // Any node takes writes for any key.
      role: () => "master",
      info: (sections) => infoText(parts, sections),
      health: () => healthOf(parts),
      metrics: () => metricsText(parts),
    }),
    gone: (address) => {
      for (const end of [peer, front.peer]) end.giveUp(address);
    },
  };
}

async function openMembers(
  options: ShardNodeOptions,
  { runtime, peer, tuning }: {
    readonly runtime: DenoRuntime;
    readonly peer: ShardPeer;
    readonly tuning: Surroundings["tuning"];
  },
): Promise<Pick<ShardNodeParts, "controller" | "groups">> {
  const { id, peers, sizes } = options;
  const placement = taggedPlacement(sizes.shards);
  const common = {
    runtime,
    peer,
    id,
    members: peers,
    timing: options.timing,
    maxRaftStateBytes: SNAPSHOT_AT_BYTES,
    followerRestMs: FOLLOWER_REST_MS,
    ...tuning,
  };
  const controller = await openController({
    ...common,
    storage: openNodeLog("controller", options, runtime),
    shards: sizes.shards,
  });
  const groups = new Map<GroupId, ShardMember<ShardGroup>>();
  // Who may choose keys must not know how they are spread.
  const secret = runtime.random.split("keys");
  const hashKey = [secret.below(2 ** 32), secret.below(2 ** 32)] as const;
  for (let group = 1; group <= sizes.groups; group++) {
    const store = { historyEvents: 0, hashKey };
    const settings = { group, placement, controllers: [...peers.values()], store };
    const storage = openNodeLog(`group-${group}`, options, runtime);
    groups.set(group, await openGroup({ ...common, ...settings, storage }));
  }
  return { controller, groups };
}

function openFrontDoors(
  options: ShardNodeOptions,
  world: DenoRuntime,
): { readonly peer: ShardPeer; readonly clerk: ShardClerk; readonly admin: ControllerClerk } {
  const { peers, cluster, sizes } = options;
  const { clock, random, signal } = world;
  const network = openFront(options, world, (address) => peer.giveUp(address));
  const runtime = { clock, random: random.split("front"), network, signal };
  const peer: ShardPeer = new ShardPeer(runtime, cluster);
  const controllers = [...peers.values()];
  const maps = controllerMaps({ runtime, calls: peer, controllers });
  const clerk = new ShardClerk({ runtime, calls: peer, maps, placement: taggedPlacement(sizes.shards) });
  return { peer, clerk, admin: new ControllerClerk({ runtime, calls: peer, controllers }) };
}
