/**
 * `shards`: where the shards of a running store are, and moving them.
 * @module
 */

import { Absences } from "../../kv/cli/absences.ts";
import { tlsOf } from "../../kv/cli/any_node.ts";
import { RefusedError, UnknownOutcomeError } from "../../kv/errors.ts";
import { denoClock, denoNetwork, entropyRandom } from "../../runtime/deno.ts";
import { RpcError } from "../../runtime/rpc.ts";
import { ControllerClerk, PlacementError } from "../controller_clerk.ts";
import type { GroupId, Groups, ShardMap } from "../map.ts";
import { ShardPeer } from "../peer.ts";
import { taggedPlacement } from "../placement.ts";
import type { AdminCommand, AdminCommon } from "./admin_arguments.ts";
import { NodeInfoClient, type ShardNodeInfo } from "./node_info.ts";
import { movesBetween, picture, unsettled } from "./picture.ts";

const REFUSED = 2;
const UNKNOWN = 3;
/** Whoever is to answer at once gets this part of the whole time: there may be nobody. */
const LOOK_PART = 1 / 3;
const GRACE_MS = 2000;
const POLL_MS = 50;

interface Context {
  readonly common: AdminCommon;
  readonly admin: ControllerClerk;
  readonly info: ShardNodeInfo;
  /** What all nodes say now. */
  readonly look: () => Promise<ShardNodeInfo[]>;
  /** Prints `value` as JSON, or `lines`. */
  readonly print: (value: unknown, lines: readonly string[]) => void;
}

/** Asks, prints the answer and resolves to the exit code. */
export async function adminCommand(common: AdminCommon, command: AdminCommand): Promise<number> {
  const death = new AbortController();
  try {
    const { signal } = death;
    const absences = new Absences();
    const { tell } = absences;
    const hints = { onPeerClosed: tell, onPeerUnreached: tell };
    const network = denoNetwork({ address: null, signal, ...hints, ...tlsOf(common) });
    const runtime = { clock: denoClock(signal), random: entropyRandom(), network, signal };
    const nodes = new NodeInfoClient(runtime);
    absences.hear((server) => nodes.giveUp(server));
    const info = await nodes.any(common.servers, common.timeoutMs * LOOK_PART);
    const controllers = info.members.map(([, address]) => address);
    const { timeoutMs } = common;
    const calls = new ShardPeer(runtime, info.cluster);
    absences.hear((server) => calls.giveUp(server));
    const admin = new ControllerClerk({ runtime, calls, controllers, timeoutMs });
    const print = (value: unknown, lines: readonly string[]) => {
      if (common.json) console.log(JSON.stringify(value));
      else for (const line of lines) console.log(line);
    };
    const look = () => nodes.all(controllers, { timeoutMs: common.timeoutMs * LOOK_PART, graceMs: GRACE_MS });
    return await run({ common, admin, info, look, print }, command);
  } catch (error) {
    return complain(error, common);
  } finally {
    death.abort();
  }
}

async function run(context: Context, command: AdminCommand): Promise<number> {
  const { admin, info, print, look } = context;
  switch (command.name) {
    case "show": {
      const [map, nodes] = await Promise.all([admin.query(), look()]);
      print({ ...asJson(map), nodes }, picture(map, nodes));
      return 0;
    }
    case "map": {
      const map = await admin.query(command.number);
      if (map.number !== command.number) {
        throw new PlacementError(`Cannot show map ${command.number}: the latest is ${map.number}`);
      }
      print(asJson(map), picture(map, []));
      return 0;
    }
    case "of": {
      const map = await admin.query();
      const placement = taggedPlacement(info.shards);
      for (const key of command.keys) {
        const shard = placement.shardOf(key);
        const group = map.owners[shard];
        print({ key, shard, group, map: map.number }, [`${key}  shard ${shard}, group ${group}`]);
      }
      return 0;
    }
    case "join": {
      const unknown = command.groups.filter((group) => !info.groups.some((one) => one.group === group));
      if (unknown.length > 0) throw unknownGroup("join", unknown[0], info);
      const servers = info.members.map(([, address]) => address);
      const groups: Groups = new Map(command.groups.map((group) => [group, servers]));
      return await change(context, (before) => {
        const there = command.groups.find((group) => before.groups.has(group));
        if (there !== undefined) {
          throw new PlacementError(`Cannot join group ${there}: it is a member already`);
        }
        return admin.join(groups);
      });
    }
    case "leave":
      return await change(context, (before) => {
        const stranger = command.groups.find((group) => !before.groups.has(group));
        if (stranger !== undefined) throw notMember("let", stranger, before);
        return admin.leave(command.groups);
      });
    case "move":
      return await change(context, (before) => {
        const { shard, group } = command;
        if (shard >= info.shards) {
          throw new PlacementError(
            `Cannot move shard ${shard}: there are the shards 0 to ${info.shards - 1}`,
          );
        }
        if (!before.groups.has(group)) throw notMember(`move shard ${shard} to`, group, before);
        return admin.move(shard, group);
      });
  }
}

async function change(context: Context, make: (before: ShardMap) => Promise<number>): Promise<number> {
  const { admin, print, common, look } = context;
  const before = await admin.query();
  const began = performance.now();
  const number = await make(before);
  const after = await admin.query(number);
  // Somebody else may have changed the map in between: what this change did is told against the map before its own.
  const previous = number === before.number ? before : await admin.query(number - 1);
  const moves = movesBetween(previous, after);
  print({ event: "changed", ...asJson(after) }, [`map ${number}: ${moves}`]);
  if (!common.wait) return 0;
  for (;;) {
    const left = unsettled(after, await look());
    const tookMs = Math.round(performance.now() - began);
    if (left.length === 0) {
      print({ event: "settled", map: number, tookMs }, [
        `everything has moved, and the old copies are deleted: ${tookMs} ms`,
      ]);
      return 0;
    }
    if (tookMs > common.timeoutMs) {
      print({ event: "moving", map: number, groups: left }, [
        `still moving after ${tookMs} ms: group ${left.join(", ")} has not come to map ${number} yet`,
      ]);
      return UNKNOWN;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function asJson(map: ShardMap): { map: number; groups: GroupId[]; owners: readonly GroupId[] } {
  return { map: map.number, groups: [...map.groups.keys()], owners: map.owners };
}

function unknownGroup(what: string, group: GroupId, { groups }: ShardNodeInfo): PlacementError {
  const known = groups.map((one) => one.group).join(", ");
  return new PlacementError(`Cannot ${what} group ${group}: this cluster has the groups ${known}`);
}

function notMember(what: string, group: GroupId, { groups }: ShardMap): PlacementError {
  const members = groups.size === 0 ? "nobody is" : `the members are ${[...groups.keys()].join(", ")}`;
  const tail = what === "let" ? " go" : "";
  return new PlacementError(`Cannot ${what} group ${group}${tail}: it is no member; ${members}`);
}

function complain(error: unknown, { servers, json }: AdminCommon): number {
  const [code, name, message] = judge(error, servers);
  console.error(json ? JSON.stringify({ error: { code: name, message } }) : message);
  return code;
}

function judge(error: unknown, servers: readonly string[]): readonly [number, string, string] {
  if (error instanceof AggregateError && error.errors.every((one) => one instanceof RpcError)) {
    const where = servers.join(", ");
    return [
      REFUSED,
      "unreachable",
      `Cannot reach a node of a sharded store at ${where}: is it running, with --groups and --shards? See --servers`,
    ];
  }
  if (error instanceof UnknownOutcomeError) return [UNKNOWN, error.code, error.message];
  if (error instanceof RefusedError || error instanceof PlacementError) {
    return [REFUSED, error.code, error.message];
  }
  throw error;
}
