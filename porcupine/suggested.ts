import { type Budget, Expired } from "./budget.ts";
import type { Decision } from "./decision.ts";
import { ANYWHERE, insertReads } from "./fast/insert.ts";
import { NEVER } from "./history.ts";
import type { Questions } from "./parts.ts";
import { compile } from "./search/problem.ts";
import { replays } from "./search/replay.ts";
import { type Model, type Operation, PorcupineError, type StepContext } from "./types.ts";

/**
 * The order that a model suggests for a partition, if it is one: whatever it was guessed from, it is replayed step by step, and one that is
 * wrong costs no more than that. `undefined` if there is none, or it is no order of the history. Throws `Expired`.
 */
export function suggested<State, Input, Output>(
  model: Model<State, Input, Output>,
  questions: Questions<Input, Output>,
  budget: Budget,
): Decision | undefined {
  if (model.suggest === undefined || "steps" in model) return undefined;
  const { part } = questions;
  const order = model.suggest(asAsked(questions), limitsOf(budget));
  if (order === undefined) requireTime(budget);
  budget.spend(part.ids.length);
  if (order === undefined) return undefined;
  if (!isOrder(order, part.ids.length)) {
    throw new PorcupineError(
      "model-mismatch",
      `the model ${JSON.stringify(model.name)} suggests what is no order of ${part.ids.length} operations; ` +
        "answer an array of different indices into what it was given, or undefined",
    );
  }
  const present = new Set(order);
  const idlers = part.returns.filter((k) => !present.has(k));
  const whole = insertReads(Int32Array.from(order), Array.from(idlers), part, ANYWHERE);
  if (whole?.verdict !== "ok") return undefined;
  if (!replays(compile(model, questions), Array.from(whole.order), 0, budget)) return undefined;
  const reached = part.returns.length;
  return { verdict: "ok", order: whole.order, reached, suspects: [], areCore: false, reason: "" };
}

/** The operations of a partition as a model is asked about them: an answer that is not believed has not come. */
export function asAsked<Input, Output>(
  { part, operations }: Questions<Input, Output>,
): Operation<Input, Output>[] {
  return Array.from(part.ids, (id, k) => {
    const operation = operations[id];
    return part.ret[k] === NEVER ? { ...operation, outcome: { status: "unknown" } } : operation;
  });
}

/** What a model may ask that takes long. That a ration of work is used up is nothing to it: what it knows is worked out once. */
export function limitsOf(budget: Budget): StepContext {
  return { expired: () => !budget.mayStep() };
}

/** Throws `Expired` if a limit has struck: then that nothing was known means nothing, and to prepare a search takes too long. */
export function requireTime(budget: Budget): void {
  if (!budget.mayStep()) throw new Expired();
}

function isOrder(order: unknown, count: number): order is readonly number[] {
  return Array.isArray(order) && new Set(order).size === order.length &&
    order.every((k) => Number.isInteger(k) && k >= 0 && k < count);
}
