import { showsFields } from "./canonical.ts";

/** Values nested deeper than this are not looked into: they may be circles. */
const DEEPEST = 16;

const FLOAT = new Float64Array(1);
const WORDS = new Int32Array(FLOAT.buffer);

/**
 * A number that values have in common if `isSame` says that they are the same; -1 for what cannot be compared exactly
 * (functions, instances of classes, circles, fields that are not listed).
 */
export function hashOf(value: unknown, depth = 0): number {
  switch (typeof value) {
    case "string":
      return hashOfText(value);
    case "number":
      FLOAT[0] = value + 0;
      return mix(WORDS[0], WORDS[1]);
    case "bigint":
      return mix(5, Number(BigInt.asIntN(32, value)));
    case "boolean":
      return value ? 11 : 12;
    case "undefined":
      return 13;
    case "object":
      return value === null ? 14 : depth > DEEPEST ? -1 : hashOfCompound(value, depth);
    default:
      return -1;
  }
}

function mix(hash: number, more: number): number {
  const mixed = Math.imul(hash ^ more, 0x9e3779b1) + more;
  return (mixed ^ (mixed >>> 15)) & 0x7fffffff;
}

/** A long text is told by its ends and its length. */
function hashOfText(text: string): number {
  const { length } = text;
  let hash = length;
  for (let i = 0; i < length && i < 12; i++) hash = Math.imul(hash, 31) + text.charCodeAt(i);
  for (let i = Math.max(12, length - 12); i < length; i++) hash = Math.imul(hash, 31) + text.charCodeAt(i);
  return mix(7, hash);
}

function hashOfCompound(value: object, depth: number): number {
  // Two requests that differ in a field under a symbol would be taken for one, and what one of them does for what both do.
  if (!hasParts(value)) return -1;
  let hash = Array.isArray(value) ? value.length : 3;
  let listed = 0;
  try {
    for (const key in value) {
      const part = hashOf(value[key], depth + 1);
      if (part < 0) return -1;
      hash = mix(hash + key.length, part);
      listed++;
    }
  } catch {
    // A field that throws when it is read, which a step may never do.
    return -1;
  }
  return showsFields(value, listed) ? hash : -1;
}

/** Whether a value is its parts, and nothing else: a list, or an object of no class. */
function hasParts(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Array.prototype || prototype === Object.prototype || prototype === null;
}

/**
 * Whether two values, for which `hashOf` has a hash, are the same to whoever looks at them. Objects whose keys were set in
 * another order are told apart: a step may go by it.
 */
export function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || left === null || typeof right !== "object" || right === null) return false;
  if (!hasParts(left) || !hasParts(right)) return false;
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
  if (Array.isArray(left) && Array.isArray(right) && left.length !== right.length) return false;
  const keys = Object.keys(left);
  const others = Object.keys(right);
  if (keys.length !== others.length) return false;
  for (let i = 0; i < keys.length; i++) {
    if (keys[i] !== others[i] || !isSame(left[keys[i]], right[keys[i]])) {
      return false;
    }
  }
  return true;
}
