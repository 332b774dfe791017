/**
 * How fast chaos is: virtual time and events for each second of real time, every law and monitor on, one core.
 *
 * `deno bench -A tests/chaos/chaos_bench.ts`; each iteration is a whole run, so a run's length over the time of an iteration is
 * how much faster than real it is. The figures themselves are printed first, each the median and the best of several runs of a warm program.
 *
 * What an event costs depends on what it is: a heartbeat is a message, a client's operation is a dozen of them, four writes to disks
 * and a history to judge. So there is one case of each kind, from Raft with hardly a client to what `deno task chaos` draws.
 * @module
 */

import { LOCAL_AREA } from "../sim/conditions.ts";
import { realNowMs } from "../sim/host.ts";
import type { RunPlan } from "../nemesis/plan.ts";
import { drawPlan } from "../nemesis/swarm.ts";
import { runPlan } from "./run.ts";

/** Five nodes under drawn faults for `lengthMs`, with clients that ask `everyMs` on average. */
function plan(
  { lengthMs, clients, everyMs, heartbeatMs = 100 }: {
    readonly lengthMs: number;
    readonly clients: number;
    readonly everyMs: number;
    readonly heartbeatMs?: number;
  },
): RunPlan {
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
      heartbeatMs,
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

/** Three groups of three nodes and a controller's three, under drawn faults and moves. */
function fleetPlan(lengthMs: number): RunPlan {
  const drawn = drawPlan(5, { safetyMs: lengthMs, layer: "shard", workload: "moves" });
  const { knobs, load } = plan({ lengthMs, clients: 1, everyMs: 5000 });
  return {
    ...drawn,
    groups: 3,
    isolation: "copy",
    links: LOCAL_AREA,
    disk: { kind: "fixed", ms: 0.2 },
    knobs: { ...knobs, maxLogSizeBytes: drawn.knobs.maxLogSizeBytes },
    load: { ...drawn.load, clients: load.clients, pauseMs: load.pauseMs },
  };
}

/** Virtual time for these many real milliseconds is enough for a median. */
const MEASURE_MS = 3000;

const CASES: readonly (readonly [string, RunPlan])[] = [
  [
    "five nodes, faults, a heartbeat every 20 ms, an operation every five seconds: 10 min",
    plan({ lengthMs: 600_000, clients: 1, everyMs: 5000, heartbeatMs: 20 }),
  ],
  [
    "five nodes, faults, an operation every five seconds: 10 min",
    plan({ lengthMs: 600_000, clients: 1, everyMs: 5000 }),
  ],
  [
    "five nodes, faults, twelve operations a second: 1 min",
    plan({ lengthMs: 60_000, clients: 3, everyMs: 250 }),
  ],
  [
    "three groups of shards and a controller, faults and moves, an operation every five seconds: 5 min",
    fleetPlan(300_000),
  ],
  ["drawn seeds: 10 s", drawPlan(17, { safetyMs: 10_000 })],
];

interface Rate {
  /** Virtual hours for each minute of real time. */
  readonly hours: number;
  /** Thousands of events for each second of real time. */
  readonly events: number;
}

function inWords({ hours, events }: Rate): string {
  return `${hours.toFixed(1)} simulated hours a minute, ${events.toFixed(0)}k events a second`;
}

for (const [name, one] of CASES) {
  for (let round = 0; round < 2; round++) await runPlan(one, { record: false });
  const rates: Rate[] = [];
  for (let spentMs = 0; spentMs < MEASURE_MS;) {
    const startedMs = realNowMs();
    const { result } = await runPlan(one, { record: false });
    const tookMs = realNowMs() - startedMs;
    spentMs += tookMs;
    rates.push({ hours: result.simulatedMs / tookMs / 60, events: result.events / tookMs });
  }
  rates.sort((a, b) => b.events - a.events);
  // The best run says what the program can do, the median what the machine let it do meanwhile.
  const [best, median] = [rates[0], rates[rates.length >> 1]];
  console.log(`${name}: ${inWords(median)}; best run ${inWords(best)}`);
  Deno.bench(name, async () => {
    await runPlan(one, { record: false });
  });
}
