/**
 * How a node of a sharded store is, for people, load balancers and Prometheus.
 * @module
 */

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
  const [, resp] = parts.ports.find(([name]) => name === "resp") ?? ["", null];
  const leads = [...parts.groups].filter(([, { replica }]) => replica.node.state().isLeader);
  const all: readonly (readonly [string, readonly (readonly [string, unknown])[]])[] = [
    ["Server", [
      ["redis_version", "7.0.0"],
      ["redis_mode", "standalone"],
      ["flotilla_node", parts.id],
      ["flotilla_cluster", parts.cluster],
      ["process_id", Deno.pid],
      ["uptime_in_seconds", Math.floor((performance.now() - parts.startedMs) / 1000)],
    ]],
    ["Clients", [["connected_clients", resp?.counters.connections ?? 0]]],
    ["Memory", [["used_memory", Deno.memoryUsage().rss]]],
    // Clients look here: a store that answers is loaded, whoever leads.
    ["Persistence", [["loading", 0], ["aof_enabled", 1]]],
    ["Replication", [["role", "master"]]],
    ["Stats", [["total_connections_received", resp?.counters.accepted ?? 0]]],
    ["Shards", [
      ["flotilla_shards", parts.placement.shards],
      ["flotilla_groups", parts.groups.size],
      ["flotilla_map", parts.controller.machine.latest.number],
      ["flotilla_leads_groups", leads.map(([group]) => group).join()],
    ]],
  ];
  const wanted = sections.map((section) => section.toLowerCase());
  const everything = wanted.length === 0 ||
    wanted.some((name) => ["all", "default", "everything"].includes(name));
  return all
    .filter(([name]) => everything || wanted.includes(name.toLowerCase()))
    .map(([name, fields]) => `# ${name}\r\n${fields.map(([key, value]) => `${key}:${value}\r\n`).join("")}`)
    .join("\r\n");
}

/** The answer of `/metrics`. */
export function metricsText(parts: ShardNodeParts): string {
  const lines: string[] = [];
  const head = (name: string, type: "gauge" | "counter", help: string): void => {
    lines.push(`# HELP flotilla_${name} ${help}`, `# TYPE flotilla_${name} ${type}`);
  };
  const add = (name: string, type: "gauge" | "counter", help: string, value: number): void => {
    head(name, type, help);
    lines.push(`flotilla_${name} ${value}`);
  };
  const perGroup = (name: string, help: string, value: (info: GroupInfo) => number): void => {
    head(name, "gauge", help);
    for (const info of described.groups) lines.push(`flotilla_${name}{group="${info.group}"} ${value(info)}`);
  };
  const described = describeNode(parts);
  perGroup("group_is_leader", "Whether this node leads the group.", ({ leads }) => leads ? 1 : 0);
  perGroup("group_map", "The last map that the group has taken on here.", ({ map }) => map);
  perGroup("group_shards", "Shards that the group serves.", ({ serves }) => serves.length);
  perGroup("group_shards_arriving", "Shards that the group waits for.", ({ arriving }) => arriving.length);
  perGroup("group_shards_leaving", "Shards kept for their new owner.", ({ leaving }) => leaving.length);
  const { gateway, runtime } = parts;
  const { writes, looks, scattered, calls, failed } = gateway.counters;
  add("writes_total", "counter", "Transactions asked of this node that write.", writes);
  add("reads_total", "counter", "Requests asked of this node that only look.", looks);
  add("scattered_total", "counter", "Requests that several shards had to answer.", scattered);
  add("shard_calls_total", "counter", "Commands and questions sent to shards.", calls);
  add("failed_total", "counter", "Requests that brought an error.", failed);
  add(
    "network_sent_bytes_total",
    "counter",
    "Bytes sent to other nodes.",
    runtime.network.counters.bytesSent,
  );
  add("resident_memory_bytes", "gauge", "Memory of the process.", Deno.memoryUsage().rss);
  return lines.join("\n") + "\n";
}
