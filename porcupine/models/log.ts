import {
  type Answer,
  type Effect,
  ILLEGAL,
  type Illegal,
  type LogAction,
  type Model,
  type Value,
} from "../types.ts";
import { badRequest, isValue, itemKey, noAnswer, outputOf, unknownRequest } from "./answers.ts";
import { show } from "./show.ts";

/** A request to a log. Offsets count from 0. */
export type LogInput =
  | { readonly f: "append"; readonly value: Value }
  | { readonly f: "read"; readonly offset: number }
  | { readonly f: "length" };

/**
 * A log's answer: to an append the offset the value was given (`"unsaid"` if the log does not tell), to a read the value at
 * the offset, or `"end"` if the log does not reach so far.
 */
export type LogOutput =
  | { readonly f: "append"; readonly offset: number | "unsaid" }
  | { readonly f: "read"; readonly found: { readonly value: Value } | "end" }
  | { readonly f: "length"; readonly length: number };

/** A log: its last entry and the log before it. Shared between states, so that a long log is not copied. */
export type LogState = {
  readonly length: number;
  /** Of all entries, so that unequal logs are told apart quickly. */
  readonly hash: number;
  readonly last: { readonly value: Value; readonly before: LogState } | null;
};

const REQUESTS = "append, read, length";

const EMPTY: LogState = { length: 0, hash: 0, last: null };

/**
 * An append-only log, empty at the start. For several logs wrap it in `keyedModel`.
 *
 * On line it is watched entry by entry, whatever crowd is at work. A log that does not tell offsets is, too, but what is not
 * read is kept: until then any of the appends of its time may be that entry.
 *
 * @example
 * ```ts
 * import { checkOperations, logModel } from "@flotilla/flotilla/porcupine";
 *
 * const append = (client: number, value: string, offset: number) => ({
 *   client,
 *   callAt: client,
 *   input: { f: "append", value },
 *   outcome: { status: "ok", returnAt: client + 5, output: { f: "append", offset } },
 * }) as const;
 * // Both are told that they were the first.
 * const verdict = checkOperations(logModel(), [append(1, "a", 0), append(2, "b", 0)]);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function logModel(): Model<LogState, LogInput, LogOutput> {
  return {
    name: "log",
    source: { module: import.meta.url, name: "logModel" },
    init: () => EMPTY,
    step: stepLog,
    equal: sameLog,
    hash: (state) => state.hash,
    readOnly: (input) => input?.f !== "append",
    effect: effectOf,
    describeOperation,
    describeState,
    // The entries before the last are shared with the state it was made of.
    sizeBytes: () => 96,
    kind: { type: "log", entries: "read", view },
  };
}

/** The answer, as `outputOf` has it; refuses what lacks the offset, the entry or the length that is compared. */
function answerOf(input: LogInput, answer: Answer<LogOutput>): LogOutput | "unknown" | "foreign" {
  switch (input?.f) {
    case "append":
      if (!isValue(input.value)) badRequest(input, "value: a number, a string, a bigint, a boolean or null");
      break;
    case "read":
      if (typeof input.offset !== "number") badRequest(input, "offset: a number");
      break;
    case "length":
      break;
    default:
      return unknownRequest(input, "log", REQUESTS);
  }
  const output = outputOf(input, answer);
  if (typeof output === "string") return output;
  switch (output.f) {
    case "append":
      if (output.offset === "unsaid" || typeof output.offset === "number") return output;
      return noAnswer(input, output, 'offset: a number or "unsaid"');
    case "read":
      if (output.found === "end" || isValue(output.found?.value)) return output;
      return noAnswer(input, output, 'found: { value: ... } or "end"');
    case "length":
      return typeof output.length === "number" ? output : noAnswer(input, output, "length: a number");
  }
}

function stepLog(state: LogState, input: LogInput, answer: Answer<LogOutput>): LogState | Illegal {
  const output = answerOf(input, answer);
  if (output === "foreign") return ILLEGAL;
  switch (input.f) {
    case "append": {
      const offset = output !== "unknown" && output.f === "append" ? output.offset : "unsaid";
      if (offset !== "unsaid" && offset !== state.length) return ILLEGAL;
      return appended(state, input.value);
    }
    case "read": {
      if (output === "unknown" || output.f !== "read") return state;
      const entry = entryAt(state, input.offset);
      if (entry === null) return output.found === "end" ? state : ILLEGAL;
      return output.found !== "end" && output.found.value === entry.value ? state : ILLEGAL;
    }
    case "length":
      return output === "unknown" || output.f !== "length" || output.length === state.length
        ? state
        : ILLEGAL;
  }
}

function appended(before: LogState, value: Value): LogState {
  let hash = Math.imul(before.hash ^ 0x9e3779b1, 0x85ebca6b);
  for (const char of itemKey(value)) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return { length: before.length + 1, hash: hash ^ (hash >>> 15), last: { value, before } };
}

function entryAt(state: LogState, offset: number): LogState["last"] {
  if (!Number.isInteger(offset) || offset < 0 || offset >= state.length) return null;
  let at = state;
  while (at.length > offset + 1 && at.last !== null) at = at.last.before;
  return at.last;
}

/** States made of one another share their beginnings, so that this ends after a few entries. */
function sameLog(left: LogState, right: LogState): boolean {
  if (left.hash !== right.hash || left.length !== right.length) return false;
  let a = left;
  let b = right;
  while (a !== b) {
    if (a.last === null || b.last === null || a.last.value !== b.last.value) return false;
    a = a.last.before;
    b = b.last.before;
  }
  return true;
}

function effectOf(input: LogInput, answer: Answer<LogOutput>): Effect {
  const output = answerOf(input, answer);
  if (input.f !== "append") return "read";
  if (output === "foreign") return "update";
  return output === "unknown" || output.f !== "append" || output.offset === "unsaid" ? "blind" : "update";
}

function view(input: LogInput, answer: Answer<LogOutput>): LogAction | undefined {
  const output = answerOf(input, answer);
  if (output === "foreign") return undefined;
  if (input.f === "append") {
    const at = output === "unknown" || output.f !== "append" || output.offset === "unsaid"
      ? "unknown"
      : output.offset;
    return { op: "append", value: input.value, at };
  }
  if (output === "unknown") return { op: "nothing" };
  if (output.f === "length") return { op: "length", length: output.length };
  if (input.f !== "read" || output.f !== "read") return undefined;
  const { offset: at } = input;
  return output.found === "end" ? { op: "end", at } : { op: "read", at, value: output.found.value };
}

function describeOperation(input: LogInput, answer: Answer<LogOutput>): string {
  const output = outputOf(input, answer);
  const asked = input.f === "append"
    ? `append(${show(input.value)})`
    : input.f === "read"
    ? `read(offset ${input.offset})`
    : "length()";
  if (output === "unknown" || output === "foreign") return `${asked} -> ?`;
  switch (output.f) {
    case "append":
      return output.offset === "unsaid" ? asked : `${asked} -> offset ${output.offset}`;
    case "read":
      return `${asked} -> ${output.found === "end" ? "end" : show(output.found.value)}`;
    case "length":
      return `${asked} -> ${output.length}`;
  }
}

function describeState(state: LogState): string {
  const tail: string[] = [];
  let at = state;
  for (; at.last !== null && tail.length < 5; at = at.last.before) tail.unshift(show(at.last.value));
  const start = at.length === 0 ? "" : `... ${at.length} entries ..., `;
  return `[${start}${tail.join(", ")}]`;
}
