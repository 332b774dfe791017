import { Budget } from "../../../porcupine/budget.ts";
import { findOrder, Moves, Space } from "../../../porcupine/closed/mod.ts";
import { NEVER, orderHistory } from "../../../porcupine/history.ts";
import { partition, recorded } from "../../../porcupine/parts.ts";
import type { Model, Operation } from "../../../porcupine/types.ts";
import { oracle } from "./oracle.ts";

/** Why a history shows nothing: it falls into several parts, or its states are too many. */
export const SKIPPED = "skipped";

/** What is wrong with what is found out about some answers of one history; `undefined` if nothing. */
export function faultOfBelieved<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  /** Bits by operation: which answers are believed. */
  chosen: readonly boolean[],
): string | undefined {
  const parts = partition(model, history, orderHistory(history));
  if (parts.length !== 1) return SKIPPED;
  const [part] = parts;
  const all = Array.from(part.ids, (_, k) => k);
  const believed = all.filter((k) => chosen[part.ids[k]] && part.ret[k] !== NEVER);
  const budget = new Budget({});
  const scope = { model, recorded: recorded(history), part, called: all, places: all.length };
  let space = Space.of({ ...scope, answered: [] }, budget);
  if (space?.learn(believed) === false) space = Space.of({ ...scope, answered: believed }, budget);
  if (space === undefined) return SKIPPED;
  const found = findOrder({ space, moves: new Moves(space, all), part, budget }, believed);
  const kept = new Set(believed.map((k) => part.ids[k]));
  const expected = oracle(
    model,
    history.map((one, i): Operation<Input, Output> =>
      kept.has(i) ? one : { ...one, outcome: { status: "unknown" } }
    ),
  );
  return found === (expected ? "possible" : "impossible")
    ? undefined
    : `believing ${believed} it is ${expected ? "possible" : "impossible"}, and is said to be ${found}`;
}
