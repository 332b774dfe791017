import type { Budget } from "../budget.ts";
import { canonical } from "../canonical.ts";
import { distance } from "./nearest.ts";
import { type Answer, type Model, type Operation, PorcupineError } from "../types.ts";

/** What a model must have, as a caller without types may hand it in. */
interface Handed {
  readonly name?: unknown;
  readonly init?: unknown;
  readonly step?: unknown;
  readonly steps?: unknown;
  readonly kind?: unknown;
  readonly fencing?: unknown;
}

/** What a model may have besides: functions, each. */
const HINTS: readonly string[] = [
  "key",
  "equal",
  "hash",
  "partitionKey",
  "readOnly",
  "tells",
  "effect",
  "suggest",
  "contradiction",
  "describeOperation",
  "describeState",
  "sizeBytes",
];

/** The types that a model can be an instance of. */
const KINDS: readonly unknown[] = [
  "register",
  "text",
  "versioned",
  "priorityQueue",
  "log",
  "set",
  "wholeSet",
  "queue",
  "stack",
  "bag",
];

/** Refuses what cannot be a model at all, where one is made of another: what else it lacks is told by the check. */
export function requireObject(model: unknown): void {
  if (typeof model === "object" && model !== null) return;
  throw refused(
    typeof model === "function"
      ? `the model is the function ${model.name}; call it for a model, as in registerModel()`
      : `the model is ${String(model)}; give one, such as registerModel()`,
  );
}

/**
 * Refuses what is no model. The types do so already; but from JavaScript, or behind a cast, a step that is asynchronous answers
 * a promise to everything, and a history would be called possible, or impossible, whatever is in it.
 */
export function requireModel(model: Handed | undefined | null): void {
  if (model === undefined || model === null) {
    throw refused(`the model is ${model}; give one, such as registerModel()`);
  }
  const name = typeof model.name === "string" ? `the model ${JSON.stringify(model.name)}` : "the model";
  const { init, step, steps } = model;
  if (typeof init !== "function") {
    // What is exported makes models: it is easily handed over in place of one.
    throw refused(
      typeof model === "function"
        ? `${name} is a function; call it for a model, as in registerModel()`
        : `${name} has no init(); give it its first state`,
    );
  }
  const taken = steps === undefined ? step : steps;
  if (typeof taken !== "function") {
    throw refused(
      `${name} has no step(state, input, answer); give it that, or steps(...) for several next states`,
    );
  }
  requireHints(model, name);
  if (!LOOKED_AT.has(model)) requireKnownHints(model, name);
  LOOKED_AT.add(model);
  if (isPromise(init.call(model))) {
    throw refused(`init of ${name} answers a promise; a model answers at once`);
  }
  for (const [what, part] of [["init", init], [steps === undefined ? "step" : "steps", taken]] as const) {
    // "[object AsyncFunction]", "[object GeneratorFunction]" ...
    const kind = Object.prototype.toString.call(part);
    if (kind === "[object Function]") continue;
    throw refused(`${what} of ${name} is asynchronous or a generator; a model answers at once`);
  }
}

const TOKEN_ORDERS: readonly unknown[] = ["consecutive", "increasing"];

/** A hint that is no function, or a word that nobody knows, would be taken for none, or for another one. */
function requireHints(model: Handed, name: string): void {
  for (const hint of HINTS) {
    const given: unknown = Reflect.get(model, hint);
    if (given === undefined || typeof given === "function") continue;
    throw refused(`${hint} of ${name} is ${JSON.stringify(given)}; give a function, or leave it out`);
  }
  const { fencing, kind } = model;
  for (const part of fencing === undefined ? [] : ["view", "stateAfter"]) {
    if (typeof Object(fencing)[part] === "function") continue;
    throw refused(`fencing of ${name} has no ${part}; give it view and stateAfter, or leave it out`);
  }
  if (fencing !== undefined && !TOKEN_ORDERS.includes(Reflect.get(Object(fencing), "tokens"))) {
    throw refused(`fencing of ${name} has no tokens; give ${TOKEN_ORDERS.join(" or ")}`);
  }
  if (kind === undefined) return;
  if (typeof kind !== "object" || kind === null || !("type" in kind) || !KINDS.includes(kind.type)) {
    throw refused(`kind of ${name} is none of ${KINDS.join(", ")}; give its type, or leave it out`);
  }
  if (!("view" in kind) || typeof kind.view !== "function") {
    throw refused(`kind of ${name} has no view(input, answer), which translates an operation; give it that`);
  }
  const wanted = kind.type === "log"
    ? ["entries", "read", "counted"]
    : kind.type === "priorityQueue"
    ? ["order", "min", "max"]
    : [];
  if (wanted.length === 0 || wanted.slice(1).includes(Reflect.get(kind, wanted[0]))) return;
  throw refused(`kind of ${name} has no ${wanted[0]}; give ${wanted[1]} or ${wanted[2]}`);
}

/** Models whose functions are called as they should be: to look at all of them takes as long as a check of ten operations. */
const LOOKED_AT = new WeakSet<object>();

/** What hints are called elsewhere, each with its name here. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  partition: "partitionKey",
  partitionevent: "partitionKey",
  partitionby: "partitionKey",
  isreadonly: "readOnly",
  describe: "describeOperation",
  equals: "equal",
  isequal: "equal",
  hashcode: "hash",
  statekey: "key",
};

/**
 * Refuses a function that is called almost like a hint: it would never be asked. A model may have functions of its own, in a class,
 * that are called otherwise; those of one letter more or less, or in other letters, are meant for hints.
 */
function requireKnownHints(model: Handed, name: string): void {
  for (const given of functionsOf(model)) {
    if (HINTS.includes(given) || given === "init" || given === "step" || given === "steps") continue;
    const small = given.toLowerCase();
    const meant = (Object.hasOwn(OTHER_NAMES, small) ? OTHER_NAMES[small] : undefined) ??
      HINTS.find((hint) => hint.length > 3 && distance(small, hint.toLowerCase()) <= 1);
    if (meant === undefined) continue;
    throw refused(
      `${name} has a function ${given}, which is never asked; call it ${meant}, or by another name`,
    );
  }
  const has = (hint: string): boolean => Reflect.get(model, hint) !== undefined;
  if (!has("hash") || has("equal") || has("key")) return;
  throw refused(
    `${name} has hash without equal, which is asked beside it alone; give it equal(left, right), or key(state)`,
  );
}

/** The names of an object's functions, its own and those of its classes. */
function functionsOf(model: object): string[] {
  const names: string[] = [];
  for (let at = model; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === "function" && name !== "constructor") names.push(name);
    }
  }
  return names;
}

/** Refuses next states that are no list. */
export function requireStates<State>(states: readonly State[]): readonly State[] {
  if (Array.isArray(states)) return states;
  throw refused("steps(...) of the model answers no array; give it one of the states that may come next");
}

function isPromise(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** So many of the first requests are tried. */
const TRIED = 8;

/**
 * Refuses a model that changes the states it is given, or answers promises, before its verdict is told: states that were visited
 * are then not what they were, and a promise is possible whatever comes of it. A few of the requests are tried on a first state,
 * and one after the other, since many a step changes only what is not empty (`state.shift()`); each state must be what it was. (Our
 * own models do neither: they declare a kind, or have no need of it.)
 */
export function requireSound<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { budget, first }: { readonly budget: Budget; readonly first: string | undefined },
): void {
  if (model.kind !== undefined || operations.length === 0) return;
  const state = model.init();
  const before = written(state);
  if (first !== undefined && before !== first) {
    throw refused(
      `init of the model ${
        JSON.stringify(model.name)
      } answers another state than before the check; the step changes one that ` +
        "all calls of init share: answer a new one from each, and change none",
    );
  }
  let later = state;
  for (const operation of operations.slice(0, TRIED)) {
    if (!budget.mayStep()) return;
    requireKept(model, tried(model, state, operation, budget), written(state) === before);
    if (typeof state !== "object" || state === null) return;
    if (!budget.mayStep()) return;
    const then = written(later);
    const next = tried(model, later, operation, budget);
    requireKept(model, next, written(later) === then);
    const [one] = "steps" in model && Array.isArray(next) ? next : [next];
    if (typeof one === "object" && one !== null) later = one as State;
  }
}

/** Refuses what a step answered, or did to the state it was given. */
function requireKept(model: Handed, next: unknown, isKept: boolean): void {
  const name = `the model ${JSON.stringify(model.name)}`;
  if (isPromise(next)) throw refused(`${name} answers a promise; a model answers at once`);
  if (isKept) return;
  throw refused(`${name} changes the state that it is given; answer a new one, as in { ...state, changed }`);
}

/** The first state as a text, to compare with later; `undefined` where nobody could have changed it. */
export function firstState<State, Input, Output>(model: Model<State, Input, Output>): string | undefined {
  if (model.kind !== undefined) return undefined;
  const state = model.init();
  return typeof state === "object" && state !== null ? written(state) : undefined;
}

/** What a step answers; `undefined` if it throws: nobody else may have asked just that of it. */
function tried<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  { input, outcome }: Operation<Input, Output>,
  budget: Budget,
): unknown {
  const answer: Answer<Output> = outcome.status === "ok" ? { known: true, output: outcome.output } : UNKNOWN;
  try {
    return "steps" in model
      ? model.steps(state, input, answer, budget)
      : model.step(state, input, answer, budget);
  } catch {
    return undefined;
  }
}

const UNKNOWN = { known: false } as const;

/** A state as a text; the same for all whose text does not show what they hold. */
function written(state: unknown): string {
  try {
    return canonical(state);
  } catch (error) {
    if (error instanceof PorcupineError) return "";
    throw error;
  }
}

function refused(message: string): PorcupineError {
  return new PorcupineError("model-mismatch", message);
}
