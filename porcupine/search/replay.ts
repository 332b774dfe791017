import type { Budget } from "../budget.ts";
import { ILLEGAL } from "../types.ts";
import type { Problem } from "./problem.ts";

/**
 * Whether an order is a linearization of a problem, from one of its starts: the model takes every step, each operation stands in
 * it once at most and each that returned does, none stands before one that had returned when it was called.
 *
 * Whatever was guessed on the way to an order, this alone is what makes it an answer. It costs a step an operation, a small part
 * of what finding the order has cost.
 */
export function replays<State, Input, Output>(
  problem: Problem<State, Input, Output>,
  order: readonly number[],
  start: number,
  budget: Budget,
): boolean {
  const { model, inputs, answers, call, ret, returns, count, starts } = problem;
  if ("steps" in model) return false;
  const { spent, free } = starts[start];
  const present = new Uint8Array(count);
  for (const k of spent) present[k] = 1;
  let state = starts[start].state;
  let lastCall = -1;
  for (let i = 0; i < order.length; i++) {
    const k = order[i];
    // It would stand behind one that was called after its return.
    if (present[k] !== 0 || ret[k] < lastCall) return false;
    present[k] = 1;
    if (call[k] > lastCall) lastCall = call[k];
    // Cut short it shows nothing.
    if (((i & 7) === 0 && !budget.goOn()) || !budget.mayStep()) return false;
    const next = model.step(state, inputs[k], answers[k], budget);
    if (next === ILLEGAL) return false;
    state = next;
  }
  for (const k of free) present[k] = 1;
  for (let p = 0; p < returns.length; p++) if (present[returns[p]] === 0) return false;
  return true;
}
