import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { LogAction, ModelKind } from "../types.ts";
import type { FastInput } from "./result.ts";

type LogKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "log" }>;

/** Codes of what was done to a counter; 0 is nothing. */
export const ADD = 1;
/** An addition that was told the sum. */
export const TOLD = 2;
/** Who only looked. */
export const LOOK = 3;

/** A counter may begin with so much, and come to so much more: all sums are exact. */
const LARGEST = 2 ** 52;

/** What was done to a counter, in arrays that go by operation; sums are those since the start. */
export interface SumAnswers {
  readonly part: Part;
  /** The codes above. */
  readonly op: Uint8Array;
  /** What was added; 0 for who only looked. */
  readonly amount: Float64Array;
  /** The sum that was seen: with `TOLD`, after the addition. */
  readonly total: Float64Array;
  /** Whether somebody counted down. */
  readonly isSigned: boolean;
}

/**
 * Translates a partition; `undefined` if something in it is not to be understood here. Amounts have to be whole, and all of
 * them together exact: otherwise it matters in which order they are added.
 */
export function readSums<Input, Output>(
  kind: LogKind<Input, Output>,
  { questions, budget }: FastInput<Input, Output>,
): SumAnswers | undefined {
  if (kind.entries !== "counted") return undefined;
  const { count, part } = questions;
  const op = new Uint8Array(count);
  const amount = new Float64Array(count);
  const total = new Float64Array(count);
  let reach = 0;
  let isSigned = false;
  for (let k = 0; k < count; k++) {
    budget.tick(k);
    const action = kind.view(questions.input(k), questions.answer(k));
    if (action === undefined || action.op === "read" || action.op === "end") return undefined;
    if (action.op === "nothing") continue;
    if (action.op === "length") total[k] = action.length;
    else {
      amount[k] = action.op === "append" ? 1 : action.amount;
      total[k] = toldBy(action);
      reach += Math.abs(amount[k]);
      if (amount[k] < 0) isSigned = true;
      if (!Number.isSafeInteger(amount[k]) || reach > LARGEST) return undefined;
    }
    op[k] = codeOf(action, amount[k]);
    // Who has no answer saw nothing.
    if (part.ret[k] === NEVER && (op[k] === LOOK || op[k] === TOLD)) return undefined;
  }
  return { part, op, amount, total, isSigned };
}

function toldBy(action: Extract<LogAction, { op: "append" | "add" }>): number {
  if (action.op === "append") return action.at === "unknown" ? 0 : action.at + 1;
  return action.total === "unknown" ? 0 : action.total;
}

/** Who adds nothing does nothing, or only looks. */
function codeOf(action: Extract<LogAction, { op: "append" | "add" | "length" }>, amount: number): number {
  if (action.op === "length") return LOOK;
  const isTold = (action.op === "append" ? action.at : action.total) !== "unknown";
  if (isTold) return amount === 0 ? LOOK : TOLD;
  return amount === 0 ? 0 : ADD;
}
