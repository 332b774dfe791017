/**
 * What reaches another thread is a copy: which values are there what they are here.
 *
 * @module
 */

import { showsFields } from "./canonical.ts";

/** Thrown by whoever lays out what is to be sent: a copy of a value would be another one, so that it stays in this thread. */
export class Unsendable extends Error {}

/** What is nested deeper is held to be a circle. */
const DEEPEST = 64;
/** Of a longer array of numbers it is not found out whether it has fields of its own: that takes longer than to copy it. */
const LONGEST = 1024;

const TYPED_ARRAY: unknown = Object.getPrototypeOf(Uint8Array.prototype);

/** So deep there may be more ways to a part than parts: from there on each is looked at once. */
const SHALLOW = 6;

/**
 * Whether a copy in another thread is the same to whoever looks at it. A copy of an instance of a class has the fields and not the
 * class, without a word, and no copy has the fields under a symbol, or those that are not enumerable: a step that goes by
 * `instanceof`, or by such a field, would judge otherwise there than here.
 */
export function survives(value: unknown): boolean {
  try {
    return isCopied(value, 0, undefined);
  } catch {
    // A field that throws when it is read: the step may never do so.
    return false;
  }
}

function isCopied(value: unknown, depth: number, known: Set<object> | undefined): boolean {
  if (typeof value !== "object") return typeof value !== "function" && typeof value !== "symbol";
  if (value === null || known?.has(value) === true) return true;
  if (depth > DEEPEST) return false;
  const met = known ?? (depth < SHALLOW ? undefined : new Set<object>());
  const parts = partsOf(value);
  if (parts === undefined) return false;
  for (const part of parts) if (!isCopied(part, depth + 1, met)) return false;
  met?.add(value);
  return true;
}

/** What a value holds; `undefined` if a copy would not be what it is, whatever that is. */
function partsOf(value: object): Iterable<unknown> | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Array.prototype || prototype === Object.prototype) {
    const parts = Object.values(value);
    return showsFields(value, parts.length) ? parts : undefined;
  }
  if (isTypedArray(value)) return isAlone(value) ? [] : undefined;
  if (Reflect.ownKeys(value).length > 0) return undefined;
  if (prototype === Map.prototype && value instanceof Map) return [...value.keys(), ...value.values()];
  if (prototype === Set.prototype && value instanceof Set) return value;
  return value instanceof Date && Object.getPrototypeOf(prototype) === Object.prototype ? [] : undefined;
}

function isTypedArray(value: object): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.getPrototypeOf(Object.getPrototypeOf(value)) === TYPED_ARRAY;
}

/** Whether an array of numbers is its numbers alone. Whoever sends a part of a large buffer sends all of it. */
function isAlone(value: Uint8Array): boolean {
  const { length, byteLength, buffer } = value;
  return length <= LONGEST && byteLength === buffer.byteLength && Reflect.ownKeys(value).length === length;
}

/**
 * Whether nobody can tell two values apart, fields in the same order; of what `survives`. False is a safe answer. JSON has one word
 * for `null`, `NaN` and the infinities, one for all maps, and none for big integers.
 */
export function isAlike(left: unknown, right: unknown): boolean {
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
    return Object.is(left, right);
  }
  const prototype: unknown = Object.getPrototypeOf(left);
  if (prototype !== Object.getPrototypeOf(right)) return false;
  if (left instanceof Map && right instanceof Map) return isAlike([...left], [...right]);
  if (left instanceof Set && right instanceof Set) return isAlike([...left], [...right]);
  if (prototype !== Array.prototype && prototype !== Object.prototype) return false;
  const [names, others] = [Object.entries(left), Object.entries(right)];
  return names.length === others.length && Reflect.get(left, "length") === Reflect.get(right, "length") &&
    names.every(([name, part], i) => name === others[i][0] && isAlike(part, others[i][1]));
}
