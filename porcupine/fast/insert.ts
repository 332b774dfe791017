import type { Value } from "../types.ts";
import type { FastResult } from "./result.ts";
import type { Times } from "./zones.ts";

/** What is needed to see which value holds where in an order. */
export interface Replay {
  readonly initial: Value;
  /** The value after an operation. */
  next(value: Value, operation: number): Value;
  /** Whether the operation to be inserted may stand where the value is this. */
  allows(value: Value, operation: number): boolean;
}

/**
 * Puts operations that change nothing into an order found without them, each at the first place that real time and its
 * answer allow. Answers `undefined` if one finds no place: another order might have one.
 */
export function insertReads(
  order: readonly number[],
  extra: readonly number[],
  times: Times,
  replay: Replay,
): FastResult | undefined {
  const { call, ret } = times;
  const { earliest, latest } = bounds(order, times);
  const values: Value[] = [replay.initial];
  for (let i = 0; i < order.length; i++) values.push(replay.next(values[i], order[i]));
  const places = new Map<number, number[]>();
  const taken = new Map<number, number>();
  const byReturn = [...extra].sort((a, b) => ret[a] - ret[b]);
  let floor = 0;
  let gone = 0;
  for (const k of [...extra].sort((a, b) => call[a] - call[b])) {
    // Not before those of the inserted that had returned when this one was called.
    for (; ret[byReturn[gone]] < call[k]; gone++) floor = Math.max(floor, taken.get(byReturn[gone]) ?? 0);
    // Place g: just before order[g]. Everything before it must be called before k returns, everything after it must not
    // have returned before k is called.
    let g = Math.max(floor, firstOver(latest, call[k]));
    while (g <= order.length && earliest[g] < ret[k] && !replay.allows(values[g], k)) g++;
    if (g > order.length || earliest[g] >= ret[k]) return undefined;
    taken.set(k, g);
    const place = places.get(g);
    if (place === undefined) places.set(g, [k]);
    else place.push(k);
  }
  const merged: number[] = [];
  for (let g = 0; g <= order.length; g++) {
    // Those at one place came by call, and so they stand.
    for (const k of places.get(g) ?? []) merged.push(k);
    if (g < order.length) merged.push(order[g]);
  }
  return { verdict: "ok", order: merged };
}

/** `earliest[g]`: the last call before place g. `latest[g]`: the first return after it. */
function bounds(
  order: readonly number[],
  { call, ret }: Times,
): { earliest: Float64Array; latest: Float64Array } {
  const earliest = new Float64Array(order.length + 1).fill(-1);
  const latest = new Float64Array(order.length + 1).fill(Infinity);
  for (let i = 0; i < order.length; i++) earliest[i + 1] = Math.max(earliest[i], call[order[i]]);
  for (let i = order.length - 1; i >= 0; i--) latest[i] = Math.min(latest[i + 1], ret[order[i]]);
  return { earliest, latest };
}

/** The first index whose entry is over the bound; entries ascend. */
function firstOver(entries: Float64Array, bound: number): number {
  let low = 0;
  let high = entries.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle] > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}
