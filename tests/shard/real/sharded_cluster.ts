/**
 * A sharded store of real processes, started as a person would; nothing of it is left behind.
 * @module
 */

import { freePorts } from "../../real/cluster.ts";
import { RespClient } from "../../real/resp_client.ts";
import { runTool } from "../../real/tools.ts";

const ENTRY = new URL("../../../shard/cli.ts", import.meta.url).href;
const RUN = ["run", "--no-check", "--quiet", "-A", ENTRY] as const;
/** A strange, loaded machine may take its time. */
const PATIENCE_MS = 120_000;
const NODES = 3;

/** How a command ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** See the module's page. */
export class ShardedCluster implements AsyncDisposable {
  readonly folder: string;
  readonly #basePort: number;
  readonly #child: Deno.ChildProcess;
  readonly #pids = new Map<string, number>();
  readonly #ends: Promise<unknown>;
  #said = "";

  /** Starts three processes and waits until every group is a member, and has what is its own. */
  static async start(sizes: { readonly groups: number; readonly shards: number }): Promise<ShardedCluster> {
    const cluster = new ShardedCluster(await Deno.makeTempDir({ prefix: "flotilla-shards-" }), sizes);
    try {
      await cluster.shardsOf(1);
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(
    folder: string,
    { groups, shards }: { readonly groups: number; readonly shards: number },
  ) {
    this.folder = folder;
    this.#basePort = freeBasePort();
    const sizes = ["--groups", `${groups}`, "--shards", `${shards}`];
    const place = ["--data", folder, "--base-port", `${this.#basePort}`];
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [...RUN, "cluster", "--json", ...sizes, ...place],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const listen = async (stream: ReadableStream<Uint8Array>) => {
      let rest = "";
      for await (const text of stream.pipeThrough(new TextDecoderStream())) {
        this.#said = (this.#said + text).slice(-20_000);
        const lines = (rest + text).split("\n");
        rest = lines.pop() as string;
        for (const line of lines) this.#take(line);
      }
    };
    this.#ends = Promise.all([listen(this.#child.stdout), listen(this.#child.stderr), this.#child.status]);
  }

  /** Where a node speaks RESP. */
  respPort(node: number): number {
    return this.#basePort + 100 + node;
  }

  /** Where a node speaks HTTP. */
  httpPort(node: number): number {
    return this.#basePort + 200 + node;
  }

  /** A connection to a node, from 1 on. */
  client(node: number): Promise<RespClient> {
    return RespClient.connect(`127.0.0.1:${this.respPort(node)}`, PATIENCE_MS);
  }

  /** How many shards each member has in a map, once every node knows that map or a later one, and all that it needs to serve. */
  async shardsOf(map: number): Promise<Record<string, number>> {
    let shards: Record<string, number> = {};
    for (let node = 1; node <= NODES; node++) {
      await this.#until(async () => {
        const health = await this.#health(node);
        if (health === null || !health.ok || health.map < map) return false;
        shards = health.shards;
        return true;
      }, `node ${node} to know map ${map}`);
    }
    return shards;
  }

  /** Runs `deno task shards` with these words. */
  async shards(...words: string[]): Promise<Ran> {
    const servers = Array.from({ length: NODES }, (_, at) => `127.0.0.1:${this.#basePort + 1 + at}`).join();
    return await this.run("shards", ...words, "--servers", servers, "--timeout", `${PATIENCE_MS / 1000}`);
  }

  /** Runs the command line. */
  async run(...words: string[]): Promise<Ran> {
    const ran = await runTool(Deno.execPath(), [...RUN, ...words], { timeoutMs: PATIENCE_MS });
    if (ran === null) throw new Error("There is no deno");
    return { ...ran, out: ran.out.trimEnd(), err: ran.err.trimEnd() };
  }

  /** Kills a node as a power cut would, and waits until it is up again in another process. */
  async killNode(node: number): Promise<void> {
    const pid = this.#pids.get(`${node}`);
    if (pid === undefined) throw new Error(`node ${node} is not up: ${this.#said}`);
    Deno.kill(pid, "SIGKILL");
    await this.#until(
      () => Promise.resolve(this.#pids.get(`${node}`) !== pid),
      `node ${node} to be up again`,
    );
  }

  /** Ends everything and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill(Deno.build.os === "windows" ? "SIGKILL" : "SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await this.#ends;
    await Deno.remove(this.folder, { recursive: true });
  }

  async #health(node: number): Promise<{ ok: boolean; map: number; shards: Record<string, number> } | null> {
    try {
      const headers = { connection: "close" };
      return await (await fetch(`http://127.0.0.1:${this.httpPort(node)}/health`, { headers })).json();
    } catch {
      return null;
    }
  }

  #take(line: string): void {
    if (!line.startsWith("{")) return;
    const event = JSON.parse(line);
    if (event.event === "ready") this.#pids.set(event.id, event.pid);
  }

  async #until(holds: () => Promise<boolean>, what: string): Promise<void> {
    const endMs = performance.now() + PATIENCE_MS;
    while (!await holds()) {
      if (performance.now() > endMs) throw new Error(`Waited in vain for ${what}: ${this.#said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** A port from which on a cluster finds those free that it takes. */
function freeBasePort(): number {
  for (;;) {
    const [base] = freePorts(1);
    const wanted = [0, 100, 200].flatMap((part) =>
      Array.from({ length: NODES }, (_, at) => base + part + at + 1)
    );
    if (wanted.every(isFree)) return base;
  }
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}
