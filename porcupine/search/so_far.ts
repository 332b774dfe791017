import type { Budget } from "../budget.ts";
import type { Problem } from "./problem.ts";
import { States } from "./states.ts";
import { type Path, traceOrder } from "./trace.ts";

/**
 * The order of a search that is to be gone on with. Its states are numbered anew: to number one more among the search's own, or to
 * have a step remembered there, would leave traces that a search which was not put off does not have.
 */
export function orderSoFar<State, Input, Output>(
  problem: Problem<State, Input, Output>,
  { values }: States<State, Input, Output>,
  { start, steps }: Path,
  { reached, budget }: { readonly reached: number; readonly budget: Budget },
): number[] {
  const own = new States(problem, budget);
  const again = steps.map((step) => ({ ...step, state: own.intern(values[step.state]) }));
  return traceOrder(problem, own, { start, steps: again }, reached);
}
