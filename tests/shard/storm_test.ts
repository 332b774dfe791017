import { assert, assertEquals } from "@std/assert";
import { SHARD_FAULTS } from "../cluster/shard_nemesis.ts";
import { sailShards, type ShardStormResult } from "../cluster/shard_storm.ts";

const SEEDS = 10;

/** `deno test -A tests/shard/storm_test.ts -- SEED` repeats one seed. */
const only = Deno.args.length > 0 ? Number(Deno.args[0]) : null;

Deno.test(`clients on keys of all shards, half of them at the port of one process, through joins, leaves and moves, asked of a controller or driven by two drivers that die, through crashes that lose or tear what was not synced, partitions, slow, hung, full and failing disks: every law holds, what they saw is linearizable, and a majority makes progress (${SEEDS} seeds)`, async () => {
  const results: ShardStormResult[] = [];
  for (const seed of only === null ? Array.from({ length: SEEDS }, (_, at) => at + 1) : [only]) {
    try {
      results.push(await sailShards(seed));
    } catch (cause) {
      throw new Error(`seed ${seed}; repeat it with: deno test -A tests/shard/storm_test.ts -- ${seed}`, {
        cause,
      });
    }
  }
  if (only !== null) return;
  const sum = (count: (result: ShardStormResult) => number) =>
    results.reduce((all, one) => all + count(one), 0);
  assert(sum(({ answered }) => answered) > 100 * SEEDS, "clients were answered");
  assert(sum(({ tally }) => tally.arrived) > 10 * SEEDS, "shards moved");
  assert(sum(({ tally }) => tally.deleted) > 10 * SEEDS, "old copies were deleted");
  assert(sum(({ tally }) => tally.refused) > SEEDS, "operations came to the wrong group");
  assert(sum(({ tally }) => tally.handedOn) > 0, "a shard was handed on before it had come");
  for (const kind of SHARD_FAULTS) assert(sum(({ struck }) => struck[kind]) > 0, `the fault ${kind} struck`);
  const drivenChanges = sum(({ driven, changes }) => driven ? changes : 0);
  assert(drivenChanges > SEEDS, "drivers moved shards");
  assert(sum(({ diskDeaths }) => diskDeaths) > 0, "a member died of its disk, and came back");
});

Deno.test("a storm of seed 4 is the same one when it is repeated", async () => {
  if (only !== null) return;
  assertEquals((await sailShards(4)).hash, (await sailShards(4)).hash);
});
