/**
 * `chaos kills`: plants every bug of the catalogue that chaos finds, makes each counterexample small, and prints how large they are.
 * @module
 */

import { CATALOGUE } from "../../mutants/catalogue.ts";
import { EQUIVALENTS } from "../../mutants/equivalents.ts";
import { Workshop } from "../../mutants/workshop.ts";
import { GOAL } from "../../shrink/size.ts";
import { UsageError } from "./arguments.ts";
import { CHAOS, huntOne } from "./kill_one.ts";
import { failuresWithoutBugs, HOUSES, type Prey, preyOfAll } from "./kills_across.ts";
import type { KillsArguments } from "./kills_arguments.ts";
import { distribution, type Kill, killsByLayer, killTable } from "./kills_table.ts";

const ROOT = new URL("../../../", import.meta.url);
const LIMIT_MS = 300_000;
/** Across the catalogue nobody waits long for a bug that makes a run endless. */
const ACROSS_LIMIT_MS = 40_000;

/** Every bug in a file that chaos runs, judged by the check that its entry names. */
const REST = `deno task mutants ${HOUSES.map((house) => `--only ${house}/`).join(" ")}`;

/** Kills them; resolves to the exit code: 1 if one survived that names chaos as its killer, 3 if a campaign fails without any bug. */
export async function killsCommand(args: KillsArguments): Promise<number> {
  const started = performance.now();
  const prey = chosen(
    args.across ? await preyOfAll((file) => Deno.readTextFile(new URL(file, ROOT))) : preyOfChaos(),
    args.only,
  );
  // Who names some of them wants to know about those.
  const failures = args.across && args.only.length === 0 ? await baseline(prey) : [];
  const kills = await huntAll(prey, args);
  const minutes = (performance.now() - started) / 60_000;
  const survivors = kills.filter(({ fate, killedBy }) => fate !== "killed" && killedBy.startsWith(CHAOS));
  if (args.json) console.log(JSON.stringify({ goal: GOAL, minutes, failures, kills }));
  else console.log(summary(kills, args, { minutes, failures, survivors }).join("\n"));
  if (failures.length > 0) return 3;
  return survivors.length === 0 ? 0 : 1;
}

function summary(
  kills: readonly Kill[],
  { across }: KillsArguments,
  { minutes, failures, survivors }: {
    readonly minutes: number;
    readonly failures: readonly string[];
    readonly survivors: readonly Kill[];
  },
): string[] {
  const end = survivors.length === 0 ? [] : ["", "SURVIVED:", killTable(survivors)];
  const took = `${minutes.toFixed(1)} minutes`;
  if (!across) return [killTable(kills), "", ...distribution(kills), took, ...end];
  const left = kills.filter(({ fate }) => fate === "survived").length;
  return [
    killsByLayer(kills),
    "",
    ...distribution(kills),
    `${left} are left to the checks that the catalogue names; this one command sees them, and all the others here, killed by those:`,
    REST,
    failures.length === 0 ? "Without any bug no campaign failed" : failures.join("\n"),
    "",
    "Not bugs, although they look like it:",
    ...EQUIVALENTS.map(({ title, file, why }) => `${title} (${file}): ${why}`),
    "",
    took,
    ...end,
  ];
}

/** What fails without any bug. */
async function baseline(prey: readonly Prey[]): Promise<string[]> {
  const workshop = await Workshop.open(ROOT);
  try {
    return await failuresWithoutBugs(prey, workshop);
  } finally {
    await workshop.close();
  }
}

async function huntAll(
  prey: readonly Prey[],
  { jobs, json, corpus, across }: KillsArguments,
): Promise<Kill[]> {
  const kills: Kill[] = new Array(prey.length);
  let next = 0;
  const work = async () => {
    const workshop = await Workshop.open(ROOT);
    const out = await Deno.makeTempDir({ prefix: "kills-" });
    try {
      const hunt = { workshop, out, corpus, limitMs: across ? ACROSS_LIMIT_MS : LIMIT_MS };
      while (next < prey.length) {
        const at = next++;
        const { mutant, command } = prey[at];
        kills[at] = await huntOne(mutant, command, hunt);
        if (!json) console.error(killTable([kills[at]]));
      }
    } finally {
      await workshop.close();
      await Deno.remove(out, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, prey.length) }, work));
  return kills;
}

/** Those that name a campaign of chaos as their killer. */
function preyOfChaos(): Prey[] {
  return CATALOGUE.flatMap(({ mutants }) => mutants)
    .filter(({ killedBy }) => killedBy.startsWith(CHAOS))
    .map((mutant) => ({ mutant, command: mutant.killedBy }));
}

/** Those of the ids that were named; all if none was. Throws `UsageError` for an id that is not among them. */
export function chosen(all: readonly Prey[], only: readonly string[]): Prey[] {
  const ids = all.map(({ mutant }) => mutant.id);
  const missing = only.find((id) => !ids.includes(id));
  if (missing !== undefined) {
    throw new UsageError(`Cannot find ${missing} among the bugs that chaos hunts: ${ids.join(", ")}`);
  }
  return all.filter(({ mutant }) => only.length === 0 || only.includes(mutant.id));
}
