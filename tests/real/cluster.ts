/**
 * A cluster of real processes that a test starts, kills, pauses and starts again; none is left behind.
 * @module
 */

import { RespClient } from "./resp_client.ts";
import { Wiring } from "./wiring.ts";

const HELD_BACK_ENTRY = new URL("./chaos/node_main.ts", import.meta.url).href;
const ENTRY = new URL("../../kv/cli.ts", import.meta.url).href;
const READY_MS = 30_000;

/** How a cluster is made. */
export interface RealClusterOptions {
  /** @default {3} */
  readonly nodes?: number;
  /** Words after those of `serve` that every cluster needs. */
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  /** Whether nodes call each other over lines that can be cut and slowed; then see {@linkcode RealCluster.wiring}. */
  readonly wired?: boolean;
  /** Whether a kill takes what was not synced, as a power cut does; the seed draws what gets through all the same. */
  readonly powerSeed?: number;
}

/** One node, alive or not. */
export interface RealNode {
  readonly id: string;
  readonly peer: string;
  resp: string;
  http: string;
  child: Deno.ChildProcess | null;
  /** Everything it said, for failures. */
  said: string;
}

/** A node that ended, or did not come up in time, instead of serving. */
export class NodeNotUpError extends Error {
  /** The class, for logs. */
  override readonly name = "NodeNotUpError";
}

/** See the module's page. */
export class RealCluster implements AsyncDisposable {
  readonly folder: string;
  readonly nodes: readonly RealNode[];
  /** The lines among the nodes; null unless `wired`. */
  readonly wiring: Wiring | null;
  readonly #options: RealClusterOptions;

  /** Starts all nodes and waits until one leads. */
  static async start(options: RealClusterOptions = {}): Promise<RealCluster> {
    const folder = await Deno.makeTempDir({ prefix: "flotilla-" });
    const cluster = new RealCluster(folder, options);
    try {
      await Promise.all(cluster.nodes.map((node) => cluster.startNode(node)));
      await cluster.leader();
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(folder: string, options: RealClusterOptions) {
    this.folder = folder;
    this.#options = options;
    const ports = freePorts((options.nodes ?? 3) * 3);
    this.nodes = Array.from({ length: options.nodes ?? 3 }, (_, at) => ({
      id: `${at + 1}`,
      peer: `127.0.0.1:${ports[at * 3]}`,
      resp: `127.0.0.1:${ports[at * 3 + 1]}`,
      http: `127.0.0.1:${ports[at * 3 + 2]}`,
      child: null,
      said: "",
    }));
    const portOf = ({ peer }: RealNode) => Number(peer.slice(peer.lastIndexOf(":") + 1));
    this.wiring = options.wired
      ? new Wiring(new Map(this.nodes.map((node) => [node.id, portOf(node)])))
      : null;
  }

  /** The addresses that a node calls the others by. */
  #peersOf(caller: RealNode): string {
    const { wiring } = this;
    if (wiring === null) return this.peers;
    return this.nodes.map((node) =>
      `${node.id}=${node === caller ? node.peer : wiring.address(caller.id, node.id)}`
    ).join();
  }

  get peers(): string {
    return this.nodes.map(({ id, peer }) => `${id}=${peer}`).join();
  }

  /** The command line after `deno` of one node. */
  argsOf(node: RealNode): string[] {
    const { args = [], powerSeed } = this.#options;
    const own = ["--id", node.id, "--peers", this.#peersOf(node), "--data", `${this.folder}/${node.id}`];
    // Named, since no two nodes of a wired cluster see the same addresses.
    const shared = this.wiring === null ? [] : ["--cluster", "wired"];
    const ports = ["--resp", node.resp, "--http", node.http];
    const entry = powerSeed === undefined ? [ENTRY] : [HELD_BACK_ENTRY, `${powerSeed + this.#starts++}`];
    return ["run", "--no-check", "--quiet", "-A", ...entry, "serve", "--tied", "--json"]
      .concat(own, shared, ports, args);
  }

  /** Starts a node whose disk was lost, as its operator has to: it says that it remembers nothing. */
  async startWiped(node: RealNode): Promise<void> {
    await Deno.remove(`${this.folder}/${node.id}`, { recursive: true });
    await this.startNode(node, ["--amnesiac"]);
  }

  /** Starts a node, `args` behind the usual ones, and resolves when its ports are open. */
  async startNode(node: RealNode, args: readonly string[] = []): Promise<void> {
    const child = new Deno.Command(Deno.execPath(), {
      args: [...this.argsOf(node), ...args],
      env: this.#options.env ?? {},
      // It goes when this process does, in whatever way that happens.
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    node.child = child;
    const ready = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => ready.reject(new NodeNotUpError(`node ${node.id} is not ready: ${node.said}`)),
      READY_MS,
    );
    const listen = async (stream: ReadableStream<Uint8Array>) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) {
        node.said = (node.said + text).slice(-20_000);
        if (text.includes('"event":"ready"')) ready.resolve();
      }
    };
    const ends = Promise.all([listen(child.stdout), listen(child.stderr), child.status]);
    void ends.then(async () => {
      await child.stdin.close().catch(() => {});
      ready.reject(new NodeNotUpError(`node ${node.id} ended: ${node.said}`));
      if (node.child === child) node.child = null;
    });
    this.#ends.push(ends);
    try {
      await ready.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  readonly #ends: Promise<unknown>[] = [];
  #starts = 0;

  /** Sends a signal to a node; `SIGKILL` resolves when it is gone. */
  async signal(node: RealNode, name: Deno.Signal): Promise<void> {
    const { child } = node;
    if (child === null) return;
    try {
      child.kill(name);
    } catch {
      return;
    }
    if (name === "SIGKILL") {
      await child.status;
      node.child = null;
    }
  }

  /** The node that leads, as the nodes themselves see it; waits for one. */
  async leader(timeoutMs = READY_MS): Promise<RealNode> {
    const until = performance.now() + timeoutMs;
    for (;;) {
      for (const node of this.nodes) {
        if (node.child === null) continue;
        const health = await this.health(node);
        if (health?.role === "leader") return node;
      }
      if (performance.now() > until) {
        throw new Error(`no leader within ${timeoutMs} ms: ${this.nodes.map(({ said }) => said).join("\n")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  /** What `/health` says; null if nothing. */
  async health(node: RealNode): Promise<Record<string, unknown> | null> {
    try {
      const signal = AbortSignal.timeout(2000);
      return await (await fetch(`http://${node.http}/health`, { signal, headers: { connection: "close" } }))
        .json();
    } catch {
      return null;
    }
  }

  /** A client of one node. */
  client(node: RealNode): Promise<RespClient> {
    return RespClient.connect(node.resp);
  }

  /** Ends everything, also what is paused, and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => this.signal(node, "SIGKILL")));
    await Promise.allSettled(this.#ends);
    await this.wiring?.[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Ports that nobody listens at now. Drawn apart from the system's own range, so that nobody is given them meanwhile. */
export function freePorts(count: number): number[] {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (ports.includes(port)) continue;
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      ports.push(port);
    } catch {
      // Taken.
    }
  }
  return ports;
}
