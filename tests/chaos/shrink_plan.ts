/**
 * Shrinks a failing plan with real runs.
 * @module
 */

import type { RunPlan } from "../nemesis/plan.ts";
import { type Probed, type Reach, shrink, type Shrunk } from "../shrink/shrink.ts";
import { SimulationError } from "../sim/errors.ts";
import type { RunResult } from "./result.ts";
import { runPlan } from "./run.ts";

/** A plan that was shrunk, and how long it took. */
export interface ShrunkPlan extends Shrunk {
  readonly seconds: number;
}

/** What a run counts that fell over. */
const DEAR_EVENTS = 1000;

/** A history that takes longer to judge is of no use as an example. */
const JUDGE_MS = 1000;

/**
 * Shrinks `plan` for at most `timeMs`, with the best so far; null if it breaks no law. `now`: milliseconds of real time. `known`: what
 * its run came to, where somebody has seen it.
 */
export async function shrinkPlan(
  plan: RunPlan,
  timeMs: number,
  now: () => number,
  known: RunResult | null = null,
): Promise<ShrunkPlan | null> {
  const startedMs = now();
  const isOver = () => now() - startedMs > timeMs;
  // Where the failing run itself falls over there is nothing to make small, and whoever asked hears why.
  const first = known ?? (await runPlan(plan, { record: false, judgeMs: JUDGE_MS })).result;
  const small = await shrink(plan, probe, { isOver, known: probedIn(first) });
  return small === null ? null : { ...small, seconds: Math.round((now() - startedMs) / 10) / 100 };
}

async function probe(plan: RunPlan, upTo: Reach): Promise<Probed> {
  try {
    const { result } = await runPlan(plan, { record: false, upTo, judgeMs: JUDGE_MS });
    return probedIn(result);
  } catch (error) {
    // A bug may make a client fall over in one of hundreds of plans: then that one shows nothing, and what was found so far is not lost.
    if (!(error instanceof SimulationError)) throw error;
    return { law: null, endedMs: plan.safetyMs, operations: 0, events: DEAR_EVENTS };
  }
}

function probedIn({ verdict, askedByThen, knownMs, events }: RunResult): Probed {
  return {
    law: verdict.kind === "violation" ? verdict.violation.law : null,
    endedMs: knownMs,
    operations: askedByThen,
    events,
  };
}
