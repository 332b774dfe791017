import type { Budget } from "./budget.ts";
import { canonical } from "./canonical.ts";
import type { Model } from "./types.ts";

/** So many steps take as long as a configuration of a search; and so many characters of what a state shows as long as a step. */
const STEPS = 4;
const CHARACTERS = 32;
/** One of so many states (a power of two) is written down to see how long that takes. */
const SAMPLED = 64;

/**
 * A model whose steps count as work. A search counts configurations, and where it looks ahead it takes hundreds of steps for one,
 * each of which may have to write down a state of a thousand entries: questions of which a tenth of a second was thought took
 * three. Only for side questions: a verdict does not end with its work.
 */
export function priced<State, Input, Output>(
  model: Model<State, Input, Output>,
  budget: Budget,
): Model<State, Input, Output> {
  let steps = 0;
  let price = 1;
  let owed = 0;
  const pay = (state: unknown): void => {
    if ((++steps & (SAMPLED - 1)) === 0 && typeof state === "object" && state !== null) {
      price = 1 + Math.floor(canonical(state).length / CHARACTERS);
    }
    owed += price;
    if (owed < STEPS) return;
    budget.spend(Math.floor(owed / STEPS));
    owed %= STEPS;
  };
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
