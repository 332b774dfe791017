/**
 * What a model throws, told with the function and the operation it was asked about.
 *
 * A check asks its model in some thirty places, millions of times, and so catches nothing there. Only when an error has come out
 * of it is the check made once more, with a model that names what throws: the same history takes the same way again.
 *
 * @module
 */
import { type Known, namingModel } from "./naming_model.ts";
import { requireArray } from "./require/history.ts";
import { type Answer, type Model, type Operation, PorcupineError } from "./types.ts";

/**
 * Makes a check, or whatever else asks a model about a history. If the model throws, the error thrown on is a
 * {@linkcode PorcupineError} of code `model-threw` that names function and operation, and has the model's own as its `cause`.
 */
export function naming<State, Input, Output, Result>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  ask: (model: Model<State, Input, Output>) => Result,
): Result {
  requireArray(operations);
  try {
    return ask(model);
  } catch (error) {
    throw named(error, model, operations, ask);
  }
}

/** The error to throw on for one that came out of a check; `ask` makes the check once more. */
export function named<State, Input, Output>(
  error: unknown,
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  ask: (model: Model<State, Input, Output>) => unknown,
): unknown {
  if (isTold(error)) return error;
  try {
    ask(namingModel(model, (input, answer) => among(operations, input, answer)));
  } catch (told) {
    if (told instanceof PorcupineError && told.code === "model-threw") return told;
  }
  // It was not the model that threw, or it does not throw each time.
  return error;
}

/** Whether an error says all that there is to say: it is one of ours, and not what another thread has heard of its model. */
function isTold(error: unknown): boolean {
  return error instanceof PorcupineError && (error.code !== "model-threw" || error.cause !== undefined);
}

/** The first operation that was asked and answered just so: what is the same to the model throws alike. */
function among<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  input: Input,
  answer: Answer<Output> | undefined,
): Known | undefined {
  if (!Array.isArray(operations)) return undefined;
  const asked = ({ input: one }: Operation<Input, Output>): boolean => Object.is(one, input);
  const answered = ({ outcome }: Operation<Input, Output>): boolean =>
    answer === undefined ||
    isSameAnswer(
      outcome.status === "ok" ? { known: true, output: outcome.output } : { known: false },
      answer,
    );
  let index = operations.findIndex((one) => asked(one) && answered(one));
  // An answer that is not believed, in a search for a core, is that of no operation.
  if (index < 0) index = operations.findIndex(asked);
  return index < 0 ? undefined : { index, client: operations[index].client };
}

/** Whether two answers cannot be told apart. */
export function isSameAnswer<Output>(left: Answer<Output>, right: Answer<Output>): boolean {
  if (!left.known || !right.known) return left.known === right.known;
  return Object.is(left.output, right.output);
}
