import type { Budget } from "../budget.ts";
import { canonical } from "../canonical.ts";
import { requireStates } from "../require/model.ts";
import { isDubious, requireState } from "../require/state.ts";
import { sameState } from "../search/states.ts";
import { tableKey } from "../table_key.ts";
import { type Answer, ILLEGAL, type Model, type StateKey } from "../types.ts";

/** States that only the model can compare are compared one by one. */
const MOST_COMPARED = 128;

/** Where a class of operations leads from a state, by its number: to no state. */
export const NOWHERE = -1;

/** No answer has come. */
export const UNKNOWN = { known: false } as const;

/** What a class of equal operations does: in each row, by state, the state that it leads to. More than one row if it may lead to several. */
export type Rows = readonly Int32Array[];

/** What is known of a class of equal operations. */
export interface Known {
  /** Where it leads, once that is known of all states. */
  rows: Rows | undefined;
}

/** A class of equal operations, which is asked. */
export interface Action<Input, Output> extends Known {
  readonly input: Input;
  readonly answer: Answer<Output>;
  /** By branch, by state: where it leads. */
  readonly branches: number[][];
}

/** Numbers for states as they are met. */
export class Numbers<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #budget: Budget;
  readonly #values: State[] = [];
  readonly #byKey = new Map<StateKey, number>();
  readonly #byStructure = new Map<string, number>();

  constructor(model: Model<State, Input, Output>, budget: Budget) {
    this.#model = model;
    this.#budget = budget;
    this.#number(model.init());
  }

  get size(): number {
    return this.#values.length;
  }

  /** Notes where an operation leads from a state; false if the states cannot be told apart, or a limit has struck. */
  step(state: number, { input, answer, branches }: Action<Input, Output>): boolean {
    const budget = this.#budget;
    if (budget.stopped !== undefined || !budget.mayStep()) return false;
    const model = this.#model;
    const value = this.#values[state];
    if ("steps" in model) {
      const nexts = requireStates(model.steps(value, input, answer, budget));
      for (let b = 0; b < nexts.length; b++) {
        if (!note(branches, b, state, this.#number(nexts[b]))) return false;
      }
    } else {
      const next = model.step(value, input, answer, budget);
      if (isDubious(next)) requireState(model, next as State, value, input, budget);
      if (next !== ILLEGAL && !note(branches, 0, state, next === value ? state : this.#number(next))) {
        return false;
      }
    }
    // A step that a limit has cut short may have answered anything.
    return budget.stopped === undefined;
  }

  /**
   * The state that a request leads to from another one: the first, if there are several; the same one if none. `undefined` if they
   * cannot be told apart, or a limit has struck.
   */
  after(state: number, input: Input): number | undefined {
    const budget = this.#budget;
    if (budget.stopped !== undefined || !budget.mayStep()) return undefined;
    const model = this.#model;
    const value = this.#values[state];
    if ("steps" in model) {
      const nexts = requireStates(model.steps(value, input, UNKNOWN, budget));
      if (budget.stopped !== undefined) return undefined;
      return nexts.length === 0 ? state : this.#number(nexts[0]);
    }
    const next = model.step(value, input, UNKNOWN, budget);
    if (isDubious(next)) requireState(model, next as State, value, input, budget);
    // A step that a limit has cut short may have answered anything.
    if (budget.stopped !== undefined) return undefined;
    return next === ILLEGAL || next === value ? state : this.#number(next);
  }

  #number(state: State): number | undefined {
    const model = this.#model;
    if (typeof state !== "object" || state === null || model.key !== undefined) {
      const key = model.key === undefined ? state as StateKey : model.key(state);
      return this.#find(this.#byKey, tableKey(key), state);
    }
    if (model.equal === undefined) {
      const text = canonical(state);
      // To write a state down takes as long as it is long.
      this.#budget.spend(1 + (text.length >>> 5));
      return this.#find(this.#byStructure, text, state);
    }
    const known = this.#values.findIndex((other) => sameState(model, other, state));
    if (known >= 0) return known;
    return this.#values.length > MOST_COMPARED ? undefined : this.#values.push(state) - 1;
  }

  #find<Key>(map: Map<Key, number>, key: Key, state: State): number {
    let number = map.get(key);
    if (number === undefined) map.set(key, number = this.#values.push(state) - 1);
    return number;
  }
}

function note(branches: number[][], branch: number, state: number, next: number | undefined): boolean {
  if (next === undefined) return false;
  const row = branches[branch] ??= [];
  while (row.length < state) row.push(NOWHERE);
  row.push(next);
  return true;
}
