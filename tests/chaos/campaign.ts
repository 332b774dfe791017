/**
 * Many seeds, added up; ends at the first one that breaks something. A run that showed nothing, or could not be judged, spoils the
 * campaign's verdict but is no reason to look no further.
 * @module
 */

import { runSeeds } from "../sim/workers.ts";
import type { RunResult } from "./result.ts";
import type { SeedOptions } from "./seed_main.ts";
import { Tally } from "./tally.ts";

/** Which seeds, and how many at once. */
export interface CampaignOptions extends SeedOptions {
  readonly firstSeed: number;
  /** `Infinity` for no limit. */
  readonly runs: number;
  readonly workers: number;
  /** Takes no further seed once this is true. */
  readonly isOver: () => boolean;
  /** Ends everything at once. */
  readonly signal: AbortSignal;
  /** Called after each seed. */
  readonly onProgress: (tally: Tally) => void;
}

/** What a campaign found. */
export interface Campaign {
  readonly tally: Tally;
  /** The seed that ended it, or null if none broke anything. */
  readonly failed: number | null;
  /** Seeds whose runs showed nothing or could not be judged. */
  readonly open: readonly number[];
}

/** Runs the seeds. Results come in the order of the seeds, so the first failure is always the same one. */
export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const tally = new Tally(options.firstSeed, options.choice.faults ?? null, options.choice.nodes ?? null);
  const outcomes = runSeeds<SeedOptions, RunResult>({
    module: import.meta.resolve("./seed_main.ts"),
    seeds: seeds(options),
    options: { choice: options.choice },
    workers: options.workers,
    signal: options.signal,
  });
  const open: number[] = [];
  for await (const outcome of outcomes) {
    if (outcome.kind === "done") tally.add(outcome.result);
    else tally.addFailure(outcome.seed, outcome.message);
    options.onProgress(tally);
    if (outcome.kind === "failed" || outcome.result.verdict.kind === "violation") {
      return { tally, failed: outcome.seed, open };
    }
    if (outcome.result.verdict.kind !== "pass") open.push(outcome.seed);
  }
  return { tally, failed: null, open };
}

function* seeds({ firstSeed, runs, isOver }: CampaignOptions): Generator<number> {
  for (let run = 0; run < runs && !isOver(); run++) yield firstSeed + run;
}
