import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import { type Refused, TOO_MANY } from "./log_answers.ts";
import { canSumTo, type Effort } from "./subset_sums.ts";
import type { SumTable } from "./sum_table.ts";

/** So much may the steps cost together to look at: some hundred milliseconds. More are left to the search. */
const MOST_EFFORT = 1 << 26;

/** What is to be added in a step by those that were told nothing. */
export function openSum({ sums, told }: SumTable, step: number): number {
  return told[step] < 0 ? sums[step + 1] - sums[step] : 0;
}

/**
 * Why the steps cannot be made of the additions at all; `undefined` if nothing speaks against it.
 *
 * - *Each step by itself:* an addition that can be part of no other step is part of this one; and of the additions that can be part
 *   of it, some have to come to the rest.
 * - *All steps together, as if additions could be divided:* from the front, each step takes from the additions whose last step comes
 *   first. If there is not enough for a step, or something is left of an addition whose last step is over, no other choice helps:
 *   in any choice, what is taken from an addition with a later last step can be exchanged for what is at hand of one with an
 *   earlier. And what is impossible with divisible additions is impossible.
 */
export function refuteSteps(table: SumTable, budget: Budget): Refused | undefined {
  const { part: { ret }, sums, adds, first, last, amount } = table;
  const effort = { left: MOST_EFFORT };
  // By last step: what is left of the additions at hand.
  const left = new Float64Array(sums.length);
  let at = 0;
  let atHand = 0;
  let active: number[] = [];
  for (let next = 0, step = 0; step + 1 < sums.length; step++) {
    budget.tick(step);
    for (; next < adds.length && first[next] <= step; next++) {
      active.push(next);
      atHand += amount[adds[next]];
      left[last[next]] += amount[adds[next]];
      at = Math.min(at, last[next]);
    }
    let need = openSum(table, step);
    if (need > atHand) return refuse(table, step, TOO_MANY);
    atHand -= need;
    for (; need > 0; at++) {
      const taken = Math.min(need, left[at]);
      left[at] -= taken;
      need -= taken;
      if (left[at] > 0) break;
    }
    if (left[step] > 0) return refuse(table, step, "what had been added by then must be counted");
    if (effort.left < 0) continue;
    const alone = refuteStep(table, step, active, effort);
    if (alone !== undefined) return alone;
    active = active.filter((i) => last[i] > step || ret[adds[i]] === NEVER);
  }
  return undefined;
}

function refuteStep(
  table: SumTable,
  step: number,
  active: readonly number[],
  effort: Effort,
): Refused | undefined {
  const { adds, first, last, amount } = table;
  let need = openSum(table, step);
  const confined: number[] = [];
  const others: number[] = [];
  for (const i of active) {
    if (first[i] < step || last[i] > step) others.push(amount[adds[i]]);
    else {
      confined.push(adds[i]);
      need -= amount[adds[i]];
    }
  }
  effort.left -= active.length;
  if (canSumTo(others, need, effort) !== false) return undefined;
  return refuse(table, step, need < 0 ? "what had been added by then must be counted" : NO_CHOICE, confined);
}

/** Why a step cannot be made. */
const NO_CHOICE = "what can have been added between the two sums does not come to their difference";

function refuse(
  { lowBy, highBy }: SumTable,
  step: number,
  reason: string,
  others: readonly number[] = [],
): Refused {
  const saw = [lowBy[step], highBy[step], lowBy[step + 1], highBy[step + 1]].filter((k) => k >= 0);
  return { verdict: "illegal", suspects: [...new Set([...saw, ...others])], reason };
}
