/**
 * One run of a bench's case, in a worker. The seed only counts the runs.
 * @module
 */

import { BENCH_CASES } from "./bench_plans.ts";
import { runPlan } from "./run.ts";

/** Runs the case `at`; gives the virtual milliseconds that it took. */
export async function runSeed(_seed: number, { at }: { readonly at: number }): Promise<number> {
  const { result } = await runPlan(BENCH_CASES[at].plan, { record: false });
  return result.simulatedMs;
}
