import { NEVER } from "../history.ts";
import type { Start } from "../search/problem.ts";
import { ILLEGAL, type Model } from "../types.ts";
import { isSame } from "./steps.ts";
import type { Watched } from "./watched.ts";

/** An object with more states than this is not looked at as one of few. */
const MOST_STATES = 16;

const CONTEXT = { expired: () => false };

/** All states that operations, each used as often as one likes, lead to from some; `undefined` if they are many. */
export function reachable<State, Input, Output>(
  model: Model<State, Input, Output>,
  from: readonly State[],
  operations: readonly Watched<Input, Output>[],
): readonly State[] | undefined {
  const found: State[] = [];
  const note = (state: State): void => {
    if (!found.some((one) => isSame(model, one, state))) found.push(state);
  };
  for (const state of from) note(state);
  for (let at = 0; at < found.length; at++) {
    for (const { input, answer } of operations) {
      if (found.length > MOST_STATES) return undefined;
      if ("steps" in model) { for (const next of model.steps(found[at], input, answer, CONTEXT)) note(next); }
      else {
        const next = model.step(found[at], input, answer, CONTEXT);
        if (next !== ILLEGAL) note(next as State);
      }
    }
  }
  return found;
}

/** Whether each of some configurations is dominated by one of others (rule (b) of `Walk`). */
export function areDominated<State, Input, Output>(
  model: Model<State, Input, Output>,
  some: readonly Start<State>[],
  others: readonly Start<State>[],
  operations: readonly Watched<Input, Output>[],
): boolean {
  const isDone = ({ spent, free }: Start<State>, k: number): boolean => spent.includes(k) || free.includes(k);
  return some.every((one) =>
    others.some((other) =>
      isSame(model, one.state, other.state) && other.spent.every((k) => one.spent.includes(k)) &&
      // It owes nothing that the other does not owe; what has no answer nobody owes.
      [...one.spent, ...one.free].every((k) => operations[k].ret === NEVER || isDone(other, k))
    )
  );
}
