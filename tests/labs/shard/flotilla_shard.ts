/**
 * Flotilla's own controller, groups and clerks, in the shapes of both years.
 * @module
 */

import { Clerk } from "../../../kv/mod.ts";
import {
  type Calls,
  ChangeDriver,
  ControllerClerk,
  controllerMaps,
  firstBytePlacement,
  groupHandlers,
  type Groups,
  hashPlacement,
  Mover,
  type Placement,
  type Plan,
  type RecordStore,
  ShardClerk,
  ShardController,
  ShardGroup,
  type ShardMap,
} from "../../../shard/mod.ts";
import type { CallRequest } from "../../../kv/mod.ts";
import { makeFlotillaServer } from "../kv/flotilla_kv.ts";
import { LabCaller, openReplica, serveReplica } from "../kv/flotilla_server.ts";
import type { AppendClerk, ClerkSeat, KvPeer, KvServerSeat, VersionedClerkFace } from "../kv/seat.ts";
import type {
  ControllerFace,
  LabConfig,
  ShardClerkSeat,
  ShardControllerFace,
  ShardServerSeat,
} from "./seat.ts";

const PLACEMENT_2024 = firstBytePlacement(10);
const PLACEMENT_2025 = hashPlacement(12);
const CONFIG_KEY = "config";

/** A server of the controller of 2024. */
export async function makeController(seat: KvServerSeat): Promise<KvPeer> {
  return await serveReplica(new ShardController(PLACEMENT_2024.shards), seat);
}

/** A clerk of the controller of 2024. */
export function makeControllerClerk(seat: ClerkSeat): ControllerFace {
  const clerk = new ControllerClerk({
    runtime: seat,
    calls: callsOf(seat),
    controllers: seat.servers,
    timeoutMs: Infinity,
  });
  return {
    query: async (num) => toConfig(await clerk.query(num < 0 ? null : num)),
    join: async (groups) => void await clerk.join(toGroups(groups)),
    leave: async (gids) => void await clerk.leave(gids),
    move: async (shard, gid) => void await clerk.move(shard, gid),
  };
}

/** A server of a group of 2024, which follows the controller. */
export function makeGroupServer(seat: ShardServerSeat): Promise<KvPeer> {
  return makeGroup(seat, PLACEMENT_2024);
}

/** A server of a group of 2025, which is driven. */
export function makeDrivenGroupServer(seat: ShardServerSeat): Promise<KvPeer> {
  return makeGroup(seat, PLACEMENT_2025);
}

async function makeGroup(seat: ShardServerSeat, placement: Placement): Promise<KvPeer> {
  // Nobody watches in the labs, so no history is kept: the challenge counts every byte.
  const machine = new ShardGroup({ group: seat.gid, placement, store: { historyEvents: 0 } });
  const server = await openReplica(machine, seat);
  const { replica } = server;
  const addresses = new Map(seat.peers.map((peer) => [String(peer), seat.addresses[peer]]));
  const handlers = groupHandlers(replica, addresses);
  seat.serve({
    submit: (request: CallRequest) => handlers.submit(request, "a clerk"),
    query: (request: Uint8Array) => handlers.query(request, "a clerk"),
  });
  if (seat.controllers.length > 0) {
    const calls = callsOf({ ...seat, servers: [], call: seat.callAny });
    const { controllers } = seat;
    new Mover({ runtime: seat, calls, replica, machine, controllers, pollMs: 100, waitMs: 0 }).start();
  }
  return server;
}

/** A clerk of 2024. */
export function makeShardClerk(seat: ShardClerkSeat): AppendClerk {
  const calls = callsOf(seat);
  const maps = controllerMaps({ runtime: seat, calls, controllers: seat.servers });
  const clerk = new ShardClerk({
    runtime: seat,
    calls,
    maps,
    placement: PLACEMENT_2024,
    timeoutMs: Infinity,
  });
  return {
    get: async (key) => await clerk.get(key) ?? "",
    put: async (key, value) => void await clerk.put(key, value),
    append: (key, value) => clerk.append(key, value),
  };
}

/** A server of the configuration store of 2025. */
export const makeConfigServer: (seat: KvServerSeat) => Promise<KvPeer> = makeFlotillaServer;

/** A controller of 2025. */
export function makeShardController(seat: ShardClerkSeat): ShardControllerFace {
  const driver = driverOf(seat);
  const plan = (config: LabConfig): Plan => ({
    kind: "plan",
    after: config.num - 1,
    owners: config.shards,
    groups: toGroups(config.groups),
  });
  return {
    initConfig: async (config) => void await driver.change(plan(config)),
    query: async () => toConfig(await driver.current()),
    changeConfigTo: async (config) => void await driver.change(plan(config)),
    initController: async () => void await driver.recover(),
  };
}

/** A clerk of 2025. With sessions it always knows: it never says "maybe". */
export function makeVersionedShardClerk(seat: ShardClerkSeat): VersionedClerkFace {
  const calls = callsOf(seat);
  const maps = driverOf(seat);
  const clerk = new ShardClerk({
    runtime: seat,
    calls,
    maps,
    placement: PLACEMENT_2025,
    timeoutMs: Infinity,
  });
  return {
    async get(key) {
      const entry = await clerk.entry(key);
      return entry === null
        ? { kind: "noKey" }
        : { kind: "found", value: entry.value, version: entry.version };
    },
    async put(key, value, version) {
      const result = await clerk.putIfVersion(key, value, version);
      if (result.kind === "written") return "ok";
      return result.version === 0 ? "noKey" : "version";
    },
  };
}

function driverOf(seat: ShardClerkSeat): ChangeDriver {
  const store = new Clerk({
    runtime: seat,
    caller: new LabCaller(seat),
    servers: seat.servers,
    timeoutMs: Infinity,
  });
  const records: RecordStore = {
    read: () => store.entry(CONFIG_KEY),
    async write(value, version) {
      const { kind } = await store.putIfVersion(CONFIG_KEY, value, version);
      return kind === "written" ? "written" : "mismatch";
    },
  };
  return new ChangeDriver({
    runtime: seat,
    calls: callsOf(seat),
    store: records,
    shards: PLACEMENT_2025.shards,
  });
}

/** Every server of the labs has an address of its own, so names are not needed. */
function callsOf(seat: ClerkSeat): Calls {
  const caller = new LabCaller(seat);
  return { to: () => caller };
}

function toGroups(groups: LabConfig["groups"]): Groups {
  return new Map(Object.entries(groups).map(([gid, servers]) => [Number(gid), servers]));
}

function toConfig(map: ShardMap): LabConfig {
  return { num: map.number, shards: map.owners, groups: Object.fromEntries(map.groups) };
}
