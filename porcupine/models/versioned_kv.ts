import { type Answer, ILLEGAL, type Illegal, type Model, type VersionedAction } from "../types.ts";
import { badRequest, foreign, isItem, noAnswer, unknownRequest } from "./answers.ts";
import { show } from "./show.ts";

/** A value and the number of times it was stored. */
export interface Versioned {
  /** What was stored last. */
  readonly value: string;
  /** How often something was stored. */
  readonly version: number;
}

/** A request to a versioned store: a put names the version it expects to replace. */
export type VersionedKvInput =
  | { readonly f: "get"; readonly key: string }
  | { readonly f: "put"; readonly key: string; readonly value: string; readonly version: number };

/**
 * The store's answer. `ok` stored the value; `version` (the course's ErrVersion) changed nothing, because the version was
 * another; `maybe` (ErrMaybe) is one of the two, it is not known which; `noKey` is a get of a key never stored.
 */
export type VersionedKvOutput =
  | { readonly f: "get"; readonly value: string; readonly version: number }
  | { readonly f: "get"; readonly error: "noKey" }
  | { readonly f: "put"; readonly result: "ok" | "version" | "maybe" | "noKey" };

/**
 * The key-value interface of the 2025 course: every key starts as the empty string at version 0; `put(key, value, v)`
 * stores only if the version is `v`, and raises it by one. `ErrNoKey` means version 0: a get that finds nothing, or a put
 * with a version above 0 on a key that was never stored.
 *
 * @example
 * ```ts
 * import { checkOperations, versionedKvModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(versionedKvModel(), [
 *   {
 *     client: 1,
 *     callAt: 0,
 *     input: { f: "put", key: "x", value: "a", version: 0 },
 *     outcome: { status: "ok", returnAt: 1, output: { f: "put", result: "maybe" } },
 *   },
 *   {
 *     client: 2,
 *     callAt: 2,
 *     input: { f: "get", key: "x" },
 *     outcome: { status: "ok", returnAt: 3, output: { f: "get", value: "a", version: 1 } },
 *   },
 * ]);
 * if (verdict.kind !== "ok") throw new Error(verdict.kind);
 * ```
 */
export function versionedKvModel(): Model<Versioned, VersionedKvInput, VersionedKvOutput> {
  return {
    name: "versioned kv",
    source: { module: import.meta.url, name: "versionedKvModel" },
    init: () => ({ value: "", version: 0 }),
    step: stepVersioned,
    key: (state) => `${state.version} ${state.value}`,
    // What is no request is refused where it is looked at: by the view and the step.
    partitionKey: (input) => input?.key,
    readOnly: (input) => input?.f === "get",
    effect: (input, answer) => {
      if (input?.f === "get") return "read";
      const result = answer.known && answer.output?.f === "put" ? answer.output.result : "maybe";
      // A refused put leaves the state alone wherever it is legal.
      return result === "version" || result === "noKey" ? "read" : "update";
    },
    describeOperation,
    describeState: (state) => `${show(state.value)} at version ${state.version}`,
    sizeBytes: (state) => 64 + state.value.length,
    kind: { type: "versioned", initial: "", view },
  };
}

const REQUESTS = "get, put";

/** Refuses what is no request of a versioned store. */
function requireVersioned(input: VersionedKvInput): void {
  if (input?.f !== "get" && input?.f !== "put") unknownRequest(input, "versioned kv", REQUESTS);
  if (!isItem(input.key)) badRequest(input, "a key, which is a string");
  if (input.f === "put" && !(typeof input.value === "string" && typeof input.version === "number")) {
    badRequest(input, "a value, which is a string, and a version, which is a number");
  }
}

/** Refuses an answer that does not say what it has to: a result that is misspelt is not to be taken for `maybe`. */
function requireTold(input: VersionedKvInput, output: VersionedKvOutput): void {
  if (output.f === "put") {
    const { result } = output;
    const isKnown = result === "ok" || result === "version" || result === "maybe" || result === "noKey";
    if (!isKnown) noAnswer(input, output, "a result: ok, version, maybe, noKey");
  } else if (
    "error" in output
      ? output.error !== "noKey"
      : typeof output.value !== "string" || typeof output.version !== "number"
  ) {
    noAnswer(input, output, 'a value and a version, or the error "noKey"');
  }
}

function stepVersioned(
  state: Versioned,
  input: VersionedKvInput,
  answer: Answer<VersionedKvOutput>,
): Versioned | Illegal {
  requireVersioned(input);
  if (input.f === "get") {
    if (!answer.known) return state;
    const output = answer.output;
    if (output?.f !== "get") {
      foreign(input, output);
      return ILLEGAL;
    }
    requireTold(input, output);
    if ("error" in output) return state.version === 0 ? state : ILLEGAL;
    return output.version === state.version && output.value === state.value ? state : ILLEGAL;
  }
  // A put depends on the state alone: whether "maybe" (or no answer) meant yes is settled by where it is placed.
  const matches = input.version === state.version;
  const next = matches ? { value: input.value, version: state.version + 1 } : state;
  if (!answer.known) return next;
  if (answer.output?.f !== "put") {
    foreign(input, answer.output);
    return ILLEGAL;
  }
  requireTold(input, answer.output);
  switch (answer.output.result) {
    case "ok":
      return matches ? next : ILLEGAL;
    case "version":
      return matches ? ILLEGAL : state;
    case "noKey":
      return state.version === 0 && input.version > 0 ? state : ILLEGAL;
    case "maybe":
      return next;
  }
}

function view(input: VersionedKvInput, answer: Answer<VersionedKvOutput>): VersionedAction | undefined {
  requireVersioned(input);
  const output = answer.known ? answer.output : undefined;
  if (answer.known && output?.f !== input.f) {
    foreign(input, output);
    return undefined;
  }
  if (output !== undefined) requireTold(input, output);
  if (input.f === "get") {
    if (output === undefined || output.f !== "get") return { op: "nothing" };
    return "error" in output
      ? { op: "get", value: "", version: 0 }
      : { op: "get", value: output.value, version: output.version };
  }
  if (output !== undefined && output.f === "put" && output.result === "noKey") {
    // Refused at version 0 precisely: what a get that found nothing would have seen, by a put of a higher version.
    return input.version > 0 ? { op: "get", value: "", version: 0 } : undefined;
  }
  const result = output !== undefined && output.f === "put" ? output.result : "maybe";
  const effect = result === "ok" ? "stored" : result === "version" ? "refused" : "maybe";
  return { op: "put", value: input.value, version: input.version, effect };
}

function describeOperation(input: VersionedKvInput, answer: Answer<VersionedKvOutput>): string {
  const output = answer.known ? answer.output : undefined;
  if (input.f === "get") {
    const seen = output === undefined || output.f !== "get"
      ? "?"
      : "error" in output
      ? "no key"
      : `${show(output.value)} at version ${output.version}`;
    return `get(${show(input.key)}) -> ${seen}`;
  }
  const result = output !== undefined && output.f === "put" ? output.result : "?";
  return `put(${show(input.key)}, ${show(input.value)}, version ${input.version}) -> ${result}`;
}
