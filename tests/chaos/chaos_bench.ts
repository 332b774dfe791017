/**
 * How fast chaos is: virtual time and events for each second of real time, every law and monitor on, on one core and with two workers.
 *
 * `deno bench -A tests/chaos/chaos_bench.ts`; each iteration is a whole run, so a run's length over the time of an iteration is
 * how much faster than real it is. The figures themselves are printed first, each the median and the best of several runs of a warm program.
 * @module
 */

import { realNowMs } from "../sim/host.ts";
import { runSeeds } from "../sim/workers.ts";
import { BENCH_CASES } from "./bench_plans.ts";
import { runPlan } from "./run.ts";

/** Virtual time for these many real milliseconds is enough for a median. */
const MEASURE_MS = 3000;
const WORKERS = 2;
/** So many runs of each worker are for it to become warm. */
const WARM_RUNS = 2;

interface Rate {
  /** Virtual hours for each minute of real time. */
  readonly hours: number;
  /** Thousands of events for each second of real time. */
  readonly events: number;
}

function inWords({ hours, events }: Rate): string {
  return `${hours.toFixed(1)} simulated hours a minute, ${events.toFixed(0)}k events a second`;
}

/** Virtual hours for each minute of real time of all workers together. */
async function withWorkers(at: number): Promise<number> {
  const module = import.meta.resolve("./bench_seed_main.ts");
  function* endless(): Generator<number> {
    for (let run = 0;; run++) yield run;
  }
  let runs = 0;
  let sinceMs = 0;
  let simulatedMs = 0;
  for await (
    const outcome of runSeeds<{ at: number }, number>({
      module,
      seeds: endless(),
      options: { at },
      workers: WORKERS,
    })
  ) {
    if (outcome.kind === "failed") throw new Error(outcome.message);
    if (++runs <= WARM_RUNS * WORKERS) sinceMs = realNowMs();
    else simulatedMs += outcome.result;
    if (runs > WARM_RUNS * WORKERS && realNowMs() - sinceMs > MEASURE_MS) break;
  }
  return simulatedMs / (realNowMs() - sinceMs) / 60;
}

for (const [at, { name, plan, barHours }] of BENCH_CASES.entries()) {
  for (let round = 0; round < 2; round++) await runPlan(plan, { record: false });
  const rates: Rate[] = [];
  for (let spentMs = 0; spentMs < MEASURE_MS;) {
    const startedMs = realNowMs();
    const { result } = await runPlan(plan, { record: false });
    const tookMs = realNowMs() - startedMs;
    spentMs += tookMs;
    rates.push({ hours: result.simulatedMs / tookMs / 60, events: result.events / tookMs });
  }
  rates.sort((a, b) => b.events - a.events);
  // The best run says what the program can do, the median what the machine let it do meanwhile.
  const [best, median] = [rates[0], rates[rates.length >> 1]];
  console.log(`${name}: ${inWords(median)}; best run ${inWords(best)}`);
  if (barHours > 0) {
    const hours = await withWorkers(at);
    console.log(
      `  with ${WORKERS} workers ${hours.toFixed(1)} simulated hours a minute (asked for: ${barHours})`,
    );
  }
  Deno.bench(name, async () => {
    await runPlan(plan, { record: false });
  });
}
