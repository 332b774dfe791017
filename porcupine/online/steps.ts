import { requireStates } from "../require/model.ts";
import { isDubious, requireState } from "../require/state.ts";
import { ILLEGAL, type Model } from "../types.ts";
import { ENDLESS, type Patience } from "./patience.ts";
import type { Watched } from "./watched.ts";

/**
 * The state an operation leads to, if there is exactly one; `undefined` also where a search has to choose, and where the
 * patience is at its end.
 */
export function nextOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  { input, answer }: Watched<Input, Output>,
  patience: Patience,
): { readonly state: State } | undefined {
  if ("steps" in model) {
    const nexts = patience.mayStep() ? requireStates(model.steps(state, input, answer, patience)) : [];
    return nexts.length === 1 ? { state: nexts[0] } : undefined;
  }
  const next = patience.mayStep() ? model.step(state, input, answer, patience) : ILLEGAL;
  if (isDubious(next)) requireState(model, next, state, input, patience);
  return next === ILLEGAL ? undefined : { state: next as State };
}

const UNKNOWN = { known: false } as const;

/** The state after requests, one after the other from the beginning, that are possible in every state: whatever they are answered. */
export function stateAfter<State, Input, Output>(
  model: Model<State, Input, Output>,
  inputs: Iterable<Input>,
): State {
  let state = model.init();
  for (const input of inputs) {
    const next = "steps" in model
      ? model.steps(state, input, UNKNOWN, ENDLESS)[0]
      : model.step(state, input, UNKNOWN, ENDLESS);
    if (next === ILLEGAL) throw new TypeError("such a request is possible in every state");
    state = next as State;
  }
  return state;
}

/** Whether two states are the same, as far as that is told quickly: two that are may be taken for different. */
export function isSame<State, Input, Output>(
  { key, equal }: Model<State, Input, Output>,
  left: State,
  right: State,
): boolean {
  if (left === right) return true;
  if (key !== undefined) return key(left) === key(right);
  return equal !== undefined && equal(left, right);
}
