/**
 * `chaos replay`: the same run once more, compared byte for byte with what was kept of it.
 * @module
 */

import type { RunPlan } from "../../nemesis/plan.ts";
import { drawPlan } from "../../nemesis/swarm.ts";
import { compareTraces, readTraceLines } from "../../sim/mod.ts";
import { type RecordedRun, verdictLine } from "../result.ts";
import { runPlan } from "../run.ts";
import { exitCodeOf } from "../tally.ts";
import { type Choice, choiceInWords } from "./choice.ts";
import { readFolder, readPlanFile, replayOf, writeFolder } from "./folder.ts";

/** What to replay and where to leave it. */
export interface ReplayArguments {
  /** A folder, or a seed. */
  readonly what: string;
  /** What a seed is drawn with. */
  readonly choice: Choice;
  readonly out: string;
  readonly json: boolean;
}

/** Replays; resolves to the exit code of the run's verdict, or 3 if it was not the same run. */
export function replayCommand(args: ReplayArguments): Promise<number> {
  if (/^\d+$/.test(args.what)) {
    const again = `deno task chaos replay ${args.what}${choiceInWords(args.choice)}`;
    return replayPlan(args, drawPlan(Number(args.what), args.choice), again);
  }
  return args.what.endsWith(".json") ? replayFile(args) : replayFolder(args);
}

async function replayFile(args: ReplayArguments): Promise<number> {
  return await replayPlan(args, await readPlanFile(args.what), replayOf(args.what));
}

async function replayPlan(args: ReplayArguments, plan: RunPlan, again: string): Promise<number> {
  const run = await runPlan(plan, { record: true, again });
  const { events } = await runPlan(plan, { record: true });
  const folder = await writeFolder(args.out, run);
  return finish(args, run, events === run.events ? null : divergence(run.events, events), folder);
}

async function replayFolder(args: ReplayArguments): Promise<number> {
  const stored = await readFolder(args.what);
  const run = await runPlan(stored.plan, { record: true });
  if (stored.events === run.events && stored.history === run.history) {
    return finish(args, run, null, args.what);
  }
  const where = stored.events === run.events
    ? "The histories differ, though the events do not"
    : divergence(stored.events, run.events);
  const why = "; a plan that was edited, or other sources, give another run";
  return finish(args, run, where + why, args.what);
}

function finish(args: ReplayArguments, run: RecordedRun, diverged: string | null, folder: string): number {
  const { verdict, hash, events } = run.result;
  if (args.json) console.log(JSON.stringify({ ...run.result, diverged, folder }));
  else {
    console.log(`seed ${run.plan.seed}: ${events} events, fingerprint ${hash}`);
    console.log(diverged ?? "Byte for byte the same run.");
    console.log(verdictLine(verdict));
    console.log(`folder: ${folder}`);
  }
  return diverged === null ? exitCodeOf(verdict.kind) : exitCodeOf("harness");
}

function divergence(left: string, right: string): string {
  const comparison = compareTraces(readTraceLines(left), readTraceLines(right));
  return comparison.kind === "equal" ? "The event logs differ in their bytes only" : comparison.message;
}
