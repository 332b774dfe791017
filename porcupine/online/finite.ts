import { NEVER } from "../history.ts";
import type { Start } from "../search/problem.ts";
import { ILLEGAL, type Model } from "../types.ts";
import { ENDLESS, type Patience } from "./patience.ts";
import { isSame } from "./steps.ts";
import type { Watched } from "./watched.ts";

/** An object with more states than this is not looked at as one of few. */
const MOST_STATES = 16;

/** All states that operations, each used as often as one likes, lead to from some; `undefined` if they are many, or patience is at its end. */
export function reachable<State, Input, Output>(
  model: Model<State, Input, Output>,
  from: readonly State[],
  operations: readonly Watched<Input, Output>[],
  patience: Patience = ENDLESS,
): readonly State[] | undefined {
  const found: State[] = [];
  // A past may be summed up in a hundred thousand of them: to compare each with all others would outlast any limit.
  const note = (state: State): void => {
    if (found.length <= MOST_STATES && !found.some((one) => isSame(model, one, state))) found.push(state);
  };
  for (const state of from) note(state);
  for (let at = 0; at < found.length; at++) {
    for (const { input, answer } of operations) {
      if (found.length > MOST_STATES || !patience.mayStep()) return undefined;
      if ("steps" in model) {
        for (const next of model.steps(found[at], input, answer, patience)) note(next);
      } else {
        const next = model.step(found[at], input, answer, patience);
        if (next !== ILLEGAL) note(next as State);
      }
    }
  }
  return found.length > MOST_STATES ? undefined : found;
}

/** What was done to an object, and for how long it may be asked about that. */
export interface Doings<State, Input, Output> {
  /** The states it can have been in before. */
  readonly from: readonly State[];
  readonly operations: readonly Watched<Input, Output>[];
  readonly patience: Patience;
}

/**
 * Whether an object is in one state for certain once all of some operations are over, whatever order they took effect in: the
 * last of them was one that did not return before another was called, and each of those leads to that state from wherever
 * the object can be. False, too, where patience is at its end: nobody knows what a step has answered that was cut short.
 */
export function endsIn<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  { from, operations, patience }: Doings<State, Input, Output>,
): boolean {
  const states = reachable(model, from, operations, patience);
  if (states === undefined) return false;
  const lastCall = operations.reduce((last, { call }) => Math.max(last, call), -1);
  const last = operations.filter(({ ret }) => ret > lastCall);
  const ends = last.length > 0 && last.every(({ input, answer }) =>
    states.every((one) => {
      if (!patience.mayStep()) return false;
      if ("steps" in model) {
        return model.steps(one, input, answer, patience).every((next) => isSame(model, next, state));
      }
      const next = model.step(one, input, answer, patience);
      return next === ILLEGAL || isSame(model, next as State, state);
    })
  );
  return ends && !patience.expired();
}

/** Whether each of some configurations is dominated by one of others (rule (b) of `Walk`). */
export function areDominated<State, Input, Output>(
  model: Model<State, Input, Output>,
  some: readonly Start<State>[],
  others: readonly Start<State>[],
  operations: readonly Watched<Input, Output>[],
): boolean {
  const isDone = ({ spent, free }: Start<State>, k: number): boolean => spent.includes(k) || free.includes(k);
  return some.every((one) =>
    others.some((other) =>
      isSame(model, one.state, other.state) && other.spent.every((k) => one.spent.includes(k)) &&
      // It owes nothing that the other does not owe; what has no answer nobody owes.
      [...one.spent, ...one.free].every((k) => operations[k].ret === NEVER || isDone(other, k))
    )
  );
}
