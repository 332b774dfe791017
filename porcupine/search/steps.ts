import type { Budget } from "../budget.ts";
import { doubled } from "../growth.ts";
import { type DeterministicModel, ILLEGAL, type Operation } from "../types.ts";
import { isDubious, requireState } from "../require/state.ts";
import { sameState } from "./states.ts";

/** Steps that count as one of work, less one. */
const LOOKS = 7;

/** The steps of a model through a history, and the orders that were found with them. */
export class Steps<State, Input, Output> {
  readonly model: DeterministicModel<State, Input, Output>;
  readonly budget: Budget;
  /** How many were taken. */
  taken = 0;
  readonly #operations: readonly Operation<Input, Output>[];
  /**
   * By placement: the operation, and the placement before it, or -1. Those of all lanes are in one array: in as many as there are
   * lanes each would be fetched from afar to be added to.
   */
  #placed: Int32Array<ArrayBuffer>;
  #length = 0;
  /** By operation: whether it stands in an order that was asked for. */
  readonly #isIn: Uint8Array;

  constructor(
    model: DeterministicModel<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
    budget: Budget,
  ) {
    this.model = model;
    this.budget = budget;
    this.#operations = operations;
    this.#placed = new Int32Array(2 * operations.length + 64);
    this.#isIn = budget.scratch.uint8(operations.length);
  }

  /** What an operation of the history, which was answered, makes of a state. */
  step(state: State, id: number): State | typeof ILLEGAL {
    if ((++this.taken & LOOKS) === 0) this.budget.goOn();
    if (this.budget.isBounded && !this.budget.mayStep()) return ILLEGAL;
    const { input, outcome } = this.#operations[id];
    if (outcome.status === "unknown") return ILLEGAL;
    const next = this.model.step(state, input, { known: true, output: outcome.output }, this.budget);
    if (isDubious(next)) requireState(this.model, next, state, input, this.budget);
    return next;
  }

  /** Whether two states are equal. */
  same(left: State, right: State): boolean {
    return left === right || sameState(this.model, left, right);
  }

  /** Places an operation behind an order, which ends with `before`; answers the end of the new one. */
  follow(operation: number, before: number): number {
    if (this.#length === this.#placed.length) this.#placed = doubled(this.#placed);
    const at = this.#length;
    this.#length += 2;
    this.#placed[at] = operation;
    this.#placed[at + 1] = before;
    return at;
  }

  /**
   * Writes the orders of many tracks, each of a partition and as long as its list; `lasts`, which is used up, has their ends. They
   * are gone along together, since the placements of one alone lie far from one another. A track places no operation twice.
   */
  orders(lasts: Int32Array, partOf: Int32Array, orders: readonly number[][]): void {
    const placed = this.#placed;
    const from = Int32Array.from(orders, ({ length }) => length);
    for (let at = this.#length - 2; at >= 0; at -= 2) {
      const operation = placed[at];
      const p = partOf[operation];
      // What was taken back leads to no end.
      if (lasts[p] !== at) continue;
      lasts[p] = placed[at + 1];
      orders[p][--from[p]] = operation;
    }
  }

  /** Writes the order that ends with `end` before a place; answers where it begins. */
  order(end: number, order: Int32Array, before: number): number {
    const isIn = this.#isIn;
    let from = before;
    for (let at = end; at >= 0; at = this.#placed[at + 1]) {
      const operation = this.#placed[at];
      // What did nothing and was placed again, later, has its place there.
      if (isIn[operation] === 1) continue;
      isIn[operation] = 1;
      order[--from] = operation;
    }
    return from;
  }
}
