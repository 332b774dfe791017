import { type Peak, peakOfPlain } from "./child.ts";
import { type Bar, n } from "./bars.ts";
import type { BenchCase, LoadedCase } from "./histories.ts";
import { timed } from "./measure.ts";

const NOW = (): number => performance.now();
const VERDICT = { explain: "verdict" } as const;

/** Warm runs, of which the median counts. */
const RUNS = 5;

/**
 * So long a history is judged before it counts: "warm" means compiled, and a search of 30 ms takes some ten runs to be so. Go's
 * checker was compiled before it ran. What the first run takes is printed beside.
 */
const WARM_UP_MS = 500;

/** One history, judged by a model with nothing but a step function. */
interface PlainRow {
  readonly name: string;
  readonly goMs: number;
  readonly ms: number;
  /** The first run, with whatever was not yet compiled. */
  readonly firstMs: number;
  /** Whether the verdict was found in the time allowed, and is the expected one. */
  readonly isRight: boolean;
  /** How many times as fast as Go it has to be. */
  readonly asked: number;
  /** Where it is not: how many times as fast as Go the step function alone is, of `floor.ts`; 0 otherwise. */
  readonly most: number;
}

/** Bar 5: models with nothing but a step function, for the histories on which Go takes long enough. Prints a line for each. */
export async function plainBars(cases: readonly BenchCase[], goIs: string): Promise<Bar[]> {
  console.log(`\nstep function only (bar 5), times in ms, Go ${goIs}`);
  console.log(
    "history".padEnd(30),
    ...["Go", "ours", "Go/ours", "asked", "first"].map((name) => name.padStart(9)),
  );
  const rows: PlainRow[] = [];
  for (const bench of cases) {
    const goMs = bench.go === null || bench.go === "gaveUp" ? 0 : bench.go.ms;
    if (goMs < 20) continue;
    const row = await judge(bench, goMs);
    rows.push(row);
    const ours = row.isRight ? n(row.ms) : `> ${n(row.ms)}`;
    const figures = [n(goMs), ours, n(goMs / row.ms), n(row.asked), n(row.firstMs)].map((text) =>
      text.padStart(9)
    );
    console.log(row.name.padEnd(30), ...figures, holds(row) ? "" : `  short; the step alone: ${n(row.most)}`);
  }
  return [speedBar(rows), await memoryBar(cases)];
}

function holds({ goMs, ms, asked, isRight }: Omit<PlainRow, "most">): boolean {
  return isRight && goMs / ms >= asked;
}

async function judge(bench: BenchCase, goMs: number): Promise<PlainRow> {
  const history = await bench.load({ plain: true });
  // The first run may take longer. Slower than three times Go's time is slow enough to know.
  const [firstMs, first] = timed(NOW, () => history.judge({ ...VERDICT, timeLimitMs: 3 * goMs + 1000 }));
  let isRight = first.kind === bench.expected;
  const limits = { ...VERDICT, timeLimitMs: 3 * goMs };
  for (const end = NOW() + WARM_UP_MS - firstMs; NOW() < end;) history.judge(limits);
  const times = isRight ? [] : [firstMs];
  for (let run = 0; run < RUNS && isRight; run++) {
    const [ms, verdict] = timed(NOW, () => history.judge(limits));
    isRight = verdict.kind === bench.expected;
    times.push(ms);
  }
  times.sort((a, b) => a - b);
  const asked = bench.name.includes("100k") ? 8 : 2;
  const row = { name: bench.name, goMs, ms: times[times.length >>> 1], firstMs, isRight, asked };
  return { ...row, most: holds(row) || !isRight ? 0 : goMs / stepMs(history) };
}

/** The least time that the steps take, which each checker has to ask for. */
function stepMs(history: LoadedCase): number {
  const verdict = history.judge({});
  const last = verdict.kind === "illegal" ? verdict.firstImpossible : -1;
  let least = Infinity;
  for (const end = NOW() + WARM_UP_MS; NOW() < end;) {
    least = Math.min(least, timed(NOW, () => history.stepAlone(last))[0]);
  }
  return least;
}

function speedBar(rows: readonly PlainRow[]): Bar {
  const fast = rows.filter(holds);
  const mean = Math.exp(rows.reduce((sum, { goMs, ms }) => sum + Math.log(goMs / ms), 0) / rows.length);
  const short = rows.filter((row) => !holds(row)).map(({ name, goMs, ms, most }) =>
    `${name} ${n(goMs / ms)} (the step alone: ${n(most)})`
  );
  return {
    number: 5,
    asked: "step function only: 2 times as fast as Go on each history of 20 ms or more, 8 at 100k operations",
    reached: `${fast.length} of ${rows.length}, geometric mean ${n(mean)}` +
      (short.length === 0 ? "" : `; short: ${short.join(", ")}`),
    holds: short.length === 0,
  };
}

/** What an empty Go process held when the figures were taken, in MB. */
const EMPTY_GO_MB = 3;

/** Peak memory, each history in a process of its own. */
async function memoryBar(cases: readonly BenchCase[]): Promise<Bar> {
  const parts: string[] = [];
  let isKept = true;
  for (const { name, go } of cases) {
    if (go === null || go === "gaveUp" || go.peakMb === null || go.ms < 20) continue;
    const peak = await usualPeak(name);
    const asked = (go.peakMb - EMPTY_GO_MB) / 10;
    isKept &&= peak !== null && peak.checking <= asked;
    const ours = peak === null
      ? "not measured"
      : `${n(peak.checking)} MB (${n(peak.total)} with the history)`;
    parts.push(`${name} ${ours} of ${n(asked)}`);
  }
  return {
    number: 5,
    asked:
      "step function only: at most 1/10 of Go's peak memory, above the process with the history in it (one thread, median of 5)",
    reached: parts.join(", "),
    holds: isKept,
  };
}

/** What is usual: the median, as for times. What the host compiles, and when it collects, differs a little from run to run. */
async function usualPeak(name: string): Promise<Peak | null> {
  const peaks: Peak[] = [];
  for (let run = 0; run < RUNS; run++) {
    const peak = await peakOfPlain(name);
    if (peak === null) return null;
    peaks.push(peak);
  }
  peaks.sort((a, b) => a.checking - b.checking);
  return peaks[peaks.length >>> 1];
}
