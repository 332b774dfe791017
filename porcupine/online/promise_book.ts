import type { Problem } from "../search/problem.ts";
import type { States } from "../search/states.ts";
import type { StateKey } from "../types.ts";
import type { Promised } from "./beginning.ts";
import { tokenOf } from "./promises.ts";

/** What was promised to the operations that hang and are placed. Equal promises have one number. */
export interface Promises<State> {
  readonly number: number;
  readonly list: readonly (Promised<State> & { readonly operation: number; readonly token: number })[];
}

/**
 * All promises that are made while a past is summed up. Those to an operation are equal if no answer can tell the states before them
 * apart (`tells`), or if these are the same; where a step has several results, the states after are, too.
 */
export class PromiseBook<State, Input, Output> {
  /** Nothing was promised. */
  readonly none: Promises<State> = { number: 0, list: [] };
  readonly #problem: Problem<State, Input, Output>;
  readonly #states: States<State, Input, Output>;
  /** By what they are made of. */
  readonly #tokens = new Map<number, Map<StateKey, number>>();
  readonly #promises = new Map<string, Promises<State>>();

  constructor(problem: Problem<State, Input, Output>, states: States<State, Input, Output>) {
    this.#problem = problem;
    this.#states = states;
  }

  /** One promise more, to an operation by its number. */
  add(all: Promises<State>, operation: number, { watched, before, after }: Promised<State>): Promises<State> {
    const { model, inputs } = this.#problem;
    const states = this.#states;
    let tokens = this.#tokens.get(operation);
    if (tokens === undefined) this.#tokens.set(operation, tokens = new Map());
    const isDone = states.intern(before) !== states.intern(after);
    const told = tokenOf(model, inputs[operation], before);
    const key = told === undefined ? `${states.intern(before)} ${states.intern(after)}` : `${isDone} ${told}`;
    let token = tokens.get(key);
    if (token === undefined) tokens.set(key, token = tokens.size);
    const list = [...all.list, { watched, before, after, operation, token }];
    list.sort((left, right) => left.operation - right.operation);
    const name = list.map((one) => `${one.operation} ${one.token}`).join();
    let promises = this.#promises.get(name);
    if (promises === undefined) {
      this.#promises.set(name, promises = { number: this.#promises.size + 1, list });
    }
    return promises;
  }
}
