/** Each way of deciding a register by itself: in a check the quickest one mostly answers, and the others are not asked. */
import { Budget } from "../../../porcupine/budget.ts";
import { decisionOf, foundByValues } from "../../../porcupine/decide.ts";
import type { Decision } from "../../../porcupine/decision.ts";
import { decideRegister } from "../../../porcupine/fast/register.ts";
import { type RegisterTable, tabulate } from "../../../porcupine/fast/register_table.ts";
import { orderHistory } from "../../../porcupine/history.ts";
import { type Part, partition, Questions, recorded } from "../../../porcupine/parts.ts";
import { ValueContest } from "../../../porcupine/search/values/decide.ts";
import type { Model, Operation } from "../../../porcupine/types.ts";

/** A way of deciding a register; `undefined` if it comes to no answer. */
type Way = (table: RegisterTable, part: Part, budget: Budget) => Decision | undefined;

/** By zones and chains, without a search. */
export const byZones: Way = (table, part, budget) => decisionOf(decideRegister(table, part, budget), part);

/** By the search of its values alone. */
export const byValues: Way = (table, part, budget) => {
  const found = ValueContest.of(table, part, budget)?.run(budget);
  return found === undefined || found === "met" ? undefined : foundByValues(found, part);
};

/** What one way makes of a register alone, with indices of the history; `undefined` if it comes to no answer, or it is no such register. */
export function decideOneWay<State, Input, Output>(
  way: Way,
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  parts: readonly Part[] = partition(model, history, orderHistory(history)),
  budget: Budget = new Budget({}),
): Decision | undefined {
  if (model.kind?.type !== "register" || parts.length !== 1) return undefined;
  const [part] = parts;
  const table = tabulate(model.kind, { questions: new Questions(recorded(history), part), budget });
  const decision = table && way(table, part, budget);
  return decision && { ...decision, order: Int32Array.from(decision.order, (k) => part.ids[k]) };
}
