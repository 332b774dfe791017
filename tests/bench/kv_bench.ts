/**
 * `deno task bench:kv`: three processes of ours, three of etcd, and one Redis that syncs every write, under the same load in turn.
 *
 * Everything is measured alternately in one run, so that what the machine does besides hits all alike; only the ratios mean
 * something elsewhere. Redis does without consensus: it is a bound, not a rival. The load comes from this one process, which
 * takes its share of the cores. Whoever is not installed is left out, and a line says so.
 * @module
 */

import { parseArgs } from "@std/cli";
import { type Contender, startEtcd, startOurs, startRedis } from "./kv/contenders.ts";
import { type Way, WAYS, windowWithoutWrites } from "./kv/failover.ts";
import { type Cell, fill, type Load, type Mix, run } from "./kv/load.ts";
import { recover, type Recovery } from "./kv/recover.ts";
import { line, type Row } from "./kv/table.ts";

const HELP = `Measures three processes of ours beside three of etcd and one Redis.

  bench:kv [--seconds S] [--rounds N] [--cells put:64,get:1,...] [--kills N] [--keys N] [--connections LIST]
           [--etcd PROGRAM] [-- WORDS OF SERVE]

  --seconds S    of each run                                                      [1.5]
  --rounds N     medians of so many                                               [3]
  --cells LIST   put, get (linearizable) or mixed, with so many clients           [all of them with 1, 16, 64 and 256]
  --kills N      how often the leader goes under 16 writing clients; 0: not       [3]
  --ways LIST    how it goes: kill -9, stop (SIGSTOP), term (SIGTERM)             [kill]
  --keys N       memory with so many keys, a follower that missed 100,000 puts, and a cold start; 0: not
                                                                                  [0; 1000000 takes two minutes]
  --connections LIST   how RESP clients are connected: each by its own, or with 16 for all, as etcd's clients are   [own,16]
  --etcd PROGRAM another etcd than the installed one
`;

const OURS = "flotilla";
const AGAINST = "etcd";

interface Arguments {
  readonly seconds: number;
  readonly rounds: number;
  readonly cells: readonly string[];
  readonly kills: number;
  readonly ways: readonly Way[];
  readonly keys: number;
  /** `Infinity` for one each. */
  readonly connections: readonly number[];
  readonly etcd: string;
  readonly words: readonly string[];
}

function readArguments(argv: readonly string[]): Arguments | string {
  const read = parseArgs([...argv], {
    string: ["seconds", "rounds", "cells", "kills", "ways", "keys", "connections", "etcd"],
    boolean: ["help"],
    "--": true,
  });
  if (read.help) return HELP;
  const number = (text: string | undefined, absent: number) => text === undefined ? absent : Number(text);
  const all = ["put", "get", "mixed"].flatMap((mix) => [1, 16, 64, 256].map((count) => `${mix}:${count}`));
  const args = {
    seconds: number(read.seconds, 1.5),
    rounds: number(read.rounds, 3),
    cells: read.cells === undefined ? all : read.cells.split(",").filter((cell) => cell !== ""),
    kills: number(read.kills, 3),
    ways: (read.ways ?? "kill").split(",") as Way[],
    keys: number(read.keys, 0),
    connections: (read.connections ?? "own,16").split(",").map((one) =>
      one === "own" ? Infinity : Number(one)
    ),
    etcd: read.etcd ?? "etcd",
    words: read["--"] ?? [],
  };
  const numbers = [args.seconds, args.rounds, args.kills, args.keys];
  // `--cells ''` is none of them; the parser takes the empty word for one that stands alone.
  const understood = read._.every((word) => word === "") && numbers.every((value) => value >= 0) &&
    args.seconds > 0 &&
    args.rounds >= 1 && args.connections.every((count) => count >= 1) &&
    args.ways.every((way) => Object.hasOwn(WAYS, way)) &&
    args.cells.every((cell) => /^(put|get|mixed):\d{1,4}$/.test(cell));
  if (!understood) throw new TypeError("Cannot understand these words: see bench:kv --help");
  return args;
}

/** What the issue asks for at least. */
function barOf(mix: Mix, clients: number, field: keyof Cell): Row["bar"] {
  if (clients < 64 || mix === "mixed") return null;
  if (field === "rate") return { kind: "least", ratio: mix === "put" ? 2 : 1.2 };
  return field === "p99Ms" ? { kind: "most", ratio: 0.6 } : null;
}

const FIELDS: readonly (readonly [field: keyof Cell, what: string])[] = [
  ["rate", "ops/s"],
  ["p50Ms", "p50 ms"],
  ["p99Ms", "p99 ms"],
  ["cpuUs", "CPU us/op"],
];

const RECOVERY_FIELDS: readonly (readonly [field: keyof Recovery, what: string])[] = [
  ["memoryMb", "MB leader"],
  ["followerMb", "MB follower"],
  ["catchUpMs", "catch-up ms"],
  ["coldStartMs", "cold start ms"],
];

async function measureCell(
  contenders: readonly Contender[],
  { mix, clients, connections }: Pick<Load, "mix" | "clients" | "connections">,
  { seconds, rounds }: Arguments,
): Promise<void> {
  const load = { mix, clients, seconds, connections };
  const cell = `${mix}:${clients}${connections === Infinity ? "" : ` on ${connections}`}`;
  const cells = new Map<string, Cell[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const one of contenders) cells.get(one.name)?.push(await run(one, load));
  }
  for (const [field, what] of FIELDS) {
    const runs = new Map([...cells].map(([name, all]) => [name, all.map((each) => each[field])]));
    console.log(line({ cell, what, runs, bar: barOf(load.mix, load.clients, field) }, OURS, AGAINST));
  }
}

async function measureWindow(contenders: readonly Contender[], way: Way, rounds: number): Promise<void> {
  const clusters = contenders.filter(({ pids }) => pids.length > 1);
  const runs = new Map<string, number[]>(clusters.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const one of clusters) runs.get(one.name)?.push(await windowWithoutWrites(one, way));
  }
  const what = "ms no write";
  // In good order nobody has to find out, and a few milliseconds are few whoever needs them.
  const bar = way === "term" ? null : { kind: "most", ratio: 0.25 } as const;
  console.log(line({ cell: way === "kill" ? "kill -9" : WAYS[way], what, runs, bar }, OURS, AGAINST));
  for (const [name, all] of runs) {
    console.log(`              ${name}: ${all.map((ms) => ms.toFixed(0)).join(", ")}`);
  }
}

async function measureKeys(contenders: readonly Contender[], keys: number): Promise<void> {
  const all = new Map<string, Recovery>();
  for (const one of contenders) all.set(one.name, await recover(one, keys));
  const bar = { kind: "most", ratio: 1 } as const;
  for (const [field, what] of RECOVERY_FIELDS) {
    const runs = new Map([...all].map(([name, recovery]) => [name, [recovery[field]]]));
    console.log(line({ cell: `${keys} keys`, what, runs, bar }, OURS, AGAINST));
  }
}

async function main(args: Arguments): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const contenders: Contender[] = [];
  // Interrupted, it leaves nobody behind either.
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    if (name === "SIGTERM" && Deno.build.os === "windows") continue;
    Deno.addSignalListener(name, () => {
      void Promise.all(contenders.map((one) => one[Symbol.asyncDispose]())).finally(() => Deno.exit(130));
    });
  }
  for (
    const [name, start, from] of [
      ["flotilla", () => startOurs(args.words), ""],
      ["etcd", () => startEtcd(args.etcd), "etcd-server"],
      ["redis", startRedis, "redis-server"],
    ] as const
  ) {
    const one = await start();
    if (one === null) {
      console.log(`${name} is left out: it is not installed (on Debian: apt-get install ${from})`);
      continue;
    }
    contenders.push(stack.use(one));
    await fill(one);
  }
  for (const cell of args.cells) {
    const [mix, count] = cell.split(":") as [Mix, string];
    const clients = Number(count);
    for (const connections of args.connections) {
      // Where there are as many connections as clients it is the same.
      if (connections !== Infinity && clients <= connections) continue;
      await measureCell(contenders, { mix, clients, connections }, args);
    }
  }
  if (args.kills > 0) { for (const way of args.ways) await measureWindow(contenders, way, args.kills); }
  if (args.keys > 0) await measureKeys(contenders, args.keys);
}

if (import.meta.main) {
  try {
    const args = readArguments(Deno.args);
    if (typeof args === "string") console.log(args);
    else await main(args);
    Deno.exit(0);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(error.message);
    Deno.exit(64);
  }
}
