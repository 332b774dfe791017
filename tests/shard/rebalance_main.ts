/**
 * A live rebalance, shown: `deno task bench:shards [--groups N] [--shards N] [--rounds N] [--clients N]`.
 *
 * Three real processes serve while groups leave and join and single shards move. Clients of our own append at every node and
 * know what must be there afterwards; `redis-benchmark`, where there is one, runs beside them. Exit code 1 if an operation was
 * lost, doubled, refused, or took longer than a second.
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { haveRedisTools } from "../real/tools.ts";
import { AppendLoad } from "./real/append_load.ts";
import { ShardedCluster } from "./real/sharded_cluster.ts";

/** Nobody may wait longer (issue: no stall above a second). */
const LONGEST_MS = 1000;
const WARM_UP_MS = 4000;
const KEYS = Array.from({ length: 200 }, (_, number) => `ledger ${number}`);

interface Settings {
  readonly groups: number;
  readonly shards: number;
  readonly rounds: number;
  readonly clients: number;
}

function read(argv: readonly string[]): Settings {
  const given = parseArgs([...argv], { string: ["groups", "shards", "rounds", "clients"] });
  const number = (
    name: "groups" | "shards" | "rounds" | "clients",
    usual: number,
    least: number,
    most: number,
  ): number => {
    const value = given[name] === undefined ? usual : Number(given[name]);
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    console.error(`Cannot use --${name} ${given[name]}: give a whole number from ${least} to ${most}`);
    Deno.exit(64);
  };
  return {
    groups: number("groups", 4, 2, 32),
    shards: number("shards", 64, 1, 4096),
    rounds: number("rounds", 2, 1, 100),
    clients: number("clients", 2, 1, 50),
  };
}

/** What `redis-benchmark` says of a test. */
interface BenchmarkLine {
  readonly test: string;
  readonly perSecond: number;
  readonly longestMs: number;
}

/** `redis-benchmark`, again and again until it is stopped: each run must end with code 0, which it does only without an error. */
class Benchmark {
  readonly lines: BenchmarkLine[] = [];
  readonly failures: string[] = [];
  #goOn = true;
  readonly #working: Promise<void>;

  constructor(port: number, clients: number) {
    this.#working = this.#work(port, clients);
  }

  async stop(): Promise<void> {
    this.#goOn = false;
    await this.#working;
  }

  async #work(port: number, clients: number): Promise<void> {
    while (this.#goOn) {
      const args = [
        "-p",
        `${port}`,
        "-t",
        "set,get,incr",
        "-n",
        "1000",
        "-c",
        `${clients}`,
        "-r",
        "10000",
        "--csv",
      ];
      const child = new Deno.Command("redis-benchmark", { args, stdout: "piped", stderr: "piped" });
      const { code, stdout, stderr } = await child.output();
      const out = new TextDecoder().decode(stdout);
      if (code !== 0 || /^Error/m.test(out)) this.failures.push(out + new TextDecoder().decode(stderr));
      for (const line of out.split("\n")) {
        const cells = line.replaceAll('"', "").split(",");
        if (cells.length < 8 || cells[0] === "test") continue;
        this.lines.push({ test: cells[0], perSecond: Number(cells[1]), longestMs: Number(cells[7]) });
      }
    }
  }
}

async function main(settings: Settings): Promise<number> {
  const { groups, shards, rounds, clients } = settings;
  console.log(`Three processes, each a member of ${groups} groups; ${shards} shards`);
  await using cluster = await ShardedCluster.start({ groups, shards });
  const connects = Array.from({ length: clients * 3 }, (_, at) => () => cluster.client(1 + at % 3));
  const benchmark = await haveRedisTools() ? new Benchmark(cluster.respPort(1), 20) : null;
  console.log(
    benchmark === null
      ? "There is no redis-benchmark here: our own clients only"
      : "redis-benchmark runs at node 1",
  );
  const load = new AppendLoad(KEYS, connects);
  await warmUp(load, benchmark);
  await say(cluster);
  let refused = 0;
  for (let round = 0; round < rounds; round++) {
    const one = round % groups + 1;
    const others = Array.from({ length: groups }, (_, at) => `${at + 1}`).filter((group) =>
      group !== `${one}`
    ).slice(-2);
    const changes = [["leave", `${one}`], ["join", `${one}`], ["leave", ...others], ["move", "0", `${one}`], [
      "join",
      ...others,
    ]];
    for (const words of changes) refused += await change(cluster, words);
  }
  await say(cluster);
  await benchmark?.stop();
  await load.stop();
  const wrong = await audit(cluster, load);
  return report(load, benchmark, wrong) + refused === 0 ? 0 : 1;
}

/** The first requests compile the code that serves them: that is no matter of moves. */
async function warmUp(load: AppendLoad, benchmark: Benchmark | null): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const { answered, longestMs } = load.tally;
  console.log(
    `\n${WARM_UP_MS / 1000} s of load before the moves: ${answered} appends, longest wait ${longestMs} ms`,
  );
  load.restartWatch();
  benchmark?.lines.splice(0);
}

async function change(cluster: ShardedCluster, words: readonly string[]): Promise<number> {
  console.log(`\n$ deno task shards ${words.join(" ")}`);
  const { code, out, err } = await cluster.shards(...words);
  console.log(out + err);
  return code;
}

async function say(cluster: ShardedCluster): Promise<void> {
  const { out, err } = await cluster.shards();
  console.log(`\n$ deno task shards\n${out}${err}`);
}

async function audit(cluster: ShardedCluster, load: AppendLoad): Promise<string[]> {
  using reader = await cluster.client(2);
  return await load.audit(reader);
}

/** Gives how much is not as it must be. */
function report(load: AppendLoad, benchmark: Benchmark | null, wrong: readonly string[]): number {
  const { answered, errors, cut, longestMs } = load.tally;
  console.log(`\nappends answered    ${answered}`);
  console.log(
    `errors              ${[...errors].map(([code, count]) => `${count} ${code}`).join(", ") || "none"}`,
  );
  console.log(`connections cut     ${cut}`);
  console.log(`longest wait        ${longestMs} ms`);
  console.log(`lost or doubled     ${wrong.length === 0 ? "none" : wrong.slice(0, 10).join("\n")}`);
  let bad = wrong.length + errors.size + cut + (longestMs > LONGEST_MS ? 1 : 0);
  if (benchmark === null) return bad;
  for (const test of new Set(benchmark.lines.map((line) => line.test))) {
    const lines = benchmark.lines.filter((line) => line.test === test);
    const longest = Math.max(...lines.map((line) => line.longestMs));
    const mean = lines.reduce((sum, line) => sum + line.perSecond, 0) / lines.length;
    const figures = `${lines.length} runs of 1,000, ${Math.round(mean)} a second, longest wait ${
      Math.round(longest)
    } ms`;
    console.log(`redis-benchmark ${test.padEnd(4)}${figures}`);
    if (longest > LONGEST_MS) bad++;
  }
  console.log(`redis-benchmark     ${benchmark.failures.length} runs with an error`);
  for (const failure of benchmark.failures) console.log(failure);
  return bad + benchmark.failures.length;
}

if (import.meta.main) Deno.exit(await main(read(Deno.args)));
