import { type Answer, type Model, type Operation, PorcupineError } from "../types.ts";
import { describeError } from "../naming_model.ts";
import { FormatError, type Place } from "./errors.ts";
import { type Datum, isExact, type RawOperation, showDatum } from "./raw.ts";

/** How an operation looks to a person: a request that was refused, or whose answer leaves open what happened. */
export type Mark = "plain" | "failed" | "maybe";

/** What a history says about the object it was recorded from. */
export interface ModelSetting<Input, Output> {
  /** The fields of the header; empty where there is none. */
  readonly facts: { readonly [name: string]: Datum };
  /** What was asked and answered. */
  readonly operations: readonly Operation<Input, Output>[];
}

/** A request as a file holds it. */
export interface RecordedInput {
  /** What is asked: `read`, `put` ... */
  readonly f: string;
  /** The key; `null` where there is only one object. */
  readonly key: string | null;
  /** The argument; `undefined` if there is none. */
  readonly argument: Datum | undefined;
  /** The version a versioned put asks for; `undefined` elsewhere. */
  readonly version: Datum | undefined;
}

/**
 * Gives recorded operations the meaning they have for one model. A module that exports one is a model of your own on the command
 * line: `deno task check history.jsonl --model ./limiter.ts`.
 *
 * @example A limiter that lets three requests of a user through
 * ```ts
 * import { checkOperations, type Codec, ILLEGAL, loadHistory, Mismatch } from "@flotilla/flotilla/porcupine";
 *
 * export const limiterCodec: Codec<number, { user: string }, { allowed: boolean }> = {
 *   name: "limiter",
 *   summary: "lets three requests of each user through",
 *   operations: { ask: "ask (k: the user, answers true or false)" },
 *   model: () => ({
 *     name: "limiter",
 *     init: () => 0,
 *     partitionKey: ({ user }) => user,
 *     step: (used, _ask, answer) => {
 *       if (answer.known && answer.output.allowed !== used < 3) return ILLEGAL;
 *       return Math.min(used + 1, 3);
 *     },
 *   }),
 *   input: ({ f, key }) => {
 *     if (f !== "ask") throw new Mismatch("unknown-operation", "ask", f);
 *     return { user: key ?? "" };
 *   },
 *   output: (value) => {
 *     if (typeof value !== "boolean") throw new Mismatch("model-mismatch", "true or false", JSON.stringify(value));
 *     return { allowed: value };
 *   },
 *   recordInput: ({ user }) => ({ f: "ask", key: user, argument: undefined, version: undefined }),
 *   recordOutput: ({ allowed }) => allowed,
 *   mark: (_ask, answer) => answer.known && !answer.output.allowed ? "failed" : "plain",
 * };
 *
 * const text = `{"format":"linhist-1","model":"limiter"}
 * {"c":1,"f":"ask","k":"ann","o":true,"s":0,"e":1}
 * {"c":1,"f":"ask","k":"ann","o":false,"s":2,"e":3}
 * `;
 * const history = await loadHistory(limiterCodec, "history.jsonl", [new TextEncoder().encode(text)]);
 * const verdict = checkOperations(history.model, history.operations);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export interface Codec<State, Input, Output> {
  /** The name on the command line and in headers. */
  readonly name: string;
  /** One line for a list. */
  readonly summary: string;
  /** The operations it knows, each with its shape, for messages. */
  readonly operations: Readonly<Record<string, string>>;
  /** The model; what a history says about itself may settle details. Throws a {@linkcode Mismatch} if it says nonsense. */
  model(setting?: ModelSetting<Input, Output>): Model<State, Input, Output>;
  /** The request. Throws a {@linkcode Mismatch}. */
  input(raw: RawOperation): Input;
  /** The answer, given its recorded value. Throws a {@linkcode Mismatch}. */
  output(value: Datum, input: Input, raw: RawOperation): Output;
  /** The inverse of `input`: what is written for a request. */
  recordInput(input: Input): RecordedInput;
  /** The inverse of `output`: what is written for an answer; `undefined` for one that carries nothing. */
  recordOutput(output: Output, input: Input): Datum | undefined;
  /** How the operation looks in a picture. */
  mark(input: Input, answer: Answer<Output>): Mark;
}

/** Thrown by a codec: the operation does not fit the model. The reader adds file and line. */
export class Mismatch extends Error {
  /** What kind of mistake. */
  readonly code: "unknown-operation" | "model-mismatch";
  /** What should have stood there. */
  readonly expected: string;
  /** What stood there. */
  readonly found: string;

  /** Builds the error. */
  constructor(code: "unknown-operation" | "model-mismatch", expected: string, found: string) {
    super(`expected ${expected}, found ${found}`);
    this.name = "Mismatch";
    this.code = code;
    this.expected = expected;
    this.found = found;
  }
}

/** Throws: this value does not fit. */
export function mismatch(expected: string, found: Datum): never {
  throw new Mismatch("model-mismatch", expected, showDatum(found));
}

/** Throws: the model has no such operation. */
export function unknownOperation(known: Readonly<Record<string, string>>, f: string): never {
  throw new Mismatch("unknown-operation", Object.values(known).join(", "), f);
}

/** The key; the empty string where the format names none. */
export function keyOf(raw: RawOperation): string {
  return raw.key ?? "";
}

/** What is written for a request without a version. An empty key is what a file without keys is read as. */
export function recorded(f: string, key: string, argument?: Datum): RecordedInput {
  return { f, key: key === "" ? null : key, argument, version: undefined };
}

/** A string. */
export function requireString(value: Datum, what: string): string {
  return typeof value === "string" ? value : mismatch(`a string for ${what}`, value);
}

/** A whole number of at least 0. */
export function requireCount(value: Datum, what: string): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0
    ? value
    : mismatch(`a whole number for ${what}`, value);
}

/** A number, a string or null. */
export function requireScalar(value: Datum, what: string): number | string | null {
  if (typeof value === "number") return requireNumber(value, what);
  return value === null || typeof value === "string"
    ? value
    : mismatch(`a number, a string or null for ${what}`, value);
}

/** True or false. */
export function requireBoolean(value: Datum, what: string): boolean {
  return typeof value === "boolean" ? value : mismatch(`true or false for ${what}`, value);
}

/** Anything that a collection may hold: a number, a string, true or false. */
export function requireItem(value: Datum, what: string): number | string | boolean {
  if (typeof value === "number") return requireNumber(value, what);
  return typeof value === "string" || typeof value === "boolean"
    ? value
    : mismatch(`a number, a string, true or false for ${what}`, value);
}

/**
 * A finite number, within 2^53 if it is whole: values are compared, and two that differ in the file must not become one
 * (Snowflake ids do).
 */
export function requireNumber(value: Datum, what: string): number {
  if (typeof value !== "number") return mismatch(`a number for ${what}`, value);
  return isExact(value)
    ? value
    : mismatch(`a finite number within 2^53 for ${what} (write a longer one as a string)`, value);
}

/** A list. */
export function requireList(value: Datum, what: string): readonly Datum[] {
  return isList(value) ? value : mismatch(`a list for ${what}`, value);
}

/** An object with named fields. */
export function requireFields(value: Datum, what: string): { readonly [name: string]: Datum } {
  return value !== null && typeof value === "object" && !isList(value)
    ? value
    : mismatch(`an object for ${what}`, value);
}

/** Whatever a model holds, for a file; a bigint only if a file's number can be the same. */
export function recordedItem(value: string | number | bigint | boolean | null): Datum {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new PorcupineError(
      "model-mismatch",
      `${value} does not fit a file's numbers; record it as a string`,
    );
  }
  return number;
}

/** A pair. */
export function requirePair(value: Datum, what: string): readonly [Datum, Datum] {
  return isList(value) && value.length === 2 ? [value[0], value[1]] : mismatch(`a pair for ${what}`, value);
}

/** Whether a datum is an array. */
export function isList(value: Datum): value is readonly Datum[] {
  return Array.isArray(value);
}

/** The model for a history, with file and line in the error if the history's header does not fit it. */
export function settleModel<State, Input, Output>(
  codec: Codec<State, Input, Output>,
  setting: ModelSetting<Input, Output>,
  file: string,
): Model<State, Input, Output> {
  try {
    return codec.model(setting);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw codecThrew(codec, "model", { file, line: 1 }, error);
    throw new FormatError(error.code, { file, line: 1 }, {
      expected: `${error.expected} (model ${codec.name})`,
      found: error.found,
    });
  }
}

/**
 * A recorded operation with the meaning that a codec's model gives it. Throws a {@linkcode FormatError} that names the file and the
 * line where the codec says {@linkcode Mismatch}, or throws anything else (`codec-threw`).
 *
 * @example
 * ```ts
 * import { decode, kvCodec, openHistory } from "@flotilla/flotilla/porcupine";
 *
 * const line = `{"c":0,"f":"put","k":"x","v":"7","s":0,"e":1}`;
 * const bytes = new TextEncoder().encode(`{"format":"linhist-1","model":"kv"}\n${line}\n`);
 * const { operations } = await openHistory("small.jsonl", [bytes]);
 * for await (const bundle of operations) {
 *   for (const raw of bundle) {
 *     const { input } = decode(kvCodec, raw, "small.jsonl");
 *     if (input.f !== "put" || input.value !== "7") throw new Error(input.f);
 *   }
 * }
 * ```
 */
export function decode<State, Input, Output>(
  codec: Codec<State, Input, Output>,
  raw: RawOperation,
  file: string,
): Operation<Input, Output> {
  let line = raw.line;
  let asked: "input" | "output" = "input";
  try {
    const { client, callAt, result } = raw;
    const input = codec.input(raw);
    if (result.status === "unknown") return { client, callAt, input, outcome: result };
    line = result.line;
    asked = "output";
    const output = codec.output(result.value, input, raw);
    return { client, callAt, input, outcome: { status: "ok", returnAt: result.at, output } };
  } catch (error) {
    if (!(error instanceof Mismatch)) throw codecThrew(codec, `${asked} of ${raw.f}`, { file, line }, error);
    const problem = {
      expected: `${error.expected} (model ${codec.name})`,
      found: `${error.found} in ${raw.f}`,
    };
    if (error.code === "unknown-operation") {
      throw new FormatError(error.code, { file, line }, {
        expected: `an operation of model ${codec.name}: ${error.expected}`,
        found: raw.f,
      });
    }
    throw new FormatError(error.code, { file, line }, problem);
  }
}

/** What a codec of the user's own throws that is no mismatch: it is no failure of the checker. */
export function codecThrew(
  { name }: { readonly name: string },
  what: string,
  place: Place,
  error: unknown,
): FormatError {
  const expected = `an answer of the codec ${name} for the ${what}`;
  return new FormatError("codec-threw", place, { expected, found: describeError(error) }, { cause: error });
}
