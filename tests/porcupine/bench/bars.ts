import type { GoFigure } from "./go_figures.ts";
import type { Row } from "./measure.ts";
import type { Compared } from "./table.ts";

/** One bar, and what was reached. */
export interface Bar {
  readonly number: number;
  /** What is asked for. */
  readonly asked: string;
  /** What was measured. */
  readonly reached: string;
  /** `null`: there was nothing to measure it with. */
  readonly holds: boolean | null;
}

/**
 * Prints the table: what each bar asks for and what was reached, then a word for each of the twelve; before that, what else was measured
 * by a bar's figure although the bar does not ask for it.
 */
export function printBars(bars: readonly Bar[], beyond: readonly Bar[] = []): void {
  console.log("\nbar         asked -> reached");
  for (const bar of bars) printBar(bar, wordFor([bar.holds]));
  if (beyond.length > 0) console.log("\nbeyond what the bars ask for");
  for (const bar of beyond) printBar(bar, bar.holds === true ? "kept" : "less");
  const words = Array.from({ length: 12 }, (_, i) => i + 1).map((number) => {
    const parts = bars.filter((bar) => bar.number === number).map(({ holds }) => holds);
    return `${number} ${wordFor(parts)}`;
  });
  console.log(`\nthe twelve: ${words.join(", ")}`);
}

function printBar({ number, asked, reached }: Bar, word: string): void {
  console.log(`${String(number).padStart(3)}  ${word.padEnd(5)}  ${asked} -> ${reached}`);
}

/** A bar is short if a part of it is, and kept if all of it is. */
function wordFor(parts: readonly (boolean | null)[]): string {
  if (parts.includes(false)) return "SHORT";
  return parts.length === 0 || parts.includes(null) ? "?" : "kept";
}

/** The bars that the histories' own rows answer. */
export function barsOfRows(rows: readonly Compared[]): Bar[] {
  return [...logs(rows), ...kvLogs(rows), ...hopeless(rows), ...ratios(rows), ...cores(rows)];
}

function msOf(go: GoFigure | null): number {
  return go === null || go === "gaveUp" ? NaN : go.ms;
}

function logs(rows: readonly Compared[]): Bar[] {
  const all = rows.filter(({ row }) => row.name.includes("etcd_"));
  if (all.length === 0) return [missing(1, "etcd logs: sum at most 1/20 of Go's", "no data folder given")];
  const ours = all.reduce((sum, { row }) => sum + row.ms, 0);
  const first = all.reduce((sum, { row }) => sum + row.firstMs, 0);
  const theirs = all.reduce((sum, { go }) => sum + msOf(go), 0);
  const over = all.filter(({ row, go }) => row.ms > Math.max(2 * msOf(go), 0.5));
  const hardest = all.filter(({ row }) => /etcd_00[27]/.test(row.name));
  return [
    {
      number: 1,
      asked: `${all.length} etcd logs: sum at most 1/20 of Go's`,
      reached: `${n(ours)} ms (first runs ${n(first)}), Go ${n(theirs)}: 1/${n(theirs / ours)}`,
      holds: ours * 20 <= theirs,
    },
    {
      number: 1,
      asked: "etcd_002, 007: at most 1/100",
      reached: hardest.map(({ row, go }) => `${row.name} 1/${n(msOf(go) / row.ms)}`).join(", "),
      holds: hardest.length === 0 ? null : hardest.every(({ row, go }) => row.ms * 100 <= msOf(go)),
    },
    {
      number: 1,
      asked: "no etcd log over twice Go's time and 0.5 ms",
      reached: `${over.length} over${
        over.map(({ row, go }) => ` ${row.name} (${n(row.ms)} ms, Go ${n(msOf(go))})`)
      }`,
      holds: over.length === 0,
    },
  ];
}

function kvLogs(rows: readonly Compared[]): Bar[] {
  const bars: Bar[] = [];
  for (const { row, go } of rows) {
    if (row.name.endsWith("c50-ok.txt")) {
      bars.push({
        number: 2,
        asked: "kv c50-ok at most 1/10",
        reached: `${n(row.ms)} ms, Go ${n(msOf(go))}: 1/${n(msOf(go) / row.ms)}`,
        holds: row.ms * 10 <= msOf(go),
      });
    }
    if (/c\d+-bad.txt$/.test(row.name)) {
      bars.push({
        number: 2,
        asked: `${row.name} with its explanation at most 100 ms`,
        reached: `${n(row.explainMs ?? NaN)} ms`,
        holds: (row.explainMs ?? Infinity) <= 100,
      });
    }
  }
  return bars;
}

/** What a history that Go gave up on may take. */
function allowanceMs({ name }: Row): number {
  if (name.startsWith("register-cas5-c50")) return 10_000;
  if (name.startsWith("register-cas5") && !name.includes("crash")) return 2000;
  return name.includes("crash") || name.includes("maybe30") ? 1000 : 200;
}

function hopeless(rows: readonly Compared[]): Bar[] {
  const lost = rows.filter(({ go }) => go === "gaveUp");
  if (lost.length === 0) return [];
  const short = lost.filter(({ row }) => row.verdict !== row.expected || row.ms > allowanceMs(row));
  const slowest = lost.reduce((slow, one) => (one.row.ms > slow.row.ms ? one : slow)).row;
  return [{
    number: 3,
    asked: `the ${lost.length} histories Go gives up on: decided in 200 ms, 1 s, 2 s or 10 s by kind`,
    reached: `${lost.length - short.length} are, the slowest in ${n(slowest.ms)} ms (${slowest.name})` +
      short.map(({ row }) => `; short: ${row.name} ${row.verdict} ${n(row.ms)} ms`).join(""),
    holds: short.length === 0,
  }];
}

function ratios(rows: readonly Compared[]): Bar[] {
  const hard = rows.filter(({ row, go }) => !/etcd_|kv\/c/.test(row.name) && msOf(go) >= 20);
  if (hard.length === 0) return [];
  const mean = Math.exp(
    hard.reduce((sum, { row, go }) => sum + Math.log(msOf(go) / row.ms), 0) / hard.length,
  );
  const bars: Bar[] = [{
    number: 4,
    asked: `geometric mean of Go/ours over the ${hard.length} generated histories of 20 ms or more: 30`,
    reached: n(mean),
    holds: mean >= 30,
  }];
  for (
    const [part, least] of [["register-uniq-c10-10k", 1000], ["kvv-maybe5-c10-50k", 40], [
      "kv-crash-x30",
      300,
    ]] as const
  ) {
    const some = hard.filter(({ row }) => row.name.startsWith(part));
    const reached = some.map(({ row, go }) => `${row.name} ${n(msOf(go) / row.ms)}`).join(", ");
    const holds = some.every(({ row, go }) => msOf(go) / row.ms >= least);
    bars.push({ number: 4, asked: `${part}: ${least}`, reached, holds: some.length === 0 ? null : holds });
  }
  return bars;
}

function cores(rows: readonly Compared[]): Bar[] {
  const bad = rows.filter(({ row }) => row.core !== null);
  if (bad.length === 0) return [];
  const loose = bad.filter(({ row }) => row.core?.minimal !== true);
  const largest = Math.max(...bad.map(({ row }) => row.core?.size ?? 0));
  const slow = bad.filter(({ row }) => (row.explainMs ?? 0) > 2 * row.ms + 200);
  const unreplayed = rows.filter(({ row }) => row.fault !== undefined);
  return [{
    number: 7,
    asked: "minimal cores of at most 12, in twice the verdict's time and 200 ms; orders replay",
    reached:
      `${
        bad.length - loose.length
      } of ${bad.length} minimal, the largest of ${largest}, ${slow.length} slower` +
      `${slow.map(({ row }) => ` ${row.name}`)}, ${unreplayed.length} orders do not replay`,
    holds: loose.length === 0 && largest <= 12 && slow.length === 0 && unreplayed.length === 0,
  }];
}

function missing(number: number, asked: string, reached: string): Bar {
  return { number, asked, reached, holds: null };
}

/** A figure in few digits. */
export function n(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
