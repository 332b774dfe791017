import { LOOKS } from "../budget.ts";
import { NEVER } from "../history.ts";
import type { Memory } from "../scratch.ts";
import type { ModelKind } from "../types.ts";
import { ValueNumbers } from "./numbers.ts";
import type { FastInput } from "./result.ts";

/** What an operation does, as a small number; 0: nothing. It needs its value to be there, and changes nothing. */
export const READ = 1;
/** A compare-and-set that failed: it needs another value than `from` to be there, and changes nothing. */
export const FAILED = 2;
/** It brings its value about, whatever is there. */
export const WRITE = 3;
/** A compare-and-set that swapped, or one without an answer: it brings its value about, and needs `from` to be there. */
export const SWAP = 4;

/** The number of the initial value. */
export const INITIAL = 0;

/** The operations of a partition as those of a register, each translated once, whoever decides in the end. */
export interface RegisterTable {
  readonly count: number;
  readonly op: Uint8Array;
  /** The value that an operation read or brings about. */
  readonly value: Int32Array;
  /** The value that a compare-and-set asked for. */
  readonly from: Int32Array;
  /** The reads, and what brings a value about, by call. */
  readonly reads: Int32Array;
  readonly makers: Int32Array;
  /** For each value the operation that can bring it about: the one if unique, the one called first otherwise; or -1. */
  readonly producers: Int32Array;
  readonly values: number;
  /** Finished compare-and-sets that failed. */
  readonly failed: readonly number[];
  /** Whether each value is brought about by at most one operation, and the initial one by none. */
  readonly unique: boolean;
  /** Whether there is a compare-and-set that swapped, or may have. */
  readonly swaps: boolean;
  /** Whether each compare-and-set that returned is known to have swapped or not. */
  readonly settled: boolean;
}

/** Translates a partition; `undefined` if an operation is not to be understood as one on a register. */
export function tabulate<Input, Output>(
  kind: Extract<ModelKind<Input, Output>, { type: "register" }>,
  { questions, budget }: FastInput<Input, Output>,
): RegisterTable | undefined {
  const { count, part: { ids, ret } } = questions;
  const { scratch } = budget;
  const op = scratch.uint8(count);
  const value = scratch.int32(count);
  const from = scratch.int32(count);
  const reads = scratch.int32(count);
  const makers = scratch.int32(count);
  const numbers = new ValueNumbers(count, scratch);
  numbers.of(kind.initial);
  const failed: number[] = [];
  let read = 0;
  let made = 0;
  let swaps = false;
  let settled = true;
  const readings = questions.readings?.type === "register" ? questions.readings : undefined;
  for (let k = 0; k < count; k++) {
    if ((k & LOOKS) === LOOKS) budget.tick(k);
    const action = readings === undefined
      ? kind.view(questions.input(k), questions.answer(k))
      : readings.of(ids[k]);
    if (action === undefined) return undefined;
    if (action.op === "nothing") continue;
    if (action.op === "cas") {
      // A value unequal to itself cannot be told from others by a map.
      if (Number.isNaN(action.from) || Number.isNaN(action.to)) return undefined;
      from[k] = numbers.of(action.from);
      if (action.swapped === false) {
        op[k] = FAILED;
        failed.push(k);
        continue;
      }
      op[k] = SWAP;
      swaps = true;
      // Not known to have failed although it returned: neither surely a producer nor surely none.
      if (action.swapped === "unknown" && ret[k] !== NEVER) settled = false;
      value[k] = numbers.of(action.to);
      makers[made++] = k;
      continue;
    }
    if (Number.isNaN(action.value)) return undefined;
    value[k] = numbers.of(action.value);
    if (action.op === "read") {
      op[k] = READ;
      reads[read++] = k;
    } else {
      op[k] = WRITE;
      makers[made++] = k;
    }
  }
  const columns = {
    count,
    op,
    value,
    from,
    reads: reads.subarray(0, read),
    makers: makers.subarray(0, made),
  };
  const produced = findProducers(columns, numbers.count, scratch);
  return {
    ...columns,
    producers: produced.producers,
    values: numbers.count,
    failed,
    unique: settled && produced.unique,
    swaps,
    settled,
  };
}

function findProducers(
  { makers, value }: Pick<RegisterTable, "makers" | "value">,
  values: number,
  memory: Memory,
): Pick<RegisterTable, "producers" | "unique"> {
  const producers = memory.int32(values).fill(-1);
  let unique = true;
  for (let i = 0; i < makers.length; i++) {
    const produced = value[makers[i]];
    if (producers[produced] < 0) producers[produced] = makers[i];
    else unique = false;
    if (produced === INITIAL) unique = false;
  }
  return { producers, unique };
}
