/**
 * What many runs of many tests came to, as lines for people and as data for programs.
 * @module
 */

import type { Measured } from "../measured.ts";
import type { JobResult, ListedTest } from "./job_main.ts";

/** What the runs of one test came to. */
export interface TestSummary {
  readonly part: string;
  readonly name: string;
  readonly runs: number;
  readonly passed: number;
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  /** The longest of the runs. */
  readonly longestSeconds: number;
  /** What all runs have measured. */
  readonly measured: readonly Measured[];
  readonly failures: readonly { readonly seed: number; readonly message: string }[];
}

/** Adds runs up. */
export function summarize({ part, test }: ListedTest, results: readonly JobResult[]): TestSummary {
  const failures = results.flatMap(({ seed, failure }) =>
    failure === null ? [] : [{ seed, message: failure }]
  );
  return {
    part,
    name: test.name,
    runs: results.length,
    passed: results.length - failures.length,
    virtualSeconds: results.reduce((sum, one) => sum + one.virtualMs, 0) / 1000,
    wallSeconds: results.reduce((sum, one) => sum + one.wallMs, 0) / 1000,
    longestSeconds: Math.max(...results.map((one) => one.wallMs)) / 1000,
    measured: results.flatMap((one) => one.measured),
    failures,
  };
}

const NAME_WIDTH = 40;

/** The heading of the table. */
export const HEADING = row("test", ["runs", "passed", "virtual s", "wall s"]);

/** One test's line. */
export function line(summary: TestSummary): string {
  const { name, runs, passed, virtualSeconds, wallSeconds } = summary;
  const verdict = passed === runs ? "" : "  FAILED";
  return row(name, [runs, passed, virtualSeconds.toFixed(1), wallSeconds.toFixed(2)]) + verdict;
}

/** The last line. */
export function totalLine(summaries: readonly TestSummary[]): string {
  const sum = (pick: (one: TestSummary) => number) => summaries.reduce((total, one) => total + pick(one), 0);
  return row(`${summaries.length} tests`, [
    sum((one) => one.runs),
    sum((one) => one.passed),
    sum((one) => one.virtualSeconds).toFixed(1),
    sum((one) => one.wallSeconds).toFixed(2),
  ]);
}

function row(name: string, cells: readonly (string | number)[]): string {
  return name.padEnd(NAME_WIDTH) + cells.map((cell) => String(cell).padStart(10)).join("");
}
