/**
 * How a node of a sharded store is, for people, load balancers and Prometheus.
 * @module
 */

import { infoPage, MetricsPage } from "../../kv/cli/pages.ts";
import type { Health } from "../../kv/http/mod.ts";
import type { ShardGroup } from "../group.ts";
import type { ShardId } from "../placement.ts";
import type { GroupInfo, ShardNodeInfo } from "./node_info.ts";
import { membersOf, type ShardNodeParts } from "./parts.ts";

/** What a node tells a stranger. */
export function describeNode(parts: ShardNodeParts): ShardNodeInfo {
  const { cluster, peers, placement, groups } = parts;
  return {
    cluster,
    members: [...peers],
    shards: placement.shards,
    groups: [...groups].map(([group, { replica, machine }]): GroupInfo => ({
      group,
      leads: replica.node.state().isLeader,
      map: machine.map.number,
      ...holdings(machine, placement.shards),
    })),
  };
}

function holdings(
  machine: ShardGroup,
  shards: number,
): Pick<GroupInfo, "serves" | "arriving" | "leaving" | "frozen"> {
  const found: { [state in "serve" | "arriving" | "leaving" | "frozen"]: ShardId[] } = {
    serve: [],
    arriving: [],
    leaving: [],
    frozen: [],
  };
  for (let shard = 0; shard < shards; shard++) {
    for (const state of machine.statesOf(shard)) if (state !== "gone") found[state].push(shard);
  }
  const { serve, ...others } = found;
  return { serves: serve, ...others };
}

/** The answer of `/health`. */
export function healthOf(parts: ShardNodeParts): Health {
  const leaders = [...parts.groups].map(([group, { replica }]) =>
    [group, replica.node.state().leader] as const
  );
  const controller = parts.controller.replica.node.state();
  const known = controller.leader !== null && leaders.every(([, leader]) => leader !== null);
  const map = parts.controller.machine.latest;
  return {
    ok: known && membersOf(parts).every(({ replica }) => !replica.node.stopped),
    id: parts.id,
    cluster: parts.cluster,
    role: controller.isLeader ? "leader" : "follower",
    controller: controller.leader,
    groups: Object.fromEntries(leaders),
    map: map.number,
    shards: Object.fromEntries(
      [...map.groups.keys()].map((group) => [group, map.owners.filter((owner) => owner === group).length]),
    ),
    members: [...parts.peers.keys()],
  };
}

/** The text of `INFO`. */
export function infoText(parts: ShardNodeParts, sections: readonly string[]): string {
  const leads = [...parts.groups].filter(([, { replica }]) => replica.node.state().isLeader);
  return infoPage(parts, [
    ["Replication", [["role", "master"]]],
    ["Shards", [
      ["flotilla_shards", parts.placement.shards],
      ["flotilla_groups", parts.groups.size],
      ["flotilla_map", parts.controller.machine.latest.number],
      ["flotilla_leads_groups", leads.map(([group]) => group).join()],
    ]],
  ], sections);
}

/** The answer of `/metrics`. */
export function metricsText(parts: ShardNodeParts): string {
  const { groups } = describeNode(parts);
  const page = new MetricsPage();
  const perGroup = (name: string, help: string, value: (info: GroupInfo) => number): void =>
    page.addAll(
      { name, type: "gauge", help },
      groups.map((info) => [`{group="${info.group}"}`, value(info)]),
    );
  perGroup("group_is_leader", "Whether this node leads the group.", ({ leads }) => leads ? 1 : 0);
  perGroup("group_map", "The last map that the group has taken on here.", ({ map }) => map);
  perGroup("group_shards", "Shards that the group serves.", ({ serves }) => serves.length);
  perGroup("group_shards_arriving", "Shards that the group waits for.", ({ arriving }) => arriving.length);
  perGroup("group_shards_leaving", "Shards kept for their new owner.", ({ leaving }) => leaving.length);
  const { writes, looks, scattered, calls, failed } = parts.gateway.counters;
  page.add("writes_total", "counter", "Transactions asked of this node that write.", writes);
  page.add("reads_total", "counter", "Requests asked of this node that only look.", looks);
  page.add("scattered_total", "counter", "Requests that several shards had to answer.", scattered);
  page.add("shard_calls_total", "counter", "Commands and questions sent to shards.", calls);
  page.add("failed_total", "counter", "Requests that brought an error.", failed);
  page.addCommon(parts);
  return page.text;
}
