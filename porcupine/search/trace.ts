import { BLIND, OVERWRITE, type Problem, READ } from "./problem.ts";
import type { States } from "./states.ts";

/** One decision of a search: at this level the operation was placed, and led to this state. */
export interface Placement {
  readonly operation: number;
  readonly state: number;
  readonly level: number;
}

/** The decisions of a search, and which of the problem's starts they follow. */
export interface Path {
  readonly start: number;
  readonly steps: readonly Placement[];
}

/**
 * Turns the decisions of a search into a whole order. The search does not write down reads, nor operations that it
 * absorbed; here they go back to where the rules of `Walk` say they may stand: a read into the first gap between
 * decisions in which it is open and legal, an absorbed operation just before the first overwriting decision made while
 * it was open. Within a gap they stand by call, which respects real time.
 *
 * Operations that had not returned when the path ends, and were not placed, are left out.
 */
export function traceOrder<State, Input, Output>(
  problem: Problem<State, Input, Output>,
  states: States<State, Input, Output>,
  { start, steps: path }: Path,
  reached: number,
): number[] {
  const { count, effect, returns, called } = problem;
  const first = firstLevels(problem);
  const leave = new Int32Array(count).fill(returns.length);
  for (let p = 0; p < returns.length; p++) leave[returns[p]] = p;
  const placed = new Uint8Array(count);
  const { state, spent, free } = problem.starts[start];
  const firstState = states.intern(state);
  for (const step of path) placed[step.operation] = 1;
  // What the past has dealt with is not part of the order.
  for (const k of [...spent, ...free]) placed[k] = 1;
  // before[i]: what goes between decision i - 1 and decision i; reads first, then the absorbed.
  const reads: number[][] = [];
  const absorbed: number[][] = [];
  const limit = reached < returns.length ? called[reached] : count;
  for (let k = 0; k < limit; k++) {
    if (placed[k] === 1 || problem.slot[k] < 0 || leave[k] >= returns.length) continue;
    let gap = firstGap(path, first[k]);
    if (effect[k] === READ) {
      // The gap before decision i has the state of decision i - 1.
      while (gap <= path.length && states.apply(gap === 0 ? firstState : path[gap - 1].state, k) === 0) gap++;
      if (gap <= path.length && (gap === 0 || path[gap - 1].level <= leave[k])) (reads[gap] ??= []).push(k);
      continue;
    }
    if (leave[k] >= reached || (effect[k] !== OVERWRITE && effect[k] !== BLIND)) continue;
    while (gap < path.length && effect[path[gap].operation] !== OVERWRITE) gap++;
    if (gap < path.length) (absorbed[gap] ??= []).push(k);
  }
  const order: number[] = [];
  for (let i = 0; i <= path.length; i++) {
    for (const k of reads[i] ?? []) order.push(k);
    for (const k of absorbed[i] ?? []) order.push(k);
    if (i < path.length) order.push(path[i].operation);
  }
  return order;
}

/** For each operation the first level at which it is open. */
function firstLevels<State, Input, Output>(problem: Problem<State, Input, Output>): Int32Array {
  const levels = new Int32Array(problem.count).fill(problem.returns.length);
  for (let p = 0, k = 0; p < problem.returns.length; p++) while (k < problem.called[p]) levels[k++] = p;
  return levels;
}

/** The first decision made at `level` or later: the gap before it is still open at that level. */
function firstGap(path: readonly Placement[], level: number): number {
  let low = 0;
  let high = path.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (path[middle].level < level) low = middle + 1;
    else high = middle;
  }
  return low;
}
