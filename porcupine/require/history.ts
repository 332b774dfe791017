/**
 * What is said of a history that cannot be judged. The types forbid most of it; but what was read from JSON, or comes from plain
 * JavaScript, may hold anything.
 *
 * @module
 */
import { PorcupineError } from "../error.ts";

/** Throws a {@linkcode PorcupineError} if this is no array: of a function, or a set, nothing would be looked at, and all be well. */
export function requireArray(history: unknown): void {
  if (!Array.isArray(history)) throw noArray("operations");
}

function noArray(what: "operations" | "events"): PorcupineError {
  return new PorcupineError(
    "bad-operation",
    `the history is no array; give it the ${what}, one after the other`,
  );
}

/** Throws a {@linkcode PorcupineError} if this is no array of operations, and names the first one that is none. */
export function requireOperations(operations: unknown): void {
  if (!Array.isArray(operations)) throw noArray("operations");
  for (const [index, operation] of operations.entries()) {
    if (typeof operation !== "object" || operation === null) throw badOperation(index, `is ${operation}`);
    const { callAt, outcome } = operation;
    if (typeof outcome !== "object" || outcome === null) throw badOperation(index, "has no outcome");
    for (const [what, time] of [["call", callAt], ["return", outcome.returnAt]] as const) {
      if (typeof time === "bigint") throw badTime(what, time, index);
    }
  }
}

/** For an outcome that is neither `ok` nor `unknown`: jepsen's "fail" and "info" are the likeliest. */
export function badStatus(outcome: { readonly status: unknown }, index: number): PorcupineError {
  return badOperation(
    index,
    `has an outcome of status ${
      told(outcome.status)
    } (leave an operation out if it certainly did not take place)`,
  );
}

/** For a time that is not a finite number. */
export function badTime(what: "call" | "return", time: unknown, index: number): PorcupineError {
  const field = what === "call" ? "callAt" : "returnAt";
  return new PorcupineError(
    "bad-time",
    `operation ${index} has ${what} time ${told(time)}; give ${field} a finite number`,
    index,
  );
}

/** Throws a {@linkcode PorcupineError} if this is no array of events, or one of them is nothing, or names no operation. */
export function requireEvents(events: unknown): void {
  if (!Array.isArray(events)) throw noArray("events");
  for (let at = 0; at < events.length; at++) requireEvent(events[at], at);
}

/**
 * Throws a {@linkcode PorcupineError} if this is no event, or none that names its operation: those would all be one and the same.
 * `at`: where it stands among others; -1 if it stands alone. Of what kind it is, is looked at by whoever goes by that.
 */
export function requireEvent(event: unknown, at: number): void {
  const name = at < 0 ? "an event" : `event ${at}`;
  if (typeof event !== "object" || event === null) throw badEvent(at, `${name} is ${told(event)}`);
  if (!("kind" in event)) throw badEvent(at, `${name} has no kind`);
  const operation = "operation" in event ? event.operation : undefined;
  if (!isNamed(operation)) throw badEvent(at, `${name} is of operation ${told(operation)}`);
}

/** Throws a {@linkcode PorcupineError} where a call, a return or a loss is told of no operation in particular. */
export function requireNamed(operation: unknown): void {
  if (isNamed(operation)) return;
  const message = `the operation is ${told(operation)}; give each a number by which its end can be told`;
  throw new PorcupineError("bad-operation", message);
}

/** A number; from plain JavaScript it may be a text, or large, which tells one from another as well. */
function isNamed(operation: unknown): boolean {
  if (typeof operation === "number") return !Number.isNaN(operation);
  return typeof operation === "string" || typeof operation === "bigint";
}

function badEvent(at: number, what: string): PorcupineError {
  const online = at < 0 ? ', or kind "lost" and operation' : "";
  const message =
    `${what}; give it kind "call", operation, client and input, or kind "return", operation and ` +
    `output${online}`;
  return new PorcupineError("bad-operation", message, at);
}

function badOperation(index: number, what: string): PorcupineError {
  const message = `operation ${index} ${what}; give it the client, the input, callAt, and as its outcome ` +
    `{ status: "ok", returnAt, output } or { status: "unknown" }`;
  return new PorcupineError("bad-operation", message, index);
}

/** A text is told in quotes: of the time "3" a message that said 3 would not tell what is wrong. */
function told(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "bigint" ? `${value}n` : String(value);
}
