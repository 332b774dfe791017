/**
 * `chaos shrink`: the smallest plan that still breaks the same law.
 * @module
 */

import type { RunPlan } from "../../nemesis/plan.ts";
import { drawPlan } from "../../nemesis/swarm.ts";
import { type Probe, shrink } from "../../shrink/shrink.ts";
import { runPlan } from "../run.ts";
import { readFolder, writeFolder } from "./folder.ts";
import type { ReplayArguments } from "./replay_command.ts";

/** Shrinking is over after this long, with the best so far. */
const TIME_MS = 60_000;

/** Shrinks the run of a seed or a folder; resolves to the exit code: 1 if it still fails, 2 if there was nothing to shrink. */
export async function shrinkCommand(args: ReplayArguments): Promise<number> {
  const plan = /^\d+$/.test(args.what)
    ? drawPlan(Number(args.what), args.choice)
    : (await readFolder(args.what)).plan;
  const startedMs = performance.now();
  const small = await shrink(plan, probe, { isOver: () => performance.now() - startedMs > TIME_MS });
  if (small === null) {
    console.error(`Cannot shrink the run of seed ${plan.seed}: it breaks no law`);
    return 2;
  }
  const run = await runPlan(small.plan, { record: true });
  const folder = await writeFolder(args.out, run, "-small");
  const facts = {
    law: small.law,
    faults: small.plan.faults.length,
    nodes: small.plan.nodes,
    clients: small.plan.load.clients,
    operations: run.result.operations.ok + run.result.operations.unknown,
    tries: small.tries,
    seconds: Math.round((performance.now() - startedMs) / 100) / 10,
    folder,
  };
  if (args.json) console.log(JSON.stringify(facts));
  else console.log([inWords(plan, facts), `replay: deno task chaos replay ${folder}`].join("\n"));
  return 1;
}

async function probe(plan: RunPlan): ReturnType<Probe> {
  const { result } = await runPlan(plan, { record: false });
  const law = result.verdict.kind === "violation" ? result.verdict.violation.law : null;
  return { law, endedMs: result.simulatedMs };
}

interface Facts {
  readonly law: string;
  readonly faults: number;
  readonly nodes: number;
  readonly clients: number;
  readonly operations: number;
  readonly tries: number;
  readonly seconds: number;
}

function inWords(plan: RunPlan, facts: Facts): string {
  return `The run of seed ${plan.seed} breaks ${facts.law} with ${facts.faults} of its ${plan.faults.length} faults, ` +
    `${facts.nodes} nodes, ${facts.clients} clients and ${facts.operations} operations ` +
    `(${facts.tries} tries, ${facts.seconds} s)`;
}
