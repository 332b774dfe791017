/**
 * `chaos --real`: real processes suffer fault plans, and are judged by what their clients saw.
 * @module
 */

import type { RealArguments } from "../../chaos/cli/arguments.ts";
import { type Choice, choiceInWords } from "../../chaos/cli/choice.ts";
import { readPlanFile, writeFolder } from "../../chaos/cli/folder.ts";
import { Interrupt } from "../../chaos/cli/interrupt.ts";
import { type RunVerdict, verdictLine } from "../../chaos/result.ts";
import { exitCodeOf } from "../../chaos/tally.ts";
import type { Fault } from "../../nemesis/plan.ts";
import { faultInWords } from "../../report/fault_words.ts";
import { jobNames } from "./job/job_processes.ts";
import { runRealJobs } from "./job/run_job.ts";
import { drawRealPlan, fitPlan, type FittedPlan } from "./real_plan.ts";
import { type RealRun, runReal } from "./run.ts";

/** A plan and what has to come of it. */
interface Task extends FittedPlan {
  readonly leastFaults: number;
  readonly again: string;
}

/** Runs one plan after another until time is up; resolves to the exit code of the first that does not pass. */
export async function realCommand(args: RealArguments): Promise<number> {
  using interrupt = new Interrupt();
  const startedMs = performance.now();
  for (let nth = 0;; nth++) {
    const task = await taskOf(args, nth);
    const verdict = await runOne(args, task, interrupt.signal);
    const over = nth + 1 >= args.runs || performance.now() - startedMs >= args.timeMs;
    if (verdict.kind !== "pass" || over || interrupt.signal.aborted) return exitCodeOf(verdict.kind);
  }
}

async function taskOf({ plan: path, firstSeed, choice }: RealArguments, nth: number): Promise<Task> {
  if (path !== null) {
    // A run's folder has its plan beside the rest.
    const fitted = fitPlan(await readPlanFile(path.endsWith(".json") ? path : `${path}/plan.json`));
    // Of a plan that somebody wrote a single fault that takes hold is enough.
    const leastFaults = Math.min(1, fitted.plan.faults.length);
    return { ...fitted, leastFaults, again: `deno task chaos --real --plan ${path}` };
  }
  const seed = firstSeed + nth;
  const fitted = drawRealPlan(seed, choice);
  const leastFaults = leastOf(choice.faults, fitted.plan.safetyMs);
  return { ...fitted, leastFaults, again: againOf(seed, choice) };
}

/**
 * How many faults must take hold. Some are aimed at who is down already, or wait for a call of the disk that never comes: of what is drawn
 * from all kinds, half. Of kinds that somebody chose there may be no more than one: a cluster of three has one disk to lose.
 */
export function leastOf(chosen: Choice["faults"], safetyMs: number): number {
  return chosen === null ? Math.floor(safetyMs / 1000) : Math.min(1, chosen.length);
}

/** The command that runs this plan again, and no other: without a number of runs it would be longer, or the next seed would follow. */
export function againOf(seed: number, choice: Choice): string {
  return `deno task chaos --real --seed ${seed} --runs 1${choiceInWords(choice)}`;
}

async function runOne(args: RealArguments, task: Task, signal: AbortSignal): Promise<RunVerdict> {
  const { plan, changes, leastFaults, again } = task;
  const jobs = plan.layer === "mapreduce";
  const say = (text: string) => {
    if (!args.json) console.log(text);
  };
  say(
    `${jobs ? `a coordinator and ${plan.nodes} workers` : `${plan.nodes} real processes`} for ${
      plan.safetyMs / 1000
    } s, layer ${plan.layer}, workload ${plan.workload}, seed ${plan.seed}; ` +
      "Ctrl-C ends it with a judgement of what was seen",
  );
  for (const change of changes) say(`  ${change}`);
  const nameOf = (node: number) => jobs ? jobNames(plan.nodes)[node] : `n${node + 1}`;
  const onFault = (atMs: number, fault: Fault) =>
    say(`  ${(atMs / 1000).toFixed(1).padStart(5)} s  ${faultInWords(fault, nameOf)}`);
  const run = await (jobs ? runRealJobs : runReal)({ plan, leastFaults, again, signal, onFault });
  const folder = await writeFolder(args.out, run, "-real");
  await Deno.writeTextFile(`${folder}/nodes.log`, run.said);
  if (args.json) {
    const { struck, result } = run;
    console.log(JSON.stringify({ ...result, struck, planned: plan.faults.length, changes, again, folder }));
  } else console.log(summaryOf(run, folder, again).join("\n"));
  return run.result.verdict;
}

function summaryOf({ plan, struck, result, jobs }: RealRun, folder: string, again: string): string[] {
  const { verdict, operations, elections, recoveryMs, simulatedMs, faults } = result;
  const kinds = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`).join(", ");
  return [
    "",
    `operations  ${operations.ok} answered, ${operations.refused} refused, ${operations.unknown} unknown`,
    `faults      ${struck} of ${plan.faults.length} took hold: ${kinds}`,
    plan.layer === "mapreduce"
      ? `jobs        ${jobs} done, each compared; the last ${
        recoveryMs < 0 ? "did not end" : `was over ${recoveryMs.toFixed(0)} ms after healing`
      }`
      : `elections   ${elections}; ${
        recoveryMs < 0
          ? "no healed majority served"
          : `a healed majority served after ${recoveryMs.toFixed(0)} ms`
      }`,
    `took        ${(simulatedMs / 1000).toFixed(1)} s`,
    `folder: ${folder}`,
    `again: ${again}`,
    verdictLine(verdict),
  ];
}
