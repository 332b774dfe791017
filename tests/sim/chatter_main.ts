/**
 * One tormented run in a process or a worker of its own: `deno run chatter_main.ts SEED` prints the whole event log and, as
 * its last line, the fingerprint.
 * @module
 */

import { tormentedChatter } from "./chatter.ts";

/** Virtual milliseconds of a run here. */
export const RUN_MS = 5000;

/** What a worker reports of a seed. */
export interface ChatterResult {
  readonly hash: string;
  readonly events: number;
}

/** For `runSeeds`. */
export async function runSeed(seed: number, options: { readonly failAt: number }): Promise<ChatterResult> {
  if (seed === options.failAt) throw new Error(`seed ${seed} was told to fail`);
  const world = await tormentedChatter({ seed }, RUN_MS);
  return { hash: world.trace.hash, events: world.loop.events };
}

if (import.meta.main) {
  const world = await tormentedChatter(
    { seed: Number(Deno.args[0]), record: true, traceContent: true },
    RUN_MS,
  );
  console.log(world.trace.toJsonLines() + world.trace.hash);
}
