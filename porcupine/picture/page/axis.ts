import type { PageScene } from "./scene.ts";

/** How the horizontal axis counts: every event one step, or as the clock went. */
export type AxisMode = "events" | "time";

/**
 * The horizontal axis for the operations that are shown. Idle stretches and hidden operations take no room when it counts
 * events, which is what makes one key out of two hundred readable.
 */
export interface Axis {
  readonly mode: AxisMode;
  /** By operation; meaningless for those not shown. The return of an operation without an answer is Infinity. */
  readonly callX: Float64Array;
  readonly returnX: Float64Array;
  /** By entry of the order; NaN for those not shown. */
  readonly pointX: Float64Array;
  /** The recorded time of each event shown, in order. */
  readonly times: Float64Array;
  /** From 0 to here. */
  readonly extent: number;
}

/** Builds the axis for the operations whose entry in `shown` is 1. */
export function buildAxis(scene: PageScene, shown: Uint8Array, mode: AxisMode): Axis {
  const { callTime, returnTime, byCall, byReturn, count } = scene;
  const callX = new Float64Array(count);
  const returnX = new Float64Array(count).fill(Infinity);
  const times = new Float64Array(2 * count);
  let next = 0;
  let r = 0;
  const settle = (before: number): void => {
    for (; r < count; r++) {
      const i = byReturn[r];
      if (returnTime[i] >= before) return;
      if (shown[i] === 0) continue;
      times[next] = returnTime[i];
      returnX[i] = next++;
    }
  };
  for (const i of byCall) {
    if (shown[i] === 0) continue;
    // At equal times calls come first, as the checker sees them: such operations overlap.
    settle(callTime[i]);
    times[next] = callTime[i];
    callX[i] = next++;
  }
  settle(Infinity);
  const pointX = placePoints(scene, shown, callX);
  const events: Axis = {
    mode: "events",
    callX,
    returnX,
    pointX,
    times: times.subarray(0, next),
    extent: Math.max(1, next - 1),
  };
  return mode === "events" ? events : byClock(scene, events);
}

/** Each operation of an order gets the earliest instant it can have; what shares an instant is spread out evenly. */
export function placePoints(scene: PageScene, shown: Uint8Array, callX: Float64Array): Float64Array {
  const { order } = scene;
  const { start } = scene.parts;
  const points = new Float64Array(order.length).fill(NaN);
  for (let p = 0; p + 1 < start.length; p++) {
    // A partition whose operations are only partly shown still keeps its order: those hidden are passed over.
    const entries: number[] = [];
    for (let k = start[p]; k < start[p + 1]; k++) if (shown[order[k]] === 1) entries.push(k);
    for (let from = 0, to = 0; from < entries.length; from = to) {
      // Whatever was called by then has gone with those before it.
      const at = callX[order[entries[from]]];
      while (to < entries.length && callX[order[entries[to]]] <= at) to++;
      for (let e = from; e < to; e++) points[entries[e]] = at + (e - from + 1) / (to - from + 1);
    }
  }
  return points;
}

/** The same axis with every position moved to its instant on the clock. */
function byClock(scene: PageScene, events: Axis): Axis {
  const { times } = events;
  const first = times.length === 0 ? 0 : times[0];
  const last = times.length === 0 ? 1 : times[times.length - 1];
  return {
    mode: "time",
    callX: scene.callTime.map((time) => time - first),
    returnX: scene.returnTime.map((time) => time - first),
    pointX: events.pointX.map((x) => Number.isNaN(x) ? x : timeAt(times, x) - first),
    times,
    extent: last > first ? last - first : 1,
  };
}

/** The recorded time at a position among the events, fractions included. */
export function timeAt(times: Float64Array, x: number): number {
  if (times.length === 0) return 0;
  const low = Math.max(0, Math.min(times.length - 1, Math.floor(x)));
  const high = Math.min(times.length - 1, low + 1);
  return times[low] + (times[high] - times[low]) * Math.max(0, Math.min(1, x - low));
}

/** Where a recorded time stands on the axis; between two events it stands between them. */
export function xOfTime(axis: Axis, time: number): number {
  const { times } = axis;
  if (times.length === 0) return 0;
  if (axis.mode === "time") return time - times[0];
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  if (low === times.length) return times.length - 1 + Math.min(1, time - times[times.length - 1]);
  return low === 0 || times[low] === time ? low : low - 0.5;
}

/** The recorded time at a place on the axis. */
export function timeOfX(axis: Axis, x: number): number {
  if (axis.times.length === 0) return 0;
  return axis.mode === "time" ? axis.times[0] + x : timeAt(axis.times, x);
}
