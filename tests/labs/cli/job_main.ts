/**
 * One run of one test, for workers: a job's number says which test and which seed.
 * @module
 */

import { goesBy, type LabTest } from "../lab.ts";
import { type Measured, measuredOf } from "../measured.ts";
import { type Implementation, LABS } from "../registry.ts";

/** What all jobs of a command share. */
export interface JobOptions {
  readonly parts: readonly string[];
  readonly test: string | null;
  readonly implementation: Implementation | null;
  readonly runs: number;
  readonly seed: number;
  readonly record: boolean;
}

/** What came of a job. */
export interface JobResult {
  readonly test: number;
  readonly seed: number;
  /** `null` if it passed. */
  readonly failure: string | null;
  readonly virtualMs: number;
  readonly wallMs: number;
  readonly events: number;
  readonly measured: readonly Measured[];
}

/** A test and the part it belongs to. */
export interface ListedTest {
  readonly part: string;
  readonly test: LabTest;
}

/** The tests of a command, in order: the same list in every worker. */
export async function listTests(
  options: Pick<JobOptions, "parts" | "test" | "implementation">,
): Promise<ListedTest[]> {
  const { parts, test: name, implementation } = options;
  const listed: ListedTest[] = [];
  for (const entry of LABS) {
    if (!parts.includes(entry.part)) continue;
    const { tests } = await entry.load(implementation);
    for (const test of tests) {
      if (name === null || goesBy(test, name)) listed.push({ part: entry.part, test });
    }
  }
  return listed;
}

let tests: Promise<ListedTest[]> | null = null;

/** For `runSeeds`. */
export async function runSeed(job: number, options: JobOptions): Promise<JobResult> {
  tests ??= listTests(options);
  const number = Math.floor(job / options.runs);
  const seed = options.seed + job % options.runs;
  const { test } = (await tests)[number];
  const began = performance.now();
  try {
    const report = await test.run({ seed, record: options.record });
    const { virtualMs, events } = report;
    const wallMs = performance.now() - began;
    return { test: number, seed, failure: null, virtualMs, wallMs, events, measured: measuredOf(report) };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    const wallMs = performance.now() - began;
    return { test: number, seed, failure, virtualMs: 0, wallMs, events: 0, measured: [] };
  }
}
