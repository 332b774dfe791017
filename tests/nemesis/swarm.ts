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
  UNRELIABLE_REQUEST,
} from "../sim/conditions.ts";
import { CHURN, drawChurn } from "./churn.ts";
import { drawFault, type Ground, groupOf } from "./draw_fault.ts";
import { pick } from "./pick.ts";
import { overtaken, OVERTAKEN_SHARE } from "./overtaken.ts";
import {
  type CutDirection,
  type Fault,
  type FaultKind,
  FAULTS_OF,
  isLineFault,
  type Knobs,
  type Layer,
  type Load,
  LOSES_DISK,
  type RunPlan,
} from "./plan.ts";

/** What may be fixed instead of drawn; null for what is drawn. */
export interface SwarmOptions {
  /** How long faults strike. */
  readonly safetyMs: number;
  /** `all`: drawn, too. @default {"kv"} */
  readonly layer?: Layer | "all";
  /** @default {"append" for `kv`; drawn elsewhere} */
  readonly workload?: string | null;
  /** Only these kinds of faults, and all of them. */
  readonly faults?: readonly FaultKind[] | null;
  readonly nodes?: number | null;
  readonly clients?: number | null;
  /** Operations a second of all clients together. */
  readonly perSecond?: number | null;
}

/** The workloads of each layer. `tests/workloads/registry.ts` has one for each name, and a test sees to it. */
export const WORKLOADS_OF: Readonly<Record<Layer, readonly string[]>> = {
  raft: ["log"],
  kv: ["append", "register", "cas", "set", "bank", "queue", "ids", "lock", "watch", "lease", "txn"],
  shard: ["moves", "register"],
  mapreduce: ["wordcount"],
};

/** A job and a fleet take longer than a cluster: how many runs in a hundred are whose. */
const SHARES: readonly (readonly [Layer, number])[] = [
  ["raft", 0.25],
  ["kv", 0.5],
  ["shard", 0.15],
  ["mapreduce", 0.1],
];

/** The plan of `seed`. Equal seeds and options give equal plans. */
export function drawPlan(seed: number, options: SwarmOptions): RunPlan {
  const random = seededRandom(seed).split("plan");
  const layer = drawLayer(random.split("layer"), options);
  const workload = drawWorkload(random.split("workload"), layer, options);
  const drawnNodes = random.split("nodes").chance(0.5) ? 3 : 5;
  const nodes = options.nodes ?? (layer === "shard" || layer === "mapreduce" ? 3 : drawnNodes);
  const groups = layer === "shard" ? random.split("groups").between(2, 3) : 1;
  const knobs = drawKnobs(random.split("knobs"), workload);
  const outside = drawOutside(random.split("outside"), knobs);
  const churn = drawChurn(
    random.split("churn"),
    { layer, nodes, electionMs: knobs.electionMs, safetyMs: options.safetyMs },
    options.faults ?? null,
  );
  const plan: RunPlan = {
    format: "flotilla-plan-3",
    seed,
    layer,
    workload,
    nodes,
    spares: churn.spares,
    old: churn.old,
    groups,
    changes: workload === "moves" ? random.split("changes").between(2, 12) : 0,
    size: null,
    isolation: seed % 16 === 0 ? "wire" : "copy",
    safetyMs: options.safetyMs,
    links: drawLinks(random.split("links")),
    disk: drawDisk(random.split("disk")),
    knobs,
    load: drawLoad(random.split("load"), layer, options),
    faults: drawFaults(
      random.split("faults"),
      { layer, nodes, groups, spares: churn.spares },
      options,
      knobs.electionMs,
    ),
    core: drawCore(random.split("core"), { layer, nodes, groups }),
    outside,
  };
  // Where somebody says which faults there are, or how much is asked, it stays at that.
  const free = (layer === "raft" || layer === "kv") && (options.faults ?? null) === null &&
    (options.perSecond ?? null) === null;
  const theme = random.split("theme");
  const themed = free && theme.chance(OVERTAKEN_SHARE) ? overtaken(plan, theme) : plan;
  if (churn.faults.length === 0) return themed;
  const faults = [...themed.faults, ...churn.faults].sort((left, right) => left.atMs - right.atMs);
  return { ...themed, faults };
}

function drawLayer(random: Random, { layer = "kv" }: SwarmOptions): Layer {
  if (layer !== "all") return layer;
  let left = random.next();
  for (const [name, share] of SHARES) {
    left -= share;
    if (left < 0) return name;
  }
  return "kv";
}

function drawWorkload(random: Random, layer: Layer, { workload, layer: wanted }: SwarmOptions): string {
  const names = WORKLOADS_OF[layer];
  if (workload === undefined || workload === null) {
    return wanted === undefined ? names[0] : pickWorkload(random, names);
  }
  return names.includes(workload) ? workload : pickWorkload(random, names);
}

/** `txn` is drawn apart: it came when seeds of the others were on record, and most of them keep what they had. */
function pickWorkload(random: Random, names: readonly string[]): string {
  const others = names.filter((name) => name !== "txn");
  const drawn = pick(random, others);
  return others.length < names.length && random.split("txn").chance(1 / names.length) ? "txn" : drawn;
}

/**
 * Lists grow, and every answer that held one is kept for who may ask again: half a megabyte in pieces of 48 bytes takes longer than a
 * majority may take to recover (seed 811074).
 */
const LEAST_CHUNK_OF_LISTS = 4096;

function drawKnobs(random: Random, workload: string): Knobs {
  const electionMs = pick(random, [150, 300, 300, 600]);
  return {
    electionMs,
    heartbeatMs: Math.round(electionMs / pick(random, [3, 3, 5])),
    diskStallMs: electionMs * 4,
    maxAppendEntries: pick(random, [1, 2, 16, 512]),
    maxInFlightAppends: pick(random, [1, 4, 64]),
    snapshotChunkBytes: Math.max(
      pick(random, [48, 400, 64_000]),
      workload === "txn" ? LEAST_CHUNK_OF_LISTS : 0,
    ),
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

function drawLoad(random: Random, layer: Layer, options: SwarmOptions): Load {
  const putShare = pick(random, [0.1, 0.3, 0.5]);
  const drawn = random.between(2, 6);
  const clients = options.clients ?? drawn;
  // Keys enough that every shard has one.
  const keys = random.between(1, 4) * (layer === "shard" ? 3 : 1);
  const pauseMs = pick(random, [60, 120, 240]);
  const { perSecond = null } = options;
  return {
    clients,
    keys,
    pauseMs: perSecond === null ? pauseMs : clients * 1000 / perSecond,
    putShare,
    appendShare: random.next() * (0.8 - putShare),
    timeoutMs: pick(random, [500, 2000, 5000]),
    operationsEach: 0,
    fromMs: 0,
  };
}

/** A majority of every group that there is: each has `nodes` members, one after another. */
function drawCore(random: Random, { layer, nodes, groups }: Omit<Ground, "machines">): number[] {
  if (layer === "mapreduce") return [];
  const sides = layer === "shard" ? groups + 1 : 1;
  const core: number[] = [];
  for (let side = 0; side < sides; side++) {
    const all = Array.from({ length: nodes }, (_, node) => side * nodes + node);
    for (let at = nodes - 1; at > 0; at--) {
      const other = random.below(at + 1);
      [all[at], all[other]] = [all[other], all[at]];
    }
    core.push(...all.slice(0, Math.floor(nodes / 2) + 1));
  }
  return core.sort((left, right) => left - right);
}

/**
 * Without preliminary votes a node that hears nobody disturbs for ever whoever hears it, and without a quorum check a leader
 * that hears nobody keeps everybody else from standing: then the outside is cut off altogether.
 */
function drawOutside(random: Random, knobs: Knobs): CutDirection | "none" {
  const direction = pick<CutDirection | "none">(random, ["both", "inbound", "outbound", "none"]);
  return knobs.preVote && knobs.checkQuorum ? direction : "both";
}

/** What strikes one link takes two machines. */
const OF_LINKS: readonly FaultKind[] = ["flap", "badLink"];

/** What a run is about, as far as its machines are counted by it. */
export type Place = Pick<RunPlan, "layer" | "nodes" | "groups" | "spares">;

/** How many machines faults can strike. */
export function machinesOf({ layer, nodes, groups, spares }: Place): number {
  if (layer === "shard") return (groups + 1) * nodes;
  // The server of the shared folder and the coordinator come first.
  return layer === "mapreduce" ? nodes + 2 : nodes + spares;
}

function drawFaults(
  random: Random,
  place: Place,
  { safetyMs, faults: wanted = null }: SwarmOptions,
  electionMs: number,
): Fault[] {
  const ground: Ground = { ...place, machines: machinesOf(place) };
  const possible = FAULTS_OF[place.layer].filter((kind) =>
    !CHURN.includes(kind) && (ground.machines > 1 || !OF_LINKS.includes(kind))
  );
  const kinds = wanted === null
    ? possible.filter((kind) => random.split(`use ${kind}`).chance(0.4))
    : possible.filter((kind) => wanted.includes(kind));
  // A job is over within seconds.
  const gaps = place.layer === "mapreduce" ? [100, 250, 600] : [400, 1000, 2500];
  const meanGapMs = pick(random.split("gap"), gaps);
  const faults: Fault[] = [];
  const times = random.split("times");
  // A disk that is lost for good takes a voter away: never more of those than its group can do without.
  const disksLost = new Map<number, number>();
  // Time for a first leader and first answers: a cluster that never once served has nothing that a fault could break.
  let atMs = place.layer === "mapreduce"
    ? 10 + Math.round(times.next() * 60)
    : 4 * electionMs + Math.round(times.next() * meanGapMs);
  for (let number = 0; kinds.length > 0 && atMs < safetyMs; number++) {
    const draw = random.split(`fault ${number}`);
    // A small job is over before a second fault: the first one must be one that always takes hold.
    const sure = place.layer === "mapreduce" && number === 0 && wanted === null;
    const kind = sure ? pick<FaultKind>(draw, ["crash", "pause"]) : pick(draw, kinds);
    const fault = drawFault(kind, draw, ground, atMs);
    const group = groupOf(fault, ground);
    const lost = disksLost.get(group) ?? 0;
    if (!LOSES_DISK.includes(kind)) faults.push(fault);
    else if (lost < Math.floor((place.nodes - 1) / 2)) {
      faults.push(fault);
      disksLost.set(group, lost + 1);
    }
    const gapMs = 50 + Math.round(times.next() * 2 * meanGapMs);
    // Much of what goes wrong goes wrong when something heals: now and then the next fault strikes just then.
    const last = faults.at(-1);
    const heals = last !== undefined && "forMs" in last ? last.atMs + last.forMs : 0;
    const meets = times.chance(0.25) && heals > atMs && heals < safetyMs;
    atMs = meets ? heals + times.between(-20, 60) : atMs + gapMs;
  }
  // A trap may never spring, a machine that is down cannot die: without a cut a whole plan could come to nothing.
  const sure = faults.some(({ kind }) => isLineFault(kind));
  if (sure || wanted !== null || place.layer === "mapreduce") return faults;
  const cut = drawFault("isolate", random.split("sure"), ground, Math.round(safetyMs * 0.6));
  return [...faults, cut].sort((left, right) => left.atMs - right.atMs);
}
