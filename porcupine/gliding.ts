import type { Budget } from "./budget.ts";
import type { Course } from "./search/glide.ts";
import type { Steps } from "./search/steps.ts";
import type { Track } from "./search/track.ts";
import type { Operation, PartitionReport, UnknownVerdict, Verdict } from "./types.ts";

/**
 * The verdict on a history all of whose tracks have come to the end: what `Reports` tells, with nothing brought into order for it.
 * In a history that was recorded in order of calls the instants at which operations are put in line are their indices.
 */
export function verdictOf<State, Input, Output>(
  { tracks, allotment, called: length, steps, guilt }: Course<State, Input, Output>,
  { scratch }: Budget,
): Verdict {
  const { keys } = allotment;
  const lists = allotment.lists();
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

/** What is told of the partitions of a history one of which is illegal; its own order is told by whoever explains it. */
export function accusedOf<State, Input, Output>(
  { allotment }: Course<State, Input, Output>,
  guilty: number,
): PartitionReport[] {
  const { keys } = allotment;
  return allotment.lists().map((operations, p) => {
    const verdict = p === guilty ? "illegal" : "skipped";
    return { key: keys[p], operations, verdict, linearization: [] };
  });
}

/** What is known where a limit has struck. Of what was not looked at nothing is told, not even where it belongs. */
export function unknownOf<State, Input, Output>(
  { tracks, allotment, called, steps }: Course<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  reason: UnknownVerdict["reason"],
): Verdict {
  const { keys } = allotment;
  let bound = called === 0 ? -Infinity : operations[called - 1].callAt;
  const partitions = allotment.lists().map((list, p): PartitionReport => {
    const linearization = p < tracks.length ? orderOf(tracks[p], steps) : [];
    if (p < tracks.length) bound = Math.min(bound, tracks[p].bound);
    return { key: keys[p], operations: list, verdict: "unknown", linearization };
  });
  return { kind: "unknown", reason, linearizableUpTo: lastBefore(bound, operations, called), partitions };
}

/** The order that a track has come to; none if it did not go on to the end. */
function orderOf<State, Input, Output>(
  { called, end, last }: Track<State, Input, Output>,
  steps: Steps<State, Input, Output>,
): number[] {
  if (end !== "none") return [];
  const order = new Int32Array(called);
  const from = steps.order(last, order, called);
  return Array.from(order.subarray(from));
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
