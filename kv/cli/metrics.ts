/**
 * How a node is, for people, load balancers and Prometheus.
 * @module
 */

import type { Clerk } from "../clerk.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Health } from "../http/mod.ts";
import type { MachineServer } from "../server.ts";
import type { Store } from "../store/store.ts";
import { type CommonParts, infoPage, MetricsPage } from "./pages.ts";

/** What a node is made of. */
export interface NodeParts extends CommonParts {
  readonly store: Store;
  readonly server: MachineServer;
  readonly clerk: Clerk;
  readonly gateway: Gateway;
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
  return infoPage(parts, [
    ["Replication", [
      ["role", health.role === "leader" ? "master" : "slave"],
      ["flotilla_leader", health.leader ?? ""],
      ["flotilla_term", health.term],
      ["flotilla_applied_index", health.appliedIndex],
    ]],
    ["Keyspace", [["db0", `keys=${parts.store.size},expires=0,avg_ttl=0`]]],
  ], sections);
}

/** The answer of `/metrics`. */
export function metricsText(parts: NodeParts): string {
  const { replica } = parts.server;
  const { core } = replica.node;
  const { isLeader, leader, term } = replica.node.state();
  const gateway = parts.gateway.counters;
  const page = new MetricsPage();
  page.add("is_leader", "gauge", "Whether this node leads.", isLeader ? 1 : 0);
  page.add("has_leader", "gauge", "Whether this node knows a leader.", leader === null ? 0 : 1);
  page.add("term", "gauge", "The present term.", term);
  page.add("commit_index", "gauge", "The last committed entry known here.", core.commit);
  page.add("applied_index", "gauge", "The last entry applied here.", replica.applied);
  page.add("log_bytes", "gauge", "Bytes of the log behind the last snapshot.", replica.node.logSizeBytes);
  page.add("keys", "gauge", "Keys in the store.", parts.store.size);
  page.add("sessions", "gauge", "Open client sessions.", replica.sessions);
  page.add("writes_total", "counter", "Transactions asked of this node that write.", gateway.writes);
  page.add("write_batches_total", "counter", "Commands that carried them.", gateway.writeBatches);
  page.add("reads_total", "counter", "Requests asked of this node that only look.", gateway.looks);
  page.add("read_rounds_total", "counter", "Rounds of messages that they shared.", gateway.lookRounds);
  page.add("forwarded_total", "counter", "Batches sent on to the leader.", gateway.forwarded);
  page.add("failed_total", "counter", "Requests that brought an error.", gateway.failed);
  page.addCommon(parts);
  return page.text;
}
