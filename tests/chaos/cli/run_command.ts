/**
 * `chaos run`: a campaign with progress, a summary, and a folder for what failed.
 * @module
 */

import { drawPlan } from "../../nemesis/swarm.ts";
import type { RecordedRun } from "../result.ts";
import { runCampaign } from "../campaign.ts";
import { runPlan } from "../run.ts";
import { shrinkPlan } from "../shrink_plan.ts";
import { exitCodeOf, type Tally } from "../tally.ts";
import type { CampaignArguments } from "./arguments.ts";
import { choiceInWords } from "./choice.ts";
import { folderOf, replayOf, writeFolder } from "./folder.ts";
import { Interrupt } from "./interrupt.ts";
import { factsOf, inWords, SMALL } from "./shrink_command.ts";
import { Progress, showSummary } from "./show.ts";

/** What a failure may cost that is made small at once. */
const SHRINK_MS = 5000;
/** So many runs that showed nothing, or could not be judged, are kept. */
const MOST_KEPT = 5;

/** Runs it; resolves to the exit code. */
export async function runCommand(args: CampaignArguments): Promise<number> {
  const started = performance.now();
  const elapsedMs = () => performance.now() - started;
  using interrupt = new Interrupt();
  if (!args.json) console.error(`chaos: seeds from ${args.firstSeed}`);
  const progress = new Progress(
    Deno.stderr.isTerminal(),
    (tally, ms) => Math.max(ms / args.timeMs, tally.runs / args.runs),
  );
  const { tally, failed, open } = await runCampaign({
    firstSeed: args.firstSeed,
    runs: args.runs,
    workers: args.workers,
    choice: args.choice,
    isOver: () => elapsedMs() >= args.timeMs,
    signal: interrupt.signal,
    onProgress: (so) => progress.update(so, elapsedMs()),
  });
  const wallMs = elapsedMs();
  progress.end();
  const replay: string[] = [];
  for (const seed of open.slice(0, MOST_KEPT)) replay.push(...await keepFailure(args, seed));
  if (failed !== null) replay.push(...await keepFailure(args, failed));
  return report(args, tally, wallMs, replay);
}

function report(args: CampaignArguments, tally: Tally, wallMs: number, replay: readonly string[]): number {
  const summary = tally.summary(wallMs);
  if (args.json) console.log(JSON.stringify({ ...summary, replay }));
  else console.log([showSummary(summary), ...replay].join("\n"));
  return exitCodeOf(summary.verdict);
}

/** Runs the failing seed once more with everything kept; returns what to print. */
async function keepFailure(args: CampaignArguments, seed: number): Promise<string[]> {
  const { shrink } = args;
  const again = `deno task chaos replay ${seed}${choiceInWords(args.choice)}`;
  const replay = `replay: ${again}`;
  try {
    const plan = drawPlan(seed, args.choice);
    const run = await runPlan(plan, { record: true, again });
    const kept = await keep(args, run);
    const { verdict } = run.result;
    const rule = verdict.kind === "violation" ? verdict.violation.law : verdict.kind;
    const small = shrink ? await keepSmall(args, run) : [];
    return [...small, kept, replay, `chaos: FAIL seed=${seed} rule=${rule} ${replay}`];
  } catch (error) {
    // The simulation itself fails on this seed; the summary has said so, and nothing more can be kept of it.
    console.error(error instanceof Error ? error.message : String(error));
    return [replay, `chaos: FAIL seed=${seed} rule=harness ${replay}`];
  }
}

/** Where a run is kept. What a campaign found is told, whether or not there is room for its files. */
async function keep({ out }: CampaignArguments, run: RecordedRun, suffix = ""): Promise<string> {
  try {
    return `folder: ${await writeFolder(out, run, suffix)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Makes the plan of a failing run small and keeps it, too. */
async function keepSmall(args: CampaignArguments, { plan, result }: RecordedRun): Promise<string[]> {
  const { out, json } = args;
  const small = await shrinkPlan(plan, SHRINK_MS, () => performance.now(), result);
  if (small === null) return [];
  const again = replayOf(folderOf(out, small.plan.seed, SMALL));
  const run = await runPlan(small.plan, { record: true, again });
  const kept = await keep(args, run, SMALL);
  const folder = folderOf(out, small.plan.seed, SMALL);
  if (json) return [`shrunk: ${JSON.stringify({ ...factsOf(small), folder })}`];
  return [...run.story, "", inWords(plan, factsOf(small)), kept, `replay: ${again}`];
}
