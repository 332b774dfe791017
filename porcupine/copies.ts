/**
 * What reaches another thread is a copy: which values are there what they are here.
 *
 * @module
 */

/** Thrown by whoever lays out what is to be sent: a copy of a value would be another one, so that it stays in this thread. */
export class Unsendable extends Error {}

/** What is nested deeper is held to be a circle. */
const DEEPEST = 64;

const TYPED_ARRAY: unknown = Object.getPrototypeOf(Uint8Array.prototype);

/**
 * Whether a copy in another thread is the same to whoever looks at it. A copy of an instance of a class has the fields and not the
 * class, without a word: a step that goes by `instanceof`, or calls one of its functions, would judge otherwise there than here.
 */
export function survives(value: unknown, depth = 0): boolean {
  if (typeof value !== "object") return typeof value !== "function" && typeof value !== "symbol";
  if (value === null) return true;
  if (depth > DEEPEST) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const part = (one: unknown): boolean => survives(one, depth + 1);
  if (prototype === Array.prototype || prototype === Object.prototype) {
    return Object.values(value).every(part);
  }
  if (isTypedArray(value)) return true;
  if (Object.keys(value).length > 0) return false;
  if (prototype === Map.prototype && value instanceof Map) return [...value].every(part);
  if (prototype === Set.prototype && value instanceof Set) return [...value].every(part);
  return value instanceof Date && Object.getPrototypeOf(prototype) === Object.prototype;
}

function isTypedArray(value: object): boolean {
  return ArrayBuffer.isView(value) && Object.getPrototypeOf(Object.getPrototypeOf(value)) === TYPED_ARRAY;
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
