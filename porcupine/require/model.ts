import { distance } from "./nearest.ts";
import { PorcupineError } from "../types.ts";

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
    if (!isLate(part)) continue;
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
  for (const hint of HINTS) {
    if (!isLate(Reflect.get(model, hint))) continue;
    throw refused(`${hint} of ${name} is asynchronous or a generator; a model answers at once`);
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

/** Whether it is a function of another kind: "[object AsyncFunction]", "[object GeneratorFunction]" ... */
function isLate(part: unknown): boolean {
  const kind = Object.prototype.toString.call(part);
  return typeof part === "function" && kind !== "[object Function]";
}

/** Whether a value is a promise, of whichever make. */
export function isPromise(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function refused(message: string): PorcupineError {
  return new PorcupineError("model-mismatch", message);
}
