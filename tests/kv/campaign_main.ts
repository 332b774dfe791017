/**
 * Many storms, one after the other: `deno run -A tests/kv/campaign_main.ts [RUNS] [FIRST_SEED]`.
 *
 * Every tenth seed lets clients do everything that the store can do to one key, every tenth batches and scans over several; the
 * others read, put and append under one of the storms of `storm_test.ts`. The laws of Raft are watched after each event. Ends
 * with exit code 1 at a violation or an undecided verdict, and prints the seed.
 * @module
 */

import { sailBatches } from "./batch_storm.ts";
import { demandLinearizable } from "./recorder.ts";
import { sailStore } from "./store_storm.ts";
import { sail, storageOf } from "./storm.ts";
import { STORMS } from "./storms.ts";

const [runs = 1000, first = 1] = Deno.args.map(Number);
const total = { applied: 0, refused: 0, unknown: 0 };
let faults = 0;
let onLog = 0;
let failed = 0;
const began = performance.now();
for (let seed = first; seed < first + runs; seed++) {
  if (seed > first && (seed - first) % 100 === 0) report(seed - first);
  if (storageOf(seed) === "wal") onLog++;
  try {
    if (seed % 5 === 0) {
      const result = seed % 10 === 0 ? await sailStore(seed) : await sailBatches(seed);
      demandLinearizable(result.verdict);
      add(result.tally);
      continue;
    }
    const { options } = STORMS[seed % 5 - 1];
    const result = await sail({ seed, ...options(seed) });
    demandLinearizable(result.verdict);
    add(result.tally);
    faults += result.faults;
  } catch (error) {
    failed++;
    console.error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
report(runs);
if (failed > 0) Deno.exit(1);

function add(tally: typeof total): void {
  total.applied += tally.applied;
  total.refused += tally.refused;
  total.unknown += tally.unknown;
}

function report(storms: number): void {
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${storms} storms in ${
      seconds.toFixed(0)
    } s, ${onLog} on the production log: ${total.applied} operations applied, ${total.refused} refused, ` +
      `${total.unknown} unknown; ${faults} faults in the first four kinds; ${failed} failed`,
  );
}
