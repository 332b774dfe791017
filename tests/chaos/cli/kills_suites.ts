/**
 * What chaos leaves open of the lists, judged by the explorer and the lab suites: the second half of `chaos kills --across`.
 *
 * Unit tests are not asked: they know where to look. Only a bug of the harness itself is left to the harness's own tests.
 * @module
 */

import { judgeAll, type Judged } from "../../mutants/campaign.ts";
import { CATALOGUE } from "../../mutants/catalogue.ts";
import type { Killer } from "../../mutants/checklist/answered.ts";
import { FIELD } from "../../mutants/checklist/field.ts";
import { LABS } from "../../mutants/checklist/labs.ts";
import type { Checklist } from "../../mutants/checklist/line.ts";
import type { Mutant } from "../../mutants/mutant.ts";
import { CHAOS } from "./kill_one.ts";
import type { Kill } from "./kills_table.ts";

/** The lists that `kills --across` goes through in the end. */
export const LISTS: readonly Checklist[] = [LABS, FIELD];

const EXPLORER = /^run .*tests\/explore\/cli\.ts/;
const LAB_SUITE = /tests\/labs\/(cli|lab\w+_test)\.ts|tests\/mapreduce\/real\/lab_test\.ts/;
const LIMIT_MS = 120_000;

/** Whose word a command is; null for a unit test of what is shipped. */
export function judgeOf({ killedBy, file }: Mutant): Killer["by"] | null {
  if (killedBy.startsWith(CHAOS)) return "chaos";
  if (EXPLORER.test(killedBy)) return "explorer";
  if (LAB_SUITE.test(killedBy)) return "lab suite";
  return file.startsWith("tests/") ? "own check" : null;
}

/** The bugs that suites are asked for: of each line that chaos has not answered the first one that a suite claims. */
export function leftToSuites(kills: readonly Kill[]): Mutant[] {
  const killed = new Set(kills.filter(({ fate }) => fate === "killed").map(({ id }) => id));
  const claimed = new Map(
    CATALOGUE.flatMap(({ mutants }) => mutants).filter((mutant) => {
      const judge = judgeOf(mutant);
      return judge !== null && judge !== "chaos";
    }).map((mutant) => [mutant.id, mutant]),
  );
  const asked = new Map<string, Mutant>();
  for (const line of LISTS.flatMap(({ lines }) => lines)) {
    if (line.kind !== "planted" || line.bugs.some((id) => killed.has(id))) continue;
    const first = line.bugs.find((id) => claimed.has(id));
    const mutant = first === undefined ? undefined : claimed.get(first);
    if (mutant !== undefined) asked.set(mutant.id, mutant);
  }
  return [...asked.values()];
}

/** Has them judged, each by the check that its entry names. */
export function judgeBySuites(
  mutants: readonly Mutant[],
  options: { readonly root: URL; readonly jobs: number; readonly onJudged: (judged: Judged) => void },
): Promise<Judged[]> {
  if (mutants.length === 0) return Promise.resolve([]);
  const jobs = Math.min(options.jobs, mutants.length);
  return judgeAll(mutants, { ...options, jobs, limitMs: LIMIT_MS, signal: new AbortController().signal });
}

/** What killed what, by the bugs' ids. */
export function killersOf(kills: readonly Kill[], judged: readonly Judged[]): Map<string, Killer> {
  const killers = new Map<string, Killer>();
  for (const { id, fate, seed, seconds } of kills) {
    if (fate === "killed") {
      killers.set(id, { by: "chaos", seed: seed === null ? null : String(seed), seconds });
    }
  }
  for (const { mutant, fate, seconds } of judged) {
    const by = judgeOf(mutant);
    if (by === null || (fate.kind !== "killed" && fate.kind !== "hung")) continue;
    killers.set(mutant.id, { by, seed: fate.kind === "killed" ? fate.seed : null, seconds });
  }
  return killers;
}

/** A judged bug as a line. */
export function judgedInWords({ mutant, fate, seconds }: Judged): string {
  const by = judgeOf(mutant) ?? "";
  const what = fate.kind === "killed" && fate.seed !== null ? `seed ${fate.seed}` : fate.kind;
  return `${mutant.id.padEnd(26)} ${by.padEnd(15)} ${what.padEnd(10)} ${seconds.toFixed(1).padStart(5)} s  ` +
    `${fate.kind === "broken" ? fate.why : mutant.killedBy}`;
}
