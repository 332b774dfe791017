/**
 * How fast the checker judges: `deno task bench:porcupine`.
 *
 * ```text
 *   --data DIR     judge the files of a folder with an expected.json (or PORCUPINE_DATA); otherwise generated histories
 *   --generated    judge the generated histories as well
 *   --only TEXT    only histories whose name contains TEXT (may be repeated)
 *   --runs N       warm runs, of which the median counts (5)
 *   --plain        as a user's model with nothing but a step function
 *   --memory       measure peak memory too, each history in a process of its own
 *   --cpu          processor time instead of the wall clock, on a machine that others use
 *   --time MS      time limit of one judgement (60000)
 *   --bars         only the bars that need no history of the folder or the list
 *   --threads      only bar 9: two threads against one (with --only, those of such a name)
 * ```
 *
 * Then it says which of the bars hold; with `--only` or `--plain` only those that the chosen histories tell of.
 *
 * Ends with exit code 1 if a verdict is not the expected one or an order does not replay.
 *
 * @module
 */
import { peakInChild } from "./bench/child.ts";
import { type BenchCase, dataCases, generatedCases } from "./bench/histories.ts";
import { measure, type MeasureOptions, peakMb, type Row } from "./bench/measure.ts";
import { type Bar, barsOfRows, printBars } from "./bench/bars.ts";
import { courseBars, limitBars, millionBars } from "./bench/more_bars.ts";
import { parallelBars } from "./bench/parallel_bar.ts";
import { crowdBars } from "./bench/crowd_bars.ts";
import { plainBars } from "./bench/plain_bar.ts";
import { pageBars, trustBar } from "./bench/trust_bars.ts";
import { printRow, printSummary, printTitle } from "./bench/table.ts";

interface Command extends MeasureOptions {
  readonly data: string | undefined;
  readonly generated: boolean;
  readonly only: readonly string[];
  readonly memory: boolean;
  /** Only the bars that are measured by themselves. */
  readonly barsOnly: boolean;
  /** Only what two threads are worth. */
  readonly threadsOnly: boolean;
  /** In the child that measures memory: the one history to judge. */
  readonly peakOf: string | undefined;
}

function parse(args: readonly string[]): Command {
  const value = (name: string): string | undefined => args[args.indexOf(name) + 1 || args.length];
  const data = value("--data") ?? Deno.env.get("PORCUPINE_DATA");
  return {
    data,
    generated: data === undefined || args.includes("--generated"),
    only: args.flatMap((arg, i) => arg === "--only" ? [args[i + 1]] : []),
    runs: Number(value("--runs") ?? 5),
    plain: args.includes("--plain"),
    memory: args.includes("--memory"),
    barsOnly: args.includes("--bars"),
    threadsOnly: args.includes("--threads"),
    clock: args.includes("--cpu") ? "cpu" : "wall",
    timeLimitMs: Number(value("--time") ?? 60_000),
    peakOf: value("--peak-of"),
  };
}

async function casesOf(command: Command): Promise<BenchCase[]> {
  const all = [
    ...command.data === undefined ? [] : await dataCases(command.data),
    ...command.generated ? generatedCases() : [],
  ];
  const { only, peakOf } = command;
  if (peakOf !== undefined) return all.filter(({ name }) => name === peakOf);
  return only.length === 0 ? all : all.filter(({ name }) => only.some((text) => name.includes(text)));
}

async function printPeak(only: BenchCase, command: Command): Promise<void> {
  const history = await only.load(command);
  const before = peakMb() ?? 0;
  history.judge({ explain: only.expected === "ok" ? "verdict" : "full", timeLimitMs: command.timeLimitMs });
  const total = peakMb() ?? 0;
  console.log(JSON.stringify({ total: Math.round(total), checking: Math.round(total - before) }));
}

async function main(): Promise<number> {
  const command = parse(Deno.args);
  const cases = await casesOf(command);
  if (command.peakOf !== undefined) {
    await printPeak(cases[0], command);
    return 0;
  }
  if (command.threadsOnly) {
    printBars(await parallelBars(command.only));
    return 0;
  }
  if (!command.barsOnly) printTitle(command.plain);
  const rows: { row: Row; bench: BenchCase }[] = [];
  for (const bench of command.barsOnly ? [] : cases) {
    const row = await measure(bench, command);
    const peak = command.memory ? await peakInChild([...Deno.args, "--peak-of", bench.name]) : null;
    printRow(row, bench.go, peak);
    rows.push({ row, bench });
  }
  const compared = rows.map(({ row, bench }) => ({ row, go: bench.go }));
  const code = command.barsOnly ? 0 : printSummary(compared);
  const bars = command.plain ? [] : barsOfRows(compared);
  if (!command.plain && command.only.length === 0) bars.push(...await measuredBars());
  printBars(bars.sort((a, b) => a.number - b.number));
  return code;
}

async function measuredBars(): Promise<Bar[]> {
  return [
    ...await plainBars(),
    ...limitBars(),
    ...await millionBars(),
    ...crowdBars(),
    ...await parallelBars(),
    ...pageBars(),
    trustBar(),
    ...await courseBars(),
  ];
}

if (import.meta.main) Deno.exit(await main());
