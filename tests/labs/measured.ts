/**
 * Figures that a test holds against a limit, for people who want to see how near it was.
 * @module
 */

import type { LabReport } from "./lab.ts";

/** One figure. */
export interface Measured {
  /** What was measured, with its unit behind: `bytes kept by all servers`. */
  readonly what: string;
  /** How much it was. */
  readonly value: number;
  /** What the test demands: at most, or at least, this. */
  readonly limit: number;
  /** Which of both. */
  readonly bound: "at most" | "at least";
}

/** A report of a run that measured something. */
export interface MeasuredReport extends LabReport {
  /** In the order of the measurements. */
  readonly measured: readonly Measured[];
}

/** What a run has measured; nothing, for most tests. */
export function measuredOf(report: LabReport | MeasuredReport): readonly Measured[] {
  return "measured" in report ? report.measured : [];
}

/** All runs' figures together, a line for each: `bytes kept by all servers: 71,002 to 74,310, at most 117,000`. */
export function measuredLines(figures: readonly Measured[]): string[] {
  const ranges = new Map<string, { least: number; most: number; limits: string }>();
  for (const { what, value, limit, bound } of figures) {
    const range = ranges.get(what);
    if (range === undefined) {
      ranges.set(what, { least: value, most: value, limits: `${bound} ${shown(limit)}` });
      continue;
    }
    range.least = Math.min(range.least, value);
    range.most = Math.max(range.most, value);
  }
  return [...ranges].map(([what, { least, most, limits }]) =>
    `${what}: ${least === most ? shown(least) : `${shown(least)} to ${shown(most)}`}, ${limits}`
  );
}

function shown(value: number): string {
  return Math.round(value).toLocaleString("en");
}
