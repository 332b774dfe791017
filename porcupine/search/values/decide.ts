import type { Budget } from "../../budget.ts";
import { INITIAL, type RegisterTable, WRITE } from "../../fast/register_table.ts";
import type { Part } from "../../parts.ts";
import type { Memory } from "../../scratch.ts";
import { type ValueOperations, valueOperations } from "./operations.ts";
import { Present } from "./present.ts";
import { ValueSearch } from "./search.ts";

/** What was found; operations are numbered within the partition. */
export interface ValueFinding {
  readonly verdict: "ok" | "illegal" | "unknown";
  readonly order: Int32Array;
  /** How many returns, in their order, can be explained at least. */
  readonly reached: number;
}

/** How many configurations are kept from level to level: few at first, more if that proves nothing. */
const WIDTHS = [8, 64, 1024, 16384];

/** Masks by value are not made for more words than this. */
const MOST_WORDS = 1 << 22;

/**
 * Searches a partition of a register whose values repeat; `undefined` if it is not to be understood as one, or has too many
 * explanations to be looked through: then it is for the general searches.
 */
export function decideValues(table: RegisterTable, part: Part, budget: Budget): ValueFinding | undefined {
  const operations = valueOperations(table, part, budget.scratch);
  if (operations === undefined) return undefined;
  if (((operations.slots + 31) >>> 5) * (operations.values * 4 + operations.slots) > MOST_WORDS) {
    return undefined;
  }
  const { scratch } = budget;
  const mark = scratch.mark();
  for (const width of WIDTHS) {
    scratch.backTo(mark);
    const search = new ValueSearch(operations, budget);
    const progress = search.run(width);
    if (progress === "narrow") continue;
    const verdict = progress === "stopped" ? "unknown" : progress;
    const reached = operations.reached[search.level];
    return { verdict, order: wholeOrder(operations, search, scratch), reached };
  }
  return undefined;
}

/**
 * Goes along the decisions once more and writes down what the search did not: reads where they were satisfied, and the writes
 * that were absorbed and not placed later, just before the one that absorbed them.
 */
function wholeOrder(operations: ValueOperations, search: ValueSearch, memory: Memory): Int32Array {
  const { op, value, slot, numbers, returns } = operations;
  const present = new Present(operations, memory);
  const order: number[] = [];
  const path = search.path();
  const placed = memory.uint8(operations.count);
  for (const { operation } of path) placed[operation] = 1;
  const owed = memory.int32(present.words);
  let state = INITIAL;
  /** Writes down those of some masks' operations that are owed, and not placed by a decision. */
  const take = (mask: (word: number) => number): void => {
    for (let w = 0; w < present.words; w++) {
      let bits = owed[w] & mask(w);
      owed[w] &= ~bits;
      while (bits !== 0) {
        const bit = bits & -bits;
        bits ^= bit;
        const operation = present.open[(w << 5) + 31 - Math.clz32(bit)];
        if (placed[operation] === 0) order.push(numbers[operation]);
      }
    }
  };
  const arrive = (): void => {
    for (let w = 0; w < present.words; w++) owed[w] |= present.arrived[w];
    take((w) => present.satisfied(state, w));
  };
  arrive();
  for (const { operation, level } of path) {
    while (present.level < level) {
      present.forward();
      arrive();
    }
    if (op[operation] === WRITE) take((w) => present.writes[w]);
    owed[slot[operation] >>> 5] &= ~(1 << (slot[operation] & 31));
    order.push(numbers[operation]);
    state = value[operation];
    take((w) => present.satisfied(state, w));
  }
  while (present.level < search.level && present.level + 1 < returns.length) {
    present.forward();
    arrive();
  }
  return Int32Array.from(order);
}
