/**
 * One planted bug, hunted by one campaign, and its counterexample made small.
 * @module
 */

import type { CorpusEntry } from "../../corpus/entry.ts";
import type { Mutant } from "../../mutants/mutant.ts";
import type { Workshop } from "../../mutants/workshop.ts";
import { readPlan } from "../../nemesis/read_plan.ts";
import { replayOf } from "./folder.ts";
import type { Kill } from "./kills_table.ts";
import type { Facts } from "./shrink_command.ts";

/** What a campaign's command line begins with. */
export const CHAOS = "run -A tests/chaos.ts ";

/** Where bugs are planted, and where counterexamples go. */
export interface Hunt {
  readonly workshop: Workshop;
  /** For what is looked at once. */
  readonly out: string;
  /** Where small counterexamples are kept; null to keep none. */
  readonly corpus: string | null;
  readonly limitMs: number;
}

/** What a campaign prints as JSON. */
interface Printed {
  readonly runs: number;
  readonly wallMs: number;
  readonly verdict: string;
  readonly replay: readonly string[];
}

type Small = Facts & { readonly folder: string };

/** Hunts a bug with the campaign `command`. */
export async function huntOne(mutant: Mutant, command: string, hunt: Hunt): Promise<Kill> {
  // One process on one core: the seeds before have warmed it up for the shrinking.
  const line = `${command} --workers 0 --shrink --out ${hunt.out}`;
  const never = new AbortController().signal;
  const { code, output } = await hunt.workshop.runWith({ ...mutant, killedBy: line }, hunt.limitMs, never);
  const where = whereOf(command);
  const base = { id: mutant.id, file: mutant.file, where, killedBy: mutant.killedBy };
  if (code === null) {
    // Without the bug the same campaign ends in time.
    const seconds = hunt.limitMs / 1000;
    return { ...base, fate: "killed", seed: null, runs: 0, seconds, law: "never ends", small: null };
  }
  const printed = printedIn(output);
  if (printed === null) {
    return {
      ...base,
      fate: "not judged",
      seed: null,
      runs: 0,
      seconds: 0,
      law: lastLine(output),
      small: null,
    };
  }
  const seconds = Math.round(printed.wallMs / 10) / 100;
  // Runs that showed nothing come before the one that broke something.
  const failed = [...printed.replay.join("\n").matchAll(/chaos: FAIL seed=(\d+) rule=(\S+)/g)].at(-1);
  if (failed === undefined || printed.verdict !== "violation") {
    const law = printed.verdict === "pass" ? "" : printed.verdict;
    return { ...base, fate: "survived", seed: null, runs: printed.runs, seconds, law, small: null };
  }
  const small = smallIn(printed);
  if (small !== null && hunt.corpus !== null) await keep(mutant, small, hunt.corpus);
  const [, seed, law] = failed;
  return { ...base, fate: "killed", seed: Number(seed), runs: printed.runs, seconds, law, small };
}

function printedIn(output: string): Printed | null {
  const line = output.split("\n").find((one) => one.startsWith('{"format":"flotilla-chaos-1"'));
  return line === undefined ? null : JSON.parse(line);
}

function smallIn({ replay }: Printed): Small | null {
  const line = replay.find((one) => one.startsWith("shrunk: "));
  return line === undefined ? null : JSON.parse(line.slice("shrunk: ".length));
}

function lastLine(output: string): string {
  return output.trimEnd().split("\n").at(-1)?.trim() ?? "";
}

/** The layer and the workload that a campaign's command line names. */
function whereOf(command: string): string {
  const layer = /--layer (\S+)/.exec(command)?.[1] ?? "all";
  const workload = /--workload (\S+)/.exec(command)?.[1] ?? "any";
  return `${layer} ${workload}`;
}

async function keep(
  { id, title }: Mutant,
  { folder, law, operations }: Small,
  corpus: string,
): Promise<void> {
  const plan = readPlan(await Deno.readTextFile(`${folder}/plan.json`), `${folder}/plan.json`);
  await Deno.mkdir(corpus, { recursive: true });
  const file = `${corpus}/${id}.json`;
  const told = (await Deno.readTextFile(`${folder}/story.txt`)).trimEnd().split("\n");
  const story = [...told.slice(0, -1), `Again: ${replayOf(file)}`];
  const entry: CorpusEntry = { format: "flotilla-corpus-1", mutant: id, title, law, story, operations, plan };
  await Deno.writeTextFile(file, JSON.stringify(entry, null, 2) + "\n");
}
