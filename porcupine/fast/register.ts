import type { Part } from "../parts.ts";
import type { ModelKind } from "../types.ts";
import { insertReads } from "./insert.ts";
import { Buckets, ValueNumbers } from "./numbers.ts";
import type { FastInput, FastResult } from "./result.ts";
import { Blocks, lineUp, returned } from "./zones.ts";

type RegisterKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "register" }>;

/** What an operation does, as a small number; 0: nothing. */
const READ = 1;
const WRITE = 2;
/** A compare-and-set that swapped, or one without an answer. */
const SWAP = 3;
const FAILED = 4;

/** The number of the initial value. */
const INITIAL = 0;

/**
 * Registers whose writes all write different values, none of them the initial one: then each read names the write it saw
 * (zones), and a successful compare-and-set directly follows the write it replaced (chains). Linear, but for one look at a
 * hash table for each value.
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
  const { part } = input.questions;
  const table = tabulate(kind, input);
  if (table === undefined) return undefined;
  const early = findUnwritten(table, part);
  if (early !== undefined || !table.unique) return early;
  const used = findUsed(table, part);
  if (!(used instanceof Uint8Array)) return used;
  const chained = chain(table, used);
  if (!(chained instanceof Blocks)) return chained;
  const result = lineUp(chained, part);
  if (result.verdict === "illegal" || table.failed.length === 0) return result;
  const { op, value, from } = table;
  return insertReads(result.order, table.failed, part, {
    initial: INITIAL,
    next: (now, k) => (op[k] === READ || op[k] === FAILED ? now : value[k]),
    allows: (now, k) => now !== from[k],
  });
}

interface Table {
  readonly count: number;
  readonly op: Uint8Array;
  /** The value that an operation read or brought about. */
  readonly value: Int32Array;
  /** The value that a compare-and-set asked for. */
  readonly from: Int32Array;
  /** For each value the operation that can bring it about: the one if unique, the one called first otherwise; or -1. */
  readonly producers: Int32Array;
  readonly values: number;
  /** Finished compare-and-sets that failed. */
  readonly failed: readonly number[];
  /** Whether each value is brought about by at most one operation, and the initial one by none. */
  readonly unique: boolean;
}

function tabulate<Input, Output>(
  kind: RegisterKind<Input, Output>,
  { questions, budget }: FastInput<Input, Output>,
): Table | undefined {
  const { count, part } = questions;
  const op = new Uint8Array(count);
  const value = new Int32Array(count);
  const from = new Int32Array(count);
  const producers = new Int32Array(2 * count + 1).fill(-1);
  const numbers = new ValueNumbers(count);
  numbers.of(kind.initial);
  const failed: number[] = [];
  let unique = true;
  for (let k = 0; k < count; k++) {
    budget.tick(k);
    const action = kind.view(questions.input(k), questions.answer(k));
    if (action === undefined) return undefined;
    if (action.op === "nothing") continue;
    if (action.op === "read") {
      // A value unequal to itself cannot be told from others by a map.
      if (Number.isNaN(action.value)) return undefined;
      op[k] = READ;
      value[k] = numbers.of(action.value);
      continue;
    }
    if (action.op === "write") {
      op[k] = WRITE;
      value[k] = numbers.of(action.value);
    } else {
      from[k] = numbers.of(action.from);
      op[k] = action.swapped === false ? FAILED : SWAP;
      if (op[k] === FAILED) {
        failed.push(k);
        continue;
      }
      // Not known to have failed although it returned: neither surely a producer nor surely none.
      if (action.swapped === "unknown" && returned(part, k)) unique = false;
      value[k] = numbers.of(action.to);
    }
    const produced = value[k];
    if (producers[produced] >= 0 || produced === INITIAL) unique = false;
    if (producers[produced] < 0) producers[produced] = k;
  }
  return { count, op, value, from, producers, values: numbers.count, failed, unique };
}

/** The first read to return of a value that no operation called before can have brought about; needs no uniqueness. */
function findUnwritten(
  { op, value, producers }: Table,
  { call, returns, ret }: Part,
): FastResult | undefined {
  for (let i = 0; i < returns.length; i++) {
    const k = returns[i];
    if (op[k] !== READ || value[k] === INITIAL) continue;
    const producer = producers[value[k]];
    if (producer >= 0 && call[producer] < ret[k]) continue;
    return {
      verdict: "illegal",
      suspects: [k],
      reason: "no operation called before its return can have written that value",
    };
  }
  return undefined;
}

/** Marks the writes and compare-and-sets that took effect: those that returned, and those whose value was needed. */
function findUsed({ count, op, value, from, producers }: Table, part: Part): Uint8Array | FastResult {
  const used = new Uint8Array(count);
  const needed: number[] = [];
  const neededBy: number[] = [];
  for (let k = 0; k < count; k++) {
    if (op[k] === READ) {
      const producer = producers[value[k]];
      if (producer < 0 || used[producer] === 1 || returned(part, producer)) continue;
      needed.push(value[k]);
      neededBy.push(k);
      continue;
    }
    if ((op[k] !== WRITE && op[k] !== SWAP) || !returned(part, k)) continue;
    used[k] = 1;
    if (op[k] === WRITE) continue;
    needed.push(from[k]);
    neededBy.push(k);
  }
  while (needed.length > 0) {
    const wanted = needed.pop();
    const by = neededBy.pop();
    if (wanted === undefined || by === undefined || wanted === INITIAL) continue;
    const producer = producers[wanted];
    if (producer < 0) {
      const reason = "no operation can have written the value it found";
      return { verdict: "illegal", suspects: [by], reason };
    }
    if (used[producer] === 1) continue;
    used[producer] = 1;
    if (op[producer] !== SWAP) continue;
    needed.push(from[producer]);
    neededBy.push(producer);
  }
  return used;
}

/** Joins each value's write, reads and successful compare-and-set into blocks. */
function chain(table: Table, used: Uint8Array): Blocks | FastResult {
  const { count, op, value, from, values } = table;
  const replaced = new Int32Array(values).fill(-1);
  const readOf = new Int32Array(count).fill(-1);
  for (let k = 0; k < count; k++) {
    if (op[k] === READ) readOf[k] = value[k];
    if (op[k] !== SWAP || used[k] === 0) continue;
    const rival = replaced[from[k]];
    if (rival >= 0) {
      return { verdict: "illegal", suspects: [rival, k], reason: "a value written once was replaced twice" };
    }
    replaced[from[k]] = k;
  }
  const readers = new Buckets(readOf, values);
  const blocks = new Blocks(count);
  const reached = new Uint8Array(count);
  const follow = (head: number): void => {
    for (let now = INITIAL, next = head;; next = replaced[now]) {
      if (next >= 0) {
        blocks.add(next);
        blocks.nextGroup();
        reached[next] = 1;
        now = value[next];
      }
      for (let i = readers.start(now); i < readers.end(now); i++) blocks.add(readers.items[i]);
      blocks.nextGroup();
      if (replaced[now] < 0) break;
    }
    blocks.close(head < 0);
  };
  follow(-1);
  for (let k = 0; k < count; k++) if (used[k] === 1 && op[k] === WRITE) follow(k);
  for (let k = 0; k < count; k++) {
    if (used[k] === 0 || reached[k] === 1) continue;
    const reason = "each of them replaced what another one wrote, in a circle";
    return { verdict: "illegal", suspects: cycle(k, table), reason };
  }
  return blocks;
}

function cycle(start: number, { op, from, producers }: Table): number[] {
  const members = new Set<number>();
  for (let k = start; k >= 0 && !members.has(k);) {
    members.add(k);
    k = op[k] === SWAP ? producers[from[k]] : -1;
  }
  return [...members];
}
