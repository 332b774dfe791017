/**
 * `chaos kills --across`: the whole catalogue, as far as chaos runs the files in which the bugs are.
 *
 * A bug that names a campaign as its killer is hunted by that one, any other by a campaign over its layer for some seconds. What chaos
 * does not notice is left to the check that the catalogue names - `deno task mutants` sees it killed - and what cannot be noticed is no
 * bug: `tests/mutants/equivalents.ts` has the arguments.
 * @module
 */

import { CATALOGUE } from "../../mutants/catalogue.ts";
import type { Mutant } from "../../mutants/mutant.ts";
import type { Workshop } from "../../mutants/workshop.ts";
import { CHAOS } from "./kill_one.ts";

/** How hard a campaign tries that no bug names. */
const EFFORT = "--seed 1 --runs 150 --time 5 --json";
/** How long the same campaigns run on sound sources. */
const SOUND = "--time 5";
const SOUND_LIMIT_MS = 120_000;

/** A bug and the campaign that hunts it. */
export interface Prey {
  readonly mutant: Mutant;
  readonly command: string;
}

/** Every bug of the catalogue in a file that chaos runs. */
export function preyOfAll(): Prey[] {
  return CATALOGUE.flatMap(({ mutants }) => mutants).flatMap((mutant) => {
    const command = mutant.killedBy.startsWith(CHAOS) ? mutant.killedBy : overItsLayer(mutant.file);
    return command === null || mutant.killedBy.includes("--real") ? [] : [{ mutant, command }];
  });
}

/** Doors of real servers and command lines: a simulated run has neither. */
const OUTSIDE =
  /^(kv\/(cli|gateway|http|resp|single)|shard\/(cli|gateway|lane|looks)|mapreduce\/cli|runtime\/deno)/;

/** A campaign over the layer that the file belongs to; null for a file that no simulated run comes by. */
function overItsLayer(file: string): string | null {
  if (OUTSIDE.test(file)) return null;
  switch (file.split("/")[0]) {
    case "raft":
      return `${CHAOS}--layer kv --workload append ${EFFORT}`;
    case "kv":
    case "runtime":
      return `${CHAOS}--layer kv ${EFFORT}`;
    case "shard":
      return `${CHAOS}--layer shard ${EFFORT}`;
    case "mapreduce":
      return `${CHAOS}--layer mapreduce ${EFFORT}`;
    default:
      return null;
  }
}

/** Runs the campaigns of `prey` on sound sources; what fails there proves nothing about a bug. A sentence for each that does. */
export async function failuresWithoutBugs(prey: readonly Prey[], workshop: Workshop): Promise<string[]> {
  const failures: string[] = [];
  for (const command of new Set(prey.map((one) => one.command.replace(/ --time \S+/, "")))) {
    const never = new AbortController().signal;
    const { code } = await workshop.run(`${command} ${SOUND} --workers 2`, SOUND_LIMIT_MS, never);
    if (code !== 0) failures.push(`deno ${command} ${SOUND} fails without any bug (exit code ${code})`);
  }
  return failures;
}
