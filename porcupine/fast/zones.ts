import { NEVER } from "../history.ts";
import { argsort } from "../sort.ts";
import type { FastResult } from "./result.ts";

/** Times of a partition's operations. */
export interface Times {
  readonly call: Int32Array;
  readonly ret: Int32Array;
}

/**
 * A run of operations that must stand together, in this order: a write and the reads of it, a chain of compare-and-sets
 * with the reads between them, a put and the appends seen after it. `steps` are groups; operations of one group may stand
 * in any order among themselves.
 */
export interface Block {
  /** Operations, in order; a group's operations are consecutive. */
  readonly operations: readonly number[];
  /** Where each group ends in `operations`. */
  readonly ends: readonly number[];
  /** True for the block of the initial value, which comes before everything. */
  readonly initial: boolean;
}

/**
 * Decides whether blocks can be put in line (Gibbons and Korach 1997; zones as in Golab, Li and Shah 2011), in
 * O(n log n).
 *
 * Within a block an operation may not return before one of an earlier group is called. Let `f` be the first return and `s`
 * the last call in a block. If `f < s` the block holds the object at least from `f` to `s` (its *forward zone*): one of its
 * operations takes effect by `f` and one not before `s`. Otherwise all its operations have the instants from `s` to `f` in
 * common (*backward zone*), and it can happen at any one of them at once. In both cases it need hold the object no longer:
 * place each operation at the latest of `f`, its call and its predecessor's instant; it has not returned by then, because
 * no operation of the block returns before `f`, nor before an earlier one is called.
 *
 * So the blocks can be put in line exactly if no two forward zones overlap, and no backward zone lies within a forward
 * one: then each backward block has an instant that no forward zone covers.
 */
export function lineUp(blocks: readonly Block[], times: Times): FastResult {
  const zones: Zone[] = [];
  for (const block of blocks) {
    const fault = internalFault(block, times);
    if (fault !== undefined) return fault;
    if (block.operations.length > 0) zones.push(zoneOf(block, times));
  }
  const forward = zones.filter((zone) => zone.from < zone.to);
  const sorted = Array.from(argsort(Float64Array.from(forward, (zone) => zone.from)), (i) => forward[i]);
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i].from < sorted[i - 1].to) {
      return conflict(sorted[i - 1], sorted[i], "both hold the object at one time");
    }
  }
  const starts = Int32Array.from(sorted, (zone) => zone.from);
  const points = new Float64Array(zones.length);
  for (let i = 0; i < zones.length; i++) {
    const zone = zones[i];
    points[i] = zone.from;
    if (zone.from < zone.to) continue;
    // A backward zone reaches from `to`, the last call, to `from`, the first return.
    const cover = sorted[lastAtMost(starts, zone.to)];
    points[i] = zone.to;
    if (cover === undefined || cover.to < zone.to) continue;
    if (zone.from < cover.to) return conflict(cover, zone, "one falls entirely within the time of the other");
    points[i] = cover.to + 0.5;
  }
  const order: number[] = [];
  for (const i of argsort(points)) for (const k of placedInOrder(zones[i].block, times)) order.push(k);
  return { verdict: "ok", order };
}

interface Zone {
  readonly block: Block;
  /** First return, -1 for the initial block. */
  readonly from: number;
  /** Last call. */
  readonly to: number;
  /** The operations that return first and are called last. */
  readonly first: number;
  readonly last: number;
}

function zoneOf(block: Block, { call, ret }: Times): Zone {
  let first = block.operations[0];
  let last = first;
  for (const k of block.operations) {
    if (ret[k] < ret[first]) first = k;
    if (call[k] > call[last]) last = k;
  }
  return { block, from: block.initial ? -1 : ret[first], to: call[last], first, last };
}

/** Finds an operation of a block that returns before one of an earlier group is called. */
function internalFault(block: Block, { call, ret }: Times): FastResult | undefined {
  let latest = -1;
  let start = 0;
  for (const end of block.ends) {
    for (let i = start; i < end; i++) {
      const k = block.operations[i];
      if (latest < 0 || ret[k] > call[latest]) continue;
      return {
        verdict: "illegal",
        suspects: [latest, k],
        reason: "the later one had returned before the earlier was called",
      };
    }
    for (let i = start; i < end; i++) {
      const k = block.operations[i];
      if (latest < 0 || call[k] > call[latest]) latest = k;
    }
    start = end;
  }
  return undefined;
}

function conflict(left: Zone, right: Zone, reason: string): FastResult {
  const suspects = new Set<number>();
  for (const zone of [left, right]) {
    if (!zone.block.initial) suspects.add(zone.first);
    suspects.add(zone.last);
  }
  return { verdict: "illegal", suspects: [...suspects], reason };
}

/** Operations of one group by call, so that those that precede each other in time stay in order. */
function placedInOrder(block: Block, { call }: Times): number[] {
  const order: number[] = [];
  let start = 0;
  for (const end of block.ends) {
    const group = block.operations.slice(start, end);
    if (group.length > 1) group.sort((a, b) => call[a] - call[b]);
    for (const k of group) order.push(k);
    start = end;
  }
  return order;
}

function lastAtMost(sorted: Int32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Whether an operation returned. */
export function returned(times: Times, k: number): boolean {
  return times.ret[k] !== NEVER;
}
