/**
 * Who is measured: three processes of ours, three of etcd, and one Redis. Each on loopback, and synced to the disk before it answers.
 * @module
 */

import { freePorts } from "../../real/cluster.ts";
import type { Connect } from "./caller.ts";
import { connectEtcd } from "./etcd_caller.ts";
import { connectResp } from "./resp_caller.ts";

/** One store. */
export interface Contender extends AsyncDisposable {
  readonly name: string;
  readonly connect: Connect;
  /** Whether many clients share a connection. */
  readonly streams: boolean;
  /** Where its leader is asked, and where each member is. */
  readonly address: string;
  readonly addresses: readonly string[];
  /** Of all servers, and of the one that leads. */
  readonly pids: readonly number[];
  readonly leaderPid: number;
  /** Where it keeps its files. */
  readonly folder: string;
  /** Looks again who leads. */
  findLeader(): Promise<void>;
  /** How far a member has applied its log. Rejects while it does not answer. */
  appliedAt(member: number): Promise<number>;
  /** Sends a signal to one member; whether it goes, and when, is its own business. */
  signal(pid: number, name: Deno.Signal): void;
  /** Kills members at once and waits until they are gone. */
  kill(pids: readonly number[]): Promise<void>;
  /** Starts every member that is not running; resolves as soon as their processes exist. */
  revive(): void;
}

/** A member as a process. */
interface Member {
  readonly address: string;
  readonly start: () => Deno.ChildProcess;
  child: Deno.ChildProcess;
}

const STARTING_MS = 30_000;

/** What contenders that are started here have in common. */
class Processes implements Contender {
  readonly name: string;
  readonly connect: Connect;
  readonly streams: boolean;
  readonly folder: string;
  readonly #members: Member[];
  readonly #leads: (at: number) => Promise<boolean>;
  readonly appliedAt: (member: number) => Promise<number>;
  #leader = 0;

  constructor(
    options: Pick<Contender, "name" | "connect" | "streams" | "folder"> & {
      readonly members: readonly Omit<Member, "child">[];
      readonly leads: (at: number) => Promise<boolean>;
      readonly applied: (at: number) => Promise<number>;
    },
  ) {
    this.name = options.name;
    this.connect = options.connect;
    this.streams = options.streams;
    this.folder = options.folder;
    this.#leads = options.leads;
    this.appliedAt = options.applied;
    this.#members = options.members.map((member) => ({ ...member, child: member.start() }));
    this.#watch(this.#members);
  }

  readonly #gone = new Set<Deno.ChildProcess>();

  get address(): string {
    return this.#members[this.#leader].address;
  }

  get addresses(): readonly string[] {
    return this.#members.map(({ address }) => address);
  }

  get pids(): readonly number[] {
    return this.#members.map(({ child }) => child.pid);
  }

  get leaderPid(): number {
    return this.#members[this.#leader].child.pid;
  }

  async findLeader(): Promise<void> {
    const until = performance.now() + STARTING_MS;
    while (performance.now() < until) {
      for (let at = 0; at < this.#members.length; at++) {
        if (this.#gone.has(this.#members[at].child) || !await this.#leads(at).catch(() => false)) continue;
        this.#leader = at;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${this.name} has no leader within ${STARTING_MS / 1000} s`);
  }

  signal(pid: number, name: Deno.Signal): void {
    for (const { child } of this.#members) if (child.pid === pid) child.kill(name);
  }

  async kill(pids: readonly number[]): Promise<void> {
    const doomed = this.#members.filter(({ child }) => pids.includes(child.pid));
    for (const { child } of doomed) end(child);
    await Promise.all(doomed.map(({ child }) => child.status));
  }

  revive(): void {
    const dead = this.#members.filter(({ child }) => this.#gone.has(child));
    for (const member of dead) member.child = member.start();
    this.#watch(dead);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill(this.pids);
    await Deno.remove(this.folder, { recursive: true });
  }

  #watch(members: readonly Member[]): void {
    for (const { child } of members) void child.status.then(() => this.#gone.add(child));
  }
}

function end(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has gone by itself.
  }
}

/** Whether a program can be run. */
export async function isInstalled(program: string): Promise<boolean> {
  try {
    const silent = { stdin: "null", stdout: "null", stderr: "null" } as const;
    await new Deno.Command(program, { args: ["--version"], ...silent }).output();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** What is started with a pipe as its input can end with whoever started it. */
function spawn(program: string, args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(program, { args: [...args], stdin: "piped", stdout: "null", stderr: "null" })
    .spawn();
}

/** Three processes of ours. */
export async function startOurs(words: readonly string[] = []): Promise<Contender> {
  const folder = await Deno.makeTempDir({ prefix: "flotilla-bench-" });
  const ports = freePorts(9);
  const at = (member: number, port: number) => `127.0.0.1:${ports[member * 3 + port]}`;
  const peers = [0, 1, 2].map((member) => `${member + 1}=${at(member, 0)}`).join();
  const entry = new URL("../../../kv/cli.ts", import.meta.url).href;
  const ours = new Processes({
    name: "flotilla",
    connect: connectResp,
    streams: false,
    folder,
    members: [0, 1, 2].map((member) => ({
      address: at(member, 1),
      start: () =>
        spawn(
          Deno.execPath(),
          ["run", "--no-check", "--quiet", "-A", entry, "serve", "--tied"].concat(
            ["--id", `${member + 1}`, "--peers", peers, "--data", `${folder}/${member + 1}`],
            ["--resp", at(member, 1), "--http", at(member, 2)],
            words,
          ),
        ),
    })),
    leads: async (member) => (await health(at(member, 2))).role === "leader",
    applied: async (member) => (await health(at(member, 2))).appliedIndex,
  });
  await ours.findLeader();
  return ours;
}

/** What a node of ours says of itself. */
async function health(address: string): Promise<{ readonly role: string; readonly appliedIndex: number }> {
  const signal = AbortSignal.timeout(2000);
  const response = await fetch(`http://${address}/health`, { signal, headers: { connection: "close" } });
  return await response.json();
}

/** What a member of etcd says of itself. */
async function statusOf(address: string): Promise<EtcdStatus> {
  const signal = AbortSignal.timeout(2000);
  const url = `http://${address}/v3/maintenance/status`;
  return await (await fetch(url, { method: "POST", body: "{}", signal })).json();
}

interface EtcdStatus {
  readonly leader: string | undefined;
  readonly header: { readonly member_id: string };
  readonly raftAppliedIndex: string;
}

/** Three members of etcd, as Debian's package has it; null where it is not installed. `program`: another one of the same kind. */
export async function startEtcd(program: string): Promise<Contender | null> {
  if (!await isInstalled(program)) return null;
  const folder = await Deno.makeTempDir({ prefix: "flotilla-bench-" });
  const ports = freePorts(6);
  const at = (member: number, port: number) => `127.0.0.1:${ports[member * 2 + port]}`;
  const cluster = [0, 1, 2].map((member) => `m${member}=http://${at(member, 1)}`).join();
  const etcd = new Processes({
    name: "etcd",
    connect: connectEtcd,
    streams: true,
    folder,
    members: [0, 1, 2].map((member) => ({
      address: at(member, 0),
      start: () =>
        spawn(program, [
          ...["--name", `m${member}`, "--data-dir", `${folder}/m${member}`, "--logger", "zap"],
          ...["--listen-client-urls", `http://${at(member, 0)}`],
          ...["--advertise-client-urls", `http://${at(member, 0)}`],
          ...["--listen-peer-urls", `http://${at(member, 1)}`],
          ...["--initial-advertise-peer-urls", `http://${at(member, 1)}`],
          ...["--initial-cluster", cluster, "--initial-cluster-state", "new"],
          ...["--quota-backend-bytes", "8589934592", "--log-level", "error"],
        ]),
    })),
    leads: async (member) => {
      const { leader, header } = await statusOf(at(member, 0));
      return leader !== undefined && leader === header.member_id;
    },
    applied: async (member) => Number((await statusOf(at(member, 0))).raftAppliedIndex),
  });
  await etcd.findLeader();
  return etcd;
}

/** One Redis that syncs every write; null where it is not installed. */
export async function startRedis(): Promise<Contender | null> {
  if (!await isInstalled("redis-server")) return null;
  const folder = await Deno.makeTempDir({ prefix: "flotilla-bench-" });
  const [port] = freePorts(1);
  const redis = new Processes({
    name: "redis",
    connect: connectResp,
    streams: false,
    folder,
    members: [{
      address: `127.0.0.1:${port}`,
      start: () =>
        spawn("redis-server", [
          ...["--bind", "127.0.0.1", "--port", `${port}`, "--dir", folder, "--save", ""],
          ...["--appendonly", "yes", "--appendfsync", "always"],
        ]),
    }],
    leads: async () => {
      (await connectResp(`127.0.0.1:${port}`)).close();
      return true;
    },
    applied: () => Promise.resolve(0),
  });
  await redis.findLeader();
  return redis;
}
