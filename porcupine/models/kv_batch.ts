import { type Answer, type Effect, ILLEGAL, type Illegal, type Model, PorcupineError } from "../types.ts";
import { badRequest, noAnswer, outputOf, unknownRequest } from "./answers.ts";
import { show } from "./show.ts";
import { type Names, requireNames } from "../require/names.ts";

/** One step of a batch. */
export type KvBatchStep =
  | { readonly f: "get"; readonly key: string }
  | { readonly f: "put"; readonly key: string; readonly value: string }
  | { readonly f: "append"; readonly key: string; readonly value: string }
  | { readonly f: "delete"; readonly key: string };

/** A condition of a batch: the key holds this value; `null`: the key does not exist. */
export interface KvGuard {
  /** The key. */
  readonly key: string;
  /** What it must hold. */
  readonly value: string | null;
}

/** A request: the steps are carried out at one instant if every guard holds, else those of `otherwise`. */
export interface KvBatchInput {
  /** There is one kind of request. */
  readonly f: "batch";
  /** What must hold for `steps` to be carried out. */
  readonly guards: readonly KvGuard[];
  /** What is done if the guards hold. */
  readonly steps: readonly KvBatchStep[];
  /** What is done if one of them does not. */
  readonly otherwise: readonly KvBatchStep[];
}

/** The answer: whether the guards held, and what each get among the steps carried out found, in their order. */
export interface KvBatchOutput {
  /** There is one kind of answer. */
  readonly f: "batch";
  /** Whether the guards held. */
  readonly applied: boolean;
  /** What the gets found; `null` for a key that does not exist. */
  readonly values: readonly (string | null)[];
}

/** How keys belong together. */
export interface KvBatchOptions {
  /**
   * The group of a key. Batches must keep to one group; then the groups are independent, and are judged one by one. Without
   * it all keys are judged together.
   */
  readonly groupOf?: (key: string) => string;
}

/** What the keys hold that exist. */
export type KvBatchState = ReadonlyMap<string, string>;

const NAMES: Names<KvBatchOptions> = { groupOf: true };

/**
 * A string store whose requests are batches: several gets, puts, appends and deletes at one instant, with guards (etcd's
 * transactions, several registers at once). No key exists at the start.
 *
 * Whether a history of batches is possible is an NP-complete question: it is the one of serializability, with real time. On
 * line (`Checker`) it is searched: the time of an answer may double with each batch that is open at once.
 *
 * @example
 * ```ts
 * import { checkOperations, kvBatchModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(kvBatchModel(), [
 *   {
 *     client: 1,
 *     callAt: 0,
 *     input: {
 *       f: "batch",
 *       guards: [],
 *       steps: [{ f: "put", key: "x", value: "1" }, { f: "put", key: "y", value: "1" }],
 *       otherwise: [],
 *     },
 *     outcome: { status: "unknown" },
 *   },
 *   {
 *     client: 2,
 *     callAt: 1,
 *     input: { f: "batch", guards: [], steps: [{ f: "get", key: "x" }, { f: "get", key: "y" }], otherwise: [] },
 *     outcome: { status: "ok", returnAt: 2, output: { f: "batch", applied: true, values: ["1", null] } },
 *   },
 * ]);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function kvBatchModel(
  options: KvBatchOptions = {},
): Model<KvBatchState, KvBatchInput, KvBatchOutput> {
  requireNames("kvBatchModel", options, NAMES);
  const { groupOf } = options;
  return {
    name: "kv batches",
    // A function cannot be sent along.
    ...(groupOf === undefined ? { source: { module: import.meta.url, name: "kvBatchModel" } } : {}),
    init: () => new Map(),
    step: stepBatch,
    key: stateKey,
    tells: toldOf,
    ...(groupOf === undefined ? {} : { partitionKey: (input) => groupOfBatch(input, groupOf) }),
    readOnly: (input) => [...requireBatch(input).steps, ...input.otherwise].every(({ f }) => f === "get"),
    effect: effectOf,
    describeOperation,
    describeState: (state) => `{${[...state].map(([key, value]) => `${key}: ${show(value)}`).join(", ")}}`,
    sizeBytes: (state) => [...state].reduce((sum, [key, value]) => sum + 64 + key.length + value.length, 64),
  };
}

function groupOfBatch(input: KvBatchInput, groupOf: (key: string) => string): string {
  const groups = new Set(
    [...requireBatch(input).guards, ...input.steps, ...input.otherwise].map(({ key }) => groupOf(key)),
  );
  if (groups.size > 1) {
    throw new PorcupineError(
      "model-mismatch",
      `a batch reaches over the groups ${
        [...groups].map(show).join(", ")
      }; leave groupOf out, or join the groups`,
    );
  }
  return [...groups].join();
}

/** Refuses what is no batch, or has steps or guards that are none. */
function requireBatch(input: KvBatchInput): KvBatchInput {
  if (input?.f !== "batch") return unknownRequest(input, "kv batches", "batch");
  if (!Array.isArray(input.guards) || !input.guards.every(isGuard)) {
    badRequest(input, "guards: a list of { key, value }, value being a string or null");
  }
  for (const steps of [input.steps, input.otherwise]) {
    if (Array.isArray(steps)) steps.forEach(requireStep);
    else badRequest(input, "steps and otherwise, each a list of steps");
  }
  return input;
}

function isGuard(guard: KvGuard): boolean {
  return typeof guard?.key === "string" && (guard.value === null || typeof guard.value === "string");
}

function requireStep(step: KvBatchStep): void {
  if (step?.f !== "get" && step?.f !== "put" && step?.f !== "append" && step?.f !== "delete") {
    unknownRequest(step, "kv batches", "in a batch get, put, append, delete");
  }
  const has = typeof step.key === "string" &&
    (step.f === "get" || step.f === "delete" || typeof step.value === "string");
  if (!has) badRequest(step, "a key and, to put or append it, a value, which is a string");
}

/** The answer, as `outputOf` has it; refuses one that does not say whether the guards held and what was found. */
function answerOf(
  input: KvBatchInput,
  answer: Answer<KvBatchOutput>,
): KvBatchOutput | "unknown" | "foreign" {
  const output = outputOf(requireBatch(input), answer);
  if (typeof output === "string" || typeof output.applied === "boolean" && Array.isArray(output.values)) {
    return output;
  }
  return noAnswer(input, output, "applied: true or false, and values: a list");
}

function stateKey(state: KvBatchState): string {
  const entries = [...state].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(entries);
}

/** What can be answered to a batch: whether its guards hold, and what its gets find. */
function toldOf(state: KvBatchState, input: KvBatchInput): string {
  const held = new Map<string, string | null>(state);
  const holds = input.guards.every(({ key, value }) => (state.get(key) ?? null) === value);
  const found: (string | null)[] = [];
  for (const step of holds ? input.steps : input.otherwise) {
    const value = held.get(step.key) ?? null;
    if (step.f === "get") found.push(value);
    else if (step.f === "delete") held.delete(step.key);
    else held.set(step.key, step.f === "put" ? step.value : (value ?? "") + step.value);
  }
  return JSON.stringify([holds, found]);
}

function stepBatch(
  state: KvBatchState,
  input: KvBatchInput,
  answer: Answer<KvBatchOutput>,
): KvBatchState | Illegal {
  const output = answerOf(input, answer);
  if (output === "foreign") return ILLEGAL;
  const holds = input.guards.every(({ key, value }) => (state.get(key) ?? null) === value);
  if (output !== "unknown" && output.applied !== holds) return ILLEGAL;
  const steps = holds ? input.steps : input.otherwise;
  const expected = output === "unknown" ? undefined : output.values;
  let next: Map<string, string> | undefined;
  let gets = 0;
  for (const step of steps) {
    const held = (next ?? state).get(step.key) ?? null;
    if (step.f === "get") {
      if (expected !== undefined && expected[gets++] !== held) return ILLEGAL;
      continue;
    }
    next ??= new Map(state);
    if (step.f === "delete") next.delete(step.key);
    else next.set(step.key, step.f === "put" ? step.value : (held ?? "") + step.value);
  }
  return expected !== undefined && expected.length !== gets ? ILLEGAL : next ?? state;
}

function effectOf(input: KvBatchInput, answer: Answer<KvBatchOutput>): Effect {
  const output = answerOf(input, answer);
  if (output === "foreign") return "update";
  const done = output === "unknown"
    ? [...input.steps, ...input.otherwise]
    : output.applied
    ? input.steps
    : input.otherwise;
  const reads = done.some(({ f }) => f === "get");
  if (done.every(({ f }) => f === "get")) return "read";
  // Nothing in the answer depends on the state: no guard was tested, nothing was read.
  return output === "unknown" ||
      (input.guards.length === 0 && output.applied && !reads && output.values.length === 0)
    ? "blind"
    : "update";
}

function describeOperation(input: KvBatchInput, answer: Answer<KvBatchOutput>): string {
  const output = answerOf(input, answer);
  const found = typeof output === "string" ? undefined : output;
  const guards = input.guards.map(({ key, value }) => `${key} is ${show(value)}`).join(" and ");
  const when = guards === "" ? "" : `if ${guards}: `;
  const steps = found?.applied === false ? input.otherwise : input.steps;
  let gets = 0;
  const told = steps.map((step) => {
    if (step.f === "get") {
      return `get(${step.key}) -> ${found === undefined ? "?" : show(found.values[gets++])}`;
    }
    return step.f === "delete" ? `delete(${step.key})` : `${step.f}(${step.key}, ${show(step.value)})`;
  });
  const verdict = found === undefined ? " -> ?" : found.applied ? "" : " (guards failed)";
  return `${when}[${told.join("; ")}]${verdict}`;
}
