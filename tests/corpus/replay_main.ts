/**
 * Runs counterexamples of the corpus again: `deno run -A tests/corpus/replay_main.ts C-R12 ...` prints a line each and exits with 1 if any
 * of them broke its law.
 * @module
 */

import { runPlan } from "../chaos/run.ts";
import { CORPUS, listEntries, readEntry } from "./cli/files.ts";

if (import.meta.main) {
  let broken = 0;
  const names = Deno.args.length > 0 ? Deno.args.map((id) => `${id}.json`) : await listEntries();
  for (const name of names) {
    const { mutant, plan, law } = await readEntry(new URL(name, CORPUS));
    const { verdict } = (await runPlan(plan, { record: false })).result;
    const found = verdict.kind === "violation" ? verdict.violation.law : "none";
    if (found === law) broken++;
    console.log(`${mutant}: ${found === law ? `breaks ${law}` : `breaks ${found}`}`);
  }
  Deno.exit(broken > 0 ? 1 : 0);
}
