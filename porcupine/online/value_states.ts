import { SWAP, WRITE } from "../fast/register_table.ts";
import { ILLEGAL, type Model, type Value } from "../types.ts";
import type { ValueEntry } from "./value_entry.ts";

const UNKNOWN = { known: false } as const;
const CONTEXT = { expired: () => false } as const;

/** The model's states for some values that a register can have had, from some on. */
export function valueStates<State, Input, Output>(
  model: Model<State, Input, Output>,
  from: readonly { readonly value: Value; readonly state: State }[],
  entries: readonly ValueEntry<Input, Output>[],
  wanted: ReadonlySet<Value>,
): Map<Value, State> {
  const found = new Map(from.map(({ value, state }) => [value, state]));
  const first = model.init();
  const isFound = (value: Value): boolean => found.has(value);
  const addWritten = (isWanted: (value: Value) => boolean, isEnough: () => boolean): void => {
    // What there is in the end was written late, as a rule.
    for (let k = entries.length - 1; k >= 0; k--) {
      const { op, value, watched } = entries[k];
      if (op !== WRITE || !isWanted(value) || found.has(value)) continue;
      found.set(value, stateAfterWrite(model, first, watched.input));
      if (isEnough()) return;
    }
  };
  const areFound = (): boolean => [...wanted].every(isFound);
  if (areFound()) return found;
  addWritten((value) => wanted.has(value), areFound);
  if (areFound()) return found;
  // What only a swap can have brought about comes from a value that may have come by another swap: all of them are followed.
  addWritten(() => true, () => false);
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const { op, value, from: asked, watched } of entries) {
      if (op !== SWAP || found.has(value) || !found.has(asked)) continue;
      found.set(value, stateAfterWrite(model, found.get(asked) as State, watched.input));
    }
  }
  return found;
}

/** The state that a write leads to, or a swap where it finds its value. */
export function stateAfterWrite<State, Input, Output>(
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
