import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import { argsort } from "../sort.ts";
import type { Refused } from "./log_answers.ts";
import { ADD, LOOK, type SumAnswers, TOLD } from "./sum_answers.ts";

/**
 * When a counter that only grows was at each sum that somebody saw. Stage `s` is the time from when it came to the `s`-th sum
 * until it left it, and step `s` what is added between the stages `s` and `s + 1`, the last one whatever follows. Instants are
 * gaps: gap `g` lies between the events of rank `g` and `g + 1`.
 */
export interface SumTable {
  readonly part: Part;
  readonly amount: Float64Array;
  /** The sums, ascending; the first is 0. */
  readonly sums: Float64Array;
  /** It left the sum in a gap that is no earlier, and came to it in one that is no later; both ascend. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** The operations that these bounds come from; -1: none. */
  readonly lowBy: Int32Array;
  readonly highBy: Int32Array;
  /** By step: the one addition that it consists of, because that was told the sum; -1: it is open. */
  readonly told: Int32Array;
  /** The additions that were told nothing, by call; and the first and the last step that each can be part of. */
  readonly adds: readonly number[];
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** Who only looked, by stage. */
  readonly looks: readonly (readonly number[])[];
}

/** Why two that saw sums contradict each other. */
const GROWS = "what only grows never comes back to a smaller sum";
/** Why two that were told sums do. */
const WITHIN = "one addition takes it there at once";

/**
 * Draws what can be drawn from each sum that was seen, and from each two: a sum was there within the time of who saw it, and so
 * was the one before an addition that was told the sum; sums ascend in time; and between an addition's two there is no other.
 */
export function tabulateSums(answers: SumAnswers): SumTable | Refused {
  const { part, op, amount, total } = answers;
  const values: number[] = [0];
  for (let k = 0; k < op.length; k++) {
    if (op[k] === LOOK || op[k] === TOLD) values.push(total[k]);
    if (op[k] === TOLD) values.push(total[k] - amount[k]);
  }
  const sums = Float64Array.from(new Set(values)).sort();
  const stageOf = new Map<number, number>();
  sums.forEach((sum, stage) => stageOf.set(sum, stage));
  const bounds = new Stages(sums.length);
  const looks: number[][] = Array.from(sums, () => []);
  const told = new Int32Array(sums.length).fill(-1);
  const adds: number[] = [];
  for (let k = 0; k < op.length; k++) {
    if (op[k] === ADD) adds.push(k);
    if (op[k] !== LOOK && op[k] !== TOLD) continue;
    const stage = stageOf.get(total[k]) ?? 0;
    bounds.seen(stage, k, part);
    if (op[k] === LOOK) looks[stage].push(k);
    else {
      const before = stageOf.get(total[k] - amount[k]) ?? 0;
      if (told[before] >= 0) return refused([told[before], k], WITHIN);
      told[before] = k;
      bounds.seen(before, k, part);
    }
  }
  for (let s = 0; s < sums.length; s++) {
    if (told[s] < 0 || sums[s + 1] === total[told[s]]) continue;
    return refused([told[s], bounds.anyBy[s + 1]], WITHIN);
  }
  const crossed = bounds.spread();
  if (crossed >= 0) return refused([bounds.lowBy[crossed], bounds.highBy[crossed + 1]], GROWS);
  const { low, high, lowBy, highBy } = bounds;
  const { first, last } = stepsOf(adds, part, bounds);
  for (let i = 0; i < adds.length; i++) {
    if (first[i] <= last[i]) continue;
    // It came to a sum before the addition was called, and was still there, or at a smaller one, when that had returned.
    return refused([adds[i], highBy[first[i]], lowBy[last[i] + 1]], GROWS);
  }
  return { part, amount, sums, low, high, lowBy, highBy, told, adds, first, last, looks };
}

/** The steps that an addition can be part of: those whose stages it can come between. */
function stepsOf(adds: readonly number[], { call, ret }: Part, { low, high }: Stages) {
  const byCall = argsort(Float64Array.from(adds, (k) => call[k]));
  const byReturn = argsort(Float64Array.from(adds, (k) => ret[k]));
  const first = new Int32Array(adds.length);
  const last = new Int32Array(adds.length);
  let step = 0;
  for (const i of byCall) {
    while (step + 1 < high.length && high[step + 1] < call[adds[i]]) step++;
    first[i] = step;
  }
  step = 0;
  for (const i of byReturn) {
    while (step + 1 < low.length && low[step + 1] < ret[adds[i]]) step++;
    last[i] = step;
  }
  return { first, last };
}

/** Bounds of stages, first each by itself, then one after the other: a stage ends after those before it, and begins before those behind it. */
class Stages {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly lowBy: Int32Array;
  readonly highBy: Int32Array;
  /** Somebody who saw the sum. */
  readonly anyBy: Int32Array;

  constructor(count: number) {
    this.low = new Int32Array(count).fill(-1);
    this.high = new Int32Array(count).fill(NEVER);
    this.lowBy = new Int32Array(count).fill(-1);
    this.highBy = new Int32Array(count).fill(-1);
    this.anyBy = new Int32Array(count).fill(-1);
  }

  seen(stage: number, k: number, { call, ret }: Part): void {
    this.anyBy[stage] = k;
    if (call[k] > this.low[stage]) [this.low[stage], this.lowBy[stage]] = [call[k], k];
    if (ret[k] - 1 < this.high[stage]) [this.high[stage], this.highBy[stage]] = [ret[k] - 1, k];
  }

  /** Answers a stage that was still there when a later one had been seen, or -1. */
  spread(): number {
    const { low, high, lowBy, highBy } = this;
    for (let s = 1; s < low.length; s++) {
      if (low[s] < low[s - 1]) [low[s], lowBy[s]] = [low[s - 1], lowBy[s - 1]];
    }
    for (let s = low.length - 2; s >= 0; s--) {
      if (high[s] > high[s + 1]) [high[s], highBy[s]] = [high[s + 1], highBy[s + 1]];
    }
    for (let s = 0; s + 1 < low.length; s++) if (low[s] > high[s + 1]) return s;
    return -1;
  }
}

function refused(suspects: readonly number[], reason: string): Refused {
  return { verdict: "illegal", suspects, reason };
}
