import { ILLEGAL, type Model, type Operation } from "../../../porcupine/mod.ts";

const CONTEXT = { expired: () => false };
const UNANSWERED = { known: false } as const;

/**
 * What no checker of one thread can do without, if it knows nothing of a model but its step: each operation is looked at, its key is
 * looked up, and the step is asked once, in order of calls, in the state that its key has come to. Nothing is kept, compared, searched
 * or told, so that a bar below the time that this takes is not to be reached here. What was called after the answer of `last` is left
 * out; -1: nothing is.
 */
export function stepAlone<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  last: number,
): void {
  if (!("step" in model)) throw new TypeError("a model that leads to several states has no such floor");
  const outcome = operations[last]?.outcome;
  const end = outcome?.status === "ok" ? outcome.returnAt : Infinity;
  const states = new Map<string, { state: State }>();
  for (const { callAt, input, outcome } of operations) {
    if (callAt > end) break;
    const key = model.partitionKey?.(input) ?? "";
    let at = states.get(key);
    if (at === undefined) states.set(key, at = { state: model.init() });
    const answer = outcome.status === "ok" ? { known: true, output: outcome.output } as const : UNANSWERED;
    const next = model.step(at.state, input, answer, CONTEXT);
    if (next !== ILLEGAL) at.state = next;
  }
}
