/**
 * Changes that make a plan much shorter at once.
 * @module
 */

import type { Fault, RunPlan } from "../nemesis/plan.ts";
import { withLoad } from "./smaller.ts";

/** Faults further apart than this are moved together. */
const GAP_MS = 400;

/** The plan with its last faults only: what breaks a law mostly comes shortly before. */
export function lastFaults(plan: RunPlan, count: number): RunPlan {
  return { ...plan, faults: plan.faults.slice(-count) };
}

/** Clients that begin at `fromMs`; null if they do already, or would begin before anything is up. */
export function later(plan: RunPlan, fromMs: number): RunPlan | null {
  if (plan.layer === "mapreduce" || fromMs <= plan.load.fromMs + 100) return null;
  return withLoad(plan, { fromMs: Math.floor(fromMs) });
}

/** The plan healed after a part of its time, without the faults that come later; null where next to nothing would be left of it. */
export function healedSooner(plan: RunPlan, share: number): RunPlan | null {
  const safetyMs = Math.floor(plan.safetyMs * share);
  if (safetyMs < 5 * plan.knobs.electionMs) return null;
  return { ...plan, safetyMs, faults: plan.faults.filter(({ atMs }) => atMs < safetyMs) };
}

/** Few clients that ask a few times from `fromMs` on; null for a job, which has none. */
export function busyAround(plan: RunPlan, fromMs: number): RunPlan | null {
  if (plan.layer === "mapreduce") return null;
  const clients = Math.min(2, plan.load.clients);
  return withLoad(plan, { clients, operationsEach: 4, fromMs: Math.max(0, fromMs) });
}

/** The faults moved to where everything is just up, without long waits between them; null if they are there already. */
export function compressed(plan: RunPlan): RunPlan | null {
  const calmMs = 4 * plan.knobs.electionMs;
  let savedMs = 0;
  let beforeMs = calmMs;
  const faults = plan.faults.map((fault): Fault => {
    const gapMs = fault.atMs - savedMs - beforeMs;
    if (gapMs > GAP_MS) savedMs += gapMs - GAP_MS;
    beforeMs = fault.atMs - savedMs;
    return { ...fault, atMs: beforeMs };
  });
  if (savedMs < 100) return null;
  const fromMs = Math.max(0, plan.load.fromMs - savedMs);
  return {
    ...withLoad(plan, { fromMs }),
    faults,
    safetyMs: Math.max(calmMs + GAP_MS, plan.safetyMs - savedMs),
  };
}
