import type { Budget } from "./budget.ts";
import type { Course } from "./search/glide.ts";
import type { Operation, PartitionReport, UnknownVerdict, Verdict } from "./types.ts";

/**
 * The verdict on a history all of whose tracks have come to the end: what `Reports` tells, with nothing brought into order for it.
 * In a history that was recorded in order of calls the instants at which operations are put in line are their indices.
 */
export function verdictOf<State, Input, Output>(
  { tracks, keys, trackOf, steps, guilt }: Course<State, Input, Output>,
  { scratch }: Budget,
): Verdict {
  const { length } = trackOf;
  const lists = listsOf(trackOf, tracks.map(({ called }) => called), length);
  const order = scratch.int32(length);
  // By operation: the next one at the same instant, or -1; whether it is the first there.
  const nexts = scratch.int32(length).fill(-1);
  const isHead = scratch.uint8(length);
  const partitions: PartitionReport[] = [];
  for (let p = 0; p < tracks.length; p++) {
    const { called, last } = tracks[p];
    const linearization: number[] = new Array(called);
    const settled = guilt.settled(p);
    if (settled === undefined) steps.order(last, order, called);
    else settled.decision.order.forEach((k, j) => order[j] = lists[p][k]);
    for (let j = 0, at = -1; j < called; j++) {
      const id = linearization[j] = order[j];
      if (id > at) isHead[at = id] = 1;
      else nexts[order[j - 1]] = id;
    }
    partitions.push({ key: keys[p], operations: lists[p], verdict: "ok", linearization });
  }
  if (tracks.length === 1) return { kind: "ok", linearization: partitions[0].linearization, partitions };
  const linearization: number[] = new Array(length);
  for (let i = 0, next = 0; i < length; i++) {
    if (isHead[i] === 0) continue;
    for (let id = i; id >= 0; id = nexts[id]) linearization[next++] = id;
  }
  return { kind: "ok", linearization, partitions };
}

/** What is known where a limit has struck. Of what was called later nothing is told, not even where it belongs. */
export function unknownOf<State, Input, Output>(
  { tracks, keys, trackOf, called, steps }: Course<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  reason: UnknownVerdict["reason"],
): Verdict {
  const lists = listsOf(trackOf, tracks.map((track) => track.called), called);
  let bound = called === 0 ? -Infinity : operations[called - 1].callAt;
  const partitions = tracks.map((track, p): PartitionReport => {
    bound = Math.min(bound, track.bound);
    const order = new Int32Array(track.called);
    const from = track.end === "none" ? steps.order(track.last, order, track.called) : track.called;
    const linearization = Array.from(order.subarray(from));
    return { key: keys[p], operations: lists[p], verdict: "unknown", linearization };
  });
  return { kind: "unknown", reason, linearizableUpTo: lastBefore(bound, operations, called), partitions };
}

/** By track: the first `count` operations, in order. */
function listsOf(trackOf: Int32Array, sizes: readonly number[], count: number): readonly number[][] {
  const lists = sizes.map((size): number[] => new Array(size));
  const filled = new Int32Array(sizes.length);
  for (let i = 0; i < count; i++) {
    const p = trackOf[i];
    lists[p][filled[p]++] = i;
  }
  return lists;
}

/** The last operation to return before an instant; -1 if there is none. */
function lastBefore<Input, Output>(
  bound: number,
  operations: readonly Operation<Input, Output>[],
  count: number,
): number {
  let last = -1;
  let latest = -Infinity;
  for (let i = 0; i < count; i++) {
    const { outcome } = operations[i];
    if (outcome.status === "unknown" || outcome.returnAt >= bound || outcome.returnAt < latest) continue;
    [last, latest] = [i, outcome.returnAt];
  }
  return last;
}
