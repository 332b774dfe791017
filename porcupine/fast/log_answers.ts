import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { LogAction, ModelKind } from "../types.ts";
import { ValueNumbers } from "./numbers.ts";
import type { FastInput, FastResult } from "./result.ts";

type LogKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "log" }>;

/** What is done to single entries. */
type EntryAction = Exclude<LogAction, { op: "add" }>;

/** A fast path's finding that a history is impossible. */
export type Refused = Extract<FastResult, { verdict: "illegal" }>;

/** Codes of what was done; 0 is nothing. */
export const APPEND = 1;
/** An entry was seen. */
export const READ = 2;
/** No entry was there. */
export const END = 3;
/** How many there were. */
export const LENGTH = 4;

/** Why there cannot have been an entry. */
export const TOO_MANY = "so many cannot have been added by then";

/** What was done to a log, in arrays that go by operation. */
export interface LogAnswers {
  readonly part: Part;
  /** The codes above. */
  readonly op: Uint8Array;
  /** The place appended to, read, or found empty, or the length; -1 for an append that was told none, `NaN` for what is none. */
  readonly place: Float64Array;
  /** A number for the value appended or read. */
  readonly value: Int32Array;
  /** How many values there are, and how many appends. */
  readonly values: number;
  readonly appends: number;
}

/** Translates a partition; `undefined` if something in it is not to be understood here. */
export function readAnswers<Input, Output>(
  kind: LogKind<Input, Output>,
  { questions, budget }: FastInput<Input, Output>,
): LogAnswers | Refused | undefined {
  const { count, part } = questions;
  const op = new Uint8Array(count);
  const place = new Float64Array(count).fill(-1);
  const value = new Int32Array(count).fill(-1);
  const numbers = new ValueNumbers(count);
  let appends = 0;
  for (let k = 0; k < count; k++) {
    budget.tick(k);
    const action = kind.view(questions.input(k), questions.answer(k));
    // Several at once are no entries of a log: see `decideSums`.
    if (action === undefined || action.op === "add") return undefined;
    if (action.op === "nothing") continue;
    // Who has no answer saw nothing, and was told no place.
    if (part.ret[k] === NEVER && !(action.op === "append" && action.at === "unknown")) return undefined;
    if (action.op === "append" || action.op === "read") {
      // Entries are found again by `===`.
      if (Number.isNaN(action.value)) return undefined;
      value[k] = numbers.of(action.value);
    }
    op[k] = codeOf(action);
    place[k] = placeOf(action);
    if (op[k] === APPEND) appends++;
  }
  const answers = { part, op, place, value, values: numbers.count, appends };
  return absurdity(answers) ?? answers;
}

function codeOf({ op }: EntryAction): number {
  return op === "append" ? APPEND : op === "read" ? READ : op === "end" ? END : op === "length" ? LENGTH : 0;
}

function placeOf(action: EntryAction): number {
  if (action.op === "nothing" || (action.op === "append" && action.at === "unknown")) return -1;
  const place = Number(action.op === "length" ? action.length : action.at);
  return Number.isSafeInteger(place) && place >= 0 ? place : NaN;
}

/** An answer that is impossible whatever else was done. */
function absurdity({ op, place, appends }: LogAnswers): Refused | undefined {
  for (let k = 0; k < op.length; k++) {
    // Where there is no place, nobody finds an entry.
    if (op[k] === 0 || op[k] === END) continue;
    // The last place has an append for each entry up to it; a length may be the number of all.
    const isThere = op[k] === LENGTH ? place[k] <= appends : place[k] < appends;
    if (isThere) continue;
    const reason = Number.isNaN(place[k]) ? "there is no such place" : TOO_MANY;
    return { verdict: "illegal", suspects: [k], reason };
  }
  return undefined;
}
