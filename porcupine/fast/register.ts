import type { ModelKind, RegisterAction, Value } from "../types.ts";
import type { FastInput, FastResult } from "./result.ts";
import { type Block, lineUp, returned } from "./zones.ts";
import { insertReads } from "./insert.ts";

type RegisterKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "register" }>;

/**
 * Registers whose writes all write different values, none of them the initial one: then each read names the write it saw
 * (zones), and a successful compare-and-set directly follows the write it replaced (chains). O(n log n).
 *
 * - A write or compare-and-set without an answer whose value nobody needed is left out: that only takes away a value that
 *   no answer mentions. (A failed compare-and-set might be glad of it; see below.)
 * - A failed compare-and-set changes nothing. Without them the history is decided exactly; if it is possible, they are put
 *   where the order found allows; if one finds no place, that proves nothing, and the search decides.
 */
export function decideRegister<Input, Output>(
  kind: RegisterKind<Input, Output>,
  input: FastInput<Input, Output>,
): FastResult | undefined {
  const table = tabulate(kind, input);
  if (table === undefined) return undefined;
  const early = findUnwritten(kind.initial, table, input);
  if (early !== undefined || !table.unique) return early;
  const chained = chain(kind.initial, table, input);
  if ("verdict" in chained) return chained;
  const result = lineUp(chained, input);
  if (result.verdict === "illegal" || table.failed.length === 0) return result;
  return insertReads(result.order, table.failed, input, replay(kind.initial, table));
}

interface Table {
  readonly actions: readonly RegisterAction[];
  /** The operations that can bring a value about: the one of them if unique, the one called first otherwise. */
  readonly producers: ReadonlyMap<Value, number>;
  readonly readers: ReadonlyMap<Value, readonly number[]>;
  /** Finished compare-and-sets that failed. */
  readonly failed: readonly number[];
  /** Whether each value is brought about by at most one operation, and the initial one by none. */
  readonly unique: boolean;
}

function tabulate<Input, Output>(
  kind: RegisterKind<Input, Output>,
  input: FastInput<Input, Output>,
): Table | undefined {
  const actions: RegisterAction[] = new Array(input.count);
  const producers = new Map<Value, number>();
  const readers = new Map<Value, number[]>();
  const failed: number[] = [];
  let unique = true;
  for (let k = 0; k < input.count; k++) {
    const action = kind.view(input.inputs[k], input.answers[k]);
    // A value unequal to itself cannot be told from others by a map.
    if (action === undefined || (action.op === "read" && Number.isNaN(action.value))) return undefined;
    actions[k] = action;
    if (action.op === "read") {
      const list = readers.get(action.value);
      if (list === undefined) readers.set(action.value, [k]);
      else list.push(k);
      continue;
    }
    if (action.op === "nothing") continue;
    if (action.op === "cas" && action.swapped === false) {
      failed.push(k);
      continue;
    }
    // Not known to have failed although it returned: neither surely a producer nor surely none.
    if (action.op === "cas" && action.swapped === "unknown" && returned(input, k)) unique = false;
    const value = action.op === "write" ? action.value : action.to;
    if (producers.has(value) || value === kind.initial) unique = false;
    if (!producers.has(value)) producers.set(value, k);
  }
  return { actions, producers, readers, failed, unique };
}

/** A read of a value that no operation called before its return can have brought about; needs no uniqueness. */
function findUnwritten<Input, Output>(
  initial: Value,
  table: Table,
  { call, ret }: FastInput<Input, Output>,
): FastResult | undefined {
  for (const [value, readers] of table.readers) {
    if (value === initial) continue;
    const producer = table.producers.get(value);
    for (const k of readers) {
      if (producer !== undefined && call[producer] < ret[k]) continue;
      return {
        verdict: "illegal",
        suspects: [k],
        reason: "no operation called before its return can have written that value",
      };
    }
  }
  return undefined;
}

/** Joins each value's write, reads and successful compare-and-set into blocks. */
function chain<Input, Output>(
  initial: Value,
  table: Table,
  input: FastInput<Input, Output>,
): Block[] | FastResult {
  const { actions, readers } = table;
  const replaced = new Map<Value, number>();
  const used = findUsed(initial, table, input);
  if (!(used instanceof Uint8Array)) return used;
  for (let k = 0; k < input.count; k++) {
    const action = actions[k];
    if (action.op !== "cas" || used[k] === 0) continue;
    const rival = replaced.get(action.from);
    if (rival !== undefined) {
      return { verdict: "illegal", suspects: [rival, k], reason: "a value written once was replaced twice" };
    }
    replaced.set(action.from, k);
  }
  const blocks: Block[] = [];
  const reached = new Uint8Array(input.count);
  const heads: (number | undefined)[] = [undefined];
  for (let k = 0; k < input.count; k++) if (used[k] === 1 && actions[k].op === "write") heads.push(k);
  for (const head of heads) blocks.push(follow(initial, head, { actions, readers, replaced, reached }));
  for (let k = 0; k < input.count; k++) {
    if (used[k] === 0 || reached[k] === 1) continue;
    return {
      verdict: "illegal",
      suspects: cycle(k, table),
      reason: "each of them replaced what another one wrote, in a circle",
    };
  }
  return blocks;
}

/** Marks the writes and compare-and-sets that took effect: those that returned, and those whose value was needed. */
function findUsed<Input, Output>(
  initial: Value,
  { actions, producers, readers }: Table,
  input: FastInput<Input, Output>,
): Uint8Array | FastResult {
  const used = new Uint8Array(input.count);
  const needed: { value: Value; by: number }[] = [];
  for (const [value, list] of readers) needed.push({ value, by: list[0] });
  for (let k = 0; k < input.count; k++) {
    const action = actions[k];
    if (!returned(input, k)) continue;
    if (action.op === "write") used[k] = 1;
    if (action.op !== "cas" || action.swapped !== true) continue;
    used[k] = 1;
    needed.push({ value: action.from, by: k });
  }
  for (let need = needed.pop(); need !== undefined; need = needed.pop()) {
    if (need.value === initial) continue;
    const producer = producers.get(need.value);
    if (producer === undefined) {
      return {
        verdict: "illegal",
        suspects: [need.by],
        reason: "no operation can have written the value it found",
      };
    }
    if (used[producer] === 1) continue;
    used[producer] = 1;
    const action = actions[producer];
    if (action.op === "cas") needed.push({ value: action.from, by: producer });
  }
  return used;
}

interface Links {
  readonly actions: readonly RegisterAction[];
  readonly readers: ReadonlyMap<Value, readonly number[]>;
  readonly replaced: ReadonlyMap<Value, number>;
  readonly reached: Uint8Array;
}

function follow(
  initial: Value,
  head: number | undefined,
  { actions, readers, replaced, reached }: Links,
): Block {
  const operations: number[] = [];
  const ends: number[] = [];
  let value = initial;
  for (
    let next = head, first = true;
    first || next !== undefined;
    next = replaced.get(value), first = false
  ) {
    if (next !== undefined) {
      const action = actions[next];
      operations.push(next);
      ends.push(operations.length);
      reached[next] = 1;
      value = action.op === "write" ? action.value : action.op === "cas" ? action.to : value;
    }
    const seen = readers.get(value);
    if (seen === undefined) continue;
    for (const k of seen) operations.push(k);
    ends.push(operations.length);
  }
  return { operations, ends, initial: head === undefined };
}

function cycle(start: number, { actions, producers }: Table): number[] {
  const members = new Set<number>();
  for (let k: number | undefined = start; k !== undefined && !members.has(k);) {
    members.add(k);
    const action: RegisterAction = actions[k];
    k = action.op === "cas" ? producers.get(action.from) : undefined;
  }
  return [...members];
}

/** For `insertReads`: what a failed compare-and-set needs is any value but the one it asks for. */
function replay(initial: Value, { actions }: Table) {
  return {
    initial,
    next(value: Value, k: number): Value {
      const action = actions[k];
      return action.op === "write"
        ? action.value
        : action.op === "cas" && action.swapped !== false
        ? action.to
        : value;
    },
    allows(value: Value, k: number): boolean {
      const action = actions[k];
      return action.op === "cas" && value !== action.from;
    },
  };
}
