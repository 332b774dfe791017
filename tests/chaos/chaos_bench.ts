/**
 * How fast chaos is: virtual time and events for each second of real time, every law and monitor on, one core.
 *
 * `deno bench -A tests/chaos/chaos_bench.ts`; each iteration is a whole run, so a run's length over the time of an iteration is
 * how much faster than real it is. The figures themselves are printed first.
 * @module
 */

import { LOCAL_AREA } from "../sim/conditions.ts";
import { realNowMs } from "../sim/host.ts";
import type { RunPlan } from "../nemesis/plan.ts";
import { drawPlan } from "../nemesis/swarm.ts";
import { runPlan } from "./run.ts";

/** Five nodes under drawn faults for `lengthMs`, with clients that ask `everyMs` on average. */
function plan(lengthMs: number, clients: number, everyMs: number): RunPlan {
  const drawn = drawPlan(5, { safetyMs: lengthMs });
  return {
    ...drawn,
    nodes: 5,
    isolation: "copy",
    core: [0, 1, 2],
    links: LOCAL_AREA,
    disk: { kind: "fixed", ms: 0.2 },
    knobs: {
      ...drawn.knobs,
      electionMs: 300,
      heartbeatMs: 100,
      diskStallMs: 1200,
      maxAppendEntries: 512,
      maxInFlightAppends: 64,
      maxLogSizeBytes: 8000,
      preVote: true,
      checkQuorum: true,
    },
    load: { ...drawn.load, clients, keys: 4, pauseMs: everyMs },
  };
}

const CASES: readonly (readonly [string, RunPlan])[] = [
  ["five nodes, faults, an operation every five seconds: 10 min", plan(600_000, 1, 5000)],
  ["five nodes, faults, twelve operations a second: 1 min", plan(60_000, 3, 250)],
  ["drawn seeds: 10 s", drawPlan(17, { safetyMs: 10_000 })],
];

for (const [name, one] of CASES) {
  await runPlan(one, { record: false });
  const startedMs = realNowMs();
  const { result } = await runPlan(one, { record: false });
  const seconds = (realNowMs() - startedMs) / 1000;
  console.log(
    `${name}: ${(result.simulatedMs / 3_600_000 / (seconds / 60)).toFixed(1)} simulated hours a minute, ` +
      `${(result.events / seconds / 1000).toFixed(0)}k events a second`,
  );
  Deno.bench(name, async () => {
    await runPlan(one, { record: false });
  });
}
