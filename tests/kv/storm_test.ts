import { assert } from "@std/assert";
import { sailBatches } from "./batch_storm.ts";
import { demandLinearizable } from "./recorder.ts";
import { sail, type StormOptions } from "./storm.ts";
import { STORMS } from "./storms.ts";
import { sailStore } from "./store_storm.ts";

const SEEDS = 12;

/** `deno test -A tests/kv/storm_test.ts -- SEED` repeats one seed of each storm. */
const only = Deno.args.length > 0 ? Number(Deno.args[0]) : null;

function storm(what: string, options: (seed: number) => Omit<StormOptions, "seed">): void {
  Deno.test(`${what}: what clients saw is linearizable (${SEEDS} seeds)`, async () => {
    let applied = 0;
    let faults = 0;
    let snapshots = 0;
    for (const seed of only === null ? Array.from({ length: SEEDS }, (_, at) => at + 1) : [only]) {
      try {
        const result = await sail({ seed, ...options(seed) });
        demandLinearizable(result.verdict);
        applied += result.tally.applied;
        faults += result.faults;
        snapshots += result.snapshots;
      } catch (cause) {
        throw new Error(`seed ${seed}; repeat it with: deno test -A tests/kv/storm_test.ts -- ${seed}`, {
          cause,
        });
      }
    }
    if (only !== null) return;
    assert(applied > SEEDS * 50, `only ${applied} operations were applied`);
    const { faults: kinds, server } = options(1);
    assert(kinds.length === 0 || faults > SEEDS * 3, `only ${faults} faults struck`);
    assert(
      (server?.maxRaftStateBytes ?? 0) !== 1000 || snapshots > SEEDS,
      "hardly any server took a snapshot",
    );
  });
}

for (const { what, options } of STORMS) storm(what, options);

Deno.test(`everything the store can do, in a storm of everything: linearizable, and watched without a gap (${SEEDS} seeds)`, async () => {
  let applied = 0;
  let events = 0;
  for (const seed of only === null ? Array.from({ length: SEEDS }, (_, at) => at + 1) : [only]) {
    try {
      const result = await sailStore(seed);
      demandLinearizable(result.verdict);
      applied += result.tally.applied;
      events += result.events;
    } catch (cause) {
      throw new Error(`seed ${seed}; repeat it with: deno test -A tests/kv/storm_test.ts -- ${seed}`, {
        cause,
      });
    }
  }
  if (only !== null) return;
  assert(
    applied > SEEDS * 50 && events > SEEDS * 20,
    `${applied} operations were applied, ${events} events seen`,
  );
});

Deno.test(`batches over several keys and scans over all, in a storm of everything: nobody sees half of one (${SEEDS} seeds)`, async () => {
  const batches = { done: 0, failed: 0 };
  for (const seed of only === null ? Array.from({ length: SEEDS }, (_, at) => at + 1) : [only]) {
    try {
      const result = await sailBatches(seed);
      demandLinearizable(result.verdict);
      batches.done += result.batches.done;
      batches.failed += result.batches.failed;
    } catch (cause) {
      throw new Error(`seed ${seed}; repeat it with: deno test -A tests/kv/storm_test.ts -- ${seed}`, {
        cause,
      });
    }
  }
  if (only !== null) return;
  assert(batches.done > SEEDS * 20 && batches.failed > SEEDS * 5, JSON.stringify(batches));
});
