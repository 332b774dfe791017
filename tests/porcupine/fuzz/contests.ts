/** Searches of a register's values, by themselves. */
import { Budget } from "../../../porcupine/budget.ts";
import { prepare } from "../../../porcupine/check.ts";
import { tabulate } from "../../../porcupine/fast/register_table.ts";
import {
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../../porcupine/mod.ts";
import { Questions, recorded } from "../../../porcupine/parts.ts";
import { ValueContest } from "../../../porcupine/search/values/decide.ts";

/** The search of one register's history, and the budget that it is run with. */
export function contestOf(
  history: readonly Operation<RegisterInput, RegisterOutput>[],
): { readonly contest: ValueContest; readonly budget: Budget } {
  const model = registerModel();
  const budget = new Budget({});
  const prepared = prepare(model, history, budget);
  if ("kind" in prepared || model.kind?.type !== "register") throw new TypeError("there is no limit");
  const [part] = prepared.parts;
  const questions = new Questions(recorded(history), part);
  const table = tabulate(model.kind, { questions, budget });
  const contest = table && ValueContest.of(table, part, budget);
  if (contest === undefined) throw new TypeError("these are registers");
  budget.work = 0;
  return { contest, budget };
}
