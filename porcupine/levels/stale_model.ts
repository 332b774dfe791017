import {
  type Answer,
  ILLEGAL,
  type Illegal,
  type Model,
  type ModelBase,
  type StepContext,
} from "../types.ts";
import { isReadOnly } from "./session.ts";
import { StateNumbers } from "./state_numbers.ts";

/**
 * The object whose reads may be stale: each sees the state after one of the last `k` updates, or the newest. Updates, those
 * that answer included, work on the newest state. For `k` of 1 it is the model itself.
 *
 * A history is `k`-atomic exactly if it is linearizable for this model: an order of all operations in real time, in which
 * at most `k - 1` updates come between what a read sees and the read (Golab 2013, for registers).
 */
export function staleModel<State, Input, Output>(
  model: Model<State, Input, Output>,
  k: number,
): Model<readonly State[], Input, Output> {
  const numbers = new StateNumbers(model);
  const isRead = (input: Input): boolean => isReadOnly(model, input);
  const base: ModelBase<readonly State[], Input, Output> = {
    name: `${model.name}, ${k} states deep`,
    init: () => [model.init()],
    key: (window) => window.map((state) => numbers.of(state)).join(" "),
    readOnly: isRead,
    effect: (input, answer) => {
      if (isRead(input)) return "read";
      const effect = model.effect?.(input, answer) ?? "update";
      // What was overwritten can still be seen.
      return effect === "overwrite" && k > 1 ? "blind" : effect;
    },
    sizeBytes: (window) => window.reduce((sum, state) => sum + (model.sizeBytes?.(state) ?? 64), 32),
  };
  const keeps = (input: Input, answer: Answer<Output>): boolean => model.effect?.(input, answer) === "read";
  const after = (window: readonly State[], next: State): readonly State[] => [...window, next].slice(-k);
  if ("steps" in model) {
    return {
      ...base,
      steps: (window, input, answer, context) => {
        if (isRead(input)) {
          return window.some((state) => model.steps(state, input, answer, context).length > 0)
            ? [window]
            : [];
        }
        const nexts = model.steps(window[window.length - 1], input, answer, context);
        return keeps(input, answer) && nexts.length > 0 ? [window] : nexts.map((next) => after(window, next));
      },
    };
  }
  return {
    ...base,
    step: (window, input, answer, context: StepContext): readonly State[] | Illegal => {
      if (isRead(input)) {
        return window.some((state) => model.step(state, input, answer, context) !== ILLEGAL)
          ? window
          : ILLEGAL;
      }
      const next = model.step(window[window.length - 1], input, answer, context);
      if (next === ILLEGAL) return ILLEGAL;
      return keeps(input, answer) ? window : after(window, next as State);
    },
  };
}
