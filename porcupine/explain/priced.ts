import type { Budget } from "../budget.ts";
import { canonical } from "../canonical.ts";
import { type Model, PorcupineError } from "../types.ts";

/** So many steps take as long as a configuration of a search; and so many characters of what a state shows as long as a step. */
const STEPS = 4;
const CHARACTERS = 32;
/** One of so many states (a power of two) is written down to see how long that takes. */
const SAMPLED = 64;

/** So many characters of what a state shows take as long to write down as two configurations of a search. */
const WEIGHT = 1024;

/**
 * A model of which every step counts what the state that it begins with shows: little of what is small, where configurations are the
 * measure of a search; but four thousand of them over states of ten thousand characters took a second, not ten milliseconds.
 * Only for side questions.
 */
export function weighed<State, Input, Output>(
  model: Model<State, Input, Output>,
  budget: Budget,
): Model<State, Input, Output> {
  const pay = toll(budget, WEIGHT);
  const sizeOf = sampled();
  return counting(model, (state) => pay(2 * sizeOf(state)));
}

/**
 * A model whose steps count as work. A search counts configurations, and where it looks ahead it takes hundreds of steps for one,
 * each of which may have to write down a state of a thousand entries: questions of which a tenth of a second was thought took
 * three. Only for side questions: a verdict does not end with its work.
 */
export function priced<State, Input, Output>(
  model: Model<State, Input, Output>,
  budget: Budget,
): Model<State, Input, Output> {
  const pay = toll(budget, STEPS);
  const sizeOf = sampled();
  return counting(model, (state) => pay(1 + Math.floor(sizeOf(state) / CHARACTERS)));
}

/**
 * How many characters a state shows, or the last one that was looked at. A model that compares its states itself, by `key` or
 * `equal`, may have some that cannot be written down: they must not throw, as the verdict would be lost over its core. They cost
 * nothing, and no other is looked at after one of them: a circle is gone through until the stack is full.
 */
function sampled(): (state: unknown) => number {
  let steps = 0;
  let size = 0;
  let isShown = true;
  return (state) => {
    if ((++steps & (SAMPLED - 1)) !== 0 || !isShown) return size;
    try {
      size = typeof state === "object" && state !== null ? canonical(state).length : 0;
    } catch (error) {
      if (!(error instanceof PorcupineError)) throw error;
      size = 0;
      isShown = false;
    }
    return size;
  };
}

/** Spends one of the budget's work for each `unit` of what is paid; the rest stays owed, so that nothing small is free. */
function toll(budget: Budget, unit: number): (price: number) => void {
  let owed = 0;
  return (price) => {
    owed += price;
    if (owed < unit) return;
    budget.spend(Math.floor(owed / unit));
    owed %= unit;
  };
}

/** The same model; each of its steps is paid for. */
function counting<State, Input, Output>(
  model: Model<State, Input, Output>,
  pay: (state: State) => void,
): Model<State, Input, Output> {
  // What a model inherits it keeps.
  if ("steps" in model) {
    const steps: typeof model.steps = (state, input, answer, context) => {
      const nexts = model.steps(state, input, answer, context);
      pay(state);
      return nexts;
    };
    return Object.create(model, { steps: { value: steps } });
  }
  const step: typeof model.step = (state, input, answer, context) => {
    pay(state);
    return model.step(state, input, answer, context);
  };
  return Object.create(model, { step: { value: step } });
}
