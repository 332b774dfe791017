/**
 * Small plans out of what a failing plan is made of, from nothing.
 *
 * What takes a large plan apart gets stuck where a bug needs its moment: with one client less everything happens at another time, and the
 * moment is gone. So plans are drawn that are small from the outset - the same kinds of faults, the same knobs or quicker ones, few
 * operations spread over the time in which the faults strike - until one of them breaks the law. A small run costs a millisecond or two.
 * @module
 */

import { drawFault, type Ground, pick } from "../nemesis/draw_fault.ts";
import type { Fault, Knobs, Load, RunPlan } from "../nemesis/plan.ts";
import { machinesOf } from "../nemesis/swarm.ts";
import { type Random, seededRandom } from "../../runtime/random.ts";
import { type Delay, LOCAL_AREA } from "../sim/conditions.ts";
import { drawScene, mayBePlain, plainDeath, plainOf } from "./scenes.ts";
import { GOAL } from "./size.ts";
import { among, isLarge, JOB_SIZES, withFewNodes, withoutSpares } from "./smaller.ts";

/** A disk on which much happens while something is written. */
const SLOW: Delay = { kind: "uniform", lowMs: 5, highMs: 50 };

/** What is grown. */
export interface GrowOptions {
  /** So many operations at most. */
  readonly operations: number;
  /** Which of all the small plans. */
  readonly nth: number;
  /** Whether somebody has to read to see that the law is broken; otherwise writes are worth more. */
  readonly reads: boolean;
}

/** A small plan. Equal options give equal plans. */
export function grown(plan: RunPlan, { operations, nth, reads }: GrowOptions): RunPlan {
  const random = seededRandom(plan.seed).split(`grown ${nth}`);
  // Two and a newcomer, or three that stay: without a third one there is no other side.
  const stay = plan.spares > 0 && random.chance(reads ? 0.8 : 0.6) ? withoutSpares(plan) : plan;
  const base = isLarge(plan) ? withFewNodes(stay) : plan;
  const knobs = drawKnobs(plan.knobs, random.split("knobs"));
  const small: RunPlan = {
    ...base,
    // As the swarm has it: a leader that hears nobody and need not resign would keep all others from standing.
    outside: knobs.preVote && knobs.checkQuorum ? plan.outside : "both",
    seed: random.below(2 ** 32),
    isolation: "copy",
    size: plan.layer === "mapreduce" ? pick(random, JOB_SIZES) : null,
    changes: Math.min(plan.changes, random.below(5)),
    knobs,
    links: random.chance(0.65) ? plan.links : LOCAL_AREA,
    disk: pick<Delay>(random, [plan.disk, plan.disk, { kind: "fixed", ms: 0.2 }, SLOW]),
  };
  const { electionMs } = small.knobs;
  const job = plan.layer === "mapreduce";
  const fromMs = job ? 10 + random.below(400) : Math.round(electionMs * (2 + 2 * random.next()));
  const scene = random.chance(0.45)
    ? drawScene(small, random.split("scene"), { model: plan, atMs: fromMs, reads })
    : null;
  const faults = scene?.faults ?? drawFaults(small, random.split("faults"), fromMs, job ? 100 : electionMs);
  const lastMs = Math.max(
    fromMs,
    ...faults.map((fault) => fault.atMs + ("forMs" in fault ? fault.forMs : 0)),
  );
  const load = {
    ...drawLoad(small, random.split("load"), { operations, fromMs, lastMs, reads }),
    ...scene?.load,
  };
  return {
    ...small,
    faults,
    load,
    safetyMs: Math.round(lastMs + (job ? 2000 : pick(random, [1.5, 3]) * electionMs)),
  };
}

/** Mostly those of the plan; a quick election and a snapshot after every entry save time and operations. */
function drawKnobs(knobs: Knobs, random: Random): Knobs {
  const electionMs = random.chance(0.25) ? knobs.electionMs : Math.min(150, knobs.electionMs);
  const quicker = electionMs / knobs.electionMs;
  return {
    ...knobs,
    electionMs,
    // Most of what happens in a small run is heartbeats: as few as there may be.
    heartbeatMs: Math.round(random.chance(0.3) ? knobs.heartbeatMs * quicker : electionMs / 3),
    diskStallMs: Math.round(knobs.diskStallMs * quicker),
    maxLogSizeBytes: random.chance(0.4) || knobs.maxLogSizeBytes === 0 ? knobs.maxLogSizeBytes : 60,
    maxAppendEntries: random.chance(0.7) ? knobs.maxAppendEntries : 1,
    maxInFlightAppends: random.chance(0.6) ? knobs.maxInFlightAppends : pick(random, [1, 1, 16]),
    // What guards against a leader that was overtaken, or against one more election, hides much of what could be seen of a bug.
    preVote: knobs.preVote && random.chance(0.75),
    checkQuorum: knobs.checkQuorum && random.chance(0.5),
  };
}

function drawFaults(plan: RunPlan, random: Random, fromMs: number, paceMs: number): Fault[] {
  if (plan.faults.length === 0) return [];
  const ground: Ground = { ...plan, machines: machinesOf(plan) };
  if (random.chance(0.4)) return inARow(plan, random.split("in a row"), ground, fromMs, paceMs);
  const count = pick(random, [0, 1, 1, 2, 2, 2, 2, 3, 3, 3]);
  const faults: Fault[] = [];
  let atMs = fromMs;
  for (let number = 0; number < Math.min(count, GOAL.faults); number++) {
    const death = number > 0 && random.chance(0.3) ? plainDeath(plan, faults, random) : null;
    if (death !== null) faults.push({ ...death, atMs, forMs: Math.round(drawSpan(random, paceMs)) });
    else faults.push(drawOne(plan, random, ground, atMs, paceMs));
    atMs += Math.round(drawSpan(random, paceMs));
  }
  return faults;
}

/**
 * Faults of the plan that follow one another, as they stand there, but where everything is just up and without long waits: what belongs
 * together is hardly ever drawn together.
 */
function inARow(plan: RunPlan, random: Random, ground: Ground, fromMs: number, paceMs: number): Fault[] {
  const count = Math.min(plan.faults.length, pick(random, [1, 2, 2, 3, 3, 3]));
  const first = random.below(plan.faults.length - count + 1);
  let atMs = fromMs;
  return plan.faults.slice(first, first + count).map((fault, nth, row) => {
    const gapMs = nth === 0 ? 0 : fault.atMs - row[nth - 1].atMs;
    atMs += gapMs < 3 * paceMs && random.chance(0.6) ? gapMs : Math.round(drawSpan(random, paceMs));
    const stands = { ...among(fault, ground.machines, ground.groups), atMs };
    return "forMs" in stands && (stands.forMs > 6 * paceMs || random.chance(0.5))
      ? { ...stands, forMs: Math.round(drawSpan(random, paceMs)) }
      : stands;
  });
}

/** A fault of a kind that the plan has, as it stands there, drawn anew, or a plain one of the same effect. */
function drawOne(plan: RunPlan, random: Random, ground: Ground, atMs: number, paceMs: number): Fault {
  const model = pick(random, plan.faults);
  const forMs = Math.round(drawSpan(random, paceMs));
  const plain = mayBePlain(plan) ? plainOf(model, plan, random) : null;
  if (plain !== null && random.chance(0.6)) return { ...plain, atMs, forMs };
  const fault = random.chance(0.5)
    ? { ...among(model, ground.machines, ground.groups), atMs }
    : drawFault(model.kind, random, ground, atMs);
  return "forMs" in fault && random.chance(0.8) ? { ...fault, forMs } : fault;
}

/** About as long as an election takes, or a fraction of that. */
function drawSpan(random: Random, paceMs: number): number {
  return paceMs * (random.chance(0.3) ? random.next() : 0.5 + 5 * random.next());
}

/** The plan's shares, or hardly anything but writes, or half and half; what is appended twice is there twice. */
function drawShares(
  { putShare, appendShare }: Load,
  random: Random,
  reads: boolean,
): Pick<Load, "putShare" | "appendShare"> {
  if (random.chance(0.25)) return { putShare, appendShare };
  if (random.chance(0.25)) return { putShare: 0.1, appendShare: pick(random, [0.5, 0.8]) };
  return { putShare: random.chance(reads ? 0.1 : 0.7) ? 0.9 : 0.5, appendShare: 0 };
}

/** Few operations, somewhere in the time in which the faults strike. */
function drawLoad(
  { load, workload, knobs: { electionMs } }: RunPlan,
  random: Random,
  { operations, fromMs, lastMs, reads }: {
    readonly operations: number;
    readonly fromMs: number;
    readonly lastMs: number;
    readonly reads: boolean;
  },
): Load {
  const clients = Math.min(load.clients, random.chance(0.75) ? 2 : 1);
  const most = Math.floor(operations / clients);
  const operationsEach = random.chance(0.7) ? most : random.between(1, most);
  const spanMs = Math.max(100, (lastMs - fromMs) * pick(random, [0.1, 0.3, 0.6, 1]));
  return {
    ...load,
    clients,
    // What goes over several keys needs several, and few so that they meet.
    keys: Math.min(load.keys, pick(random, workload === "txn" ? [1, 2, 3, 3] : [1, 1, 1, 1, 2])),
    operationsEach,
    pauseMs: spanMs / operationsEach,
    ...drawShares(load, random, reads),
    // Who gives up soon asks more in the same time.
    timeoutMs: pick(random, [load.timeoutMs, load.timeoutMs, 500, Math.round(0.6 * electionMs)]),
    // As often before the first fault as while the last one is there.
    fromMs: Math.max(
      0,
      Math.round(
        random.chance(0.5) ? fromMs - spanMs * random.next() : fromMs + (lastMs - fromMs) * random.next(),
      ),
    ),
  };
}
