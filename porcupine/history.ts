import { type HistoryEvent, type Operation, PorcupineError } from "./types.ts";
import { Budget, LOOKS } from "./budget.ts";
import { badStatus, badTime, requireEvents, requireOperations } from "./require/history.ts";
import type { Memory } from "./scratch.ts";
import { argsort } from "./sort.ts";

/** The return rank of an operation that never returned: later than every other. */
export const NEVER = 0x7fffffff;

/**
 * A history brought into order. Instants are replaced by ranks 0, 1, 2, ...; calls come before returns at equal times,
 * because operation A precedes B only if A returned *strictly* before B was called.
 */
export interface OrderedHistory {
  /** By rank: twice the operation's index, and one more if it is a return. */
  readonly events: Int32Array;
  /** Rank of each operation's call, by operation index. */
  readonly call: Int32Array;
  /** Rank of each operation's return, by operation index; {@linkcode NEVER} if it never returned. */
  readonly ret: Int32Array;
}

/** Checks the history's times and brings it into order. Throws a {@linkcode PorcupineError} on a bad one. */
export function orderHistory<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  budget: Budget = new Budget({}),
): OrderedHistory {
  try {
    const places = placesOf(operations, budget);
    return (places === undefined ? undefined : rankByPlace(places, budget)) ?? rankByTime(operations, budget);
  } catch (error) {
    // The types forbid it; but from plain JavaScript anything may come, and to ask each operation first would cost too much.
    if (error instanceof TypeError) requireOperations(operations);
    throw error;
  }
}

function rankByTime<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  budget: Budget,
): OrderedHistory {
  const count = operations.length;
  const { scratch } = budget;
  const calls = scratch.float64(count);
  const returned = scratch.int32(count);
  const returnTimes = scratch.float64(count);
  let finished = 0;
  for (let i = 0; i < count; i++) {
    budget.tick(i);
    const { callAt, outcome } = operations[i];
    if (!Number.isFinite(callAt)) throw badTime("call", callAt, i);
    calls[i] = callAt;
    if (outcome.status === "unknown") continue;
    if (outcome.status !== "ok") throw badStatus(outcome, i);
    if (!Number.isFinite(outcome.returnAt)) throw badTime("return", outcome.returnAt, i);
    if (outcome.returnAt < callAt) {
      const message =
        `operation ${i} returns at ${outcome.returnAt}, before its call at ${callAt}; check the clock`;
      throw new PorcupineError("return-before-call", message, i);
    }
    returned[finished] = i;
    returnTimes[finished++] = outcome.returnAt;
  }
  const times = returnTimes.subarray(0, finished);
  return rank(
    { calls, byCall: argsort(calls, budget), returned, times, byReturn: argsort(times, budget) },
    budget,
  );
}

/** Numbers of events may have gaps, but not so many that looking through them costs more than sorting. */
const MOST_GAPS = 4;
/** Places are this near to the first operation's call. */
const FARTHEST = 2 ** 29;

/** Times that are whole numbers, as places relative to the first operation's call. */
export interface Places {
  readonly call: Int32Array;
  /** {@linkcode NEVER} for an operation without an answer. */
  readonly ret: Int32Array;
  readonly first: number;
  readonly last: number;
  /** How many events there are. */
  readonly count: number;
}

/** `undefined` if some time is not a whole number, far from the others, or bad; then what is wrong is found in a second look. */
export function placesOf<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  budget: Budget,
  memory: Memory = budget.scratch,
): Places | undefined {
  const { length } = operations;
  const call = memory.int32(length);
  const ret = memory.int32(length);
  const base = length === 0 ? 0 : operations[0].callAt;
  let first = 0;
  let last = 0;
  let count = length;
  for (let i = 0; i < length; i++) {
    if ((i & LOOKS) === LOOKS) budget.tick(i);
    const { callAt, outcome } = operations[i];
    // A subtraction takes null, as JSON has it for NaN, for 0; and the text of a number for the number.
    if (typeof callAt !== "number") return undefined;
    const called = callAt - base;
    if ((called | 0) !== called || called > FARTHEST || called < -FARTHEST) return undefined;
    call[i] = called;
    if (called < first) first = called;
    if (called > last) last = called;
    if (outcome.status === "unknown") {
      ret[i] = NEVER;
      continue;
    }
    if (outcome.status !== "ok" || typeof outcome.returnAt !== "number") return undefined;
    const returned = outcome.returnAt - base;
    if ((returned | 0) !== returned || returned > FARTHEST || returned < called) return undefined;
    ret[i] = returned;
    // The later of the two, without a branch: nobody can guess which.
    const more = returned - last;
    last = returned - (more & (more >> 31));
    count++;
  }
  return { call, ret, first, last, count };
}

/** Whether they have no more gaps than it is worth to look through. */
export function areNear({ first, last, count }: Places): boolean {
  return last - first < MOST_GAPS * count;
}

/**
 * Times that number the events - lines of a log, positions in a sequence, a count - need no sorting: each event has a place
 * of its own. `undefined` if two have the same, or the places are far apart.
 */
export function rankByPlace(
  places: Places,
  budget: Budget,
  memory: Memory = budget.scratch,
): OrderedHistory | undefined {
  const { call: { length }, first, last, count } = places;
  if (!areNear(places)) return undefined;
  const at = budget.scratch.int32(count === 0 ? 0 : last - first + 1);
  if (!putInPlace(places, at, budget)) return undefined;
  const ranks = memory.int32(2 * length);
  const call = ranks.subarray(0, length);
  const ret = ranks.subarray(length).fill(NEVER);
  const events = memory.int32(count);
  numberEvents(at, { events, ranks }, budget);
  return { events, call, ret };
}

/** Puts each event in its place: twice the operation and one for a call, two for a return. False if two meet. */
function putInPlace({ call, ret, first }: Places, at: Int32Array, budget: Budget): boolean {
  for (let i = 0; i < call.length; i++) {
    if ((i & LOOKS) === LOOKS) budget.tick(i);
    const called = call[i] - first;
    if (at[called] !== 0) return false;
    at[called] = 2 * i + 1;
    if (ret[i] === NEVER) continue;
    const returned = ret[i] - first;
    if (at[returned] !== 0) return false;
    at[returned] = 2 * i + 2;
  }
  return true;
}

interface Ranking {
  readonly events: Int32Array;
  /** The ranks of the calls and, behind them, of the returns: which of the two an event is, no processor can guess. */
  readonly ranks: Int32Array;
}

/** Closes the gaps between the places. */
function numberEvents(at: Int32Array, { events, ranks }: Ranking, budget: Budget): void {
  const half = ranks.length >>> 1;
  let next = 0;
  for (let place = 0; place < at.length; place++) {
    if ((place & LOOKS) === LOOKS) budget.tick(place);
    const event = at[place] - 1;
    if (event < 0) continue;
    ranks[(event >>> 1) + (-(event & 1) & half)] = next;
    events[next++] = event;
  }
}

interface Times {
  readonly calls: Float64Array;
  /** The operations that returned, and when. */
  readonly returned: Int32Array;
  readonly times: Float64Array;
}

interface Sorted extends Times {
  readonly byCall: Int32Array;
  readonly byReturn: Int32Array;
}

function rank({ calls, byCall, returned, times, byReturn }: Sorted, budget: Budget): OrderedHistory {
  const { scratch } = budget;
  const call = scratch.int32(calls.length);
  const ret = scratch.int32(calls.length).fill(NEVER);
  const events = scratch.int32(calls.length + times.length);
  let next = 0;
  let c = 0;
  for (let r = 0; r <= byReturn.length; r++) {
    budget.tick(r);
    const limit = r < byReturn.length ? times[byReturn[r]] : Infinity;
    for (; c < byCall.length && calls[byCall[c]] <= limit; c++) {
      const i = byCall[c];
      events[next] = 2 * i;
      call[i] = next++;
    }
    if (r === byReturn.length) break;
    const i = returned[byReturn[r]];
    events[next] = 2 * i + 1;
    ret[i] = next++;
  }
  return { events, call, ret };
}

/** What is wrong with what is no event, such as one of jepsen's; it must not be passed over. */
export function noEvent({ kind }: { readonly kind: string }, at: number): PorcupineError {
  const message = `an event is of kind ${
    JSON.stringify(kind)
  }; there are "call", "return", and on line "lost"`;
  return new PorcupineError("bad-operation", message, at);
}

/** Turns a sequence of events into operations whose times are the positions of the events. */
export function operationsFromEvents<Input, Output>(
  events: readonly HistoryEvent<Input, Output>[],
): Operation<Input, Output>[] {
  requireEvents(events);
  const operations: Operation<Input, Output>[] = [];
  const open = new Map<number, number>();
  const seen = new Set<number>();
  for (let at = 0; at < events.length; at++) {
    const event = events[at];
    if (event.kind === "call") {
      if (seen.has(event.operation)) {
        throw new PorcupineError(
          "duplicate-operation",
          `event ${at} calls operation ${event.operation} again; give each operation a number of its own`,
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
    if (event.kind !== "return") throw noEvent(event, at);
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
