import type { Budget, StopReason } from "./budget.ts";
import type { Course } from "./search/glide.ts";
import type { Steps } from "./search/steps.ts";
import type { Track } from "./search/track.ts";
import type { Operation, PartitionReport, UnknownVerdict, Verdict } from "./types.ts";

/**
 * The verdict on a history all of whose tracks have come to the end: what `Reports` tells, with nothing brought into order for it.
 * In a history that was recorded in order of calls the instants at which operations are put in line are their indices.
 */
export function verdictOf<State, Input, Output>(
  { tracks, allotment, steps, guilt }: Course<State, Input, Output>,
): Verdict {
  const { keys, partOf } = allotment;
  const lists = allotment.lists();
  const orders = tracks.map(({ called, number }): number[] => {
    const settled = guilt.settled(number);
    return settled === undefined
      ? new Array(called)
      : Array.from(settled.decision.order, (k) => lists[number][k]);
  });
  const lasts = Int32Array.from(
    tracks,
    ({ last, number }) => guilt.settled(number) === undefined ? last : -1,
  );
  steps.orders(lasts, partOf, orders);
  const partitions = orders.map((linearization, p): PartitionReport => {
    return { key: keys[p], operations: lists[p], verdict: "ok", linearization };
  });
  if (orders.length === 1) return { kind: "ok", linearization: orders[0], partitions };
  return { kind: "ok", linearization: inLine(orders, partOf), partitions };
}

/**
 * Orders of partitions as one: each operation as soon as all that is before it in its partition has its place, but not before its call.
 * An operation is called at its index.
 */
function inLine(orders: readonly (readonly number[])[], partOf: Int32Array): number[] {
  const line: number[] = new Array(partOf.length);
  const placed = new Int32Array(orders.length);
  let next = 0;
  for (let i = 0; i < line.length; i++) {
    const order = orders[partOf[i]];
    let at = placed[partOf[i]];
    // If another one is, this one waits for that, or had its place together with one before it.
    if (order[at] !== i) continue;
    while (at < order.length && order[at] <= i) line[next++] = order[at++];
    placed[partOf[i]] = at;
  }
  // What was never answered may have no place.
  line.length = next;
  return line;
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
  let bound = called === 0
    ? -Infinity
    : Math.min(operations[called - 1].callAt, earliestCall(operations, called));
  const partitions = allotment.lists(called).slice(0, tracks.length).map((list, p): PartitionReport => {
    const linearization = orderOf(tracks[p], steps);
    bound = Math.min(bound, tracks[p].bound);
    return { key: keys[p], operations: list, verdict: "unknown", linearization };
  });
  return { kind: "unknown", reason, linearizableUpTo: lastBefore(bound, operations, called), partitions };
}

/**
 * The earliest call of those from a place on; `Infinity` if there are none. Nobody has seen yet whether they lie in order, or are times
 * at all: an answer that was not looked at may have come before all that were.
 */
function earliestCall<Input, Output>(operations: readonly Operation<Input, Output>[], from: number): number {
  let earliest = Infinity;
  for (let i = from; i < operations.length; i++) {
    const at = operations[i]?.callAt;
    if (!(at >= earliest)) earliest = Number.isFinite(at) ? at : -Infinity;
  }
  return earliest;
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

/** The limit that a verdict tells; effort is a matter of rounds, and ends no check. */
export function stopReason({ stopped }: Budget): StopReason {
  return stopped === undefined || stopped === "effort" ? "time" : stopped;
}
