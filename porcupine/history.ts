import { type HistoryEvent, type Operation, PorcupineError } from "./types.ts";
import { Budget } from "./budget.ts";
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
  const count = operations.length;
  const { scratch } = budget;
  const calls = scratch.float64(count);
  const returned = scratch.int32(count);
  const returnTimes = scratch.float64(count);
  let finished = 0;
  let numbered = true;
  for (let i = 0; i < count; i++) {
    budget.tick(i);
    const { callAt, outcome } = operations[i];
    if (!Number.isFinite(callAt)) throw badTime("call", callAt, i);
    calls[i] = callAt;
    if ((callAt | 0) !== callAt) numbered = false;
    if (outcome.status === "unknown") continue;
    if (!Number.isFinite(outcome.returnAt)) throw badTime("return", outcome.returnAt, i);
    if (outcome.returnAt < callAt) {
      const message =
        `operation ${i} returns at ${outcome.returnAt}, before its call at ${callAt}; check the clock`;
      throw new PorcupineError("return-before-call", message, i);
    }
    if ((outcome.returnAt | 0) !== outcome.returnAt) numbered = false;
    returned[finished] = i;
    returnTimes[finished++] = outcome.returnAt;
  }
  const times = returnTimes.subarray(0, finished);
  const quick = numbered ? rankByNumber({ calls, returned, times }, budget) : undefined;
  if (quick !== undefined) return quick;
  const sorted = { calls, byCall: argsort(calls, budget), returned, times, byReturn: argsort(times, budget) };
  return rank(sorted, budget);
}

function badTime(what: string, value: number, index: number): PorcupineError {
  return new PorcupineError(
    "bad-time",
    `operation ${index} has ${what} time ${value}; it must be a finite number`,
    index,
  );
}

interface Times {
  readonly calls: Float64Array;
  /** The operations that returned, and when. */
  readonly returned: Int32Array;
  readonly times: Float64Array;
}

/** Numbers of events may have gaps, but not so many that looking through them costs more than sorting. */
const MOST_GAPS = 4;

/**
 * Times that number the events - lines of a log, positions in a sequence, a count - need no sorting: each event has a place
 * of its own. `undefined` if two have the same, or the places are far apart.
 */
function rankByNumber({ calls, returned, times }: Times, budget: Budget): OrderedHistory | undefined {
  let first = Infinity;
  let last = -Infinity;
  for (let i = 0; i < calls.length; i++) {
    if (calls[i] < first) first = calls[i];
    if (calls[i] > last) last = calls[i];
  }
  for (let r = 0; r < times.length; r++) if (times[r] > last) last = times[r];
  const count = calls.length + times.length;
  if (last - first >= MOST_GAPS * count) return undefined;
  const { scratch } = budget;
  // Twice the operation and one for a call, two for a return; 0: nothing happened then.
  const at = scratch.int32(count === 0 ? 0 : last - first + 1);
  for (let i = 0; i < calls.length; i++) {
    budget.tick(i);
    const place = calls[i] - first;
    if (at[place] !== 0) return undefined;
    at[place] = 2 * i + 1;
  }
  for (let r = 0; r < times.length; r++) {
    budget.tick(r);
    const place = times[r] - first;
    if (at[place] !== 0) return undefined;
    at[place] = 2 * returned[r] + 2;
  }
  const call = scratch.int32(calls.length);
  const ret = scratch.int32(calls.length).fill(NEVER);
  const events = scratch.int32(count);
  for (let place = 0, next = 0; place < at.length; place++) {
    budget.tick(place);
    const event = at[place] - 1;
    if (event < 0) continue;
    ((event & 1) === 0 ? call : ret)[event >>> 1] = next;
    events[next++] = event;
  }
  return { events, call, ret };
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
