import type { Budget } from "../budget.ts";
import type { Part, Recorded } from "../parts.ts";
import type { Answer, Model } from "../types.ts";
import { type Action, type Known, NOWHERE, Numbers, type Rows, UNKNOWN } from "./numbers.ts";

/** Of no more states is it asked what everything does to them, and no more is asked in all. */
const MOST_STATES = 2048;
const MOST_STEPS = 600_000;
/** States that may have been met beside those that were looked at: so many in any case, and so many for each one looked at. */
const LEAST_GROWTH = 64;
const MOST_GROWTH = 16;
/** Only where so many operations were called is it found out first whether there are too many states, by no more than so many steps. */
const MANY_CALLED = 1024;
const MOST_ALONG = 8 * MOST_STATES;

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
 * All states that some operations can lead to, in any order, and what each operation does to each of these states. The step itself is
 * asked, state by state; so what holds in all of them is proved for every order.
 *
 * An order places each operation once at most. So every state in which it places one is fewer steps from the first state than there
 * are operations. States further away are given a number, but nothing is asked of them.
 */
export class Space {
  /** States; the first one is number 0. */
  readonly size: number;
  /** Of the states below this number it is known what leads on from them. */
  readonly explored: number;
  /** By operation: what is known of it, if it was asked without its answer, and with it. */
  readonly #asked: readonly (Known | undefined)[];
  readonly #told: (Known | undefined)[];
  readonly #tell: (k: number) => Known | undefined;

  private constructor(
    given: {
      readonly size: number;
      readonly explored: number;
      readonly asked: readonly (Known | undefined)[];
      readonly told: (Known | undefined)[];
      readonly tell: (k: number) => Known | undefined;
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
    const inputs = (k: number): Input => operations[ids[k]].input;
    const least = statesAlong(new Numbers(model, budget), called, inputs, places, budget);
    if (least === undefined || least > MOST_STATES) return undefined;
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
    const asked: (Known | undefined)[] = new Array(ids.length);
    const told: (Known | undefined)[] = new Array(ids.length);
    for (const k of called) asked[k] = actionOf(k, false);
    for (const k of answered) told[k] = actionOf(k, true);
    if (least * actions.size > MOST_STEPS) return undefined;
    const states = new Numbers(model, budget);
    const starts = explore(states, [...actions.values()], places, budget);
    if (starts === undefined) return undefined;
    const explored = starts[starts.length - 1];
    const { size } = states;
    for (const action of actions.values()) complete(action, size);
    return new Space({
      size,
      explored,
      asked,
      told,
      tell: (k) => {
        const action = actionOf(k, true);
        if (action.rows !== undefined) return action;
        budget.spend(1 + (explored >>> STEPS));
        for (let at = 0; at < explored; at++) if (!states.step(at, action)) return undefined;
        return states.size > size || leaps(action, starts, size) ? undefined : complete(action, size);
      },
    });
  }

  /** What an operation does if its answer is not known. */
  asked(k: number): Rows {
    return this.#asked[k]?.rows ?? [];
  }

  /** What an operation does that answered as it did; only once it is known. */
  told(k: number): Rows {
    const rows = this.#told[k]?.rows;
    if (rows === undefined) throw new TypeError("nobody has asked what it does");
    return rows;
  }

  /** Finds out what some operations do that answered as they did; false if that leads to states that are not among these, or a limit struck. */
  learn(operations: readonly number[]): boolean {
    for (const k of operations) {
      if (this.#told[k] !== undefined) continue;
      const known = this.#tell(k);
      if (known === undefined) return false;
      this.#told[k] = known;
    }
    return true;
  }
}

/** So many steps (a power of two) take as long as a configuration of a search. */
const STEPS = 5;

/**
 * How many states, at least, there will be: those that come one after another where every operation is placed when it is called, if it
 * can be. All of them would be found (an order places so many operations), and where they are too many that is known after some
 * thousand steps, not after each of fifty thousand operations was compared with the others and asked about every one of the
 * states that there is room for. `undefined` if they cannot be told apart, or a limit has struck.
 */
function statesAlong<State, Input, Output>(
  states: Numbers<State, Input, Output>,
  called: readonly number[],
  inputOf: (k: number) => Input,
  places: number,
  budget: Budget,
): number | undefined {
  if (called.length < MANY_CALLED) return states.size;
  const most = Math.min(called.length, places, MOST_ALONG);
  let at = 0;
  for (let i = 0; i < most && states.size <= MOST_STATES; i++) {
    if ((i & (2 ** STEPS - 1)) === 0 && !budget.goOn()) return undefined;
    const next = states.after(at, inputOf(called[i]));
    if (next === undefined) return undefined;
    at = next;
  }
  return states.size;
}

/**
 * Looks at each state that is less than so many steps from the first one; answers the first state of each number of steps, and at last
 * how many were looked at.
 */
function explore<State, Input, Output>(
  states: Numbers<State, Input, Output>,
  actions: readonly Action<Input, Output>[],
  depth: number,
  budget: Budget,
): readonly number[] | undefined {
  const starts: number[] = [];
  let at = 0;
  for (let d = 0; d < depth && at < states.size; d++) {
    starts.push(at);
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
  return [...starts, at];
}

/**
 * Whether an operation leads to a state that is more steps away than one more. Then an order that has it gets to states that nothing
 * was asked of in fewer steps than were counted, and would be missed. If all were asked about there is nothing to miss.
 */
function leaps({ branches }: Action<unknown, unknown>, starts: readonly number[], size: number): boolean {
  const explored = starts[starts.length - 1];
  if (explored === size) return false;
  const steps = new Int32Array(size).fill(starts.length - 1);
  for (let d = 0; d + 1 < starts.length; d++) steps.fill(d, starts[d], starts[d + 1]);
  return branches.some((row) =>
    row.some((next, state) => next !== NOWHERE && steps[next] > steps[state] + 1)
  );
}

/** All is known of it now. */
function complete<Input, Output>(action: Action<Input, Output>, size: number): Known {
  action.rows ??= action.branches.map((branch) => rowOf(branch, size));
  return action;
}

function rowOf(branch: readonly number[], size: number): Int32Array {
  const row = new Int32Array(size).fill(NOWHERE);
  branch.forEach((next, state) => row[state] = next);
  return row;
}
