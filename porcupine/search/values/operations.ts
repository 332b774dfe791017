import { FAILED, READ, type RegisterTable, SWAP } from "../../fast/register_table.ts";
import { NEVER } from "../../history.ts";
import type { Part } from "../../parts.ts";
import type { Memory } from "../../scratch.ts";

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

/** Picks them out of a table; `undefined` if it is not said of each whether it has an effect. */
export function valueOperations(
  table: Pick<RegisterTable, "count" | "op" | "value" | "from" | "values" | "settled">,
  part: Part,
  memory: Memory,
): ValueOperations | undefined {
  // Answered, but not known whether it swapped: placed it must be, with an effect or without.
  if (!table.settled) return undefined;
  const { count } = table;
  const op = memory.uint8(count);
  const value = memory.int32(count);
  const from = memory.int32(count);
  const numbers = memory.int32(count);
  const renumbered = memory.int32(count).fill(-1);
  let kept = 0;
  for (let k = 0; k < count; k++) {
    let code = table.op[k];
    // What replaces a value by itself is a read of it; if it was lost it says nothing.
    if (code === SWAP && table.from[k] === table.value[k]) code = READ;
    if (code === 0 || ((code === READ || code === FAILED) && part.ret[k] === NEVER)) continue;
    op[kept] = code;
    value[kept] = table.value[k];
    from[kept] = code === READ ? 0 : table.from[k];
    numbers[kept] = k;
    renumbered[k] = kept++;
  }
  return {
    count: kept,
    op,
    value,
    from,
    values: table.values,
    numbers,
    ...levels(part, numbers, renumbered, { count: kept, memory }),
  };
}

function levels(
  part: Part,
  numbers: Int32Array,
  renumbered: Int32Array,
  { count, memory }: { count: number; memory: Memory },
) {
  const ret = memory.int32(count);
  for (let k = 0; k < count; k++) ret[k] = part.ret[numbers[k]];
  const returns = memory.int32(part.returns.length);
  const reached = memory.int32(part.returns.length + 1);
  const called = memory.int32(part.returns.length + 1);
  const slot = memory.int32(count);
  const free = memory.int32(count);
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
