import { isDubious, requireState } from "../require/state.ts";
import type { Budget } from "../budget.ts";
import { ILLEGAL } from "../types.ts";
import type { Problem } from "./problem.ts";
import { sameState } from "./states.ts";

/** Operations that are remembered: those that are open, and those called next, are near to one another in number. */
const MOST = 32;

/**
 * The state that a `Sprint` has come to, and what operations make of it, as far as that was asked since it was entered: an
 * operation is asked when it is called, when it returns, when another one is looked for and when it is placed, mostly in one
 * state, and a user's step may be slow.
 *
 * The state is known by a stamp, not by itself: to compare two texts, or what they are made of, may mean to read them.
 */
export class Present<State, Input, Output> {
  /** The present state. */
  state: State;
  /** Questions so far. What is remembered counts as well: when a sprint gives up does not depend on that. */
  steps = 0;

  readonly #problem: Problem<State, Input, Output>;
  readonly #budget: Budget;
  #stamp = 1;
  // Short arrays of the language are made sooner than typed ones, and there is a sprint for each partition.
  readonly #stamps: number[] = [];
  readonly #operations: number[] = [];
  readonly #nexts: (State | typeof ILLEGAL)[] = [];

  /** Where the problem begins. */
  constructor(problem: Problem<State, Input, Output>, budget: Budget) {
    this.#problem = problem;
    this.#budget = budget;
    this.state = problem.starts[0].state;
    for (let i = 0; i < MOST; i++) {
      this.#stamps.push(0);
      this.#operations.push(-1);
      this.#nexts.push(ILLEGAL);
    }
  }

  /** Another state is the present one: nothing is known of that. */
  turnTo(state: State): void {
    this.state = state;
    this.#stamp++;
  }

  /** What an operation makes of the present state. */
  now(operation: number): State | typeof ILLEGAL {
    const place = operation & (MOST - 1);
    if (this.#stamps[place] === this.#stamp && this.#operations[place] === operation) {
      this.steps++;
      return this.#nexts[place];
    }
    const next = this.step(this.state, operation);
    this.#stamps[place] = this.#stamp;
    this.#operations[place] = operation;
    this.#nexts[place] = next;
    return next;
  }

  /** What an operation makes of any state. */
  step(state: State, operation: number): State | typeof ILLEGAL {
    const { model, inputs, answers } = this.#problem;
    const budget = this.#budget;
    // There are many between two decisions.
    if ((++this.steps & 7) === 0) budget.goOn();
    if ("steps" in model || budget.stopped !== undefined) return ILLEGAL;
    if (budget.isBounded && !budget.mayStep()) return ILLEGAL;
    const next = model.step(state, inputs[operation], answers[operation], budget);
    if (isDubious(next)) requireState(model, next, state, inputs[operation], budget);
    return next;
  }

  /** Whether two states are equal. */
  same(left: State, right: State): boolean {
    return left === right || sameState(this.#problem.model, left, right);
  }

  /** Whether a state is the present one. */
  isNow(state: State): boolean {
    return this.same(state, this.state);
  }
}
