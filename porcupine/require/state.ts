import { ILLEGAL, type Model, PorcupineError, type StepContext } from "../types.ts";

const UNKNOWN = { known: false } as const;

/** Whether a next state may be a slip of the pen for `ILLEGAL`, as a caller without types makes it: to be asked of each. */
export function isDubious(next: unknown): boolean {
  return next === undefined || next === null || typeof next === "boolean";
}

/**
 * Refuses a next state that {@linkcode isDubious}, unless it is one for certain.
 *
 * In JavaScript one answers `false`, `null` or nothing at all for "impossible", or `true` for "possible"; taken for a state it would
 * make the impossible possible. But there are honest models with such states. So `undefined` is a state only where the first state is;
 * `null` where the first one is, and a boolean where the first one is a boolean; and both where the same request leads to just that from
 * the same state if its answer is not known: for then nothing can be impossible. (A register that begins with a text and holds `null` once
 * that was written is a model like others.)
 */
export function requireState<State, Input, Output>(
  model: Model<State, Input, Output>,
  next: State,
  state: State,
  input: Input,
  context: StepContext,
): void {
  const first = model.init();
  if (next === first || (typeof next === "boolean" && typeof first === "boolean")) return;
  if (next !== undefined && leadsTo(model, next, state, input, context)) return;
  throw new PorcupineError(
    "model-mismatch",
    `the step of the model ${
      JSON.stringify(model.name)
    } returned ${next}, and init() makes no state of that kind: ` +
      "where the answer is impossible, return ILLEGAL (an export of this module); where it is a state, let init() return one " +
      "of its kind, or make states objects, as in { value: null }",
  );
}

function leadsTo<State, Input, Output>(
  model: Model<State, Input, Output>,
  next: State,
  state: State,
  input: Input,
  context: StepContext,
): boolean {
  if ("steps" in model) return model.steps(state, input, UNKNOWN, context).includes(next);
  const other = model.step(state, input, UNKNOWN, context);
  return other !== ILLEGAL && other === next;
}
