/**
 * How fast the checker judges: `deno task bench:porcupine`.
 *
 * `--help` lists the options (`bench/command.ts`).
 *
 * @module
 */
import { peakInChild } from "./bench/child.ts";
import { BenchUsageError, type Command, HELP, parse } from "./bench/command.ts";
import { type BenchCase, dataCases, generatedCases } from "./bench/histories.ts";
import { measure, peakMb, type Row } from "./bench/measure.ts";
import { type Bar, barsOfRows, printBars } from "./bench/bars.ts";
import { courseBars, limitBars, millionBars } from "./bench/more_bars.ts";
import { parallelBars } from "./bench/parallel_bar.ts";
import { crowdBars } from "./bench/crowd_bars.ts";
import { plainBars } from "./bench/plain_bar.ts";
import { pageBars, trustBar } from "./bench/trust_bars.ts";
import { printRow, printSummary, printTitle } from "./bench/table.ts";

/** The command line; null if it was wrong, which has been said then. */
function told(): Command | "help" | null {
  try {
    return parse(Deno.args, Deno.env.get("PORCUPINE_DATA"));
  } catch (error) {
    if (!(error instanceof BenchUsageError)) throw error;
    console.error(error.message);
    return null;
  }
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
  const command = told();
  if (command === null) return 2;
  if (command === "help") {
    console.log(HELP);
    return 0;
  }
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
