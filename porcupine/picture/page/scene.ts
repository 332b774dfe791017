import type { SceneFacts } from "../scene.ts";
import { readCounts, readDeltas, readTexts, unpackColumns } from "./unpack.ts";

/** The history as the page holds it: columns by operation. */
export interface PageScene {
  readonly facts: SceneFacts;
  readonly count: number;
  readonly client: Int32Array;
  readonly part: Int32Array;
  /** Bit 0: no answer; bit 1: refused; bit 2: of unclear outcome. */
  readonly flags: Int32Array;
  readonly colour: Int32Array;
  /** Times as recorded; the return of an operation without an answer is Infinity. */
  readonly callTime: Float64Array;
  readonly returnTime: Float64Array;
  /** The same as positions in the sequence of all events. */
  readonly callRank: Float64Array;
  readonly returnRank: Float64Array;
  /** The time of each event. */
  readonly rankTime: Float64Array;
  readonly lines: Float64Array | null;
  readonly text: readonly string[];
  /** All orders, one partition after the other, and where each begins (one entry more than partitions). */
  readonly order: Float64Array;
  readonly orderStart: Int32Array;
  /** Where an operation stands in `order`; -1 if it has no place. */
  readonly position: Int32Array;
  /** The instant of each entry of `order`, as a position among the events. */
  readonly pointRank: Float64Array;
  /** The state after each entry of `order`. */
  readonly state: readonly string[];
  readonly core: ReadonlySet<number>;
  readonly illegalNext: ReadonlySet<number>;
}

/** Reads the packed columns. */
export function readScene(facts: SceneFacts, packed: string): PageScene {
  const columns = unpackColumns(packed);
  const count = facts.count;
  const callTime = readDeltas(columns[4], count);
  const lengths = readDeltasOf(columns[5], count);
  const returnTime = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    returnTime[i] = lengths[i] === 0 ? Infinity : (callTime[i] + lengths[i] - 1) / facts.timeScale;
    callTime[i] /= facts.timeScale;
  }
  const orderStart = new Int32Array(facts.partitions.length + 1);
  facts.partitions.forEach((part, p) => orderStart[p + 1] = orderStart[p] + part.linearized);
  const total = orderStart[facts.partitions.length];
  const order = readDeltas(columns[8], total);
  const position = new Int32Array(count).fill(-1);
  for (let k = 0; k < total; k++) position[order[k]] = k;
  const ranks = rankEvents(callTime, returnTime);
  return {
    facts,
    count,
    client: readCounts(columns[0], count),
    part: readCounts(columns[1], count),
    flags: readCounts(columns[2], count),
    colour: readCounts(columns[3], count),
    callTime,
    returnTime,
    ...ranks,
    lines: columns[6].length === 0 ? null : readDeltas(columns[6], count),
    text: readTexts(columns[7]),
    order,
    orderStart,
    position,
    pointRank: placePoints(order, orderStart, ranks.callRank),
    state: readStates(facts, orderStart, readTexts(columns[9])),
    core: new Set(facts.core),
    illegalNext: new Set(facts.illegalNext),
  };
}

/** Whole numbers of at least 0, too large for 32 bits. */
export function readDeltasOf(bytes: Uint8Array, count: number): Float64Array {
  const out = new Float64Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    let unit = 1;
    for (;;) {
      const byte = bytes[at++];
      out[i] += (byte & 0x7f) * unit;
      if (byte < 0x80) break;
      unit *= 0x80;
    }
  }
  return out;
}

/** Positions in the sequence of events; at equal times calls come first, as the checker sees them. */
export function rankEvents(
  callTime: Float64Array,
  returnTime: Float64Array,
): { callRank: Float64Array; returnRank: Float64Array; rankTime: Float64Array } {
  const count = callTime.length;
  const calls = sortedIndices(callTime);
  const returns = sortedIndices(returnTime);
  const callRank = new Float64Array(count);
  const returnRank = new Float64Array(count).fill(Infinity);
  const rankTime = new Float64Array(count * 2);
  let next = 0;
  let c = 0;
  for (let r = 0; r <= count; r++) {
    const limit = r < count ? returnTime[returns[r]] : Infinity;
    while (c < count && callTime[calls[c]] <= limit) {
      rankTime[next] = callTime[calls[c]];
      callRank[calls[c++]] = next++;
    }
    if (limit === Infinity) break;
    rankTime[next] = limit;
    returnRank[returns[r]] = next++;
  }
  return { callRank, returnRank, rankTime: rankTime.subarray(0, next) };
}

/** Indices in the order of their values. Values nearly in order, as recorded times are, cost one pass. */
export function sortedIndices(values: Float64Array): Int32Array {
  const indices = new Int32Array(values.length);
  let ordered = true;
  for (let i = 0; i < values.length; i++) {
    indices[i] = i;
    ordered = ordered && (i === 0 || values[i - 1] <= values[i]);
  }
  return ordered ? indices : indices.sort((a, b) => (values[a] - values[b]) || a - b);
}

/** Each operation of an order gets the earliest instant it can have; what shares an instant is spread out evenly. */
export function placePoints(
  order: Float64Array,
  orderStart: Int32Array,
  callRank: Float64Array,
): Float64Array {
  const points = new Float64Array(order.length);
  for (let p = 0; p + 1 < orderStart.length; p++) {
    let k = orderStart[p];
    while (k < orderStart[p + 1]) {
      const from = k;
      const at = Math.max(k > orderStart[p] ? Math.floor(points[k - 1]) : 0, callRank[order[k]]);
      while (k < orderStart[p + 1] && callRank[order[k]] <= at) k++;
      for (let i = from; i < k; i++) points[i] = at + (i - from + 1) / (k - from + 1);
    }
  }
  return points;
}

/** Fills in the states that did not change. */
export function readStates(facts: SceneFacts, orderStart: Int32Array, texts: readonly string[]): string[] {
  const states = [...texts];
  for (let p = 0; p + 1 < orderStart.length; p++) {
    let last = facts.initialState;
    for (let k = orderStart[p]; k < orderStart[p + 1]; k++) {
      if (states[k] === "" || states[k] === undefined) states[k] = last;
      else last = states[k];
    }
  }
  return states;
}
