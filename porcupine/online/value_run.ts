import type { Budget } from "../budget.ts";
import { FAILED, INITIAL, SWAP, WRITE } from "../fast/register_table.ts";
import { NEVER } from "../history.ts";
import { wholeOrder } from "../search/values/decide.ts";
import type { ValueOperations } from "../search/values/operations.ts";
import type { Rows } from "../search/values/rows.ts";
import { type Stops, type ValueBeginning, type ValueProgress, ValueSearch } from "../search/values/search.ts";
import type { Value } from "../types.ts";
import { NOTHING, type ValueEntry } from "./value_entry.ts";

/** A configuration of a register: its value, and of the operations open there those that were placed, or need not be any more. */
export interface ValueConfiguration<Input, Output> {
  readonly value: Value;
  readonly spent: readonly ValueEntry<Input, Output>[];
  readonly free: readonly ValueEntry<Input, Output>[];
}

/** An order that was found, and the beginning it goes on from. */
export interface FoundOrder<Input, Output> {
  readonly order: readonly ValueEntry<Input, Output>[];
  readonly beginning: number;
}

/** How many configurations are kept, in turn: few at first, more if that proves nothing. A stretch is too short to go back in it. */
export const WIDTHS: readonly number[] = [8, 64, 1024, 16384];

/** Searches of a stretch of a register's history, in the masks of `ValueSearch`. */
export class ValueRun<Input, Output> {
  readonly #entries: readonly ValueEntry<Input, Output>[];
  readonly #operations: ValueOperations;
  readonly #numbers = new Map<Value, number>();
  readonly #values: Value[] = [];
  readonly #words: number;
  readonly #budget: Budget;

  /**
   * Of operations by call, and those of them that returned, by return, and after them those that hang; `values`: the ones to begin
   * with, of which the first may be begun with by itself.
   */
  constructor(
    entries: readonly ValueEntry<Input, Output>[],
    returns: readonly ValueEntry<Input, Output>[],
    values: Iterable<Value>,
    budget: Budget,
  ) {
    this.#budget = budget;
    this.#entries = entries.filter(({ op }) => op !== NOTHING);
    for (const value of values) this.#numberOf(value);
    this.#operations = this.#compile(returns);
    this.#words = Math.max(1, (this.#operations.slots + 31) >>> 5);
  }

  /**
   * An order of all of them, where at most `width` configurations are kept at a time; `narrow`: it has not been found among those,
   * which proves nothing.
   */
  order(
    beginnings: readonly ValueConfiguration<Input, Output>[],
    width: number,
  ): FoundOrder<Input, Output> | Exclude<ValueProgress, "ok" | "met"> {
    const { scratch } = this.#budget;
    const search = new ValueSearch(this.#operations, this.#budget);
    const coded = beginnings.map((one) => this.#encode(one));
    search.beginWith(coded);
    const progress = search.run(width);
    if (progress !== "ok") return progress === "met" ? "stopped" : progress;
    const beginning = -1 - search.trail().root;
    const order = wholeOrder(this.#operations, search, coded[beginning], scratch);
    return { order: Array.from(order, (k) => this.#entries[k]), beginning };
  }

  /** Configurations that some lead to, at a return: all that are worth keeping, if `width` is `Infinity`. */
  rowsAt(
    level: number,
    width: number,
    beginnings: readonly ValueConfiguration<Input, Output>[],
  ): Rows | "illegal" | "stopped" {
    const search = new ValueSearch(this.#operations, this.#budget);
    search.beginWith(beginnings.map((one) => this.#encode(one)));
    let rows: Rows | undefined;
    const stops: Stops = {
      next: level,
      at: (_level, layer) => {
        rows = layer;
        return true;
      },
    };
    const progress = search.run(width, stops);
    return rows ?? (progress === "illegal" ? "illegal" : "stopped");
  }

  /** What rows at a return stand for, without those that another one dominates. */
  configurations(level: number, rows: Rows): ValueConfiguration<Input, Output>[] {
    const { slot, called, ret } = this.#operations;
    const found: ValueConfiguration<Input, Output>[] = [];
    for (let i = 0; i < rows.count; i++) {
      if (rows.isDead(i)) continue;
      const at = i * rows.stride;
      const [spent, free]: ValueEntry<Input, Output>[][] = [[], []];
      for (let k = 0; k < called[level]; k++) {
        // What is called between the return before and this one is open, too.
        if (ret[k] < level) continue;
        const word = slot[k] >>> 5;
        const bit = 1 << (slot[k] & 31);
        if ((rows.rows[at + 1 + word] & bit) !== 0) spent.push(this.#entries[k]);
        else if (ret[k] !== NEVER && (rows.rows[at + 1 + this.#words + word] & bit) === 0) {
          free.push(this.#entries[k]);
        }
      }
      found.push({ value: this.#values[rows.rows[at]], spent, free });
    }
    return found;
  }

  /**
   * Whether whatever is possible after some configurations is possible after others, at the same return: each of some is dominated
   * by one of the others (rule (b) of `Walk`), for whatever becomes of those that hang. If one is placed later on, that takes
   * that it is not spent; if it is not, that it is not owed. So it is asked for each choice of those that are placed later.
   */
  areDominated(some: Rows, others: Rows, hanging: readonly ValueEntry<Input, Output>[]): boolean {
    const words = this.#words;
    for (let later = 0; later < 1 << hanging.length; later++) {
      const asked = new Int32Array(2 * words).fill(-1);
      for (let h = 0; h < hanging.length; h++) {
        const slot = this.#operations.slot[this.#entries.indexOf(hanging[h])];
        const isLater = (later & (1 << h)) !== 0;
        asked[(isLater ? words : 0) + (slot >>> 5)] &= ~(1 << (slot & 31));
      }
      if (!this.#isEachDominated(some, others, asked)) return false;
    }
    return true;
  }

  #isEachDominated(some: Rows, others: Rows, asked: Int32Array): boolean {
    for (let i = 0; i < some.count; i++) {
      if (some.isDead(i)) continue;
      const other = i * some.stride;
      let j = 0;
      for (; j < others.count; j++) {
        const one = j * others.stride;
        if (others.rows[one] !== some.rows[other]) continue;
        let w = 0;
        while (w < asked.length && (others.rows[one + 1 + w] & ~some.rows[other + 1 + w] & asked[w]) === 0) {
          w++;
        }
        if (w === asked.length) break;
      }
      if (j === others.count) return false;
    }
    return true;
  }

  #numberOf(value: Value): number {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      this.#numbers.set(value, number = this.#values.length);
      this.#values.push(value);
    }
    return number;
  }

  #encode({ value, spent, free }: ValueConfiguration<Input, Output>): ValueBeginning {
    const { scratch } = this.#budget;
    const [spentMask, done] = [scratch.int32(this.#words), scratch.int32(this.#words)];
    const { slot } = this.#operations;
    const mark = (mask: Int32Array, entries: readonly ValueEntry<Input, Output>[]): void => {
      for (const entry of entries) {
        const k = this.#entries.indexOf(entry);
        mask[slot[k] >>> 5] |= 1 << (slot[k] & 31);
      }
    };
    mark(spentMask, spent);
    mark(done, spent);
    mark(done, free);
    return { value: this.#numbers.get(value) ?? INITIAL, spent: spentMask, done };
  }

  #compile(returned: readonly ValueEntry<Input, Output>[]): ValueOperations {
    const { scratch } = this.#budget;
    const entries = this.#entries;
    const count = entries.length;
    // Of two operations that do the same the one that returns first comes first (rule (h)). Of one that hangs nobody knows when it does,
    // nor whether it will not say that it failed: to the search it is unlike any other.
    const unlike = returned.filter(({ op, watched }) => op >= WRITE && watched.status !== "returned");
    const [op, value, from] = [scratch.uint8(count), scratch.int32(count), scratch.int32(count)];
    const [numbers, ret, slot] = [scratch.int32(count), scratch.int32(count), scratch.int32(count)];
    const indices = new Map<ValueEntry<Input, Output>, number>();
    for (let k = 0; k < count; k++) {
      const entry = entries[k];
      const kind = 1 + unlike.indexOf(entry);
      op[k] = entry.op + (entry.op === SWAP ? kind : 0);
      // What a write asks for is not looked at: a value that never is there.
      if (entry.op === WRITE && kind > 0) from[k] = this.#values.push(entry.value) - 1;
      if (entry.op !== FAILED) value[k] = this.#numberOf(entry.value);
      if (entry.op === FAILED || entry.op === SWAP) from[k] = this.#numberOf(entry.from);
      numbers[k] = k;
      ret[k] = NEVER;
      indices.set(entry, k);
    }
    const returns = scratch.int32(returned.length);
    const called = scratch.int32(returned.length + 1);
    const freeSlots: number[] = [];
    let slots = 0;
    let next = 0;
    for (let level = 0; level <= returned.length; level++) {
      const limit = level < returned.length ? returned[level].watched.ret : Infinity;
      for (; next < count && entries[next].watched.call < limit; next++) {
        slot[next] = freeSlots.pop() ?? slots++;
      }
      called[level] = next;
      if (level === returned.length) break;
      const k = indices.get(returned[level]) ?? -1;
      returns[level] = k;
      ret[k] = level;
      freeSlots.push(slot[k]);
    }
    return {
      count,
      op,
      value,
      from,
      values: this.#values.length,
      numbers,
      ret,
      returns,
      reached: returns,
      called,
      slot,
      slots,
    };
  }
}
