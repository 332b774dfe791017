/**
 * How fast MapReduce counts, beside what people use otherwise: everybody over the same file, in turn, in one run.
 *
 * The ratios within one round count; figures of different rounds and machines do not compare.
 * @module
 */

import { type Contender, findPeers, isInstalled, OURS } from "./bench/contenders.ts";
import { writeInput } from "./bench/input.ts";
import { type Cost, measure } from "./bench/measure.ts";

const HELP = `How fast MapReduce counts.

  bench:mr [--mb 256] [--rounds 3] [--rare 0] [--only NAME,NAME]

  --mb N       size of the input
  --rounds N   so often everybody has a turn
  --rare N     so many of a hundred lines end with a word of their own
  --only A,B   only those whose name contains A or B
`;

interface Options {
  readonly mb: number;
  readonly rounds: number;
  readonly rarePercent: number;
  readonly only: readonly string[];
}

function parse(argv: readonly string[]): Options {
  const value = (name: string, fallback: string) => {
    const at = argv.indexOf(`--${name}`);
    return at === -1 ? fallback : argv[at + 1] ?? fallback;
  };
  const only = value("only", "");
  return {
    mb: Number(value("mb", "256")),
    rounds: Number(value("rounds", "3")),
    rarePercent: Number(value("rare", "0")),
    only: only === "" ? [] : only.split(","),
  };
}

/** What must be at least so many times as fast as what, for two workers on two free cores. */
const BARS: readonly { readonly fast: string; readonly slow: string; readonly ratio: number }[] = [
  { fast: "wc, 2 workers", slow: "tr | mawk", ratio: 2 },
  { fast: "plain TypeScript, 2 workers", slow: "mawk alone", ratio: 1 },
  { fast: "indexer, 2 workers", slow: "wc, 2 workers", ratio: 0.5 },
];

/** No process may take more memory, however large the input is. */
const MOST_MB = 512;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1];
}

/** What a contender answered, so that nobody is fast by being wrong. */
async function answerOf({ normal }: Contender, folder: string, outFile: string): Promise<string> {
  const filter = normal.startsWith("cat ") ? normal : `cat "${outFile}" | ${normal}`;
  const { stdout } = await new Deno.Command("bash", {
    args: ["-c", `${filter} | cksum`],
    cwd: folder,
    env: { LC_ALL: "C" },
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes("--help")) {
    console.log(HELP);
    return 0;
  }
  const options = parse(argv);
  if (!isInstalled("bash") || Deno.build.os !== "linux") {
    console.log("Cannot measure here: this needs bash and the /proc of Linux");
    return 0;
  }
  const folder = Deno.makeTempDirSync({ prefix: "mr-bench-" });
  try {
    return await run(folder, options);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function run(folder: string, { mb, rounds, rarePercent, only }: Options): Promise<number> {
  const input = writeInput(folder, mb * 1_048_576, rarePercent);
  const { present, absent } = findPeers();
  const contenders = [...OURS, ...present].filter(({ name }) =>
    only.length === 0 || only.some((part) => name.includes(part))
  );
  console.log(
    `Words of ${mb} MB: ${input.what}. ${navigator.hardwareConcurrency} cores, medians of ${rounds}.`,
  );
  const costs = new Map<string, Cost[]>(contenders.map(({ name }) => [name, []]));
  const answers = new Map<string, string>();
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      const outFile = `${folder}/answer`;
      costs.get(contender.name)?.push(await measure(contender.command(input.path), folder, outFile));
      if (round === 0 && contender.normal !== "") {
        answers.set(contender.name, await answerOf(contender, folder, outFile));
      }
    }
  }
  print(costs, mb);
  for (const { name, why } of absent) console.log(`${name.padEnd(40)} skipped: ${why}`);
  if (new Set(answers.values()).size > 1) {
    console.log("The answers differ:");
    for (const [name, answer] of answers) console.log(`  ${answer}  ${name}`);
    return 1;
  }
  printBars(costs);
  return 0;
}

function print(costs: ReadonlyMap<string, readonly Cost[]>, mb: number): void {
  console.log(`${"".padEnd(40)}  seconds     MB/s  CPU s  peak MB a process  others' cores`);
  for (const [name, runs] of costs) {
    const of = (pick: (cost: Cost) => number) => median(runs.map(pick));
    const seconds = of((cost) => cost.seconds);
    console.log([
      name.padEnd(40),
      seconds.toFixed(2).padStart(8),
      (mb / seconds).toFixed(1).padStart(8),
      of((cost) => cost.cpuSeconds).toFixed(2).padStart(6),
      (of((cost) => cost.peakBytes) / 1048576).toFixed(0).padStart(18),
      of((cost) => cost.otherCores).toFixed(2).padStart(14),
    ].join(" "));
  }
}

function printBars(costs: ReadonlyMap<string, readonly Cost[]>): void {
  for (const { name } of OURS) {
    const runs = costs.get(name);
    if (runs === undefined) continue;
    const mostMb = Math.max(...runs.map(({ peakBytes }) => peakBytes)) / 1048576;
    const verdict = mostMb < MOST_MB ? "reached" : "NOT reached";
    console.log(
      `${name}: no process took more than ${mostMb.toFixed(0)} MB; the bar is ${MOST_MB}: ${verdict}`,
    );
  }
  for (const { fast, slow, ratio } of BARS) {
    const [ours, theirs] = [costs.get(fast), costs.get(slow)];
    if (ours === undefined || theirs === undefined) continue;
    const wall = median(ours.map(({ seconds }, at) => theirs[at].seconds / seconds));
    const verdict = wall >= ratio ? "reached" : "NOT reached";
    console.log(`${fast} is ${wall.toFixed(2)} times as fast as ${slow}; the bar is ${ratio}: ${verdict}`);
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
