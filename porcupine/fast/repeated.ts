import type { Budget } from "../budget.ts";
import type { Part } from "../parts.ts";
import { decideChains } from "./chained.ts";
import { Claims } from "./claims.ts";
import { replayOf } from "./failed_swaps.ts";
import { Givings } from "./givings.ts";
import { placeReads } from "./insert.ts";
import { Pace } from "./pace.ts";
import { FAILED, INITIAL, READ, type RegisterTable } from "./register_table.ts";
import type { FastResult } from "./result.ts";
import type { Memory } from "../scratch.ts";
import { isLost, Settled } from "./settled.ts";
import { type Sources, sourcesOf } from "./sources.ts";
import { refute } from "./unplaced.ts";
import { Writes } from "./writes.ts";

/** So much may be looked at for each operation; then it is for a search. */
const MOST_WORK = 256;
/** So often compare-and-sets that failed and find no place are given to writers; and so many of them. */
const MOST_ROUNDS = 8;
const MOST_HOMELESS = { few: 64, oneOf: 64 };
/** So many operations take as long as a configuration of a search: a power of two. */
const OPERATIONS = 3;

/**
 * Registers whose values are written again. If it was known which write each read saw, and each compare-and-set that swapped, each write
 * could have a value of its own, and zones and chains would decide. Of many it is known: only one write can have been it (`sourcesOf`).
 * The others are given to a write of theirs (`Givings`).
 *
 * If that comes to an end, the order that zones find then is one of the history, in which what a write is called does not matter. Those
 * compare-and-sets that failed and find no place in it are given away, too. If it does not, mostly a few are given away for ever: that
 * there is no way to do it may be found out of them alone (`refute`).
 */
export function decideRepeated(table: RegisterTable, part: Part, budget: Budget): FastResult | undefined {
  const { scratch } = budget;
  const sources = sourcesOf(table, part, budget);
  if (sources === undefined) return undefined;
  const claims = new Claims(table.makers, part, scratch);
  const settled = new Settled(table, part, sources, claims, new Pace(claims, budget));
  const mostWork = MOST_WORK * table.count;
  const wrong = settled.run(mostWork);
  budget.spend(table.count >>> OPERATIONS);
  if (wrong !== undefined) return wrong === "much" ? undefined : wrong;
  const givings = new Givings(table, part, { sources, claims, settled, mostWork }, budget);
  let failed = table.failed;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const writers = givings.run();
    if (writers === undefined) {
      const restless = givings.restless();
      return refute({ table, part, sources: givings.sources, settled, restless }, budget);
    }
    const order = orderOf(table, { part, sources: givings.sources, writers }, scratch);
    if (order === undefined) return undefined;
    const placed = placeReads(order, failed, part, replayOf(table));
    if (placed.homeless.length === 0) return { verdict: "ok", order: placed.order };
    if (placed.homeless.length > MOST_HOMELESS.few + failed.length / MOST_HOMELESS.oneOf) return undefined;
    givings.adopt(placed.homeless);
    const adopted = new Set(placed.homeless);
    failed = failed.filter((k) => !adopted.has(k));
  }
  return undefined;
}

/** Who was given to whom. */
interface Given {
  readonly part: Part;
  readonly sources: Sources;
  /** By reader. */
  readonly writers: Int32Array;
}

function orderOf(table: RegisterTable, given: Given, memory: Memory): Int32Array | undefined {
  const unique = named(table, given, memory);
  const found = table.swaps
    ? decideChains(unique, given.part, memory)
    : new Writes(unique, given.part, memory).decide();
  return found?.verdict === "ok" ? found.order : undefined;
}

/** The table with a value of its own for each write, and each read and swap with the value of its writer. */
function named(
  table: RegisterTable,
  { part, sources: { readers }, writers }: Given,
  memory: Memory,
): RegisterTable {
  const { count, makers } = table;
  const reads = memory.int32(readers.length);
  let read = 0;
  const [op, value, from] = [memory.uint8(count), memory.int32(count), memory.int32(count)];
  const producers = memory.int32(makers.length + 1).fill(-1);
  const nameOf = (writer: number): number => writer === makers.length ? INITIAL : writer + 1;
  op.set(table.op);
  for (let w = 0; w < makers.length; w++) {
    value[makers[w]] = nameOf(w);
    producers[nameOf(w)] = makers[w];
  }
  for (let i = 0; i < readers.length; i++) {
    const k = readers[i];
    if (op[k] === FAILED) op[k] = READ;
    if (op[k] === READ) {
      value[k] = nameOf(writers[i]);
      reads[read++] = k;
    } else if (writers[i] >= 0) from[k] = nameOf(writers[i]);
    // It need not have swapped.
    else if (isLost(table, part, k)) op[k] = 0;
  }
  // By call: those that failed came to the others later.
  const called = reads.subarray(0, read).sort();
  const columns = { op, value, from, producers, reads: called };
  return { ...table, ...columns, values: makers.length + 1, unique: true, failed: [] };
}
