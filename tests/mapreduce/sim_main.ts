/**
 * Jobs in the simulated world, from the command line: `sim_main.ts SEED [COUNT]`.
 * @module
 */

import { runJob } from "./sim/run.ts";

const from = Number(Deno.args[0] ?? 1);
const count = Number(Deno.args[1] ?? 1);
const startedMs = performance.now();
let failed = 0;
const totals = { operations: 0, wins: 0, reopened: 0, late: 0, lives: 0, faults: 0 };
for (let seed = from; seed < from + count; seed++) {
  try {
    const run = await runJob({ seed });
    totals.operations += run.operations;
    totals.wins += run.wins;
    totals.reopened += run.reopened;
    totals.late += run.lateReports;
    totals.lives += run.coordinatorLives;
    totals.faults += run.faults.length;
    if (count === 1) console.log(run);
  } catch (error) {
    failed++;
    console.error(error);
    // The first one tells enough, and each may take long to give up.
    break;
  }
}
const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
console.log(`${count} jobs, ${failed} failed, ${seconds} s`, totals);
if (failed > 0) Deno.exit(1);
