/**
 * Changes that make a plan much smaller at once.
 * @module
 */

import type { Fault, RunPlan } from "../nemesis/plan.ts";
import { withLoad, withThreeNodes } from "./smaller.ts";

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

/** Plans that are as small as they should be, from rough to gentle; the `nth` pace of several. */
export function squeezed(
  plan: RunPlan,
  goal: {
    readonly faults: number;
    readonly clients: number;
    readonly operations: number;
    readonly nodes: number;
  },
  operations: number,
  nth: number,
): readonly RunPlan[] {
  const base = plan.nodes > goal.nodes && plan.groups === 1 ? withThreeNodes(plan) : plan;
  const clients = Math.min(plan.load.clients, goal.clients);
  const operationsEach = operations > goal.operations || plan.load.clients > goal.clients
    ? Math.floor(goal.operations / clients)
    : plan.load.operationsEach;
  const job = plan.layer === "mapreduce";
  const few = job
    ? { ...base, size: base.size ?? { files: 1, bytes: 60, reduces: 1 } }
    : withLoad(base, { clients, operationsEach });
  const sizes = [1, 2, goal.faults].filter((size) => size < plan.faults.length);
  return [{ ...few, faults: [] }, ...sizes.map((size) => lastFaults(few, size)), few].flatMap((one) => {
    const near = compressed(one) ?? one;
    const lastAt = near.faults.at(-1)?.atMs ?? 4 * plan.knobs.electionMs;
    const busy = withLoad(near, {
      fromMs: Math.max(0, lastAt - 300),
      keys: 1,
      pauseMs: Math.min(plan.load.pauseMs, 25),
    });
    // A little longer: with other dice it may take longer.
    const often = {
      ...busy,
      knobs: { ...busy.knobs, maxLogSizeBytes: Math.min(60, busy.knobs.maxLogSizeBytes) },
    };
    // What takes its time - a lease - is not met in a hurry.
    const slow = { ...withLoad(near, { keys: 1, pauseMs: 200 }), safetyMs: near.safetyMs + 2000 };
    const paces = [busy, near, ...(plan.knobs.maxLogSizeBytes > 60 ? [often] : []), slow];
    const pace = paces[nth % paces.length];
    return [{ ...pace, safetyMs: pace.safetyMs + 800 }];
  });
}
