/**
 * `chaos shrink`: the smallest plan that still breaks the same law.
 * @module
 */

import type { RunPlan } from "../../nemesis/plan.ts";
import { drawPlan } from "../../nemesis/swarm.ts";
import { type Size, sizeOf } from "../../shrink/size.ts";
import { runPlan } from "../run.ts";
import { shrinkPlan, type ShrunkPlan } from "../shrink_plan.ts";
import { folderOf, readFolder, readPlanFile, replayOf, writeFolder } from "./folder.ts";
import type { ReplayArguments } from "./replay_command.ts";

/** Shrinking is over after this long, with the best so far. */
const TIME_MS = 60_000;
/** What the folder of a small run ends in. */
export const SMALL = "-small";

/** A counterexample's size, and what it took. */
export interface Facts extends Size {
  readonly law: string;
  readonly tries: number;
  readonly seconds: number;
}

/** Shrinks the run of a seed or a folder; resolves to the exit code: 1 if it still fails, 2 if there was nothing to shrink. */
export async function shrinkCommand(args: ReplayArguments): Promise<number> {
  const plan = /^\d+$/.test(args.what)
    ? drawPlan(Number(args.what), args.choice)
    : args.what.endsWith(".json")
    ? await readPlanFile(args.what)
    : (await readFolder(args.what)).plan;
  const small = await shrinkPlan(plan, TIME_MS, () => performance.now());
  if (small === null) {
    console.error(`Cannot shrink the run of seed ${plan.seed}: it breaks no law`);
    return 2;
  }
  const again = replayOf(folderOf(args.out, small.plan.seed, SMALL));
  const run = await runPlan(small.plan, { record: true, again });
  const folder = await writeFolder(args.out, run, SMALL);
  const facts = factsOf(small);
  if (args.json) console.log(JSON.stringify({ ...facts, folder }));
  else {
    console.log(
      [...run.story, "", inWords(plan, facts), `replay: ${replayOf(folder)}`].join("\n"),
    );
  }
  return 1;
}

/** How small it is. */
export function factsOf({ plan, law, operations, tries, seconds }: ShrunkPlan): Facts {
  return { law, ...sizeOf(plan, operations), tries, seconds };
}

/** The same as a sentence. */
export function inWords(plan: RunPlan, facts: Facts): string {
  return `The run of seed ${plan.seed} breaks ${facts.law} with ${facts.faults} of its ${plan.faults.length} faults, ` +
    `${counted(facts.nodes, "node")}, ${counted(facts.clients, "client")} and ${
      counted(facts.operations, "operation")
    } ` +
    `(${facts.tries} tries, ${facts.seconds} s)`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
