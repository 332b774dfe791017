/**
 * One seed of a campaign, in a worker.
 * @module
 */

import { drawPlan, type SwarmOptions } from "../nemesis/swarm.ts";
import type { RunResult } from "./result.ts";
import { runPlan } from "./run.ts";

/** What a worker is told once. */
export interface SeedOptions {
  /** What plans are drawn with. */
  readonly choice: SwarmOptions;
}

/** One in so many seeds is run twice: a run that cannot be repeated proves nothing. */
const REPEAT_EVERY = 32;

/** Runs one seed. Throws if the simulation fails, or if a repeated run was another one. */
export async function runSeed(seed: number, { choice }: SeedOptions): Promise<RunResult> {
  const plan = drawPlan(seed, choice);
  const { result } = await runPlan(plan, { record: false });
  if (seed % REPEAT_EVERY !== 0) return result;
  const again = await runPlan(plan, { record: false });
  if (again.result.hash !== result.hash) {
    throw new Error(
      `Seed ${seed} gave ${result.hash} and then ${again.result.hash}: something in the run does not follow from its seed`,
    );
  }
  return result;
}
