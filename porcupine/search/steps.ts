import type { Budget } from "../budget.ts";
import { type DeterministicModel, ILLEGAL, type Operation } from "../types.ts";
import { sameState } from "./states.ts";

/** Steps that count as one of work, less one. */
const LOOKS = 7;

/** The steps of a model through a history. */
export class Steps<State, Input, Output> {
  readonly model: DeterministicModel<State, Input, Output>;
  readonly budget: Budget;
  readonly #operations: readonly Operation<Input, Output>[];
  /** How many were taken. */
  taken = 0;

  constructor(
    model: DeterministicModel<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
    budget: Budget,
  ) {
    this.model = model;
    this.budget = budget;
    this.#operations = operations;
  }

  /** What an operation of the history, which was answered, makes of a state. */
  step(state: State, id: number): State | typeof ILLEGAL {
    if ((++this.taken & LOOKS) === 0) this.budget.goOn();
    if (this.budget.isBounded && !this.budget.mayStep()) return ILLEGAL;
    const { input, outcome } = this.#operations[id];
    if (outcome.status === "unknown") return ILLEGAL;
    return this.model.step(state, input, { known: true, output: outcome.output }, this.budget);
  }

  /** Whether two states are equal. */
  same(left: State, right: State): boolean {
    return left === right || sameState(this.model, left, right);
  }
}
