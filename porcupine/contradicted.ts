import type { Budget } from "./budget.ts";
import type { Decision } from "./decision.ts";
import { NEVER } from "./history.ts";
import type { Questions } from "./parts.ts";
import { asAsked, limitsOf, requireTime } from "./suggested.ts";
import { type Model, PorcupineError } from "./types.ts";

/**
 * What a model knows of a partition without a search: that no order explains it, and whose answers show that. `undefined` if it knows of
 * nothing. Throws `Expired`. Whether those named contradict each other by themselves is another question, which is asked when a core is looked for.
 */
export function contradicted<State, Input, Output>(
  model: Model<State, Input, Output>,
  questions: Questions<Input, Output>,
  budget: Budget,
): Decision | undefined {
  if (model.contradiction === undefined) return undefined;
  const { part } = questions;
  const suspects = model.contradiction(asAsked(questions), limitsOf(budget));
  if (suspects === undefined) requireTime(budget);
  budget.spend(part.ids.length);
  if (suspects === undefined) return undefined;
  if (!areAnswers(suspects, part.ret)) {
    throw new PorcupineError(
      "model-mismatch",
      `the model ${JSON.stringify(model.name)} knows of a contradiction between what are no answers of ` +
        `${part.ids.length} operations; answer an array of different indices into what it was given, at least one of them of an ` +
        "operation that returned, or undefined",
    );
  }
  const order = new Int32Array(0);
  return { verdict: "illegal", order, reached: 0, suspects, areCore: false, reason: "" };
}

/** Where nothing was answered anything is possible. */
function areAnswers(suspects: unknown, ret: Int32Array): suspects is readonly number[] {
  return Array.isArray(suspects) && new Set(suspects).size === suspects.length &&
    suspects.every((k) => Number.isInteger(k) && k >= 0 && k < ret.length) &&
    suspects.some((k) => ret[k] !== NEVER);
}
