/**
 * How fast the checker judges: `deno task bench:porcupine`.
 *
 * `--help` lists the options (`bench/command.ts`).
 *
 * @module
 */
import { peakInChild } from "./bench/child.ts";
import { BenchUsageError, type Command, HELP, parse } from "./bench/command.ts";
import { GO_FIGURES, type GoFigures } from "./bench/go_figures.ts";
import { GoProgramError, measureGo } from "./bench/go_program.ts";
import { type BenchCase, dataCases, generatedCases } from "./bench/histories.ts";
import { measure, peakMb, type Row } from "./bench/measure.ts";
import { type Bar, barsOfRows, printBars } from "./bench/bars.ts";
import { courseBars, limitBars, millionBars } from "./bench/more_bars.ts";
import { parallelBars } from "./bench/parallel_bar.ts";
import { crowdBars, otherCrowds } from "./bench/crowd_bars.ts";
import { plainBars } from "./bench/plain_bar.ts";
import { pageBars, trustBar } from "./bench/trust_bars.ts";
import { printRow, printSummary, printTitle } from "./bench/table.ts";
import { families } from "./generate.ts";

/** Whose figures Go's are, in the titles. */
const AS_RECORDED = "as recorded (bench/go_figures.ts, or the folder's expected.json)";

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

async function casesOf(command: Command, figures: GoFigures): Promise<BenchCase[]> {
  const all = [
    ...command.data === undefined ? [] : await dataCases(command.data),
    ...command.generated ? generatedCases(families(), figures) : [],
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
  const isChild = command.peakOf !== undefined;
  const figures = command.go === undefined || isChild
    ? GO_FIGURES
    : await measureGo(command.go, familiesOf(command));
  const cases = await casesOf(command, figures);
  if (command.peakOf !== undefined) {
    await printPeak(cases[0], command);
    return 0;
  }
  if (command.threadsOnly) {
    printBars(await parallelBars(command.only));
    return 0;
  }
  const goIs = command.go === undefined ? AS_RECORDED : "measured on the generated histories";
  if (!command.barsOnly) printTitle(command.plain, goIs);
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
  const isWhole = !command.plain && command.only.length === 0;
  if (isWhole) bars.push(...await measuredBars(figures, goIs));
  printBars(bars.sort((a, b) => a.number - b.number), isWhole ? otherCrowds() : []);
  return code;
}

/** Those whose histories may be judged. */
function familiesOf({ only }: Command) {
  return families().filter(({ name }) => only.length === 0 || only.some((text) => name.includes(text)));
}

async function measuredBars(figures: GoFigures, goIs: string): Promise<Bar[]> {
  return [
    ...await plainBars(generatedCases(families(), figures), goIs),
    ...limitBars(),
    ...await millionBars(),
    ...crowdBars(),
    ...await parallelBars(),
    ...pageBars(),
    trustBar(),
    ...await courseBars(),
  ];
}

/** The whole command; its exit code. */
async function ended(): Promise<number> {
  try {
    return await main();
  } catch (error) {
    if (!(error instanceof GoProgramError)) throw error;
    console.error(error.message);
    return 2;
  }
}

if (import.meta.main) Deno.exit(await ended());
