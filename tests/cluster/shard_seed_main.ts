/**
 * One seed of a campaign over shards, in a worker.
 * @module
 */

import { sailShards, type ShardStormResult } from "./shard_storm.ts";

/** Runs one seed. Throws what was broken. */
export function runSeed(seed: number): Promise<ShardStormResult> {
  return sailShards(seed);
}
