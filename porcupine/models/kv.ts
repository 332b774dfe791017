import { type Answer, ILLEGAL, type Illegal, type Model, PorcupineError, type TextAction } from "../types.ts";
import { badRequest, foreign, isItem, noAnswer, unknownRequest } from "./answers.ts";
import { show } from "./show.ts";

/** A request to a string store with Get, Put and Append (the course's key-value interface before 2025). */
export type KvInput =
  | { readonly f: "get"; readonly key: string }
  | { readonly f: "put"; readonly key: string; readonly value: string }
  | { readonly f: "append"; readonly key: string; readonly value: string };

/** The store's answer: to a get the string, otherwise nothing. */
export type KvOutput = { readonly f: "get"; readonly value: string } | { readonly f: "put" | "append" };

const REQUESTS = "get, put, append";

/**
 * A map from keys to strings; every key starts as the empty string, keys are independent.
 *
 * On line (`Checker`) it is watched whatever crowd is at work, as long as every value is written once and all end with one
 * character that stands nowhere else in them (or nothing is appended); otherwise it is searched. A key to which nothing is
 * appended is judged as a register, on line and of a whole history, whatever its values are.
 *
 * @example
 * ```ts
 * import { checkOperations, kvModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(kvModel(), [
 *   {
 *     client: 1,
 *     callAt: 0,
 *     input: { f: "append", key: "x", value: "a" },
 *     outcome: { status: "ok", returnAt: 1, output: { f: "append" } },
 *   },
 *   {
 *     client: 2,
 *     callAt: 2,
 *     input: { f: "get", key: "x" },
 *     outcome: { status: "ok", returnAt: 3, output: { f: "get", value: "" } },
 *   },
 * ]);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function kvModel(): Model<string, KvInput, KvOutput> {
  return {
    name: "kv",
    source: { module: import.meta.url, name: "kvModel" },
    init: () => "",
    step: stepKv,
    key: (state) => state,
    partitionKey: keyOf,
    readOnly: (input) => input?.f === "get",
    effect: (input) => input?.f === "get" ? "read" : input?.f === "put" ? "overwrite" : "blind",
    describeOperation,
    describeState: (state) => show(state),
    sizeBytes: (state) => 32 + state.length,
    kind: { type: "text", initial: "", view },
  };
}

/** Refuses what is no request of a string store. */
function requireKv(input: KvInput): void {
  if (input?.f !== "get" && input?.f !== "put" && input?.f !== "append") {
    unknownRequest(input, "kv", REQUESTS);
  }
  if (!isItem(input.key)) badRequest(input, "a key, which is a string");
  if (input.f !== "get" && typeof input.value !== "string") noString(input);
}

function keyOf(input: KvInput): string {
  if (typeof input?.key !== "string") requireKv(input);
  return input.key;
}

/** Searches take millions of steps: that there is a key is asked once for each operation, by `partitionKey`. */
function stepKv(state: string, input: KvInput, answer: Answer<KvOutput>): string | Illegal {
  switch (input?.f) {
    case "get":
      if (answer.known && answer.output?.f === "get" && answer.output.value === state) return state;
      return valueOf(input, answer) === "unknown" ? state : ILLEGAL;
    case "put":
      return textOf(input);
    case "append":
      return state + textOf(input);
    default:
      return unknownRequest(input, "kv", REQUESTS);
  }
}

function textOf(input: Exclude<KvInput, { f: "get" }>): string {
  return typeof input.value === "string" ? input.value : noString(input);
}

/** What a get found; `"foreign"` if it is answered as something else would be. */
function valueOf(
  input: KvInput,
  answer: Answer<KvOutput>,
): { readonly value: string } | "unknown" | "foreign" {
  if (!answer.known) return "unknown";
  const { output } = answer;
  if (output?.f !== "get") return foreign(input, output);
  return typeof output.value === "string" ? output : noAnswer(input, output, "a value that is a string");
}

function view(input: KvInput, answer: Answer<KvOutput>): TextAction | undefined {
  requireKv(input);
  if (input.f !== "get") return { op: input.f, value: input.value };
  const found = valueOf(input, answer);
  if (found === "foreign") return undefined;
  return found === "unknown" ? { op: "nothing" } : { op: "get", value: found.value };
}

/** Plain JavaScript may hand in anything; a number would be appended to as if it were a string. */
function noString({ key, value }: { readonly key: string; readonly value: unknown }): never {
  throw new PorcupineError(
    "model-mismatch",
    `key ${show(key)} is given ${
      show(value)
    }; the model kv holds strings, so write String(value), or take a register`,
  );
}

function describeOperation(input: KvInput, answer: Answer<KvOutput>): string {
  if (input.f === "get") {
    const value = answer.known && answer.output.f === "get" ? show(answer.output.value) : "?";
    return `get(${show(input.key)}) -> ${value}`;
  }
  return `${input.f}(${show(input.key)}, ${show(input.value)})${answer.known ? "" : " -> ?"}`;
}
