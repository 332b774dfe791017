/**
 * A plan with every kind of fault of a layer in it, one after another: for tests that must see them all.
 * @module
 */

import { LOCAL_AREA, STORM } from "../sim/conditions.ts";
import type { Fault, FaultKind, Layer, RunPlan, Target } from "./plan.ts";

/** Whom the faults strike: machines by number, of different groups where there are groups. */
interface Ground {
  readonly leader: Target;
  /** Whose disks are lost: each in a group that can do without it. */
  readonly wiped: number;
  readonly flipped: number;
  readonly misdirected: number;
  readonly forMs: number;
}

const ONE_GROUP: Ground = { leader: "leader", wiped: 4, flipped: 3, misdirected: 3, forMs: 300 };
/** Two groups of three and a controller of three. */
const FLEET: Ground = { leader: "leader 1", wiped: 2, flipped: 5, misdirected: 7, forMs: 300 };

type Begin = (atMs: number) => Fault;

/** The faults of a cluster or a fleet. */
function ofMachines({ leader, wiped, flipped, misdirected, forMs }: Ground): Begin[] {
  return [
    (atMs) => ({ kind: "halves", atMs, forMs, left: [0, 1] }),
    (atMs) => ({ kind: "isolate", atMs, forMs, target: leader, direction: "outbound" }),
    (atMs) => ({ kind: "bridge", atMs, forMs, bridge: 2 }),
    (atMs) => ({ kind: "majorityRing", atMs, forMs }),
    (atMs) => ({ kind: "flap", atMs, forMs: 450, from: 0, to: 1, periodMs: 40 }),
    (atMs) => ({ kind: "weather", atMs, forMs, conditions: STORM }),
    (atMs) => ({ kind: "badLink", atMs, forMs, from: 1, to: 2, conditions: STORM }),
    (atMs) => ({
      kind: "badMessages",
      atMs,
      forMs,
      only: "appendAccepted",
      conditions: { ...STORM, lossRate: 1 },
    }),
    (atMs) => ({ kind: "clog", atMs, forMs, target: leader, direction: "outbound" }),
    (atMs) => ({ kind: "crash", atMs, forMs, target: leader }),
    (atMs) => ({ kind: "crashAt", atMs, forMs, target: leader, point: "synced", nth: 3, loss: "lost" }),
    (atMs) => ({ kind: "crashAll", atMs, forMs }),
    (atMs) => ({ kind: "wipe", atMs, forMs, target: wiped }),
    (atMs) => ({ kind: "bitFlip", atMs, forMs, target: flipped }),
    (atMs) => ({ kind: "misdirect", atMs, forMs, target: misdirected }),
    (atMs) => ({ kind: "pause", atMs, forMs, target: leader }),
    (atMs) => ({ kind: "drift", atMs, forMs, target: 1, ppm: 200_000 }),
    (atMs) => ({ kind: "clockJump", atMs, target: 0, jumpMs: 500 }),
    (atMs) => ({ kind: "clockFreeze", atMs, forMs, target: 2 }),
    (atMs) => ({
      kind: "slowDisk",
      atMs,
      forMs,
      target: leader,
      delay: { kind: "uniform", lowMs: 5, highMs: 50 },
    }),
    (atMs) => ({ kind: "hungDisk", atMs, forMs, target: leader }),
    (atMs) => ({ kind: "fullDisk", atMs, forMs: 450, target: leader }),
    (atMs) => ({ kind: "failingSync", atMs, forMs, target: leader }),
    (atMs) => ({ kind: "failingWrite", atMs, forMs, target: leader }),
    (atMs) => ({ kind: "failingRead", atMs, forMs, target: 0 }),
    (atMs) => ({ kind: "crashAt", atMs, forMs, target: leader, point: "timer", nth: 2, loss: "mixed" }),
  ];
}

/** Two programs are replaced by newer ones; before that nobody may join. */
const OF_PROGRAMS: readonly Begin[] = [
  (atMs) => ({ kind: "versions", atMs, forMs: 100, target: 0, to: 2 }),
  (atMs) => ({ kind: "members", atMs, forMs: 400, everyMs: 50, change: "join", newcomer: 5 }),
  (atMs) => ({ kind: "versions", atMs, forMs: 100, target: 1, to: 2 }),
];

/** One joins, and those go whose disks were lost: the others are needed. */
const OF_MEMBERS: readonly Begin[] = [
  (atMs) => ({ kind: "members", atMs, forMs: 2500, everyMs: 50, change: "join", newcomer: 5 }),
  (atMs) => ({ kind: "members", atMs, forMs: 2500, everyMs: 50, change: "rejoin", target: ONE_GROUP.wiped }),
  (atMs) => ({ kind: "members", atMs, forMs: 2500, everyMs: 50, change: "leave", target: ONE_GROUP.flipped }),
];

/** The faults of a job: of a folder's server, a coordinator and three workers. They overlap: a job is over soon and rarely speaks. */
const OF_JOBS: readonly Begin[] = [
  (atMs) => ({ kind: "slowInput", atMs, forMs: 6000, target: 4 }),
  (atMs) => ({ kind: "fullDisk", atMs: atMs + 1000, forMs: 1000, target: 0 }),
  (atMs) => ({ kind: "pause", atMs: atMs + 1000, forMs: 100, target: 2 }),
  (atMs) => ({ kind: "isolate", atMs: atMs + 1000, forMs: 800, target: 3, direction: "both" }),
  (atMs) => ({ kind: "crash", atMs: atMs + 1000, forMs: 40, target: 3 }),
  (atMs) => ({
    kind: "crashAt",
    atMs: atMs + 1000,
    forMs: 40,
    target: 1,
    point: "timer",
    nth: 2,
    loss: "lost",
  }),
  (atMs) => ({ kind: "flap", atMs: atMs + 1000, forMs: 2000, from: 2, to: 1, periodMs: 10 }),
  (atMs) => ({ kind: "weather", atMs: atMs + 1000, forMs: 2000, conditions: STORM }),
  (atMs) => ({ kind: "badLink", atMs: atMs + 1000, forMs: 5000, from: 3, to: 1, conditions: STORM }),
  (atMs) => ({ kind: "clog", atMs: atMs + 1000, forMs: 4000, target: 2, direction: "both" }),
  (atMs) => ({ kind: "drift", atMs: atMs + 1000, forMs: 40, target: 1, ppm: 200_000 }),
  (atMs) => ({ kind: "clockJump", atMs: atMs + 1000, target: 3, jumpMs: 500 }),
  (atMs) => ({ kind: "clockFreeze", atMs: atMs + 1000, forMs: 40, target: 2 }),
  (atMs) => ({
    kind: "slowDisk",
    atMs: atMs + 1000,
    forMs: 6000,
    target: 0,
    delay: { kind: "uniform", lowMs: 5, highMs: 50 },
  }),
  (atMs) => ({ kind: "failingSync", atMs: atMs + 1000, forMs: 5000, target: 0 }),
  (atMs) => ({ kind: "failingWrite", atMs: atMs + 1000, forMs: 5000, target: 0 }),
  (atMs) => ({ kind: "failingRead", atMs: atMs + 1000, forMs: 6000, target: 0 }),
  // What is there to be lost or damaged depends on how far the job has come, and as long as disks fail it comes nowhere.
  ...Array.from({ length: 10 }, (_, nth): Begin => () => ({
    kind: "loseMap",
    atMs: 300 + nth * 120,
    map: nth,
  })),
  ...Array.from({ length: 10 }, (_, nth): Begin => () => ({
    kind: "damageMap",
    atMs: 360 + nth * 120,
    map: nth + 3,
    reduce: 0,
    how: "flip",
    place: 0.5,
  })),
];

/** What a plan is made for. */
interface Size {
  readonly nodes: number;
  readonly spares: number;
  readonly old: readonly number[];
  readonly groups: number;
  readonly faults: readonly Begin[];
  readonly gapMs: number;
  /** How long faults may go on after the last one has begun. */
  readonly tailMs: number;
  readonly core: readonly number[];
}

const ONE_CLUSTER: Size = {
  nodes: 5,
  spares: 2,
  old: [0, 1],
  groups: 1,
  faults: [...OF_PROGRAMS, ...ofMachines(ONE_GROUP), ...OF_MEMBERS],
  gapMs: 500,
  tailMs: 2000,
  core: [0, 1, 2],
};

const SIZE_OF: Readonly<Record<Layer, Size>> = {
  raft: ONE_CLUSTER,
  kv: ONE_CLUSTER,
  shard: {
    nodes: 3,
    spares: 0,
    old: [],
    groups: 2,
    faults: [...ofMachines(FLEET), (atMs) => ({ kind: "crashGroup", atMs, forMs: 300, group: 2 })],
    gapMs: 600,
    tailMs: 600,
    core: [0, 1, 3, 4, 6, 7],
  },
  mapreduce: { nodes: 3, spares: 0, old: [], groups: 1, faults: OF_JOBS, gapMs: 150, tailMs: 6000, core: [] },
};

/** Every kind of fault of the layer: five nodes, two groups of three with a controller, or a job of three workers. */
export function everyFaultPlan(
  seed: number,
  what: { readonly layer: Layer; readonly workload: string } = { layer: "kv", workload: "append" },
): RunPlan {
  const { nodes, spares, old, groups, core, gapMs, tailMs, ...size } = SIZE_OF[what.layer];
  const faults = size.faults.map((begin, number) => begin((number + 1) * gapMs));
  return {
    format: "flotilla-plan-3",
    seed,
    ...what,
    nodes,
    spares,
    old,
    groups,
    changes: what.workload === "moves" ? 6 : 0,
    size: what.layer === "mapreduce" ? { files: 3, bytes: 1500, reduces: 3 } : null,
    isolation: "wire",
    safetyMs: faults.length * gapMs + tailMs,
    links: LOCAL_AREA,
    disk: { kind: "uniform", lowMs: 0.1, highMs: 2 },
    knobs: {
      electionMs: 150,
      heartbeatMs: 50,
      diskStallMs: 600,
      maxAppendEntries: 16,
      maxInFlightAppends: 4,
      snapshotChunkBytes: 400,
      maxLogSizeBytes: 1000,
      preVote: true,
      checkQuorum: true,
    },
    load: {
      clients: 4,
      keys: 3,
      pauseMs: 60,
      putShare: 0.3,
      appendShare: 0.4,
      timeoutMs: 1000,
      operationsEach: 0,
      fromMs: 0,
    },
    faults,
    core,
    outside: "inbound",
  };
}

/** How often a layer's plan has each kind. */
export function countKinds(plan: RunPlan): Map<FaultKind, number> {
  const counts = new Map<FaultKind, number>();
  for (const { kind } of plan.faults) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
