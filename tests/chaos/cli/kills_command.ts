/**
 * `chaos kills`: plants every bug of the catalogue that chaos finds, makes each counterexample small, and prints how large they are.
 * @module
 */

import { CATALOGUE } from "../../mutants/catalogue.ts";
import type { Judged } from "../../mutants/campaign.ts";
import { answer, type Answered } from "../../mutants/checklist/answered.ts";
import { EQUIVALENTS } from "../../mutants/equivalents.ts";
import { Workshop } from "../../mutants/workshop.ts";
import { GOAL } from "../../shrink/size.ts";
import { UsageError } from "./arguments.ts";
import { CHAOS, huntOne } from "./kill_one.ts";
import { failuresWithoutBugs, HOUSES, type Prey, preyOfAll } from "./kills_across.ts";
import type { KillsArguments } from "./kills_arguments.ts";
import { judgeBySuites, judgedInWords, killersOf, leftToSuites, LISTS } from "./kills_suites.ts";
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
  const whole = args.across && args.only.length === 0;
  const failures = whole ? await baseline(prey, args.jobs) : [];
  const kills = await huntAll(prey, args);
  const judged = whole ? await askSuites(kills, args) : [];
  const killers = killersOf(kills, judged);
  const lists = whole ? LISTS.map((list) => answer(list, killers)) : [];
  const minutes = (performance.now() - started) / 60_000;
  const survivors = kills.filter(({ fate, killedBy }) => fate !== "killed" && killedBy.startsWith(CHAOS));
  const end: End = { minutes, failures, survivors, judged, lists };
  const suites = judged.map(({ mutant: { id, killedBy }, fate, seconds }) => ({
    id,
    killedBy,
    fate,
    seconds,
  }));
  if (args.json) console.log(JSON.stringify({ goal: GOAL, minutes, failures, kills, suites, lists }));
  else console.log(summary(kills, args, end).join("\n"));
  if (failures.length > 0) return 3;
  const open = lists.some((list) => list.open.length > 0);
  return survivors.length === 0 && !open && judged.every(({ fate }) => isDead(fate)) ? 0 : 1;
}

/** What came of it all. */
interface End {
  readonly minutes: number;
  readonly failures: readonly string[];
  /** Bugs that chaos was to kill. */
  readonly survivors: readonly Kill[];
  /** What the explorer and the lab suites were asked for. */
  readonly judged: readonly Judged[];
  readonly lists: readonly Answered[];
}

function isDead(fate: Judged["fate"]): boolean {
  return fate.kind === "killed" || fate.kind === "hung";
}

function askSuites(kills: readonly Kill[], { jobs, json }: KillsArguments): Promise<Judged[]> {
  return judgeBySuites(leftToSuites(kills), {
    root: ROOT,
    jobs,
    onJudged: (one) => {
      if (!json) console.error(judgedInWords(one));
    },
  });
}

function summary(kills: readonly Kill[], { across }: KillsArguments, end: End): string[] {
  const { minutes, failures, survivors, judged, lists } = end;
  const last = survivors.length === 0 ? [] : ["", "SURVIVED:", killTable(survivors)];
  const took = `${minutes.toFixed(1)} minutes`;
  if (!across) return [killTable(kills), "", ...distribution(kills), took, ...last];
  const bySuites = new Set(judged.filter(({ fate }) => isDead(fate)).map(({ mutant }) => mutant.id));
  const left = kills.filter(({ fate, id }) => fate === "survived" && !bySuites.has(id)).length;
  return [
    killsByLayer(kills),
    "",
    ...bySuitesInWords(judged, bySuites.size),
    ...lists.flatMap(listInWords),
    ...distribution(kills),
    `${left} are left to the checks that the catalogue names; this one command sees them, and all the others here, killed by those:`,
    REST,
    failures.length === 0 ? "Without any bug no campaign failed" : failures.join("\n"),
    "",
    "Not bugs, although they look like it:",
    ...EQUIVALENTS.map(({ title, file, why }) => `${title} (${file}): ${why}`),
    "",
    took,
    ...last,
  ];
}

function bySuitesInWords(judged: readonly Judged[], dead: number): string[] {
  if (judged.length === 0) return [];
  return [
    `explorer and lab suites: ${judged.length} more, ${dead} killed`,
    ...judged.map(judgedInWords),
    "",
  ];
}

function listInWords({ title, planted, noPlace, open, words }: Answered): string[] {
  return [
    `${title}: ${planted} lines planted, ${
      planted - open.length
    } killed by chaos, the explorer or a lab suite; ` +
    `${noPlace} have no place here`,
    ...words,
    "",
  ];
}

/** What fails without any bug. */
async function baseline(prey: readonly Prey[], jobs: number): Promise<string[]> {
  const workshops = await Promise.all(Array.from({ length: jobs }, () => Workshop.open(ROOT)));
  try {
    return await failuresWithoutBugs(prey, workshops);
  } finally {
    for (const workshop of workshops) await workshop.close();
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
