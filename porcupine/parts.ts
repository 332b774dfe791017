import { type Budget, LOOKS } from "./budget.ts";
import { Classes } from "./classes.ts";
import { deal, type Dealt } from "./deal.ts";
import { NEVER, type OrderedHistory } from "./history.ts";
import type { Readings } from "./readings.ts";
import { OWN_ARRAYS } from "./scratch.ts";
import { type Answer, type Model, type Operation, PorcupineError } from "./types.ts";

/**
 * The operations of one partition, numbered 0, 1, 2, ... by call. Instants are ranks of the partition's own events, each
 * used once, so that whatever goes by time can be done by counting instead of sorting.
 */
export interface Part {
  /** The partition's key; empty for a model without partitions. */
  readonly key: string;
  /** Indices into the history. */
  readonly ids: Int32Array;
  /** Rank of each call; ascending. */
  readonly call: Int32Array;
  /** Rank of each return; {@linkcode NEVER} for an operation without an answer, or with one that is not believed. */
  readonly ret: Int32Array;
  /** The operations with an answer, by return. */
  readonly returns: Int32Array;
  /** One past the last rank. */
  readonly end: number;
}

/** Splits a history by the model's partition key; partitions come in the order of their first call. */
export function partition<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  history: OrderedHistory,
  budget?: Budget,
): Part[] {
  if (model.partitionKey === undefined) return [whole(history, budget)];
  const keys: string[] = [];
  const partOf = (budget?.scratch ?? OWN_ARRAYS).int32(operations.length);
  const numbers = new Map<string, number>();
  for (let at = 0; at < history.events.length; at++) {
    const event = history.events[at];
    // At a return, too, so that the cost is known from the length: another thread may do this at the same cost.
    if ((at & LOOKS) === LOOKS) budget?.tick(at);
    if ((event & 1) === 1) continue;
    const key = model.partitionKey(operations[event >>> 1].input);
    let number = numbers.get(key);
    if (number === undefined) {
      requireKey(key);
      numbers.set(key, number = keys.length);
      keys.push(key);
    }
    partOf[event >>> 1] = number;
  }
  const memory = budget?.scratch ?? OWN_ARRAYS;
  return cut(keys, deal({ partOf, size: keys.length, history, budget }, memory));
}

/** The whole history as one partition: its ranks are the history's. */
function whole({ events, call: callOf, ret: returnOf }: OrderedHistory, budget?: Budget): Part {
  const count = returnOf.length;
  const memory = budget?.scratch ?? OWN_ARRAYS;
  if (ascends(callOf)) {
    // It was recorded by call, so that the numbers in the history are those in the part.
    const ids = memory.int32(count);
    for (let i = 0; i < count; i++) ids[i] = i;
    // One too many, so that a call can be written where the next return will be: which of the two comes cannot be guessed.
    const returns = memory.int32(events.length - count + 1);
    for (let rank = 0, returned = 0; rank < events.length; rank++) {
      returns[returned] = events[rank] >>> 1;
      returned += events[rank] & 1;
    }
    return {
      key: "",
      ids,
      call: callOf,
      ret: returnOf,
      returns: returns.subarray(0, events.length - count),
      end: events.length,
    };
  }
  const ids = memory.int32(count);
  const call = memory.int32(count);
  const ret = memory.int32(count);
  const returns = memory.int32(events.length - count);
  const numbers = memory.int32(count);
  let called = 0;
  let returned = 0;
  for (let rank = 0; rank < events.length; rank++) {
    budget?.tick(rank);
    const id = events[rank] >>> 1;
    if ((events[rank] & 1) === 1) {
      returns[returned++] = numbers[id];
      continue;
    }
    numbers[id] = called;
    ids[called] = id;
    call[called] = rank;
    ret[called++] = returnOf[id];
  }
  return { key: "", ids, call, ret, returns, end: events.length };
}

function ascends(ranks: Int32Array): boolean {
  for (let i = 1; i < ranks.length; i++) if (ranks[i] < ranks[i - 1]) return false;
  return true;
}

/** Keys are compared by `===`: of objects each would be a partition of its own, in which all is possible. */
export function requireKey(key: unknown): void {
  if (typeof key === "string") return;
  const message = `partitionKey(...) answers ${
    typeof key === "object" ? "an object" : String(key)
  }; answer a text`;
  throw new PorcupineError("model-mismatch", message);
}

/** The partitions of these keys: each array is a piece of one of the history. */
export function cut(keys: readonly string[], { ids, call, ret, returns, first, firstReturn }: Dealt): Part[] {
  return keys.map((key, p) => {
    const own = [first[p], first[p + 1]] as const;
    const answers = [firstReturn[p], firstReturn[p + 1]] as const;
    return {
      key,
      ids: ids.subarray(...own),
      call: call.subarray(...own),
      ret: ret.subarray(...own),
      returns: returns.subarray(...answers),
      end: own[1] - own[0] + answers[1] - answers[0],
    };
  });
}

/** The part as it was before `rank`: later answers have not come, later calls have not been made. */
export function partBefore(part: Part, rank: number): Part {
  const count = firstAtLeast(part.call, rank);
  const ret = part.ret.slice(0, count);
  let finished = 0;
  for (let k = 0; k < count; k++) {
    if (ret[k] >= rank) ret[k] = NEVER;
    else finished++;
  }
  return {
    key: part.key,
    ids: part.ids.subarray(0, count),
    call: part.call.subarray(0, count),
    ret,
    // Before a rank the operations that have returned are the first in order of return.
    returns: part.returns.subarray(0, finished),
    end: rank,
  };
}

/**
 * The part with some operations only, ascending. Those of which `believed` is true keep their answer, the others become
 * operations that never returned. `chosen[k]` has the number `k` in the new part.
 */
export function partOfSome(part: Part, chosen: Int32Array, believed: (k: number) => boolean): Part {
  const count = chosen.length;
  const returns = chosen.map((_, i) => i).filter((i) => believed(chosen[i]) && part.ret[chosen[i]] !== NEVER);
  const retOf = (i: number): number => part.ret[chosen[i]];
  returns.sort((a, b) => retOf(a) - retOf(b));
  const call = new Int32Array(count);
  const ret = new Int32Array(count).fill(NEVER);
  let end = 0;
  let c = 0;
  for (let r = 0; r <= returns.length; r++) {
    const limit = r < returns.length ? retOf(returns[r]) : NEVER;
    while (c < count && part.call[chosen[c]] < limit) call[c++] = end++;
    if (r < returns.length) ret[returns[r]] = end++;
  }
  return { key: part.key, ids: chosen.map((k) => part.ids[k]), call, ret, returns, end };
}

/** The first index whose entry is at least `bound`; entries ascend. */
export function firstAtLeast(entries: Int32Array, bound: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A history, and which of its operations are equal. */
export interface Recorded<Input, Output> {
  readonly operations: readonly Operation<Input, Output>[];
  readonly classes: Classes<Input, Output>;
  /** What the model's kind says of the operations, if they have been read already; only where all answers are believed. */
  readonly readings: Readings | undefined;
}

/** Takes a history down. */
export function recorded<Input, Output>(
  operations: readonly Operation<Input, Output>[],
): Recorded<Input, Output> {
  return { operations, classes: new Classes(operations), readings: undefined };
}

const UNKNOWN = { known: false } as const;

/** A part together with what its operations asked and were answered. */
export class Questions<Input, Output> {
  /** The part. */
  readonly part: Part;
  /** The whole history. */
  readonly operations: readonly Operation<Input, Output>[];
  /** See `Recorded`; by index in the history. */
  readonly readings: Readings | undefined;
  readonly #classes: Classes<Input, Output>;

  /** Looks at a history through the part. */
  constructor({ operations, classes, readings }: Recorded<Input, Output>, part: Part) {
    this.operations = operations;
    this.readings = readings;
    this.#classes = classes;
    this.part = part;
  }

  /** Number of operations. */
  get count(): number {
    return this.part.ids.length;
  }

  /** What an operation asked. */
  input(k: number): Input {
    return this.operations[this.part.ids[k]].input;
  }

  /** What is known of its answer. A return that the part does not show counts as none. */
  answer(k: number): Answer<Output> {
    const { outcome } = this.operations[this.part.ids[k]];
    if (outcome.status === "unknown" || this.part.ret[k] === NEVER) return UNKNOWN;
    return { known: true, output: outcome.output };
  }

  /**
   * Numbers for the classes of equal operations, 0, 1, 2, ... in the order in which they are met. `undefined` once it may not go on: where
   * requests are structures, reading 100,000 of them takes most of a second.
   */
  classes(mayGoOn: () => boolean): { readonly of: Int32Array; readonly count: number } | undefined {
    const of = new Int32Array(this.count);
    const numbers = new Map<number, number>();
    for (let k = 0; k < of.length; k++) {
      if (!mayGoOn()) return undefined;
      const cls = this.#classes.of(this.part.ids[k], this.answer(k));
      let number = numbers.get(cls);
      if (number === undefined) numbers.set(cls, number = numbers.size);
      of[k] = number;
    }
    return { of, count: numbers.size };
  }
}
