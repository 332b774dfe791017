/**
 * A cluster of real processes that a test starts, kills, pauses and starts again; none is left behind.
 * @module
 */

import { RespClient } from "./resp_client.ts";
import { Wiring, type WiringOptions } from "./wiring.ts";

const ENTRY = new URL("../../kv/cli.ts", import.meta.url).href;
const READY_MS = 30_000;

/** How a cluster is made. */
export interface RealClusterOptions {
  /** @default {3} */
  readonly nodes?: number;
  /** Words after those of `serve` that every cluster needs. */
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  /** What a node's name begins with. @default {nothing: they are called 1, 2, 3} */
  readonly prefix?: string;
  /** Lines that can be cut and made bad, for a `program` that calls the others over them; then see {@linkcode RealCluster.wiring}. */
  readonly wiring?: WiringOptions;
  /** Permissions, the program, and its words before `serve`. @default {the store's own command line, with all permissions} */
  readonly program?: (id: string) => readonly string[];
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

  /** Nodes that nobody has started. */
  static async make(options: RealClusterOptions = {}): Promise<RealCluster> {
    return new RealCluster(await Deno.makeTempDir({ prefix: "flotilla-" }), options);
  }

  /** Starts all nodes and waits until one leads. */
  static async start(options: RealClusterOptions = {}): Promise<RealCluster> {
    const cluster = await RealCluster.make(options);
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
      id: `${options.prefix ?? ""}${at + 1}`,
      peer: `127.0.0.1:${ports[at * 3]}`,
      resp: `127.0.0.1:${ports[at * 3 + 1]}`,
      http: `127.0.0.1:${ports[at * 3 + 2]}`,
      child: null,
      said: "",
    }));
    const portOf = ({ peer }: RealNode) => Number(peer.slice(peer.lastIndexOf(":") + 1));
    this.wiring = options.wiring
      ? new Wiring(new Map(this.nodes.map((node) => [node.id, portOf(node)])), options.wiring)
      : null;
  }

  get peers(): string {
    return this.nodes.map(({ id, peer }) => `${id}=${peer}`).join();
  }

  /** The command line after `deno` of one node. */
  argsOf(node: RealNode): string[] {
    const { args = [], program = () => ["-A", ENTRY] } = this.#options;
    const own = ["--id", node.id, "--peers", this.peers, "--data", `${this.folder}/${node.id}`];
    // Named, since who hears what passes over lines must know the name of the channel.
    const shared = this.wiring === null ? [] : ["--cluster", "wired"];
    const ports = ["--resp", node.resp, "--http", node.http];
    return ["run", "--no-check", "--quiet", ...program(node.id), "serve", "--tied", "--json"]
      .concat(own, shared, ports, args);
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
      // What somebody types at the terminal is meant for the harness: nodes that end at Ctrl-C would look like nodes that fail.
      detached: true,
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

/** Ports of a lane, the first of which is listened at as long as somebody has the lane; some at its end are for who counts on from one. */
const LANE = { ports: 100, drawn: 60 };

/**
 * A lane of ports that no other file of tests has, nor another run of them at the same time: between looking whether a port is free
 * and listening at it others would be given it, too. Apart from the system's own range, so that nobody is given them meanwhile.
 */
const lane = claimLane();

function claimLane(): number {
  for (;;) {
    const first = 20_000 + LANE.ports * Math.floor(Math.random() * 10_000 / LANE.ports);
    try {
      // Held until the process ends, which it does not keep from ending.
      Deno.listen({ hostname: "127.0.0.1", port: first }).unref();
      return first;
    } catch {
      // Somebody else's.
    }
  }
}

/** Ports that nobody listens at now, and nobody else draws. */
export function freePorts(count: number): number[] {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = lane + 1 + Math.floor(Math.random() * LANE.drawn);
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
