/**
 * `chaos kills --across`: the whole catalogue, as far as chaos runs the files in which the bugs are.
 *
 * A bug that names a campaign as its killer is hunted by that one, any other by some dozens of runs of its layer. What chaos does not
 * notice is left to the check that the catalogue names - `deno task mutants` sees it killed - and what cannot be noticed is no bug:
 * `tests/mutants/equivalents.ts` has the arguments.
 * @module
 */

import { CATALOGUE } from "../../mutants/catalogue.ts";
import { filesOf, type Mutant, plant } from "../../mutants/mutant.ts";
import type { Workshop } from "../../mutants/workshop.ts";
import { CHAOS } from "./kill_one.ts";

/** The same campaigns on sound sources need no more runs than the bugs, and are not asked for coverage. */
const SOUND = "--runs 100 --time 5 --workers 0";
const SOUND_LIMIT_MS = 120_000;

/** A bug and the campaign that hunts it. */
export interface Prey {
  readonly mutant: Mutant;
  readonly command: string;
}

/**
 * Every bug of the catalogue in a file that chaos runs; of two that patch a file alike, for two checks, the first one. A bug that names
 * a campaign of its own is not left out. `read` gives a file's text.
 */
export async function preyOfAll(read: (file: string) => Promise<string>): Promise<Prey[]> {
  const prey: Prey[] = [];
  const seen = new Set<string>();
  for (const mutant of CATALOGUE.flatMap(({ mutants }) => mutants)) {
    const own = mutant.killedBy.startsWith(CHAOS);
    const command = own ? mutant.killedBy : overItsLayer(mutant.file);
    if (command === null) continue;
    let patched = "";
    for (const file of filesOf(mutant)) patched += `${file} ${plant(mutant, file, await read(file))}`;
    if (own || !seen.has(patched)) prey.push({ mutant, command });
    seen.add(patched);
  }
  return prey;
}

/** The folders whose files chaos runs. */
export const HOUSES: readonly string[] = ["raft", "kv", "runtime", "shard", "mapreduce"];

/** Doors of real servers and command lines: a simulated run has neither. */
const OUTSIDE =
  /^(kv\/(cli|gateway|http|resp|single)|shard\/(cli|gateway|lane|looks)|mapreduce\/cli|runtime\/deno)/;

/** A campaign over the layer that the file belongs to; null for a file that no simulated run comes by. */
function overItsLayer(file: string): string | null {
  if (OUTSIDE.test(file)) return null;
  switch (file.split("/")[0]) {
    case "raft":
      return campaign("kv --workload append", 80);
    case "kv":
    case "runtime":
      return campaign("kv", 80);
    case "shard":
      return campaign("shard", 40);
    case "mapreduce":
      return campaign("mapreduce", 60);
    default:
      return null;
  }
}

/** Some seconds' worth of runs of a layer. */
function campaign(layer: string, runs: number): string {
  return `${CHAOS}--layer ${layer} --seed 1 --runs ${runs} --time 2 --json`;
}

/**
 * Runs the campaigns of `prey` on sound sources, one in each of the `workshops` at a time; what fails there proves nothing about a bug.
 * A sentence for each that does.
 */
export async function failuresWithoutBugs(
  prey: readonly Prey[],
  workshops: readonly Workshop[],
): Promise<string[]> {
  const commands = [...new Set(prey.map((one) => one.command.replace(/ --(runs|time) \S+/g, "")))];
  const failures: string[] = [];
  const work = async (workshop: Workshop) => {
    for (let command = commands.pop(); command !== undefined; command = commands.pop()) {
      const never = new AbortController().signal;
      const { code } = await workshop.run(`${command} ${SOUND}`, SOUND_LIMIT_MS, never);
      if (code !== 0) failures.push(`deno ${command} ${SOUND} fails without any bug (exit code ${code})`);
    }
  };
  await Promise.all(workshops.map(work));
  return failures.sort();
}
