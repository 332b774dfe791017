/**
 * `deno task mutants`: plants every bug of the catalogue in a copy of the sources; none may survive.
 *
 * Exit codes: 0 all were killed, 1 one survived or could not be judged, 2 wrong usage, 130 interrupted.
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { judgeAll, type Judged } from "./campaign.ts";
import { CATALOGUE } from "./catalogue.ts";
import { EQUIVALENTS } from "./equivalents.ts";
import { filesOf, type Mutant } from "./mutant.ts";

/** More copies than processors only starve each other: a check that waits too long fails, and would seem to have caught the bug. */
const MOST_JOBS = navigator.hardwareConcurrency;

/** A day. Timers that are set for more than 24 of them go off at once. */
const LONGEST_LIMIT_S = 86_400;

/** What asks the campaign to end; what does not ask is for its heirs. */
const ASKED_TO_END: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM"];

const HELP = `Plants bugs in a copy of the sources and sees each one caught.

  mutants [--only NAME]... [--jobs N] [--limit S] [--json] [--list]

  --only NAME   only this group, this mutant, or the mutants of files
                whose paths begin so; may be given again
  --jobs N      how many copies work at once, one a core at most    [cores]
  --limit S     a check that takes longer than this hangs, seconds  [300]
  --list        what there is, without running anything
  --json        one JSON object instead of a table

Groups: ${CATALOGUE.map(({ name }) => name).join(", ")}
Exit code: 0 all killed, 1 one survived or could not be judged, 2 wrong usage, 130 interrupted.
`;

interface Options {
  readonly mutants: readonly Mutant[];
  readonly jobs: number;
  readonly limitMs: number;
  readonly json: boolean;
  readonly list: boolean;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(argv: readonly string[]): Promise<number> {
  const options = parse(argv);
  if (typeof options === "string") {
    console.error(options);
    return options === HELP ? 0 : 2;
  }
  if (options.list) {
    for (const { id, title, killedBy } of options.mutants) {
      console.log(`${id}: ${title}\n    deno ${killedBy}`);
    }
    console.log("\nNot bugs, although they look like it:");
    for (const { title, file, why } of EQUIVALENTS) console.log(`${title} (${file}): ${why}`);
    return 0;
  }
  const interrupt = new AbortController();
  for (const name of ASKED_TO_END) Deno.addSignalListener(name, () => interrupt.abort());
  try {
    const judged = await judgeAll(options.mutants, {
      root: new URL("../../", import.meta.url),
      jobs: Math.min(options.jobs, options.mutants.length),
      limitMs: options.limitMs,
      signal: interrupt.signal,
      onJudged: options.json ? () => {} : (one) => console.log(row(one)),
    });
    return report(judged, options.json);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    console.error("Interrupted");
    return 130;
  }
}

function report(judged: readonly Judged[], json: boolean): number {
  const killed = judged.filter(({ fate }) => fate.kind === "killed" || fate.kind === "hung").length;
  const left = judged.length - killed;
  if (json) {
    console.log(JSON.stringify({
      killed,
      left,
      mutants: judged.map(({ mutant, fate, seconds }) => ({
        id: mutant.id,
        killedBy: mutant.killedBy,
        seconds,
        ...fate,
      })),
    }));
  } else {
    const open = judged.filter(({ fate }) => fate.kind === "survived" || fate.kind === "broken");
    if (open.length > 0) console.log(["", "Not killed:", ...open.map(row)].join("\n"));
    console.log(`${judged.length} planted bugs, ${killed} killed, ${left} not`);
  }
  return left === 0 ? 0 : 1;
}

function row({ mutant, fate, seconds }: Judged): string {
  const words = {
    killed: "killed",
    hung: "killed (hung)",
    survived: "SURVIVED",
    broken: "NOT JUDGED",
  }[fate.kind];
  const seed = fate.kind === "killed" && fate.seed !== null ? `seed ${fate.seed}` : "";
  const why = fate.kind === "broken" ? `  ${fate.why}` : "";
  return `${mutant.id.padEnd(26)} ${words.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s  ${
    seed.padEnd(12)
  } ${mutant.killedBy}${why}`;
}

/** The options, or what to print instead. */
function parse(argv: readonly string[]): Options | string {
  const unknown: string[] = [];
  const flags = parseArgs([...argv], {
    boolean: ["json", "list", "help"],
    string: ["only", "jobs", "limit"],
    collect: ["only"],
    alias: { help: "h" },
    unknown: (argument) => void unknown.push(argument),
  });
  if (flags.help) return HELP;
  if (unknown.length > 0) return `Cannot understand ${unknown[0]}: see mutants --help`;
  const jobs = Number(flags.jobs ?? MOST_JOBS);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > MOST_JOBS) {
    return `Cannot work with --jobs ${flags.jobs}: give a whole number from 1 to ${MOST_JOBS}, the cores of this machine`;
  }
  const limitMs = Number(flags.limit ?? 300) * 1000;
  if (!(limitMs > 0 && limitMs <= LONGEST_LIMIT_S * 1000)) {
    return `Cannot work with --limit ${flags.limit}: give a number of seconds above 0, and ${LONGEST_LIMIT_S} at most`;
  }
  const only: readonly string[] = flags.only;
  const mutants = CATALOGUE.flatMap(({ name, mutants }) =>
    mutants.filter((mutant) => only.length === 0 || only.some((wanted) => isMeant(wanted, name, mutant)))
  );
  const missing = only.find((wanted) =>
    !CATALOGUE.some(({ name, mutants }) => mutants.some((mutant) => isMeant(wanted, name, mutant)))
  );
  if (missing !== undefined) {
    return `Cannot find a group, a mutant or a patched file called ${missing}: see mutants --list`;
  }
  return { mutants, jobs, limitMs, json: flags.json, list: flags.list };
}

function isMeant(wanted: string, group: string, mutant: Mutant): boolean {
  return wanted === group || wanted === mutant.id ||
    (wanted !== "" && wanted.includes("/") && filesOf(mutant).some((file) => file.startsWith(wanted)));
}
