import { SWAP, WRITE } from "../fast/register_table.ts";
import { ILLEGAL, type Model, type Value } from "../types.ts";
import type { ValueEntry } from "./value_entry.ts";

const UNKNOWN = { known: false } as const;
const CONTEXT = { expired: () => false } as const;

/** Every value that a register can have had, from some on, with the model's state for it. */
export function valueStates<State, Input, Output>(
  model: Model<State, Input, Output>,
  from: readonly { readonly value: Value; readonly state: State }[],
  entries: readonly ValueEntry<Input, Output>[],
): Map<Value, State> {
  const found = new Map(from.map(({ value, state }) => [value, state]));
  const first = model.init();
  for (const { op, value, watched } of entries) {
    if (op === WRITE && !found.has(value)) found.set(value, stepOf(model, first, watched.input));
  }
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const { op, value, from: asked, watched } of entries) {
      if (op !== SWAP || found.has(value) || !found.has(asked)) continue;
      found.set(value, stepOf(model, found.get(asked) as State, watched.input));
    }
  }
  return found;
}

function stepOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  input: Input,
): State {
  if ("steps" in model) return model.steps(state, input, UNKNOWN, CONTEXT)[0];
  const next = model.step(state, input, UNKNOWN, CONTEXT);
  if (next === ILLEGAL) {
    throw new TypeError("a write is possible in every state, a swap where it finds its value");
  }
  return next as State;
}
