import { PorcupineError } from "./types.ts";

/**
 * A text equal for structurally equal values: object keys sorted, maps and sets by sorted entries. What is of different classes is
 * different, though it holds the same: a step may ask an object's own functions what it is.
 *
 * Throws a {@linkcode PorcupineError} on what shows nothing of what it holds (private fields, an `ArrayBuffer`, a function, a
 * symbol, fields under a symbol or not enumerable): two such states would be taken for one, and the verdict would be wrong. So it
 * does if there is no end to a value.
 */
export function canonical(value: unknown): string {
  try {
    return textOf(value);
  } catch (error) {
    // The host's word for a stack that is full.
    if (!(error instanceof RangeError)) throw error;
    throw refused("states are nested too deep, or in a circle");
  }
}

function textOf(value: unknown): string {
  if (typeof value === "function" || typeof value === "symbol") {
    throw refused(`states hold a ${typeof value}, which does not show what it stands for`);
  }
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "0" : String(value);
  if (Array.isArray(value) && isRow(value)) return `[${value.map(textOf).join(",")}]`;
  const held = value instanceof Map
    ? `M{${[...value].map(([k, v]) => `${textOf(k)}=>${textOf(v)}`).sort().join(",")}}`
    : value instanceof Set
    ? `S{${[...value].map(textOf).sort().join(",")}}`
    : value instanceof Date
    ? `D${value.getTime()}`
    : Array.isArray(value)
    ? `A${value.length}`
    : "";
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  if (hidesFields(value, fields.length)) {
    throw refused("states hold fields under a symbol, or such as are not enumerable");
  }
  if (fields.length === 0 && held !== "") return markOf(value) + held;
  if (fields.length === 0) requirePlain(value);
  return `${markOf(value)}${held}{${fields.map(([k, v]) => `${JSON.stringify(k)}:${textOf(v)}`).join(",")}}`;
}

/**
 * Whether a list is its elements, and nothing else. A hole is none, and would leave an empty text, as if the list were shorter; a
 * field of its own (`top` of a stack made of a list) would not be looked at. Keys that are places come first, in order.
 */
function isRow(value: readonly unknown[]): boolean {
  if (Object.getPrototypeOf(value) !== Array.prototype) return false;
  const { length } = value;
  const keys = Object.keys(value);
  return keys.length === length && (length === 0 || keys[length - 1] === String(length - 1)) &&
    !hidesFields(value, length);
}

/** Whether a value has other fields than those that are listed. What is not enumerable is not looked for in lists: they may be long. */
export function hidesFields(value: object, listed: number): boolean {
  return Array.isArray(value)
    ? Object.getOwnPropertySymbols(value).length > 0
    : Object.getOwnPropertyNames(value).length > listed || Object.getOwnPropertySymbols(value).length > 0;
}

/** Whether a list or an object has no other fields than those that are listed: such as are not enumerable are looked for in lists, too. */
export function showsFields(value: object, listed: number): boolean {
  // A list's length is a field that is not listed.
  return Array.isArray(value) ? Reflect.ownKeys(value).length === listed + 1 : !hidesFields(value, listed);
}

/** A mark for each class met, one character each: what a text costs goes by its length, which must not depend on others. */
const MARKS = new WeakMap<object, string>();
/** Capitals and digits are not among them: no mark is taken for a part of what follows it. */
let nextMark = 0x100;

function markOf(value: object): string {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return "";
  let mark = MARKS.get(prototype);
  if (mark === undefined) MARKS.set(prototype, mark = String.fromCharCode(nextMark++));
  return mark;
}

function requirePlain(value: object): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return;
  // Of bytes without a view of their own nothing is seen.
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return;
  throw refused(`states of class ${value.constructor.name} do not show what they hold`);
}

function refused(what: string): PorcupineError {
  return new PorcupineError("model-mismatch", `${what}; give the model a key(state)`);
}
