import { ILLEGAL, type Model, PorcupineError, type StateKey } from "../types.ts";
import { sameState } from "../search/states.ts";
import type { Promised, Seen } from "./beginning.ts";
import type { Patience } from "./patience.ts";
import type { Watched } from "./watched.ts";

/**
 * What stands for all that an answer can tell of the state that a request finds, as far as the model says so; `undefined`: it does
 * not. Where a step has several results an answer may tell them apart, and it is not asked.
 */
export function tokenOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  input: Input,
  state: State,
): string | undefined {
  if ("steps" in model || model.tells === undefined) return undefined;
  const token: StateKey = model.tells(state, input);
  return `${typeof token} ${String(token)}`;
}

/**
 * The states that a request may lead to, whatever it is answered: those it leads to without an answer, and, unless the model says
 * what answers tell, the one it found, as many answers say that nothing was done. Empty if patience is at its end.
 */
export function outcomes<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  input: Input,
  patience: Patience,
): readonly State[] {
  if (!patience.mayStep()) return [];
  const next = "steps" in model
    ? model.steps(state, input, UNKNOWN, patience)
    : [model.step(state, input, UNKNOWN, patience)].filter((one): one is State => one !== ILLEGAL);
  if (!("steps" in model) && model.tells !== undefined) return next;
  return next.some((one) => sameState(model, one, state)) ? next : [...next, state];
}

/** Whether a request may lead to a state, as far as is known without its answer. */
export function isForeseen<State, Input, Output>(
  model: Model<State, Input, Output>,
  { before, after }: { readonly before: State; readonly after: State },
  input: Input,
  patience: Patience,
): boolean {
  return outcomes(model, before, input, patience).some((one) => sameState(model, one, after));
}

/** Whether an answer that has come keeps what was promised. At a limit nothing is known: the step may have been cut short. */
export function isKept<State, Input, Output>(
  model: Model<State, Input, Output>,
  { input, answer }: Watched<Input, Output>,
  { before, after }: Promised<State>,
  patience: Patience,
): boolean {
  if (!patience.mayStep()) return false;
  const nexts = "steps" in model
    ? model.steps(before, input, answer, patience)
    : [model.step(before, input, answer, patience)].filter((one): one is State => one !== ILLEGAL);
  for (const next of nexts) {
    if (isForeseen(model, { before, after: next }, input, patience) || patience.expired()) continue;
    // The past was summed up with the states that the request leads to: with another one nothing of it holds.
    throw new PorcupineError(
      "model-mismatch",
      `the model ${
        JSON.stringify(model.name)
      } leads to a state with an answer that it does not lead to without one; ` +
        "where the state depends on the answer, give steps(...), which without it answers every state",
    );
  }
  return nexts.some((next) => sameState(model, next, after));
}

/** Whether an answer that has come is possible in one of some states, and leaves it as it is. At a limit nothing is known. */
export function isSeen<State, Input, Output>(
  model: Model<State, Input, Output>,
  { input, answer }: Watched<Input, Output>,
  { states }: Seen<State>,
  patience: Patience,
): boolean {
  return states.some((state) => {
    if (!patience.mayStep()) return false;
    const next = "steps" in model
      ? model.steps(state, input, answer, patience)
      : [model.step(state, input, answer, patience)].filter((one): one is State => one !== ILLEGAL);
    return next.some((one) => sameState(model, one, state));
  });
}

const UNKNOWN = { known: false } as const;
