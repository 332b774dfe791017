/**
 * `deno task lab 3A [--runs 100] [--seed N]`: parts of the labs, many times over, on all cores.
 * @module
 */

import { runSeeds, type SeedOutcome } from "../sim/workers.ts";
import { helpText, type LabCommand, parseCommand, UsageError } from "./cli/arguments.ts";
import { type JobOptions, type JobResult, type ListedTest, listTests } from "./cli/job_main.ts";
import { measuredLines } from "./measured.ts";
import type { Implementation } from "./registry.ts";
import { HEADING, line, summarize, type TestSummary, totalLine } from "./cli/table.ts";

/** The official limit of real time for one test. */
const SILENCE_LIMIT_MS = 120_000;
/** How many seeds of further failures are named. */
const NAMED_SEEDS = 20;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  try {
    const command = parseCommand(args);
    if (command === null) {
      console.log(helpText());
      return 0;
    }
    return await runLab(command);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function runLab(command: LabCommand): Promise<number> {
  const options = await jobOptions(command);
  const listed = await listTests(options).catch((error) => {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  });
  if (listed.length === 0) {
    throw new UsageError(`Cannot find the test ${command.test} in ${command.parts.join(", ")}`);
  }
  const { runs, seed, json } = command;
  if (!json) {
    const seeds = runs === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + runs - 1}`;
    console.log(`Lab ${command.parts.join(", ")} with ${seeds}\n\n${HEADING}`);
  }
  const summaries: TestSummary[] = [];
  for await (const summary of runAll(command, options, listed)) {
    summaries.push(summary);
    if (!json) show(summary);
  }
  const passed = summaries.length === listed.length && summaries.every((one) => one.passed === one.runs);
  if (json) console.log(JSON.stringify({ parts: command.parts, seed, runs, passed, tests: summaries }));
  else console.log(`${totalLine(summaries)}\n\n${passed ? "passed" : "FAILED"}`);
  return passed ? 0 : 1;
}

async function jobOptions(command: LabCommand): Promise<JobOptions> {
  const { parts, test, runs, seed, log, implementation } = command;
  return {
    parts,
    test,
    implementation: implementation === null ? null : await locate(implementation),
    runs,
    seed,
    record: log,
  };
}

async function locate(file: string): Promise<Implementation> {
  const path = await Deno.realPath(file).catch(() => {
    throw new UsageError(`Cannot find the file ${file}`);
  });
  const url = new URL(`file://${path.replaceAll("\\", "/").replace(/^(?=[A-Za-z]:)/, "/")}`).href;
  return { url, file };
}

/** Runs every test with every seed and gives out each test's sum as soon as it and all before it are through. */
async function* runAll(
  command: LabCommand,
  options: JobOptions,
  listed: readonly ListedTest[],
): AsyncGenerator<TestSummary> {
  const jobs = listed.length * command.runs;
  const outcomes = runSeeds<JobOptions, JobResult>({
    module: import.meta.resolve("./cli/job_main.ts"),
    seeds: Array.from({ length: jobs }, (_, job) => job),
    options,
    workers: Math.min(jobs, command.workers ?? navigator.hardwareConcurrency),
  });
  let results: JobResult[] = [];
  for (let job = 0; job < jobs; job++) {
    const test = Math.floor(job / command.runs);
    const seed = command.seed + job % command.runs;
    const outcome = await within(SILENCE_LIMIT_MS, outcomes.next());
    results.push(
      outcome === null
        ? failed(
          test,
          seed,
          `no answer for ${SILENCE_LIMIT_MS / 1000} s of real time: it never lets go of the thread`,
        )
        : resultOf(outcome.value as SeedOutcome<JobResult>, test, seed),
    );
    if (results.length < command.runs && outcome !== null) continue;
    yield summarize(listed[test], results);
    if (outcome === null) return;
    results = [];
  }
  await outcomes.return();
}

function resultOf(outcome: SeedOutcome<JobResult>, test: number, seed: number): JobResult {
  return outcome.kind === "done" ? outcome.result : failed(test, seed, outcome.message);
}

function failed(test: number, seed: number, failure: string): JobResult {
  return { test, seed, failure, virtualMs: 0, wallMs: 0, events: 0, measured: [] };
}

/** What `promise` resolves to, or `null` if it takes too long. */
async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | null> {
  const { promise: tooLong, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), limitMs);
  try {
    return await Promise.race([promise, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

function show(summary: TestSummary): void {
  console.log(line(summary));
  for (const figures of measuredLines(summary.measured)) console.log(`    ${figures}`);
  const [first, ...more] = summary.failures;
  if (first === undefined) return;
  console.log(first.message.replaceAll(/^/gm, "    "));
  if (more.length === 0) return;
  const seeds = more.slice(0, NAMED_SEEDS).map(({ seed }) => seed).join(", ");
  console.log(`    failed with ${more.length} more: ${seeds}${more.length > NAMED_SEEDS ? " ..." : ""}`);
}
