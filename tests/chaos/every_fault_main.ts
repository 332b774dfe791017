/**
 * A run with every fault on, in a process of its own: `deno run every_fault_main.ts SEED` prints the whole event log and, as
 * its last line, the fingerprint.
 * @module
 */

import { everyFaultPlan } from "../nemesis/every_fault.ts";
import { runPlan } from "./run.ts";

if (import.meta.main) {
  const { events, result } = await runPlan(everyFaultPlan(Number(Deno.args[0])), { record: true });
  console.log(events + result.hash);
}
