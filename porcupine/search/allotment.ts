import type { Budget } from "../budget.ts";
import { type Part, requireKey } from "../parts.ts";
import type { Model, Operation } from "../types.ts";
import { ownPart } from "./own_part.ts";

/** So many operations are looked at together: memory is fetched for several at once, if nothing else is done between them. */
const TOGETHER = 256;

/**
 * To which partition each operation belongs, of a history in order of calls, as far as it has been looked at. Indices are by call
 * there, so that the partitions come in the order of their first calls, and the operations of each in that of theirs, with nothing
 * brought into order for it.
 */
export class Allotment<State, Input, Output> {
  /** By partition: its key. */
  readonly keys: string[] = [];
  /** By operation: its partition, for those that were looked at. */
  readonly partOf: Int32Array;
  /** So many operations were looked at. */
  count = 0;
  readonly #model: Model<State, Input, Output>;
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #budget: Budget;
  readonly #numbers = new Map<string, number>();
  /** When the last of them was called. */
  #now = -Infinity;
  #lists: readonly (readonly number[])[] = [];
  /** Of so many operations. */
  #listed = -1;

  constructor(
    model: Model<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
    budget: Budget,
  ) {
    this.#model = model;
    this.#operations = operations;
    this.#budget = budget;
    this.partOf = budget.scratch.int32(operations.length);
  }

  /** Looks at the next operations; false if the history is not in order there, or a time is bad. */
  take(): boolean {
    const end = Math.min(this.count + TOGETHER, this.partOf.length);
    while (this.count < end) if (!this.#takeOne()) return false;
    return true;
  }

  #takeOne(): boolean {
    const { callAt, outcome, input } = this.#operations[this.count];
    const until = outcome.status === "ok" ? outcome.returnAt : Infinity;
    // What is not finite is bad, but that nothing was answered.
    if (typeof callAt !== "number" || typeof until !== "number") return false;
    if (!(callAt >= this.#now && callAt < Infinity && until >= callAt)) return false;
    if (until === Infinity && outcome.status !== "unknown") return false;
    this.#now = callAt;
    const key = this.#model.partitionKey?.(input) ?? "";
    let number = this.#numbers.get(key);
    if (number === undefined) {
      requireKey(key);
      number = this.keys.push(key) - 1;
      this.#numbers.set(key, number);
    }
    this.partOf[this.count++] = number;
    return true;
  }

  /** Looks at all the others; false if one is not in order, or a limit strikes. */
  takeAll(): boolean {
    while (this.count < this.partOf.length) {
      if (this.#budget.expired() || !this.take()) return false;
    }
    return true;
  }

  /** By partition: those of its operations that were looked at, in order; of the first so many operations. */
  lists(count = this.count): readonly (readonly number[])[] {
    if (this.#listed === count) return this.#lists;
    const { partOf } = this;
    const sizes = new Int32Array(this.keys.length);
    for (let i = 0; i < count; i++) sizes[partOf[i]]++;
    const lists = this.keys.map((_, p): number[] => new Array(sizes[p]));
    sizes.fill(0);
    for (let i = 0; i < count; i++) lists[partOf[i]][sizes[partOf[i]]++] = i;
    this.#listed = count;
    return this.#lists = lists;
  }

  /** A partition as if the whole history had been brought into order and dealt out; to be asked for once all were looked at. */
  part(number: number): Part {
    return ownPart(this.#operations, this.keys[number], this.lists()[number]);
  }
}
