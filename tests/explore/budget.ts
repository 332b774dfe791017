/**
 * What a scope still allows, four bits for each thing that is bounded: more of anything allows whatever less allows.
 * @module
 */

import type { Deed } from "./deeds.ts";
import type { Scope } from "./scope.ts";

const CRASHES = 0;
const WIPES = 4;
const CAMPAIGNS = 8;
const HEARTBEATS = 12;
const CHANGES = 16;
const SHIFTS = [CRASHES, WIPES, CAMPAIGNS, HEARTBEATS, CHANGES];
/** Four bits that never get less. */
const UNBOUNDED = 15;

/** All that `scope` allows. Throws `RangeError` for a bound above 14. */
export function wholeBudget(scope: Scope): number {
  const { crashes, wipes, campaigns, heartbeats, changes } = scope;
  return [crashes, wipes, campaigns, heartbeats, changes].reduce((budget: number, bound, at) => {
    if (bound !== null && !(Number.isInteger(bound) && bound >= 0 && bound < UNBOUNDED)) {
      throw new RangeError(`Cannot explore up to ${bound} of anything: give a bound from 0 to 14, or none`);
    }
    return budget | ((bound ?? UNBOUNDED) << SHIFTS[at]);
  }, 0);
}

/** What `deed` costs. */
export function costOf(deed: Deed): number {
  switch (deed.kind) {
    case "crash":
      return 1 << CRASHES;
    case "wipe":
      return 1 << WIPES;
    case "timeout":
      return 1 << CAMPAIGNS;
    case "heartbeat":
      return 1 << HEARTBEATS;
    case "change":
      return 1 << CHANGES;
    case "die":
      return costOf(deed.of) + (1 << CRASHES);
    default:
      return 0;
  }
}

/** What remains of `budget` after `cost`, or -1 if it does not suffice. */
export function pay(budget: number, cost: number): number {
  if (cost === 0) return budget;
  let left = budget;
  for (const shift of SHIFTS) {
    const due = (cost >> shift) & 15;
    const have = (budget >> shift) & 15;
    if (due === 0 || have === UNBOUNDED) continue;
    if (due > have) return -1;
    left -= due << shift;
  }
  return left;
}

/** Whether `budget` allows at least as much of everything as `other`. */
export function allows(budget: number, other: number): boolean {
  if (budget === other) return true;
  for (const shift of SHIFTS) {
    if (((budget >> shift) & 15) < ((other >> shift) & 15)) return false;
  }
  return true;
}

/** Crashes and wipes left. */
export function crashesLeft(budget: number): number {
  return (budget >> CRASHES) & 15;
}

/** How many disks may still be emptied. */
export function wipesLeft(budget: number): number {
  return (budget >> WIPES) & 15;
}
