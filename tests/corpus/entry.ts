/**
 * A counterexample that was made small: what it needs, which planted bug it catches, and what happened then.
 * @module
 */

import type { RunPlan } from "../nemesis/plan.ts";
import { readPlan } from "../nemesis/read_plan.ts";

/** One file of the corpus. */
export interface CorpusEntry {
  readonly format: "flotilla-corpus-1";
  /** The planted bug that it catches. */
  readonly mutant: string;
  /** The bug, as a sentence. */
  readonly title: string;
  /** The law that the bug breaks. */
  readonly law: string;
  /** What happened, in plain words, up to the step that broke it. */
  readonly story: readonly string[];
  readonly operations: number;
  readonly plan: RunPlan;
}

/** The corpus' folder. */
export const CORPUS: URL = new URL("./", import.meta.url);

/** Reads one file. Throws `PlanError` for a plan that cannot be carried out, and what reading throws. */
export async function readEntry(file: URL): Promise<CorpusEntry> {
  const text = await Deno.readTextFile(file);
  const entry: CorpusEntry = JSON.parse(text);
  if (entry.format !== "flotilla-corpus-1") {
    throw new TypeError(
      `Cannot read ${file.pathname}: expected format "flotilla-corpus-1", found ${entry.format}`,
    );
  }
  return { ...entry, plan: readPlan(JSON.stringify(entry.plan), file.pathname) };
}

/** The names of all files. */
export async function listEntries(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(CORPUS)) if (name.endsWith(".json")) names.push(name);
  return names.sort();
}
