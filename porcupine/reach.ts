import type { Budget } from "./budget.ts";
import type { Recorded } from "./parts.ts";
import { sameState } from "./search/states.ts";
import { type Answer, ILLEGAL, type Model } from "./types.ts";

/** States, and different requests, of which no more are looked at. */
const MOST_STATES = 24;
const MOST_REQUESTS = 512;

const UNKNOWN = { known: false } as const;

/**
 * All states that some operations, whose answers are not believed, can lead to from the first one, each used as often as one likes
 * and in any order; `undefined` if they are many.
 *
 * What is impossible in all of them is impossible wherever it is placed among these operations: whatever stands before it leads to
 * one of them, step by step. So of an object with few states it is quickly told that an answer is impossible by itself, where
 * a search would have to go through all that may have happened before.
 */
export function reachable<State, Input, Output>(
  model: Model<State, Input, Output>,
  { operations, classes }: Recorded<Input, Output>,
  ids: readonly number[],
  budget: Budget,
): readonly State[] | undefined {
  const requests = new Map<number, Input>();
  // To compare requests takes a small part of what a search takes for them.
  budget.spend(ids.length >>> 4);
  if (budget.expired()) return undefined;
  for (const id of ids) {
    requests.set(classes.of(id, UNKNOWN), operations[id].input);
    if (requests.size > MOST_REQUESTS) return undefined;
  }
  const states = [model.init()];
  for (let i = 0; i < states.length; i++) {
    budget.spend(requests.size >>> 4);
    for (const input of requests.values()) {
      if (budget.stopped !== undefined || !budget.mayStep()) return undefined;
      for (const next of nexts(model, states[i], input, UNKNOWN, budget)) {
        if (states.some((state) => sameState(model, state, next))) continue;
        if (states.push(next) > MOST_STATES) return undefined;
      }
    }
  }
  return states;
}

/** Whether an answer is impossible in each of some states; false also if a limit has struck. */
export function isImpossibleIn<State, Input, Output>(
  model: Model<State, Input, Output>,
  states: readonly State[],
  { input, answer }: { readonly input: Input; readonly answer: Answer<Output> },
  budget: Budget,
): boolean {
  for (const state of states) {
    if (!budget.mayStep() || nexts(model, state, input, answer, budget).length > 0) return false;
  }
  return budget.stopped === undefined;
}

function nexts<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  input: Input,
  answer: Answer<Output>,
  budget: Budget,
): readonly State[] {
  if ("steps" in model) return model.steps(state, input, answer, budget);
  const next = model.step(state, input, answer, budget);
  return next === ILLEGAL ? [] : [next];
}
