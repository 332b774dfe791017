/**
 * The folder that a failing run leaves behind, and reading it back.
 * @module
 */

import type { RunPlan } from "../../nemesis/plan.ts";
import { readPlan } from "../../nemesis/read_plan.ts";
import type { RecordedRun, RunResult } from "../result.ts";
import { UsageError } from "./arguments.ts";

/** A run as a folder holds it. */
export interface StoredRun {
  readonly plan: RunPlan;
  readonly result: RunResult;
  readonly history: string;
  readonly events: string;
}

/** Where below `out` the run of a seed is kept; `suffix` tells it from others of that seed. */
export function folderOf(out: string, seed: number, suffix = ""): string {
  return `${out}/seed-${seed}${suffix}`;
}

/** The command that repeats what a folder, or a file with a plan, keeps. */
export function replayOf(what: string): string {
  return `deno task chaos replay ${what}`;
}

/** Makes a folder for a run. Throws `UsageError` where none can be. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`Cannot keep a run in ${folder}: ${reasonOf(error)}; give another --out`);
  }
}

/** Writes `run` below `out`; returns the folder's path, which ends in the seed and `suffix`. Throws `UsageError` where it cannot be kept. */
export async function writeFolder(out: string, run: RecordedRun, suffix = ""): Promise<string> {
  const folder = folderOf(out, run.plan.seed, suffix);
  await makeFolder(folder);
  await Deno.writeTextFile(`${folder}/plan.json`, JSON.stringify(run.plan, null, 2) + "\n");
  await Deno.writeTextFile(`${folder}/results.json`, JSON.stringify(run.result, null, 2) + "\n");
  await Deno.writeTextFile(`${folder}/history.jsonl`, run.history);
  await Deno.writeTextFile(`${folder}/events.jsonl`, run.events);
  await Deno.writeTextFile(`${folder}/report.html`, run.report);
  await Deno.writeTextFile(`${folder}/story.txt`, run.story.map((line) => `${line}\n`).join(""));
  return folder;
}

/** Reads a folder back. Throws `UsageError` that names the file at fault. */
export async function readFolder(folder: string): Promise<StoredRun> {
  const plan = readPlan(await readText(folder, "plan.json"), `${folder}/plan.json`);
  const text = await readText(folder, "results.json");
  try {
    const result: RunResult = JSON.parse(text);
    const history = await readText(folder, "history.jsonl");
    return { plan, result, history, events: await readText(folder, "events.jsonl") };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(
      `Cannot read ${folder}/results.json: it is not JSON (${error.message}); run the seed again`,
    );
  }
}

/** Reads a plan from a file of its own: a `plan.json`, or a counterexample of the corpus. Throws `UsageError` or `PlanError`. */
export async function readPlanFile(path: string): Promise<RunPlan> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "there is no such file" : reasonOf(error);
    throw new UsageError(`Cannot read ${path}: ${why}`);
  }
  return readPlan(planIn(text), path);
}

/** A counterexample of the corpus holds its plan; whatever is wrong with it, the plan's reader says. */
function planIn(text: string): string {
  try {
    const { format, plan = null } = JSON.parse(text);
    return format === "flotilla-corpus-1" ? JSON.stringify(plan) : text;
  } catch {
    return text;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function readText(folder: string, name: string): Promise<string> {
  try {
    return await Deno.readTextFile(`${folder}/${name}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
    const what = await isFolder(folder) ? `it has no ${name}` : "there is no such folder";
    throw new UsageError(
      `Cannot read ${folder}: ${what}; give a seed, a folder that a failing run left (chaos-out/seed-N), or a plan's file (.json)`,
    );
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
