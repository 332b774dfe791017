import type { Budget } from "../../budget.ts";
import { ValueNumbers } from "../../fast/numbers.ts";
import { NEVER } from "../../history.ts";
import type { Part, Questions } from "../../parts.ts";
import type { ModelKind, RegisterAction } from "../../types.ts";

type RegisterKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "register" }>;

/** What an operation does, as a small number. It needs its value to be there, and changes nothing. */
export const READ = 1;
/** It needs another value than `from` to be there, and changes nothing. */
export const FAILED = 2;
/** It brings its value about, whatever is there. */
export const WRITE = 3;
/** It brings its value about, and needs `from` to be there. */
export const SWAP = 4;

/** The number of the initial value. */
export const INITIAL = 0;

/** The operations of a register that matter to a search, numbered by call. */
export interface ValueOperations {
  readonly count: number;
  readonly op: Uint8Array;
  /** What it read, or brings about. */
  readonly value: Int32Array;
  readonly from: Int32Array;
  /** How many values there are. */
  readonly values: number;
  /** Their numbers in the partition. */
  readonly numbers: Int32Array;
  readonly ret: Int32Array;
  /** Those with an answer, by return: level `p` of the search is "everything before `returns[p]` has returned". */
  readonly returns: Int32Array;
  /** How many of the partition's operations return before `returns[p]`. */
  readonly reached: Int32Array;
  /** `called[p]`: how many are called before `returns[p]` returns. */
  readonly called: Int32Array;
  /** A place for each while it is open, used again after its return. */
  readonly slot: Int32Array;
  readonly slots: number;
}

/** Translates a partition; `undefined` if an operation is not to be understood as one on a register. */
export function valueOperations<Input, Output>(
  kind: RegisterKind<Input, Output>,
  questions: Questions<Input, Output>,
  budget: Budget,
): ValueOperations | undefined {
  const { count, part } = questions;
  const op = new Uint8Array(count);
  const value = new Int32Array(count);
  const from = new Int32Array(count);
  const numbers = new Int32Array(count);
  const renumbered = new Int32Array(count).fill(-1);
  const names = new ValueNumbers(count);
  names.of(kind.initial);
  let kept = 0;
  for (let k = 0; k < count; k++) {
    budget.tick(k);
    const action = kind.view(questions.input(k), questions.answer(k));
    const code = codeOf(action, part.ret[k] === NEVER);
    if (action === undefined || code === undefined) return undefined;
    if (code === 0 || action.op === "nothing") continue;
    op[kept] = code;
    if (action.op === "cas") from[kept] = names.of(action.from);
    value[kept] = names.of(action.op === "cas" ? action.to : action.value);
    numbers[kept] = k;
    renumbered[k] = kept++;
  }
  return {
    count: kept,
    op,
    value,
    from,
    values: names.count,
    numbers,
    ...levels(part, numbers, renumbered, kept),
  };
}

/** 0: it may be left out; `undefined`: it is not to be understood. */
function codeOf(action: RegisterAction | undefined, isLost: boolean): number | undefined {
  switch (action?.op) {
    case "nothing":
      return 0;
    case "read":
      return Number.isNaN(action.value) ? undefined : READ;
    case "write":
      return Number.isNaN(action.value) ? undefined : WRITE;
    case "cas":
      if (Number.isNaN(action.from) || Number.isNaN(action.to)) return undefined;
      if (action.swapped === false) return FAILED;
      // What replaces a value by itself is a read of it; if it was lost it says nothing.
      if (action.from === action.to) return action.swapped === true ? READ : isLost ? 0 : undefined;
      // Answered, but not known whether it swapped: placed it must be, with an effect or without.
      return action.swapped === true || isLost ? SWAP : undefined;
    default:
      return undefined;
  }
}

function levels(part: Part, numbers: Int32Array, renumbered: Int32Array, count: number) {
  const ret = new Int32Array(count);
  for (let k = 0; k < count; k++) ret[k] = part.ret[numbers[k]];
  const returns = new Int32Array(part.returns.length);
  const reached = new Int32Array(part.returns.length + 1);
  const called = new Int32Array(part.returns.length + 1);
  const slot = new Int32Array(count);
  const free = new Int32Array(count);
  let freed = 0;
  let slots = 0;
  let last = 0;
  let next = 0;
  for (let i = 0; i <= part.returns.length; i++) {
    const k = i < part.returns.length ? renumbered[part.returns[i]] : -1;
    if (k < 0 && i < part.returns.length) continue;
    const limit = k < 0 ? NEVER : ret[k];
    for (; next < count && part.call[numbers[next]] < limit; next++) {
      slot[next] = freed > 0 ? free[--freed] : slots++;
    }
    called[last] = next;
    reached[last] = i;
    if (k < 0) break;
    free[freed++] = slot[k];
    returns[last++] = k;
  }
  return { ret, returns: returns.subarray(0, last), reached, called, slot, slots };
}
