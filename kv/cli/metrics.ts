/**
 * How a node is, for people, load balancers and Prometheus.
 * @module
 */

import type { Clerk } from "../clerk.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Health } from "../http/mod.ts";
import type { DenoRuntime } from "../../runtime/deno.ts";
import type { MachineServer } from "../server.ts";
import type { Store } from "../store/store.ts";
import type { Listener } from "./listener.ts";

/** What a node is made of. */
export interface NodeParts {
  readonly id: string;
  readonly cluster: string;
  readonly peers: ReadonlyMap<string, string>;
  readonly store: Store;
  readonly server: MachineServer;
  readonly clerk: Clerk;
  readonly gateway: Gateway;
  readonly runtime: DenoRuntime;
  readonly startedMs: number;
  readonly ports: (readonly [name: string, listener: Listener])[];
}

/** The answer of `/health`. */
export function healthOf({ id, cluster, peers, server }: NodeParts): Health {
  const { node } = server.replica;
  const { leader, term, isLeader } = node.state();
  return {
    ok: leader !== null && !node.stopped,
    id,
    cluster,
    role: isLeader ? "leader" : "follower",
    leader,
    term,
    standing: node.core.standing,
    members: [...peers.keys()],
    commitIndex: node.core.commit,
    appliedIndex: server.replica.applied,
  };
}

/** The text of `INFO`. */
export function infoText(parts: NodeParts, sections: readonly string[]): string {
  const health = healthOf(parts);
  const [, resp] = parts.ports.find(([name]) => name === "resp") ?? ["", null];
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
    ["Replication", [
      ["role", health.role === "leader" ? "master" : "slave"],
      ["flotilla_leader", health.leader ?? ""],
      ["flotilla_term", health.term],
      ["flotilla_applied_index", health.appliedIndex],
    ]],
    ["Stats", [["total_connections_received", resp?.counters.accepted ?? 0]]],
    ["Keyspace", [["db0", `keys=${parts.store.size},expires=0,avg_ttl=0`]]],
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
export function metricsText(parts: NodeParts): string {
  const { replica } = parts.server;
  const { core } = replica.node;
  const { isLeader, leader, term } = replica.node.state();
  const { network } = parts.runtime;
  const gateway = parts.gateway.counters;
  const lines: string[] = [];
  const add = (name: string, type: "gauge" | "counter", help: string, value: number): void => {
    lines.push(
      `# HELP flotilla_${name} ${help}`,
      `# TYPE flotilla_${name} ${type}`,
      `flotilla_${name} ${value}`,
    );
  };
  add("is_leader", "gauge", "Whether this node leads.", isLeader ? 1 : 0);
  add("has_leader", "gauge", "Whether this node knows a leader.", leader === null ? 0 : 1);
  add("term", "gauge", "The present term.", term);
  add("commit_index", "gauge", "The last committed entry known here.", core.commit);
  add("applied_index", "gauge", "The last entry applied here.", replica.applied);
  add("log_bytes", "gauge", "Bytes of the log behind the last snapshot.", replica.node.logSizeBytes);
  add("keys", "gauge", "Keys in the store.", parts.store.size);
  add("sessions", "gauge", "Open client sessions.", replica.sessions);
  add("writes_total", "counter", "Transactions asked of this node that write.", gateway.writes);
  add("write_batches_total", "counter", "Commands that carried them.", gateway.writeBatches);
  add("reads_total", "counter", "Requests asked of this node that only look.", gateway.looks);
  add("read_rounds_total", "counter", "Rounds of messages that they shared.", gateway.lookRounds);
  add("forwarded_total", "counter", "Batches sent on to the leader.", gateway.forwarded);
  add("failed_total", "counter", "Requests that brought an error.", gateway.failed);
  add("network_sent_bytes_total", "counter", "Bytes sent to other nodes.", network.counters.bytesSent);
  add(
    "network_received_bytes_total",
    "counter",
    "Bytes received from others.",
    network.counters.bytesReceived,
  );
  add("network_dropped_total", "counter", "Messages that were given up.", network.counters.messagesDropped);
  add("resident_memory_bytes", "gauge", "Memory of the process.", Deno.memoryUsage().rss);
  for (const name of ["connections", "accepted", "turnedAway", "hostile", "stalled"] as const) {
    const type = name === "connections" ? "gauge" : "counter";
    const metric = name === "turnedAway" ? "turned_away" : name;
    const full = `flotilla_client_${metric}${type === "counter" ? "_total" : ""}`;
    lines.push(`# HELP ${full} Client connections, ${metric.replace("_", " ")}.`, `# TYPE ${full} ${type}`);
    for (const [port, { counters }] of parts.ports) lines.push(`${full}{port="${port}"} ${counters[name]}`);
  }
  return lines.join("\n") + "\n";
}
