/**
 * Faults reduced to their effect on a leader, and the scenes that most bugs of consensus need.
 * @module
 */

import { pick } from "../nemesis/draw_fault.ts";
import { among } from "./smaller.ts";
import type { MembersFault } from "../nemesis/churn_faults.ts";
import type { CutDirection, Fault, FaultKind, Load, RunPlan, Target } from "../nemesis/plan.ts";
import { machinesOf } from "../nemesis/swarm.ts";
import type { Random } from "../../runtime/random.ts";
import { type LinkConditions, RELIABLE } from "../sim/conditions.ts";

/** A node dies. */
const DEATHS: readonly FaultKind[] = [
  "crash",
  "crashAt",
  "crashAll",
  "wipe",
  "bitFlip",
  "misdirect",
  "failingSync",
  "failingWrite",
  "fullDisk",
];
/** A node is heard no more, or hears nobody. */
const SILENCES: readonly FaultKind[] = [
  "halves",
  "isolate",
  "bridge",
  "majorityRing",
  "flap",
  "weather",
  "clog",
  "pause",
  "hungDisk",
];

/** Messages come late, or more than once. */
const LATE: readonly FaultKind[] = ["weather", "badLink", "badMessages", "clog", "slowDisk"];
/** Those that do harm when they come late. */
const OLD_NEWS = [
  "snapshotRequest",
  "snapshotReply",
  "appendRequest",
  "appendAccepted",
  "appendRejected",
  "voteReply",
];

/** Hardly anything but writes. */
const WRITES: Partial<Load> = { putShare: 0.9, appendShare: 0 };

/** A fault without its times. */
export type PlainFault =
  | { readonly kind: "crash"; readonly target: Target }
  | { readonly kind: "crashAll" }
  | { readonly kind: "isolate"; readonly target: Target; readonly direction: CutDirection }
  | { readonly kind: "badMessages"; readonly only: string; readonly conditions: LinkConditions };

/** What happens in a scene. */
export interface Scene {
  readonly faults: readonly Fault[];
  /** When clients ask, if that matters. */
  readonly load: Partial<Load>;
}

/** Most faults make a leader die or go silent. */
export function plainOf({ kind }: Fault, plan: RunPlan, random: Random): PlainFault | null {
  if (kind === "crashAll") return { kind };
  if (DEATHS.includes(kind)) return { kind: "crash", target: drawLeader(plan, random) };
  if (LATE.includes(kind) && random.chance(0.5)) return { kind: "badMessages", ...drawLate(random) };
  if (!SILENCES.includes(kind)) return null;
  const direction = pick<CutDirection>(random, ["both", "both", "inbound", "outbound"]);
  return { kind: "isolate", target: drawLeader(plan, random), direction };
}

/**
 * After other faults anybody may die: many a bug lies in what is on a disk, and shows when somebody comes up from it. Half of the time it
 * is somebody who was struck before. Null for a job, where deaths are not of a leader.
 */
export function plainDeath(plan: RunPlan, before: readonly Fault[], random: Random): PlainFault | null {
  if (plan.layer === "mapreduce") return null;
  const struck = before.flatMap((fault) => "target" in fault ? [fault.target] : []);
  const target = struck.length > 0 && random.chance(0.5) ? pick(random, struck) : drawLeader(plan, random);
  return { kind: "crash", target };
}

/** Of a fleet, the leader of one of its groups. */
function drawLeader({ layer, groups }: RunPlan, random: Random): Target {
  return layer === "shard" ? `leader ${random.below(groups + 1)}` : "leader";
}

/** Whether plain faults may stand for those of a plan: not where somebody asked for one kind and no other. */
export function mayBePlain({ layer, faults }: RunPlan): boolean {
  return layer !== "mapreduce" && new Set(faults.map(({ kind }) => kind)).size > 1;
}

/** Which scene is drawn. */
export interface SceneOptions {
  /** The failing plan: what happened there may happen here. */
  readonly model: RunPlan;
  /** When it begins. */
  readonly atMs: number;
  /** Whether somebody has to read to see that a law is broken. */
  readonly reads: boolean;
}

/** A scene for `plan`, as it may have happened in the failing one; null if nobody there died or went silent. */
export function drawScene(plan: RunPlan, random: Random, { model, atMs, reads }: SceneOptions): Scene | null {
  const has = (kinds: readonly FaultKind[]) => model.faults.some(({ kind }) => kinds.includes(kind));
  if (!mayBePlain(model)) return null;
  const ms = electionSpan(plan, random);
  // With a newcomer two are left, and no other side.
  if (has(["members"]) && (plan.spares > 0 || random.chance(reads ? 0.25 : 0.5))) {
    return random.chance(plan.spares > 0 ? 0.1 : 0.4)
      ? changedOften(plan, random, atMs, ms)
      : changedAlone(plan, random, atMs, ms);
  }
  // Whoever dies leaves questions unanswered, too.
  if (plan.layer === "shard") return has(SILENCES) || has(DEATHS) ? unanswered(random, atMs, ms) : null;
  if (!has(SILENCES)) return null;
  if (!reads && has(LATE) && random.chance(has(DEATHS) ? 0.3 : 0.5)) return overtaken(plan, random, atMs, ms);
  // Who reads at a leader that is one no longer needs nobody to die.
  if (reads && random.chance(has(DEATHS) ? 0.5 : 0.8)) return twoLeaders(plan, random, atMs, ms);
  if (has(DEATHS) && random.chance(0.25)) return unlearnt(random, atMs, ms);
  const load = !reads && random.chance(0.6) ? longTail(atMs, ms) : {};
  return figure8(random, atMs, ms, { dies: has(DEATHS) && random.chance(0.8), load });
}

/** A time between so many elections and so many. */
type Span = (low: number, high: number) => number;

function electionSpan({ knobs: { electionMs } }: RunPlan, random: Random): Span {
  return (low, high) => Math.round(electionMs * (low + random.next() * (high - low)));
}

/** A slow operator, and one or two quick ones who do not wait for him: what he takes for granted they have changed meanwhile. */
function changedOften(plan: RunPlan, random: Random, atMs: number, ms: Span): Scene {
  const first = random.below(plan.nodes);
  const faults = Array.from({ length: random.between(2, 3) }, (_, nth): Fault => {
    const times = nth === 0
      ? { atMs, everyMs: ms(0.3, 1) }
      : { atMs: atMs + ms(0, 2), everyMs: ms(0.03, 0.2) };
    const change = drawChange(plan, random);
    // Each has somebody else in mind.
    const whom = "target" in change ? { target: (first + nth) % plan.nodes } : {};
    return { ...change, ...whom, ...times, forMs: ms(8, 20) };
  });
  return { faults: inTime(faults), load: {} };
}

/**
 * The members change while the leader is cut off: whoever takes the change in may have to take it back, and goes by what others do not
 * know of. Where somebody joins two are left, and no other side: there the newcomer is cut off, and what it gets when it comes back is
 * all that it learns. Or somebody else is, and may be the one that counts. Half of the time somebody dies on top of it.
 */
function changedAlone(plan: RunPlan, random: Random, atMs: number, ms: Span): Scene {
  const everyMs = ms(0.3, 1);
  const change = { ...drawChange(plan, random), atMs, forMs: ms(6, 15), everyMs };
  // Whoever is asked asks the others first what they can read, and takes the change in when it is asked again: the cut comes between.
  const look = pick(random, "newcomer" in change ? [0, 1, 2, 3] : [1, 1, 1, 2, 3]);
  const cutAtMs = Math.max(0, Math.round(atMs + everyMs * (look - 0.6 * random.next())));
  const other = "newcomer" in change ? change.newcomer : random.below(plan.nodes);
  const target = random.chance("newcomer" in change ? 0.3 : 0.7) ? "leader" : other;
  const direction = pick<CutDirection>(random, ["both", "both", "inbound", "outbound"]);
  const cut: Fault = { kind: "isolate", atMs: cutAtMs, forMs: ms(1.5, 6), target, direction };
  // What the others write meanwhile makes their logs shorter: then it gets a snapshot.
  const fromMs = target === "leader" ? cutAtMs + ms(0.5, 1.5) : Math.max(0, cutAtMs + ms(-0.5, 0.5));
  const load = random.chance(0.5) ? { ...WRITES, fromMs, pauseMs: ms(0.03, 0.3) } : {};
  if (random.chance(0.5)) return { faults: inTime([change, cut]), load };
  const deathMs = { atMs: cutAtMs + ms(0.5, 5), forMs: ms(0.2, 4) };
  const death: Fault = random.chance(0.3)
    ? { kind: "crashAll", ...deathMs }
    : { kind: "crash", ...deathMs, target: "leader" };
  return { faults: inTime([change, cut, death]), load };
}

function inTime(faults: readonly Fault[]): Fault[] {
  return faults.toSorted((left, right) => left.atMs - right.atMs);
}

/** One that the plan has, or a plain one: somebody joins, where there is anybody to join, or goes. */
function drawChange(plan: RunPlan, random: Random): MembersFault {
  const asked = plan.faults.filter((fault) => fault.kind === "members");
  const times = { kind: "members", atMs: 0, forMs: 0, everyMs: 0 } as const;
  if (asked.length > 0 && random.chance(0.4)) {
    const model = among(pick(random, asked), machinesOf(plan), plan.groups);
    if (model.kind === "members") return model;
  }
  if (plan.spares > 0 && random.chance(0.7)) return { ...times, change: "join", newcomer: plan.nodes };
  const target = pick<Target>(random, ["leader", "leader", random.below(plan.nodes)]);
  return {
    ...times,
    change: pick(random, ["leave", "leave", "retire", "retire", "rejoin", "rejoin"]),
    target,
  };
}

/**
 * The scene of Raft's figure 8: a leader is cut off with what it alone knows, the next one dies, or is cut off, too - half of the time
 * with what it could not pass on - and the first one comes back.
 */
function figure8(
  random: Random,
  atMs: number,
  ms: Span,
  { dies, load }: { readonly dies: boolean; readonly load: Partial<Load> },
): Scene {
  const cut: Fault = { kind: "isolate", atMs, forMs: ms(2, 9), target: "leader", direction: "both" };
  const next = { atMs: atMs + ms(1.3, 5), forMs: ms(0.2, 8), target: "leader" } as const;
  const death: Fault = dies ? { kind: "crash", ...next } : { kind: "isolate", ...next, direction: "both" };
  if (random.chance(0.5)) return { faults: [cut, death], load };
  const conditions = { ...RELIABLE, lossRate: 1 };
  const lost: Fault = {
    kind: "badMessages",
    atMs: atMs + ms(0, 1),
    forMs: ms(1, 5),
    only: "appendRequest",
    conditions,
  };
  return { faults: [cut, lost, death], load };
}

/**
 * A node is cut off while the others go on without it, and when it comes back what it is told, or tells them, is old news: messages of
 * one kind come late, or twice.
 */
function overtaken({ nodes }: RunPlan, random: Random, atMs: number, ms: Span): Scene {
  const forMs = ms(1.5, 6);
  const target = random.chance(0.5) ? "leader" : random.below(nodes);
  return {
    faults: [
      { kind: "isolate", atMs, forMs, target, direction: "both" },
      { kind: "badMessages", atMs: atMs + forMs - ms(0, 0.5), forMs: ms(1, 4), ...drawLate(random) },
    ],
    load: {},
  };
}

/** A leader is cut off with what it alone knows, comes back, has to unlearn it, and dies with everybody: it must not know it again. */
function unlearnt(random: Random, atMs: number, ms: Span): Scene {
  const forMs = ms(2, 4);
  return {
    faults: [
      { kind: "isolate", atMs, forMs, target: "leader", direction: "both" },
      { kind: "crashAll", atMs: atMs + forMs + ms(0.2, 2), forMs: ms(0.1, 1) },
    ],
    load: random.chance(0.7) ? longTail(atMs, ms) : {},
  };
}

function drawLate(random: Random): { readonly only: string; readonly conditions: LinkConditions } {
  const conditions = pick<LinkConditions>(random, [
    { ...RELIABLE, holdBack: { rate: 0.5, minMs: 20, spreadMs: 800 } },
    { ...RELIABLE, delay: { kind: "uniform", lowMs: 0, highMs: 40 }, duplicateRate: 0.7 },
  ]);
  return { only: pick(random, OLD_NEWS), conditions };
}

/** Clients that write and soon give up: what a leader that is cut off takes in grows long. */
function longTail(atMs: number, ms: Span): Partial<Load> {
  const fromMs = Math.max(0, atMs - ms(0, 0.5));
  return { ...WRITES, timeoutMs: ms(0.3, 0.8), fromMs, pauseMs: ms(0.02, 0.3) };
}

/**
 * Many questions or answers are lost while shards move: somebody asks the next owner what the last one may have done. What was appended
 * twice is there twice, and whoever wrote has to read to see it.
 */
function unanswered(random: Random, atMs: number, ms: Span): Scene {
  const conditions = { ...RELIABLE, lossRate: pick(random, [0.3, 0.5, 0.7]) };
  const forMs = ms(2, 12);
  const load = random.chance(0.6)
    ? { putShare: 0.1, appendShare: 0.6, fromMs: atMs, pauseMs: ms(0.1, 1), keys: 1 }
    : {};
  return { faults: [{ kind: "badMessages", atMs, forMs, only: "call", conditions }], load };
}

/** A leader is cut off, or stands still, and does not know yet that there is another one, and clients reach both. */
function twoLeaders(plan: RunPlan, random: Random, atMs: number, ms: Span): Scene {
  const { knobs: { checkQuorum }, load: { clients } } = plan;
  const times = { atMs, forMs: ms(2, 7), target: "leader" } as const;
  const cut: Fault = random.chance(0.75)
    ? { kind: "isolate", ...times, direction: "both" }
    : { kind: "pause", ...times };
  const load = {
    clients: Math.min(2, clients),
    operationsEach: random.between(3, 6),
    // Whoever misses its majority soon leads no longer.
    fromMs: atMs + (checkQuorum ? ms(0.8, 1.8) : ms(1, 3)),
    pauseMs: ms(0.03, 0.35),
    putShare: 0.5,
    appendShare: 0,
  };
  return { faults: [cut], load };
}
