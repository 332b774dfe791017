import { PorcupineError } from "./types.ts";

/**
 * A text equal for structurally equal values: object keys sorted, maps and sets by sorted entries.
 *
 * Throws a {@linkcode PorcupineError} on an object that shows nothing of what it holds (private fields, an `ArrayBuffer`):
 * two such states would be taken for one, and the verdict would be wrong.
 */
export function canonical(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "0" : String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value instanceof Map) {
    return `M{${[...value].map(([k, v]) => `${canonical(k)}=>${canonical(v)}`).sort().join(",")}}`;
  }
  if (value instanceof Set) return `S{${[...value].map(canonical).sort().join(",")}}`;
  if (value instanceof Date) return `D${value.getTime()}`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  if (fields.length === 0) requirePlain(value);
  return `{${fields.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(",")}}`;
}

function requirePlain(value: object): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null || ArrayBuffer.isView(value)) return;
  throw new PorcupineError(
    "model-mismatch",
    `states of class ${value.constructor.name} do not show what they hold; give the model a key(state)`,
  );
}
