/**
 * Draws one fault.
 * @module
 */

import type { Random } from "../../runtime/random.ts";
import { type LinkConditions, LOCAL_AREA, RELIABLE, STORM, UNRELIABLE_REQUEST } from "../sim/conditions.ts";
import { drawChange } from "./churn.ts";
import { pick } from "./pick.ts";
import {
  type CutDirection,
  type Fault,
  type FaultKind,
  type Layer,
  type Point,
  POINTS,
  type Target,
} from "./plan.ts";

export { pick };

/** Where faults strike. */
export interface Ground {
  readonly layer: Layer;
  /** Members of each group; workers of a job. */
  readonly nodes: number;
  readonly groups: number;
  /** How many machines there are. */
  readonly machines: number;
}

/** Kinds of messages that can fare badly by themselves. */
const MESSAGE_KINDS = [
  "preVoteRequest",
  "preVoteReply",
  "voteRequest",
  "voteReply",
  "appendRequest",
  "appendAccepted",
  "appendRejected",
  "snapshotRequest",
  "snapshotReply",
  "call",
];

/** Disk calls of a log that is rewritten come rarely: waiting for many of them is waiting for ever. */
const RARE_POINTS: readonly Point[] = [
  "create",
  "truncate",
  "rename",
  "remove",
  "syncDirectory",
  "close",
];

/** Of a job's machines only the folder's server has a disk, and only the others do anything else. */
const PROGRAM_POINTS: readonly Point[] = ["send", "receive", "timer"];
/** Nobody here cuts files shorter: where nothing ever happens nobody can die of it. */
const TOUCHED = POINTS.filter((point) => point !== "truncate");
const DISK_POINTS = TOUCHED.filter((point) => !PROGRAM_POINTS.includes(point));
/** What a shared folder's server can suffer from; whatever else is drawn for a job strikes the others. */
const OF_SERVERS: readonly FaultKind[] = [
  "slowDisk",
  "fullDisk",
  "failingSync",
  "failingWrite",
  "failingRead",
];

/** A fault of that kind. */
export function drawFault(kind: FaultKind, random: Random, ground: Ground, atMs: number): Fault {
  const { machines, groups } = ground;
  const forMs = pick(random, [50, 300, 1000, 3000]) + random.below(500);
  const target = ground.layer === "mapreduce"
    ? drawJobTarget(kind, random, machines)
    : drawTarget(random, ground);
  const linkFrom = ground.layer === "mapreduce" ? 1 : 0;
  switch (kind) {
    case "halves":
      return { kind, atMs, forMs, left: drawSide(random, ground) };
    case "isolate":
    case "clog":
      return {
        kind,
        atMs,
        forMs,
        target,
        direction: pick<CutDirection>(random, ["both", "inbound", "outbound"]),
      };
    case "bridge":
      return { kind, atMs, forMs, bridge: random.below(machines) };
    case "flap":
      return {
        kind,
        atMs,
        forMs,
        ...drawLink(random, machines, linkFrom),
        periodMs: pick(random, [20, 100, 400]),
      };
    case "weather":
      return { kind, atMs, forMs, conditions: pick(random, [STORM, UNRELIABLE_REQUEST, slowLine(random)]) };
    case "badLink":
      return { kind, atMs, forMs, ...drawLink(random, machines, linkFrom), conditions: drawBad(random) };
    case "badMessages":
      return { kind, atMs, forMs, only: pick(random, MESSAGE_KINDS), conditions: drawBad(random) };
    case "crashAt": {
      const at = ground.layer === "mapreduce" && random.chance(0.5) ? 0 : target;
      const point = ground.layer !== "mapreduce"
        ? pick(random, TOUCHED)
        : pick(random, at === 0 ? DISK_POINTS : PROGRAM_POINTS);
      const drawn = random.between(1, 8);
      const nth = RARE_POINTS.includes(point) ? 1 : point === "read" ? Math.ceil(drawn / 2) : drawn;
      return {
        kind,
        atMs,
        forMs,
        target: at,
        point,
        nth,
        loss: pick(random, ["drawn", "lost", "prefix", "mixed", "kept"]),
      };
    }
    case "majorityRing":
    case "crashAll":
      return { kind, atMs, forMs };
    case "crashGroup":
      return { kind, atMs, forMs, group: random.below(groups + 1) };
    case "drift":
      return { kind, atMs, forMs, target, ppm: pick(random, [-200_000, -1000, 1000, 200_000]) };
    case "clockJump":
      return { kind, atMs, target, jumpMs: pick(random, [10, 500, 10_000]) };
    case "slowDisk":
      return {
        kind,
        atMs,
        forMs,
        target,
        delay: { kind: "uniform", lowMs: 5, highMs: pick(random, [50, 500]) },
      };
    case "loseMap":
      return { kind, atMs, map: random.below(1000) };
    case "damageMap":
      return {
        kind,
        atMs,
        map: random.below(1000),
        reduce: random.below(1000),
        how: pick(random, ["flip", "cut"]),
        place: random.next(),
      };
    case "members":
      return drawChange(random, ground, { atMs, patienceMs: forMs * 3 });
    case "versions":
      return { kind, atMs, forMs: Math.min(forMs, 600), target, to: random.chance(0.75) ? 2 : 1 };
    case "slowInput":
      return { kind, atMs, forMs: forMs * 4, target: 2 + random.below(ground.nodes) };
    default:
      return { kind, atMs, forMs, target };
  }
}

/** The number of the group that a fault's target is in. */
export function groupOf(fault: Fault, { layer, nodes }: Ground): number {
  if (layer !== "shard" || !("target" in fault)) return 0;
  const { target } = fault;
  return typeof target === "number" ? Math.floor(target / nodes) : Number(target.slice("leader ".length));
}

function drawTarget(random: Random, { layer, machines, groups }: Ground): Target {
  if (!random.chance(0.5)) return random.below(machines);
  return layer === "shard" ? `leader ${random.below(groups + 1)}` : "leader";
}

function drawJobTarget(kind: FaultKind, random: Random, machines: number): number {
  if (OF_SERVERS.includes(kind)) return 0;
  return kind === "crash" ? random.below(machines) : 1 + random.below(machines - 1);
}

/** A link between two of the machines from number `first` on. */
function drawLink(random: Random, machines: number, first: number): { from: number; to: number } {
  const count = machines - first;
  const from = random.below(count);
  return { from: first + from, to: first + (from + 1 + random.below(count - 1)) % count };
}

/** Loss, delay, repetition, or reordering: one thing at a time, so that what follows tells which it was. */
function drawBad(random: Random): LinkConditions {
  return pick<LinkConditions>(random, [
    { ...LOCAL_AREA, lossRate: pick(random, [0.5, 1]) },
    { ...LOCAL_AREA, delay: { kind: "uniform", lowMs: 20, highMs: pick(random, [60, 600]) } },
    { ...RELIABLE, delay: { kind: "uniform", lowMs: 0, highMs: 40 }, duplicateRate: 0.7 },
    { ...RELIABLE, holdBack: { rate: 0.5, minMs: 50, spreadMs: 800 } },
  ]);
}

/** Some machines; where there are groups, as often the members of one against all others. */
function drawSide(random: Random, { layer, machines, nodes, groups }: Ground): number[] {
  if (layer === "shard" && random.chance(0.5)) {
    const group = random.below(groups + 1);
    return Array.from({ length: nodes }, (_, at) => group * nodes + at);
  }
  const side: number[] = [];
  for (let node = 0; node < machines; node++) if (random.chance(0.5)) side.push(node);
  if (side.length === 0) side.push(random.below(machines));
  return side.length === machines ? side.slice(1) : side;
}

function slowLine(random: Random): LinkConditions {
  return { ...LOCAL_AREA, bytesPerSecond: pick(random, [2000, 20_000]) };
}
