/**
 * Redis, twice: one server that is asked for everything, and one whose reads go to a replica.
 *
 * The first is linearizable. The second is not, and nobody had to break it: a replica hears of a write after the writer was
 * told that it is done.
 * @module
 */

import type { KvInput } from "../../../porcupine/mod.ts";
import { RespClient, RespError } from "../resp_client.ts";
import type { Answer, Break, Connection, Running, System } from "./adapter.ts";
import { freePorts } from "../cluster.ts";
import { Proxy } from "../proxy.ts";
import { isInstalled, Program } from "./process.ts";

/** How far the replica is behind; on loopback the difference would be there, too, but seldom seen. */
const REPLICA_DELAY_MS = 40;
const CONNECT_MS = 1000;

/** What Redis answers before it has done anything. */
const NOT_DONE = new Set(["LOADING", "READONLY", "MASTERDOWN", "OOM"]);

/** One server; every write is on its disk before it is acknowledged. */
export const redis: System = {
  name: "redis",
  functions: ["get", "put", "append"],
  missing,
  async start(folder) {
    const [port] = freePorts(1);
    const server = program(port, folder, []);
    await server.start();
    return {
      connect: async () => new RedisConnection(await connect(port), null),
      breaks: [killing("server", server), stopping("server", server)],
      said: () => server.said,
      [Symbol.asyncDispose]: () => server.kill(),
    };
  },
};

/** Writes go to a primary, reads to its replica. */
export const redisReplica: System = {
  name: "redis-replica",
  functions: ["get", "put", "append"],
  missing,
  async start(folder): Promise<Running> {
    const [primaryPort, replicaPort] = freePorts(2);
    for (const name of ["primary", "replica"]) await Deno.mkdir(`${folder}/${name}`);
    const primary = program(primaryPort, `${folder}/primary`, ["--repl-diskless-sync-delay", "0"]);
    const line = new Proxy(primaryPort);
    line.set("back", { kind: "open", delayMs: REPLICA_DELAY_MS });
    const source = ["--replicaof", "127.0.0.1", `${line.port}`];
    const replica = program(replicaPort, `${folder}/replica`, source, [
      "role:slave",
      "master_link_status:up",
    ]);
    const end = async () => {
      await Promise.all([primary.kill(), replica.kill()]);
      await line[Symbol.asyncDispose]();
    };
    try {
      await primary.start();
      await replica.start();
    } catch (error) {
      await end();
      throw error;
    }
    return {
      connect: async () => new RedisConnection(await connect(primaryPort), await connect(replicaPort)),
      breaks: [stopping("replica", replica)],
      said: () => `primary: ${primary.said}\nreplica: ${replica.said}`,
      [Symbol.asyncDispose]: end,
    };
  },
};

async function missing(): Promise<string | null> {
  if (await isInstalled("redis-server")) return null;
  return "redis-server is not installed (on Debian: apt-get install redis-server)";
}

function program(
  port: number,
  folder: string,
  more: readonly string[],
  wanted: readonly string[] = ["role:master"],
): Program {
  const own = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  const lasting = ["--appendonly", "yes", "--appendfsync", "always"];
  return new Program({
    command: "redis-server",
    args: [...own, ...lasting, ...more],
    ready: async () => {
      using client = await connect(port);
      if (await client.send("PING") !== "PONG") return false;
      const role = `${await client.must("INFO", "replication")}`;
      return wanted.every((line) => role.includes(line));
    },
  });
}

function connect(port: number): Promise<RespClient> {
  return RespClient.connect(`127.0.0.1:${port}`, CONNECT_MS);
}

function killing(name: string, server: Program): Break {
  return { name: `kill ${name}`, begin: () => server.kill(), mend: () => server.start() };
}

function stopping(name: string, server: Program): Break {
  return {
    name: `stop ${name}`,
    begin: () => Promise.resolve(server.stop()),
    mend: () => Promise.resolve(server.go()),
  };
}

class RedisConnection implements Connection {
  readonly #writes: RespClient;
  readonly #reads: RespClient;

  /** `reads` is null if one server is asked for everything. */
  constructor(writes: RespClient, reads: RespClient | null) {
    this.#writes = writes;
    this.#reads = reads ?? writes;
  }

  async invoke(input: KvInput): Promise<Answer> {
    const reply = await this.#send(input);
    if (reply instanceof RespError) {
      return { kind: NOT_DONE.has(reply.code) ? "refused" : "unknown", why: reply.message };
    }
    if (input.f !== "get") return { kind: "ok", output: { f: input.f } };
    return { kind: "ok", output: { f: "get", value: `${reply ?? ""}` } };
  }

  close(): void {
    this.#writes.close();
    this.#reads.close();
  }

  #send(input: KvInput) {
    switch (input.f) {
      case "get":
        return this.#reads.send("GET", input.key);
      case "put":
        return this.#writes.send("SET", input.key, input.value);
      case "append":
        return this.#writes.send("APPEND", input.key, input.value);
    }
  }
}
