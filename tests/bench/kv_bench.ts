/**
 * `deno task bench:kv`: three real processes of ours beside one Redis that syncs every write, under the same load in turn.
 *
 * One Redis without consensus is a bound, not a rival. Everything is measured alternately in one run, so that what the machine
 * does besides hits all alike; only the ratios mean something elsewhere. The load comes from this one process, which takes its
 * share of the cores.
 * @module
 */

import { freePorts, RealCluster } from "../real/cluster.ts";
import { RespClient, RespError } from "../real/resp_client.ts";

const SECONDS = Number(Deno.args[0] ?? 1.5);
const ROUNDS = Number(Deno.args[1] ?? 3);
const CLIENTS = [1, 16, 64, 256];
const KEYS = 10_000;
const VALUE = "v".repeat(256);

interface Contender {
  readonly name: string;
  readonly address: string;
  readonly pids: readonly number[];
}

interface Cell {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuUs: number;
}

/** CPU seconds that processes have used so far; 0 where the system does not tell. */
function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    try {
      const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1].split(" ");
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      return 0;
    }
  }
  return ticks / 100;
}

/** Every client asks, waits, asks again. */
async function load(to: Contender, op: "put" | "get" | "mixed", clients: number): Promise<Cell> {
  const connections = await Promise.all(
    Array.from({ length: clients }, () => RespClient.connect(to.address, 10_000)),
  );
  const times: number[] = [];
  const warmUntil = performance.now() + 300;
  const until = warmUntil + SECONDS * 1000;
  let cpuFrom = 0;
  setTimeout(() => cpuFrom = cpuSeconds(to.pids), 300);
  await Promise.all(connections.map(async (connection) => {
    for (let now = performance.now(); now < until;) {
      const key = `key ${Math.floor(Math.random() * KEYS)}`;
      const puts = op === "put" || (op === "mixed" && Math.random() < 0.5);
      const reply = puts ? await connection.send("SET", key, VALUE) : await connection.send("GET", key);
      if (reply instanceof RespError) throw reply;
      const end = performance.now();
      if (now >= warmUntil) times.push(end - now);
      now = end;
    }
  }));
  const cpu = cpuSeconds(to.pids) - cpuFrom;
  for (const connection of connections) connection.close();
  times.sort((left, right) => left - right);
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? NaN;
  return { rate: times.length / SECONDS, p50: at(0.5), p99: at(0.99), cpuUs: cpu / times.length * 1e6 };
}

async function startRedis(
  folder: string,
): Promise<{ contender: Contender; child: Deno.ChildProcess } | null> {
  const [port] = freePorts(1);
  const args = ["--bind", "127.0.0.1", "--port", `${port}`, "--dir", folder, "--appendonly", "yes"];
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command("redis-server", {
      args: [...args, "--appendfsync", "always", "--save", ""],
      stdout: "null",
      stderr: "null",
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const address = `127.0.0.1:${port}`;
  for (let tries = 100; tries > 0; tries--) {
    const client = await RespClient.connect(address, 1000).catch(() => null);
    client?.close();
    if (client !== null) break;
    await pause(100);
  }
  return { contender: { name: "redis", address, pids: [child.pid] }, child };
}

/** The longest time without a successful write when the leader is killed under 16 writing clients. */
async function failover(cluster: RealCluster): Promise<number> {
  const leader = await cluster.leader();
  const others = cluster.nodes.filter((node) => node !== leader);
  const done: number[] = [];
  let over = false;
  const clients = Array.from({ length: 16 }, async (_, at) => {
    using connection = await cluster.client(others[at % 2]);
    while (!over) {
      if (!(await connection.send("SET", `key ${at}`, VALUE) instanceof RespError)) {
        done.push(performance.now());
      }
    }
  });
  await pause(1000);
  const killedAt = performance.now();
  await cluster.signal(leader, "SIGKILL");
  await pause(4000);
  over = true;
  await Promise.all(clients);
  await cluster.startNode(leader);
  const times = [...done.filter((time) => time > killedAt - 500), performance.now()].sort((left, right) =>
    left - right
  );
  return times.reduce((most, time, at) => at === 0 ? most : Math.max(most, time - times[at - 1]), 0);
}

function end(child: Deno.ChildProcess | undefined): void {
  try {
    child?.kill("SIGKILL");
  } catch {
    // It has gone by itself.
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1];
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir();
  await using cluster = await RealCluster.start();
  const redis = await startRedis(folder);
  if (redis === null) console.log("skipped: redis-server is not installed (Debian: redis-server)");
  // Interrupted or ended, it leaves nobody behind; our own nodes go with this process by themselves.
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(name, () => {
      end(redis?.child);
      Deno.exit(130);
    });
  }
  const leader = await cluster.leader();
  const pids = cluster.nodes.map((node) => node.child?.pid ?? 0);
  const ours: Contender = { name: "flotilla", address: leader.resp, pids };
  const contenders = redis === null ? [ours] : [ours, redis.contender];
  console.log("cell        who            ops/s    p50 ms    p99 ms   CPU us/op   rate to redis");
  try {
    for (const op of ["put", "get", "mixed"] as const) {
      for (const clients of CLIENTS) {
        const cells = new Map<string, Cell[]>(contenders.map(({ name }) => [name, []]));
        for (let round = 0; round < ROUNDS; round++) {
          for (const one of contenders) cells.get(one.name)?.push(await load(one, op, clients));
        }
        const of = (name: string, field: keyof Cell) =>
          median((cells.get(name) ?? []).map((cell) => cell[field]));
        for (const { name } of contenders) {
          const numbers = [
            of(name, "rate").toFixed(0),
            of(name, "p50").toFixed(2),
            of(name, "p99").toFixed(2),
            of(name, "cpuUs").toFixed(0),
          ];
          const ratio = redis === null ? "-" : `${(of(name, "rate") / of("redis", "rate")).toFixed(2)}x`;
          console.log(
            `${`${op}:${clients}`.padEnd(12)}${name.padEnd(10)}${
              numbers.map((text) => text.padStart(10)).join("")
            }${ratio.padStart(16)}`,
          );
        }
      }
    }
    const windows: number[] = [];
    for (let round = 0; round < ROUNDS; round++) windows.push(await failover(cluster));
    console.log(
      `without a write after kill -9 of the leader: median ${median(windows).toFixed(0)} ms of ${
        windows.map((ms) => ms.toFixed(0)).join(", ")
      }`,
    );
  } finally {
    end(redis?.child);
    await redis?.child.status;
    await Deno.remove(folder, { recursive: true });
  }
}
