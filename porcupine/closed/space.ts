import type { Budget } from "../budget.ts";
import { canonical } from "../canonical.ts";
import type { Part, Recorded } from "../parts.ts";
import { requireStates } from "../require_model.ts";
import { isDubious, requireState } from "../require_state.ts";
import { sameState } from "../search/states.ts";
import { type Answer, ILLEGAL, type Model, type StateKey } from "../types.ts";

/** Of no more states is it asked what everything does to them, and no more is asked in all. */
const MOST_STATES = 2048;
const MOST_STEPS = 600_000;
/** States that may have been met beside those that were looked at: so many in any case, and so many for each one looked at. */
const LEAST_GROWTH = 64;
const MOST_GROWTH = 16;
/** States that only the model can compare are compared one by one. */
const MOST_COMPARED = 128;

/** Where a class of operations leads from a state, by its number: to no state. */
export const NOWHERE = -1;

/** What a class of equal operations does: in each row, by state, the state that it leads to. More than one row if it may lead to several. */
export type Rows = readonly Int32Array[];

/** What to look at: the operations of a partition up to one of them. */
export interface Scope<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  readonly recorded: Recorded<Input, Output>;
  readonly part: Part;
  /** As if their answers had never come. */
  readonly called: readonly number[];
  /** With their answers. Others that have one can be asked about, as long as they lead to no other states. */
  readonly answered: readonly number[];
  /** How many operations an order can have. */
  readonly places: number;
}

/**
 * All states that some operations can lead to, in any order, and what every one of them does to every one of these states: asked of
 * the step itself, state by state, so that what is seen in all of them is proved.
 *
 * An order places each operation once at most. So it stands on states that are fewer steps from the first one than there are
 * operations; of those that are further nothing is asked, and nothing leads on from them.
 */
export class Space {
  /** States; the first one is number 0. */
  readonly size: number;
  /** Of the states below this number it is known what leads on from them. */
  readonly explored: number;
  readonly #asked: ReadonlyMap<number, Rows>;
  readonly #told: Map<number, Rows>;
  readonly #tell: (k: number) => Rows | undefined;

  private constructor(
    given: {
      readonly size: number;
      readonly explored: number;
      readonly asked: ReadonlyMap<number, Rows>;
      readonly told: Map<number, Rows>;
      readonly tell: (k: number) => Rows | undefined;
    },
  ) {
    this.size = given.size;
    this.explored = given.explored;
    this.#asked = given.asked;
    this.#told = given.told;
    this.#tell = given.tell;
  }

  /** Looks at all states; `undefined` if they are too many, or a limit has struck. */
  static of<State, Input, Output>(
    { model, recorded: { operations, classes }, part: { ids }, called, answered, places }: Scope<
      State,
      Input,
      Output
    >,
    budget: Budget,
  ): Space | undefined {
    // To compare operations takes a small part of what a search takes for them.
    budget.spend((called.length + answered.length) >>> 4);
    const actions = new Map<number, Action<Input, Output>>();
    const actionOf = (k: number, isTold: boolean): Action<Input, Output> => {
      const { input, outcome } = operations[ids[k]];
      const answer: Answer<Output> = isTold && outcome.status === "ok"
        ? { known: true, output: outcome.output }
        : UNKNOWN;
      const cls = classes.of(ids[k], answer);
      let action = actions.get(cls);
      if (action === undefined) actions.set(cls, action = { input, answer, branches: [], rows: undefined });
      return action;
    };
    const asked = new Map(called.map((k) => [k, actionOf(k, false)]));
    const told = new Map(answered.map((k) => [k, actionOf(k, true)]));
    const states = new Numbers(model, budget);
    const explored = explore(states, [...actions.values()], places, budget);
    if (explored === undefined) return undefined;
    const { size } = states;
    return new Space({
      size,
      explored,
      asked: new Map([...asked].map(([k, action]) => [k, rowsOf(action, size)])),
      told: new Map([...told].map(([k, action]) => [k, rowsOf(action, size)])),
      tell: (k) => {
        const action = actionOf(k, true);
        if (action.rows !== undefined) return action.rows;
        budget.spend(1 + (explored >>> STEPS));
        for (let at = 0; at < explored; at++) if (!states.step(at, action)) return undefined;
        return states.size > size ? undefined : rowsOf(action, size);
      },
    });
  }

  /** What an operation does if its answer is not known. */
  asked(k: number): Rows {
    return this.#asked.get(k) ?? [];
  }

  /** What an operation does that answered as it did; only once it is known. */
  told(k: number): Rows {
    const rows = this.#told.get(k);
    if (rows === undefined) throw new TypeError("nobody has asked what it does");
    return rows;
  }

  /** Finds out what some operations do that answered as they did; false if that leads to states that are not among these, or a limit struck. */
  learn(operations: readonly number[]): boolean {
    for (const k of operations) {
      if (this.#told.has(k)) continue;
      const rows = this.#tell(k);
      if (rows === undefined) return false;
      this.#told.set(k, rows);
    }
    return true;
  }
}

const UNKNOWN = { known: false } as const;

/** So many steps (a power of two) take as long as a configuration of a search. */
const STEPS = 5;

interface Action<Input, Output> {
  readonly input: Input;
  readonly answer: Answer<Output>;
  /** By branch, by state: where it leads. */
  readonly branches: number[][];
  /** The same, once it is complete. */
  rows: Rows | undefined;
}

/** Looks at each state that is less than so many steps from the first one; answers how many those are. */
function explore<State, Input, Output>(
  states: Numbers<State, Input, Output>,
  actions: readonly Action<Input, Output>[],
  depth: number,
  budget: Budget,
): number | undefined {
  let at = 0;
  for (let d = 0; d < depth && at < states.size; d++) {
    for (const end = states.size; at < end; at++) {
      budget.spend(1 + (actions.length >>> STEPS));
      if (budget.expired()) return undefined;
      for (const action of actions) if (!states.step(at, action)) return undefined;
      const { size } = states;
      if (size > MOST_STATES || size * actions.length > MOST_STEPS) return undefined;
      // Where each state leads to ever more of them there is no end to it, and no need to find that out to the last.
      if (size > LEAST_GROWTH + 2 * actions.length + MOST_GROWTH * at) return undefined;
    }
  }
  return at;
}

function rowsOf<Input, Output>(action: Action<Input, Output>, size: number): Rows {
  return action.rows ??= action.branches.map((branch) => rowOf(branch, size));
}

function rowOf(branch: readonly number[], size: number): Int32Array {
  const row = new Int32Array(size).fill(NOWHERE);
  branch.forEach((next, state) => row[state] = next);
  return row;
}

/** Numbers for states as they are met. */
class Numbers<State, Input, Output> {
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

  #number(state: State): number | undefined {
    const model = this.#model;
    if (typeof state !== "object" || state === null || model.key !== undefined) {
      const key = model.key === undefined ? state as StateKey : model.key(state);
      return this.#find(this.#byKey, key, state);
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
