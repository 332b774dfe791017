import type { DeterministicModel, Model } from "../../../porcupine/mod.ts";

/** The same model, counting its steps. */
export function counting<State, Input, Output>(
  model: Model<State, Input, Output>,
  counter: { steps: number },
): DeterministicModel<State, Input, Output> {
  if (!("step" in model)) throw new TypeError("a model whose steps are counted has one next state");
  const { step } = model;
  return {
    ...model,
    step: (...args) => {
      counter.steps++;
      return step(...args);
    },
  };
}
