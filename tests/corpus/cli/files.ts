/**
 * The files of the corpus.
 * @module
 */

import { readPlan } from "../../nemesis/read_plan.ts";
import type { CorpusEntry } from "../entry.ts";

/** The corpus' folder. */
export const CORPUS: URL = new URL("../", import.meta.url);

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
