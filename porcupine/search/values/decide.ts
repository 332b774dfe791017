import type { Budget } from "../../budget.ts";
import { INITIAL, type RegisterTable, WRITE } from "../../fast/register_table.ts";
import type { Part } from "../../parts.ts";
import type { Memory } from "../../scratch.ts";
import { type ValueOperations, valueOperations } from "./operations.ts";
import { Present } from "./present.ts";
import type { Marks } from "./marks.ts";
import { type Later, type Place, Reader } from "./relay.ts";
import { type ValueBeginning, ValueSearch } from "./search.ts";
import { type Lookout, Widening } from "./widening.ts";

/** What was found; operations are numbered within the partition. */
export interface ValueFinding {
  readonly verdict: "ok" | "illegal" | "unknown";
  readonly order: Int32Array;
  /** How many returns, in their order, can be explained at least. */
  readonly reached: number;
}

/** Nothing has happened. */
const FIRST = { value: INITIAL, done: new Int32Array(0) };

/** Masks by value are not made for more words than this. */
export const MOST_WORDS = 1 << 22;

/** Nobody looks. */
const NO_LOOKOUT: Lookout = { next: Infinity, at: () => false, back: () => {} };

/**
 * Searches a partition of a register whose values repeat: to the end at once, or together with another thread that has begun in
 * the middle (see `Marks`).
 */
export class ValueContest {
  readonly operations: ValueOperations;
  readonly #reader: Reader = new Reader();
  #widening: Widening | undefined;

  private constructor(operations: ValueOperations) {
    this.operations = operations;
  }

  /** `undefined` if the partition is not to be understood like that. */
  static of(table: RegisterTable, part: Part, budget: Budget): ValueContest | undefined {
    const operations = valueOperations(table, part, budget.scratch);
    if (operations === undefined) return undefined;
    const masks = ((operations.slots + 31) >>> 5) * (operations.values * 4 + operations.slots);
    return masks > MOST_WORDS ? undefined : new ValueContest(operations);
  }

  /** The mark of the other thread at which it was met. */
  get met(): Place | undefined {
    return this.#reader.met;
  }

  /** The level it is at. */
  get level(): number {
    return this.#widening?.reached ?? 0;
  }

  /** Another thread has begun in the middle; may be told in the middle of a run. */
  follow(marks: Marks): void {
    this.#reader.follow(marks);
  }

  /**
   * Works until it has found an answer, or until it is where the other thread has been; `undefined` if there are too many
   * explanations to be looked through: then it is for the general searches.
   */
  run(budget: Budget): ValueFinding | "met" | undefined {
    return this.#run(budget, this.#reader);
  }

  /**
   * Works for so much and a little more, to the end of a level; "met" if it has not come to an answer by then: it can be gone on
   * with, by the same budget.
   */
  runFor(budget: Budget, work: number): ValueFinding | "met" | undefined {
    const end = budget.work + work;
    return this.#run(budget, { ...NO_LOOKOUT, next: 0, at: () => budget.work >= end });
  }

  /**
   * Works with the fewest configurations only, which takes about as long as to read the partition; `undefined` if that proves nothing:
   * it can be gone on with, by the same budget.
   */
  glance(budget: Budget): ValueFinding | undefined {
    const found = this.#run(budget, NO_LOOKOUT, false);
    if (found === "met") throw new TypeError("there is no other thread to meet");
    return found;
  }

  #run(budget: Budget, lookout: Lookout, mayWiden = true): ValueFinding | "met" | undefined {
    this.#widening ??= new Widening(new ValueSearch(this.operations, budget), budget);
    const progress = this.#widening.run(lookout, mayWiden);
    if (progress === "met") return "met";
    return progress === "narrow" ? undefined : this.#found(progress, this.#widening, budget);
  }

  /** After having met the other thread, which has found this: goes on from its end. */
  join({ progress, reached, path, legs }: Later, budget: Budget): ValueFinding | "met" | undefined {
    const leg = legs[this.#reader.met?.mark ?? -1];
    if (this.#widening === undefined || leg === undefined) return this.run(budget);
    this.#widening.search.join(leg.row, reached, path.subarray(leg.from));
    budget.spend(leg.work);
    // It had come to the same as this one here, and has gone on as this one would have.
    return progress === "ok" || progress === "illegal"
      ? this.#found(progress, this.#widening, budget)
      : undefined;
  }

  #found(
    progress: "ok" | "illegal" | "stopped",
    { search, reached }: Widening,
    { scratch }: Budget,
  ): ValueFinding {
    return {
      verdict: progress === "stopped" ? "unknown" : progress,
      order: wholeOrder(this.operations, search, FIRST, scratch),
      reached: this.operations.reached[reached],
    };
  }
}

/**
 * Goes along the decisions once more and writes down what the search did not: reads where they were satisfied, and the writes
 * that were absorbed and not placed later, just before the one that absorbed them.
 */
export function wholeOrder(
  operations: ValueOperations,
  search: ValueSearch,
  beginning: Pick<ValueBeginning, "value" | "done">,
  memory: Memory,
): Int32Array {
  const { op, value, slot, numbers, returns } = operations;
  const present = new Present(operations, memory, "retell");
  const order: number[] = [];
  const path = search.path();
  const placed = memory.uint8(operations.count);
  for (let i = 0; i < path.length; i += 2) placed[path[i]] = 1;
  const owed = memory.int32(present.words);
  let state = beginning.value;
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
  for (let w = 0; w < beginning.done.length; w++) present.arrived[w] &= ~beginning.done[w];
  arrive();
  for (let i = 0; i < path.length; i += 2) {
    const operation = path[i];
    while (present.level < path[i + 1]) {
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
