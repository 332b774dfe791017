import type { Part } from "../parts.ts";
import type { FastResult } from "./result.ts";

/** What is needed to see which value holds where in an order. Values are numbers that stand for values. */
export interface Replay {
  readonly initial: number;
  /** The value after an operation. */
  next(value: number, operation: number): number;
  /** Whether the operation to be inserted may stand where the value is this. */
  allows(value: number, operation: number): boolean;
}

/** For operations that may stand anywhere. */
export const ANYWHERE: Replay = { initial: 0, next: (value) => value, allows: () => true };

/**
 * Puts operations that change nothing into an order found without them, each at the first place that real time and its
 * answer allow. Answers `undefined` if one finds no place: another order might have one.
 */
export function insertReads(
  order: Int32Array,
  extra: readonly number[],
  part: Part,
  replay: Replay,
): FastResult | undefined {
  const placed = placeReads(order, extra, part, replay);
  return placed.homeless.length > 0 ? undefined : { verdict: "ok", order: placed.order };
}

/** The same, telling which find no place; they are not in the order. */
export function placeReads(
  order: Int32Array,
  extra: readonly number[],
  { call, ret }: Part,
  replay: Replay,
): { readonly order: Int32Array; readonly homeless: readonly number[] } {
  const homeless: number[] = [];
  const { earliest, latest } = bounds(order, call, ret);
  const values = new Int32Array(order.length + 1);
  values[0] = replay.initial;
  for (let i = 0; i < order.length; i++) values[i + 1] = replay.next(values[i], order[i]);
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
    if (g > order.length || earliest[g] >= ret[k]) {
      homeless.push(k);
      continue;
    }
    taken.set(k, g);
    const place = places.get(g);
    if (place === undefined) places.set(g, [k]);
    else place.push(k);
  }
  const merged = new Int32Array(order.length + extra.length - homeless.length);
  let filled = 0;
  for (let g = 0; g <= order.length; g++) {
    // Those at one place came by call, and so they stand.
    for (const k of places.get(g) ?? []) merged[filled++] = k;
    if (g < order.length) merged[filled++] = order[g];
  }
  return { order: merged, homeless };
}

/** `earliest[g]`: the last call before place g. `latest[g]`: the first return after it. */
function bounds(
  order: Int32Array,
  call: Int32Array,
  ret: Int32Array,
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
