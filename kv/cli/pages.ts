/**
 * What every node tells of itself, whatever store it serves, and in what form: `INFO` as Redis has it, metrics as Prometheus has them.
 * @module
 */

import type { DenoRuntime } from "../../runtime/deno.ts";
import type { NamedPort } from "./ports.ts";

/** What every node is made of. */
export interface CommonParts {
  readonly id: string;
  readonly cluster: string;
  readonly peers: ReadonlyMap<string, string>;
  readonly runtime: DenoRuntime;
  readonly startedMs: number;
  readonly ports: NamedPort[];
}

/** A section of `INFO`: its name, and fields with what they hold. */
export type InfoSection = readonly [
  name: string,
  fields: readonly (readonly [field: string, value: unknown])[],
];

/** The text of `INFO`: what all nodes tell, then `own` sections; only the `wanted` ones, all of them if none is named. */
export function infoPage(parts: CommonParts, own: readonly InfoSection[], wanted: readonly string[]): string {
  const [, resp] = parts.ports.find(([name]) => name === "resp") ?? ["", null];
  const all: readonly InfoSection[] = [
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
    ["Stats", [["total_connections_received", resp?.counters.accepted ?? 0]]],
    ...own,
  ];
  const names = wanted.map((name) => name.toLowerCase());
  const everything = names.length === 0 ||
    names.some((name) => ["all", "default", "everything"].includes(name));
  return all
    .filter(([name]) => everything || names.includes(name.toLowerCase()))
    .map(([name, fields]) => `# ${name}\r\n${fields.map(([key, value]) => `${key}:${value}\r\n`).join("")}`)
    .join("\r\n");
}

/** What Prometheus knows of a metric besides its values. */
export interface MetricHead {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
}

/** Metrics, one after another. */
export class MetricsPage {
  readonly #lines: string[] = [];

  /** A metric with one value. */
  add(name: string, type: MetricHead["type"], help: string, value: number): void {
    this.addAll({ name, type, help }, [["", value]]);
  }

  /** A metric with a value for each of several labels, such as `{port="resp"}`. */
  addAll(
    { name, type, help }: MetricHead,
    values: readonly (readonly [label: string, value: number])[],
  ): void {
    const full = `flotilla_${name}`;
    this.#lines.push(`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`);
    for (const [label, value] of values) this.#lines.push(`${full}${label} ${value}`);
  }

  /** What all nodes tell of their process, their lines to others and their ports. */
  addCommon({ runtime, ports }: CommonParts): void {
    const { bytesSent, bytesReceived, messagesDropped } = runtime.network.counters;
    this.add("network_sent_bytes_total", "counter", "Bytes sent to other nodes.", bytesSent);
    this.add("network_received_bytes_total", "counter", "Bytes received from others.", bytesReceived);
    this.add("network_dropped_total", "counter", "Messages that were given up.", messagesDropped);
    this.add("resident_memory_bytes", "gauge", "Memory of the process.", Deno.memoryUsage().rss);
    for (const name of ["connections", "accepted", "turnedAway", "hostile", "stalled"] as const) {
      const type = name === "connections" ? "gauge" : "counter";
      const metric = name === "turnedAway" ? "turned_away" : name;
      this.addAll({
        name: `client_${metric}${type === "counter" ? "_total" : ""}`,
        type,
        help: `Client connections, ${metric.replace("_", " ")}.`,
      }, ports.map(([port, { counters }]) => [`{port="${port}"}`, counters[name]]));
    }
  }

  /** All of it. */
  get text(): string {
    return this.#lines.join("\n") + "\n";
  }
}
