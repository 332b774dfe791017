import { adaptModel, type Model } from "../../../porcupine/mod.ts";
import type { Random, Shape } from "./random.ts";

/** An answer, or that nothing was done. */
export type Reluctantly<Output> = { readonly done: Output } | "not done";

/** The same model, any of whose requests may be told that it was not carried out. */
export function reluctant<State, Input, Output>(
  model: Model<State, Input, Output>,
): Model<State, Input, Reluctantly<Output>> {
  return adaptModel<State, Input, Reluctantly<Output>, Input, Output>(model, {
    name: `reluctant ${model.name}`,
    input: (input) => input,
    answer: (_input, answer) => {
      if (!answer.known) return answer;
      return answer.output === "not done" ? "didNothing" : { known: true, output: answer.output.done };
    },
  });
}

/** One of so many requests is not carried out; and of the answers that are guessed one in three says so. */
export function reluctantShape<State, Input, Output>(
  shape: Shape<State, Input, Output>,
  one: number,
): Shape<State, Input, Reluctantly<Output>> {
  return {
    init: () => shape.init(),
    input: (random: Random) => shape.input(random),
    run: (state, input, random) => {
      if (random.below(one) === 0) return [state, "not done"];
      const [next, done] = shape.run(state, input, random);
      return [next, { done }];
    },
    guess: (input, random) => random.below(3) === 0 ? "not done" : { done: shape.guess(input, random) },
  };
}
