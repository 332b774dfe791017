import { type HistoryEvent, type Model, type Operation, PorcupineError } from "./types.ts";
import { argsort } from "./sort.ts";

/** The return rank of an operation that never returned: later than every other. */
export const NEVER = 0x7fffffff;

/**
 * A history brought into order. Instants are replaced by ranks 0, 1, 2, ...; calls come before returns at equal times,
 * because operation A precedes B only if A returned *strictly* before B was called.
 */
export interface OrderedHistory {
  /** Indices of the operations, by call. */
  readonly byCall: Int32Array;
  /** Rank of each operation's call, by operation index. */
  readonly call: Int32Array;
  /** Rank of each operation's return, by operation index; {@linkcode NEVER} if it never returned. */
  readonly ret: Int32Array;
  /** One past the last rank. */
  readonly end: number;
}

/** The operations of one partition, by call; `call` and `ret` are parallel to `ids`. */
export interface Part {
  readonly key: string;
  /** Indices into the history. */
  readonly ids: Int32Array;
  readonly call: Int32Array;
  readonly ret: Int32Array;
}

/** Checks the history's times and brings it into order. Throws a {@linkcode PorcupineError} on a bad one. */
export function orderHistory<Input, Output>(operations: readonly Operation<Input, Output>[]): OrderedHistory {
  const count = operations.length;
  const calls = new Float64Array(count);
  const returned = new Int32Array(count);
  const returnTimes = new Float64Array(count);
  let finished = 0;
  for (let i = 0; i < count; i++) {
    const { callAt, outcome } = operations[i];
    if (!Number.isFinite(callAt)) throw badTime("call", callAt, i);
    calls[i] = callAt;
    if (outcome.status === "unknown") continue;
    if (!Number.isFinite(outcome.returnAt)) throw badTime("return", outcome.returnAt, i);
    if (outcome.returnAt < callAt) {
      const message =
        `operation ${i} returns at ${outcome.returnAt}, before its call at ${callAt}; check the clock`;
      throw new PorcupineError("return-before-call", message, i);
    }
    returned[finished] = i;
    returnTimes[finished++] = outcome.returnAt;
  }
  const byCall = argsort(calls);
  const times = returnTimes.subarray(0, finished);
  return rank(calls, byCall, returned, times, argsort(times));
}

function badTime(what: string, value: number, index: number): PorcupineError {
  return new PorcupineError(
    "bad-time",
    `operation ${index} has ${what} time ${value}; it must be a finite number`,
    index,
  );
}

function rank(
  calls: Float64Array,
  byCall: Int32Array,
  returned: Int32Array,
  times: Float64Array,
  byReturn: Int32Array,
): OrderedHistory {
  const call = new Int32Array(calls.length);
  const ret = new Int32Array(calls.length).fill(NEVER);
  let next = 0;
  let c = 0;
  for (let r = 0; r <= byReturn.length; r++) {
    const limit = r < byReturn.length ? times[byReturn[r]] : Infinity;
    while (c < byCall.length && calls[byCall[c]] <= limit) call[byCall[c++]] = next++;
    if (r < byReturn.length) ret[returned[byReturn[r]]] = next++;
  }
  return { byCall, call, ret, end: next };
}

/** Splits a history by the model's partition key; partitions come in the order of their first call. */
export function partition<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  history: OrderedHistory,
): Part[] {
  if (model.partitionKey === undefined) return [makePart("", history.byCall, history)];
  const groups = new Map<string, number[]>();
  for (const id of history.byCall) {
    const key = model.partitionKey(operations[id].input);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [id]);
    else group.push(id);
  }
  return [...groups].map(([key, ids]) => makePart(key, Int32Array.from(ids), history));
}

function makePart(key: string, ids: Int32Array, history: OrderedHistory): Part {
  return { key, ids, call: ids.map((id) => history.call[id]), ret: ids.map((id) => history.ret[id]) };
}

/** Indices of the finished operations of a partition, by return. */
export function returnsOf(part: Part): Int32Array {
  let finished = 0;
  let last = -1;
  for (const rank of part.ret) {
    if (rank === NEVER) continue;
    finished++;
    if (rank > last) last = rank;
  }
  const returns = new Int32Array(finished);
  if (last < 4 * part.ids.length + 64) {
    // Ranks are dense: sort by counting.
    const at = new Int32Array(last + 1).fill(-1);
    for (let k = 0; k < part.ret.length; k++) if (part.ret[k] !== NEVER) at[part.ret[k]] = k;
    for (let rank = 0, next = 0; rank <= last; rank++) if (at[rank] >= 0) returns[next++] = at[rank];
    return returns;
  }
  for (let k = 0, next = 0; k < part.ret.length; k++) if (part.ret[k] !== NEVER) returns[next++] = k;
  return returns.sort((a, b) => part.ret[a] - part.ret[b]);
}

/** Turns a sequence of events into operations whose times are the positions of the events. */
export function operationsFromEvents<Input, Output>(
  events: readonly HistoryEvent<Input, Output>[],
): Operation<Input, Output>[] {
  const operations: Operation<Input, Output>[] = [];
  const open = new Map<number, number>();
  const seen = new Set<number>();
  for (let at = 0; at < events.length; at++) {
    const event = events[at];
    if (event.kind === "call") {
      if (seen.has(event.operation)) {
        throw new PorcupineError(
          "duplicate-operation",
          `event ${at} calls operation ${event.operation} again`,
          at,
        );
      }
      seen.add(event.operation);
      open.set(event.operation, operations.length);
      operations.push({
        client: event.client,
        input: event.input,
        callAt: at,
        outcome: { status: "unknown" },
      });
      continue;
    }
    const index = open.get(event.operation);
    if (index === undefined) {
      const message =
        `event ${at} returns from operation ${event.operation}, which is not open; record its call first`;
      throw new PorcupineError("return-without-call", message, at);
    }
    open.delete(event.operation);
    operations[index] = {
      ...operations[index],
      outcome: { status: "ok", output: event.output, returnAt: at },
    };
  }
  return operations;
}
