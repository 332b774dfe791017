import type { Budget } from "../budget.ts";
import type { Part } from "../parts.ts";
import { decideChains, findUnwritten } from "./chained.ts";
import { replayOf } from "./failed_swaps.ts";
import { insertReads } from "./insert.ts";
import type { RegisterTable } from "./register_table.ts";
import { decideRepeated } from "./repeated.ts";
import type { FastResult } from "./result.ts";
import { Writes } from "./writes.ts";

/**
 * Registers in which every value is written once at most, the initial one never. Then each read names the write that it saw
 * (zones), and a compare-and-set that swapped directly follows the operation whose value it replaced (chains). Linear, but for
 * one look at a hash table for each value.
 *
 * - A write or compare-and-set that never returned, and whose value no answer mentions, is left out. It need never take effect,
 *   and without it no value is missing. (A failed compare-and-set could stand where that value was; see the next rule.)
 * - A failed compare-and-set changes nothing. Without them the history is decided exactly. If that is possible, each of them is
 *   put where the order found allows, or one with other blocks in other places (see `settleFailed`).
 */
export function decideRegister(table: RegisterTable, part: Part, budget: Budget): FastResult | undefined {
  const memory = budget.scratch;
  if (!table.unique) {
    return findUnwritten(table, part) ?? (table.settled ? decideRepeated(table, part, budget) : undefined);
  }
  const plain = table.swaps ? undefined : new Writes(table, part, memory).decide();
  if (plain !== undefined && (plain.verdict !== "ok" || table.failed.length === 0)) return plain;
  const quick = plain === undefined
    ? undefined
    : insertReads(plain.order, table.failed, part, replayOf(table));
  return quick ?? decideChains(table, part, memory);
}
