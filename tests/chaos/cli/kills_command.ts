/**
 * `chaos kills`: plants every bug of the catalogue that chaos finds, makes each counterexample small, and prints how large they are.
 * @module
 */

import type { CorpusEntry } from "../../corpus/entry.ts";
import { CATALOGUE } from "../../mutants/catalogue.ts";
import type { Mutant } from "../../mutants/mutant.ts";
import { Workshop } from "../../mutants/workshop.ts";
import { readPlan } from "../../nemesis/read_plan.ts";
import { GOAL } from "../../shrink/shrink.ts";
import { UsageError } from "./arguments.ts";
import type { KillsArguments } from "./kills_arguments.ts";
import { acrossCommand } from "./kills_across.ts";
import { distribution, type Kill, killTable } from "./kills_table.ts";
import type { Facts } from "./shrink_command.ts";

const CHAOS = "run -A tests/chaos.ts ";
const LIMIT_MS = 300_000;

/** Kills them; resolves to the exit code: 1 if one survived. */
export async function killsCommand(args: KillsArguments): Promise<number> {
  if (args.across) return await acrossCommand(args, chosen(args.only));
  const mutants = chosen(args.only);
  const kills: Kill[] = new Array(mutants.length);
  let next = 0;
  const work = async () => {
    const workshop = await Workshop.open(new URL("../../../", import.meta.url));
    const out = await Deno.makeTempDir({ prefix: "kills-" });
    try {
      while (next < mutants.length) {
        const at = next++;
        kills[at] = await kill(mutants[at], { workshop, out, corpus: args.corpus });
        if (!args.json) console.error(killTable([kills[at]]));
      }
    } finally {
      await workshop.close();
      await Deno.remove(out, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: Math.min(args.jobs, mutants.length) }, work));
  if (args.json) console.log(JSON.stringify({ goal: GOAL, kills }));
  else console.log([killTable(kills), "", ...distribution(kills)].join("\n"));
  return kills.every(({ seed }) => seed !== null) ? 0 : 1;
}

/** Those of the catalogue that a chaos campaign kills. */
export function chosen(only: readonly string[]): Mutant[] {
  const all = CATALOGUE.flatMap(({ mutants }) => mutants).filter(({ killedBy }) =>
    killedBy.startsWith(CHAOS)
  );
  for (const id of only) {
    if (all.some((mutant) => mutant.id === id)) continue;
    throw new UsageError(
      `Cannot find ${id} among the bugs that chaos kills: ${all.map((one) => one.id).join(", ")}`,
    );
  }
  return all.filter(({ id }) => only.length === 0 || only.includes(id));
}

interface Place {
  readonly workshop: Workshop;
  readonly out: string;
  readonly corpus: string | null;
}

async function kill(mutant: Mutant, { workshop, out, corpus }: Place): Promise<Kill> {
  const command = `${mutant.killedBy} --shrink --out ${out}`;
  const never = new AbortController().signal;
  const { output } = await workshop.runWith({ ...mutant, killedBy: command }, LIMIT_MS, never);
  const line = output.split("\n").find((one) => one.startsWith("{"));
  const where = whereOf(mutant.killedBy);
  const none: Kill = { id: mutant.id, where, seed: null, runs: 0, seconds: 0, law: "", small: null };
  if (line === undefined) return none;
  const { runs, wallMs, replay } = JSON.parse(line) as {
    readonly runs: number;
    readonly wallMs: number;
    readonly replay: readonly string[];
  };
  const failed = /seed=(\d+) rule=(\S+)/.exec(replay.join("\n"));
  if (failed === null) return { ...none, runs };
  const shrunk = replay.find((one) => one.startsWith("shrunk: "));
  const small: (Facts & { readonly folder: string }) | null = shrunk === undefined
    ? null
    : JSON.parse(shrunk.slice("shrunk: ".length));
  if (small !== null && corpus !== null) await keep(mutant, small, corpus);
  const seconds = Math.round(wallMs / 10) / 100;
  return { id: mutant.id, where, seed: Number(failed[1]), runs, seconds, law: failed[2], small };
}

/** The layer and the workload that a killer names. */
function whereOf(command: string): string {
  const layer = /--layer (\S+)/.exec(command)?.[1] ?? "all";
  const workload = /--workload (\S+)/.exec(command)?.[1] ?? "any";
  return `${layer} ${workload}`;
}

async function keep(
  { id, title }: Mutant,
  { folder, law, operations }: Facts & { readonly folder: string },
  corpus: string,
): Promise<void> {
  const plan = readPlan(await Deno.readTextFile(`${folder}/plan.json`), `${folder}/plan.json`);
  const story = (await Deno.readTextFile(`${folder}/story.txt`)).trimEnd().split("\n");
  const entry: CorpusEntry = { format: "flotilla-corpus-1", mutant: id, title, law, story, operations, plan };
  await Deno.writeTextFile(`${corpus}/${id}.json`, JSON.stringify(entry, null, 2) + "\n");
}
