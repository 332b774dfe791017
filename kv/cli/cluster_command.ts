/**
 * `cluster`: three nodes on this machine, each a process of its own, none of them left behind.
 * @module
 */

import { type Flags, numberFlag, readFlags, UsageError } from "./flags.ts";
import { portWords } from "./serve_command.ts";

/** What `--help` says. */
export const CLUSTER_HELP =
  `Starts a store of three nodes on this machine, in processes of their own, and keeps them running.

  cluster [--data FOLDER]

  --data FOLDER     where the nodes keep their folders               [flotilla-data]
  --nodes N         how many                                         [3]
  --base-port P     nodes take P..., RESP P+100..., HTTP P+200...     [7000]
  --no-restart      a node that dies stays dead
  --json            print events as JSON lines

Ctrl-C stops all of them. A node that is killed or stopped is started again after a second, on its own folder, and
catches up.
Exit code: 0 or 130 stopped, 1 failed, 64 wrong usage.
`;

/** What `cluster` is told. */
export interface ClusterArguments {
  readonly data: string;
  readonly nodes: number;
  readonly basePort: number;
  readonly restart: boolean;
  readonly json: boolean;
}

const RESTART_MS = 1000;
const GRACE_MS = 5000;
/** How a node ends that was told to, and has left politely. */
const STOPPED: readonly number[] = [0, 130];

/** Reads the words after `cluster`. Throws {@linkcode UsageError}. */
export function readClusterArguments(argv: readonly string[]): ClusterArguments {
  const names = { flags: ["no-restart", "json"], values: ["data", "nodes", "base-port"] };
  const read: Flags = readFlags(argv, names, "cluster --help");
  if (read.words.length > 0) throw new UsageError(`Cannot understand ${read.words[0]}: see cluster --help`);
  return {
    data: read.values.get("data") ?? "flotilla-data",
    nodes: numberFlag(read, "nodes", { absent: 3, least: 1, most: 9 }),
    basePort: numberFlag(read, "base-port", { absent: 7000, least: 1024, most: 65000 }),
    restart: !read.flags.has("no-restart"),
    json: read.flags.has("json"),
  };
}

/** What the processes of a cluster run. */
export interface ClusterProgram {
  /** The module whose `serve` is one node. */
  readonly entry: string;
  /** Words of every node besides those that every program knows. */
  readonly words: readonly string[];
  /** What a cluster is for ever, besides its number of nodes. */
  readonly sizes: Readonly<Record<string, number>>;
  /** What is said once every node is up: how to use it. */
  readonly explain: (
    ports: { readonly resp: string; readonly http: string; readonly peer: string },
  ) => string;
}

const PLAIN: ClusterProgram = {
  entry: new URL("../cli.ts", import.meta.url).href,
  words: [],
  sizes: {},
  explain: ({ resp, http, peer }) =>
    `  redis-cli ${portWords(resp)} set greeting ahoy
  curl -X PUT http://${http}/kv/greeting -d '{"value":"ahoy"}'
  curl http://${http}/kv/greeting
  deno task kv --servers ${peer} get greeting`,
};

/** Runs the cluster; resolves to the exit code. */
export async function clusterCommand(
  args: ClusterArguments,
  program: ClusterProgram = PLAIN,
): Promise<number> {
  const cluster = await clusterIn(args.data, { nodes: args.nodes, ...program.sizes });
  const fleet = new Fleet(args, cluster, program);
  const onSignal = () => fleet.stop(130);
  Deno.addSignalListener("SIGINT", onSignal);
  const onTerminate = () => fleet.stop(0);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", onTerminate);
  return await fleet.run();
}

/** The cluster whose folder it is. Throws {@linkcode UsageError} if the folder cannot be one. */
async function clusterIn(folder: string, sizes: Readonly<Record<string, number>>): Promise<string> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    return await clusterName(`${folder}/cluster.json`, sizes);
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    throw new UsageError(`Cannot keep a cluster in ${folder}: ${error.message}; give another --data`);
  }
}

/** A cluster has one name for ever; its folders remember it, and are refused by any other. */
async function clusterName(file: string, sizes: Readonly<Record<string, number>>): Promise<string> {
  try {
    const { cluster, ...known } = JSON.parse(await Deno.readTextFile(file)) ?? {};
    if (inWords(known) === inWords(sizes) && typeof cluster === "string") return cluster;
    throw new UsageError(
      `Cannot start ${inWords(sizes)}: ${file} is of a cluster of ${inWords(known)}; give another --data`,
    );
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new UsageError(`Cannot read ${file}: it is damaged; give another --data`);
    }
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const cluster = `local-${crypto.randomUUID().slice(0, 8)}`;
  await Deno.writeTextFile(file, JSON.stringify({ cluster, ...sizes }) + "\n");
  return cluster;
}

function inWords(sizes: Readonly<Record<string, unknown>>): string {
  return Object.entries(sizes).map(([what, count]) => `${count} ${what}`).sort().join(", ");
}

/** The processes. */
class Fleet {
  readonly #args: ClusterArguments;
  readonly #cluster: string;
  readonly #program: ClusterProgram;
  readonly #children = new Map<string, Deno.ChildProcess>();
  #stopping = false;
  #code = 0;
  #ready = 0;

  constructor(args: ClusterArguments, cluster: string, program: ClusterProgram) {
    this.#args = args;
    this.#cluster = cluster;
    this.#program = program;
  }

  async run(): Promise<number> {
    const ids = Array.from({ length: this.#args.nodes }, (_, at) => `${at + 1}`);
    await Promise.all(ids.map((id) => this.#keep(id)));
    return this.#code;
  }

  /** Ends every node: politely, and after a while in any case. */
  stop(code: number): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#code = code;
    this.#signal("SIGTERM");
    setTimeout(() => this.#signal("SIGKILL"), GRACE_MS);
  }

  #signal(name: Deno.Signal): void {
    for (const child of this.#children.values()) {
      try {
        // A stopped process takes no notice of anything else.
        if (Deno.build.os !== "windows") child.kill("SIGCONT");
        child.kill(name);
      } catch {
        // It has just gone by itself.
      }
    }
  }

  /** Starts a node, and again whenever it dies. */
  async #keep(id: string): Promise<void> {
    while (!this.#stopping) {
      const child = this.#spawn(id);
      this.#children.set(id, child);
      const words = this.#listen(id, child);
      const status = await child.status;
      this.#children.delete(id);
      await words;
      await child.stdin.close().catch(() => {});
      if (this.#stopping) return;
      if (STOPPED.includes(status.code) && status.signal === null) {
        // Somebody told it to go, as `kill` and Ctrl-C do: it did nothing wrong, and comes back like one that was killed.
        this.#say("stopped", { node: id, code: status.code }, `node ${id} was stopped`);
      } else if (status.signal === null) {
        // One that cannot even start will not do so the next time either.
        this.#say(
          "failed",
          { node: id, code: status.code },
          `node ${id} ended with exit code ${status.code}`,
        );
        return this.stop(1);
      } else {
        this.#say("died", { node: id, signal: status.signal }, `node ${id} was killed by ${status.signal}`);
      }
      if (!this.#args.restart) return;
      await new Promise((resolve) => setTimeout(resolve, RESTART_MS));
    }
  }

  #spawn(id: string): Deno.ChildProcess {
    const { data, nodes, basePort } = this.#args;
    const at = Number(id);
    const peers = Array.from({ length: nodes }, (_, peer) => `${peer + 1}=127.0.0.1:${basePort + peer + 1}`);
    const { entry, words } = this.#program;
    return new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--quiet", "-A", entry, "serve", "--tied", "--json"].concat(
        ["--id", id, "--peers", peers.join(), "--data", `${data}/node-${id}`, "--cluster", this.#cluster],
        ["--resp", `127.0.0.1:${basePort + 100 + at}`, "--http", `127.0.0.1:${basePort + 200 + at}`],
        words,
      ),
      // The node goes when this pipe closes, which it does even if this process is killed.
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
      // Ctrl-C at a terminal is for this process, which asks every node to leave: one that heard it twice would not hand over what it leads.
      detached: true,
    }).spawn();
  }

  async #listen(id: string, child: Deno.ChildProcess): Promise<void> {
    let rest = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + part).split("\n");
      rest = lines.pop() as string;
      for (const line of lines) this.#take(id, line);
    }
  }

  #take(id: string, line: string): void {
    if (this.#args.json) return console.log(line);
    const event = JSON.parse(line);
    if (event.event === "ready") {
      console.log(`node ${id}: process ${event.pid}, RESP ${event.resp}, HTTP ${event.http}`);
      if (++this.#ready === this.#args.nodes) this.#explain(event.resp, event.http, event.peer);
    } else if (event.event === "leader" && event.leader === id) {
      console.log(`node ${id}: leads term ${event.term}`);
    } else if (event.event === "leaderless") console.log(`node ${id}: knows no leader`);
  }

  #explain(resp: string, http: string, peer: string): void {
    console.log(`
Use it, at any node:
${this.#program.explain({ resp, http, peer })}
Kill what you like (kill -9 PROCESS): it is started again and catches up. Ctrl-C stops all.
`);
  }

  #say(event: string, details: Record<string, unknown>, text: string): void {
    console.log(this.#args.json ? JSON.stringify({ event, ...details }) : text);
  }
}
