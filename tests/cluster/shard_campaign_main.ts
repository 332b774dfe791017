/**
 * Many storms over shards on all cores: `deno run -A tests/cluster/shard_campaign_main.ts [--seed N] [--runs N] [--workers N]`.
 *
 * Ends at the first seed that breaks something, with the command that repeats it.
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { runSeeds } from "../sim/workers.ts";
import { type FaultTally, SHARD_FAULTS } from "./shard_nemesis.ts";
import type { ShardStormResult } from "./shard_storm.ts";

const given = parseArgs(Deno.args, { string: ["seed", "runs", "workers"] });
const number = (text: string | undefined, usual: number): number => {
  const value = text === undefined ? usual : Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    console.error(`Cannot use ${text}: give a whole number`);
    Deno.exit(64);
  }
  return value;
};
const first = number(given.seed, 1);
const runs = number(given.runs, 100);
const workers = number(given.workers, navigator.hardwareConcurrency);
const sum = {
  answered: 0,
  unknown: 0,
  changes: 0,
  faults: 0,
  diskDeaths: 0,
  arrived: 0,
  deleted: 0,
  pieces: 0,
  handedOn: 0,
  refused: 0,
  events: 0,
};
const struck = Object.fromEntries(SHARD_FAULTS.map((kind) => [kind, 0])) as FaultTally;
let done = 0;
for await (
  const outcome of runSeeds<null, ShardStormResult>({
    module: import.meta.resolve("./shard_seed_main.ts"),
    seeds: Array.from({ length: runs }, (_, run) => first + run),
    options: null,
    workers,
  })
) {
  if (outcome.kind === "failed") {
    console.log(`seed ${outcome.seed} failed: ${outcome.message}`);
    console.log(`again: deno test -A tests/shard/storm_test.ts -- ${outcome.seed}`);
    Deno.exit(1);
  }
  const { result } = outcome;
  done++;
  for (const key of ["answered", "unknown", "changes", "faults", "diskDeaths", "events"] as const) {
    sum[key] += result[key];
  }
  for (const kind of SHARD_FAULTS) struck[kind] += result.struck[kind];
  for (const key of ["arrived", "deleted", "handedOn", "refused"] as const) sum[key] += result.tally[key];
  if (done % 50 === 0) console.log(`${done} storms without a violation`);
}
console.log(`${done} storms without a violation: ${JSON.stringify(sum)}`);
console.log(`faults that struck: ${JSON.stringify(struck)}`);
