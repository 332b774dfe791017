/**
 * Draws a plan from a seed, swarm fashion: first which faults and how much of each, then the faults.
 *
 * A run in which everything is possible at once looks like every other such run; drawing the ratios first makes runs that
 * differ.
 * @module
 */

import { type Random, seededRandom } from "../../runtime/random.ts";
import {
  type Delay,
  type LinkConditions,
  LOCAL_AREA,
  RELIABLE,
  STORM,
  UNRELIABLE_REQUEST,
} from "../sim/conditions.ts";
import {
  type CutDirection,
  type Fault,
  FAULT_KINDS,
  type FaultKind,
  type Knobs,
  type Load,
  type RunPlan,
  type Target,
} from "./plan.ts";

/** What may be fixed instead of drawn. */
export interface SwarmOptions {
  /** How long faults strike. */
  readonly safetyMs: number;
}

/** The plan of `seed`. Equal seeds and options give equal plans. */
export function drawPlan(seed: number, options: SwarmOptions): RunPlan {
  const random = seededRandom(seed).split("plan");
  const nodes = random.split("nodes").chance(0.5) ? 3 : 5;
  const knobs = drawKnobs(random.split("knobs"));
  return {
    format: "flotilla-plan-1",
    seed,
    nodes,
    isolation: seed % 16 === 0 ? "wire" : "copy",
    safetyMs: options.safetyMs,
    links: drawLinks(random.split("links")),
    disk: drawDisk(random.split("disk")),
    knobs,
    load: drawLoad(random.split("load")),
    faults: drawFaults(random.split("faults"), nodes, options.safetyMs, knobs.electionMs),
    core: drawCore(random.split("core"), nodes),
    outside: drawOutside(random.split("outside"), knobs),
  };
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.below(choices.length)];
}

function drawKnobs(random: Random): Knobs {
  const electionMs = pick(random, [150, 300, 300, 600]);
  return {
    electionMs,
    heartbeatMs: Math.round(electionMs / pick(random, [3, 3, 5])),
    diskStallMs: electionMs * 4,
    maxAppendEntries: pick(random, [1, 2, 16, 512]),
    maxInFlightAppends: pick(random, [1, 4, 64]),
    snapshotChunkBytes: pick(random, [48, 400, 64_000]),
    maxLogSizeBytes: pick(random, [0, 300, 1000, 8000]),
    preVote: random.chance(0.9),
    checkQuorum: random.chance(0.9),
  };
}

function drawLinks(random: Random): LinkConditions {
  const links = pick(random, [LOCAL_AREA, LOCAL_AREA, RELIABLE, UNRELIABLE_REQUEST]);
  return random.chance(0.3) ? { ...links, duplicateRate: 0.05, inOrder: false } : links;
}

function drawDisk(random: Random): Delay {
  return pick<Delay>(random, [
    { kind: "fixed", ms: 0.2 },
    { kind: "uniform", lowMs: 0.1, highMs: 2 },
    { kind: "exponential", minMs: 0.2, meanMs: 5, maxMs: 200 },
  ]);
}

function drawLoad(random: Random): Load {
  const putShare = pick(random, [0.1, 0.3, 0.5]);
  return {
    clients: random.between(2, 6),
    keys: random.between(1, 4),
    pauseMs: pick(random, [60, 120, 240]),
    putShare,
    appendShare: random.next() * (0.8 - putShare),
    timeoutMs: pick(random, [500, 2000, 5000]),
    operationsEach: 0,
  };
}

function drawCore(random: Random, nodes: number): number[] {
  const all = Array.from({ length: nodes }, (_, node) => node);
  for (let at = nodes - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [all[at], all[other]] = [all[other], all[at]];
  }
  return all.slice(0, Math.floor(nodes / 2) + 1).sort((left, right) => left - right);
}

/**
 * Without preliminary votes a node that hears nobody disturbs for ever whoever hears it, and without a quorum check a leader
 * that hears nobody keeps everybody else from standing: then the outside is cut off altogether.
 */
function drawOutside(random: Random, knobs: Knobs): CutDirection | "none" {
  const direction = pick<CutDirection | "none">(random, ["both", "inbound", "outbound", "none"]);
  return knobs.preVote && knobs.checkQuorum ? direction : "both";
}

function drawFaults(random: Random, nodes: number, safetyMs: number, electionMs: number): Fault[] {
  const kinds = FAULT_KINDS.filter((kind) => random.split(`use ${kind}`).chance(0.4));
  const meanGapMs = pick(random.split("gap"), [400, 1000, 2500]);
  const faults: Fault[] = [];
  const times = random.split("times");
  // A disk that is lost for good takes a voter away: never more of those than the cluster can do without.
  let disksToLose = Math.floor((nodes - 1) / 2);
  // Time for a first leader and first answers: a cluster that never once served has nothing that a fault could break.
  let atMs = 4 * electionMs + Math.round(times.next() * meanGapMs);
  for (let number = 0; kinds.length > 0 && atMs < safetyMs; number++) {
    const draw = random.split(`fault ${number}`);
    const kind = pick(draw, kinds);
    const losesDisk = kind === "wipe" || kind === "bitFlip";
    if (!losesDisk || disksToLose > 0) {
      faults.push(drawFault(kind, draw, nodes, atMs));
      if (losesDisk) disksToLose--;
    }
    atMs += 50 + Math.round(times.next() * 2 * meanGapMs);
  }
  return faults;
}

function drawTarget(random: Random, nodes: number): Target {
  return random.chance(0.5) ? "leader" : random.below(nodes);
}

function drawFault(kind: FaultKind, random: Random, nodes: number, atMs: number): Fault {
  const forMs = pick(random, [50, 300, 1000, 3000]) + random.below(500);
  const target = drawTarget(random, nodes);
  switch (kind) {
    case "halves":
      return { kind, atMs, forMs, left: drawSide(random, nodes) };
    case "isolate":
      return {
        kind,
        atMs,
        forMs,
        target,
        direction: pick<CutDirection>(random, ["both", "inbound", "outbound"]),
      };
    case "bridge":
      return { kind, atMs, forMs, bridge: random.below(nodes) };
    case "flap": {
      const from = random.below(nodes);
      const to = (from + 1 + random.below(nodes - 1)) % nodes;
      return { kind, atMs, forMs, from, to, periodMs: pick(random, [20, 100, 400]) };
    }
    case "weather":
      return { kind, atMs, forMs, conditions: pick(random, [STORM, UNRELIABLE_REQUEST, slowLine(random)]) };
    case "majorityRing":
    case "crashAll":
      return { kind, atMs, forMs };
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
    case "crash":
    case "wipe":
    case "bitFlip":
    case "pause":
    case "hungDisk":
    case "fullDisk":
    case "failingSync":
      return { kind, atMs, forMs, target };
  }
}

function drawSide(random: Random, nodes: number): number[] {
  const side: number[] = [];
  for (let node = 0; node < nodes; node++) if (random.chance(0.5)) side.push(node);
  if (side.length === 0) side.push(random.below(nodes));
  return side.length === nodes ? side.slice(1) : side;
}

function slowLine(random: Random): LinkConditions {
  return { ...LOCAL_AREA, bytesPerSecond: pick(random, [2000, 20_000]) };
}
