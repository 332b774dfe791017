/**
 * The runs by which the speed of chaos is told.
 *
 * What an event costs depends on what it is: a heartbeat is a message, a client's operation is a dozen of them, four writes to disks
 * and a history to judge. So there is one case of each kind, from Raft with hardly a client to what `deno task chaos` draws.
 * @module
 */

import type { RunPlan } from "../nemesis/plan.ts";
import { drawPlan } from "../nemesis/swarm.ts";
import { LOCAL_AREA } from "../sim/conditions.ts";

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

/** One kind of run. */
export interface BenchCase {
  readonly name: string;
  readonly plan: RunPlan;
  /** Virtual hours that two workers are to do in a minute; 0 where nothing was promised. */
  readonly barHours: number;
}

/** One case of each kind. */
export const BENCH_CASES: readonly BenchCase[] = [
  {
    name: "five nodes, faults, a heartbeat every 20 ms, an operation every five seconds: 10 min",
    plan: plan({ lengthMs: 600_000, clients: 1, everyMs: 5000, heartbeatMs: 20 }),
    barHours: 0,
  },
  {
    name: "five nodes, faults, an operation every five seconds: 10 min",
    plan: plan({ lengthMs: 600_000, clients: 1, everyMs: 5000 }),
    barHours: 60,
  },
  {
    name: "five nodes, faults, twelve operations a second: 1 min",
    plan: plan({ lengthMs: 60_000, clients: 3, everyMs: 250 }),
    barHours: 0,
  },
  {
    name: "three groups of shards and a controller, faults and moves, an operation every five seconds: 5 min",
    plan: fleetPlan(300_000),
    barHours: 20,
  },
  { name: "drawn seeds: 10 s", plan: drawPlan(17, { safetyMs: 10_000 }), barHours: 0 },
];
