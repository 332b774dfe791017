/**
 * JSON of strangers, read field by field.
 * @module
 */

import { BadInputError } from "../store/bad_input.ts";
import type { Condition, Write } from "../store/types.ts";

/** An object of which nothing is known yet. */
export type Fields = { readonly [name: string]: unknown };

/** Reads a body that must be a JSON object. Throws `BadInputError`. */
export function readFields(body: Uint8Array): Fields {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BadInputError("malformed", `Cannot read the body as JSON: ${why}`, { cause });
  }
  return asFields(value, "the body");
}

/** Throws `BadInputError` unless all fields have one of these names: a misspelt condition must not be a missing one. */
export function onlyFields(fields: Fields, names: readonly string[]): void {
  for (const name of Object.keys(fields)) {
    if (names.includes(name)) continue;
    throw new BadInputError(
      "malformed",
      `Cannot take the field ${JSON.stringify(name)}: known are ${names.join(", ")}`,
    );
  }
}

/** A field that must be a text. */
export function textField(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === "string") return value;
  throw new BadInputError("malformed", `Cannot do without the field "${name}": give a string`);
}

/** A field that may be a whole number from 0 on; null if it is not there. */
export function countField(fields: Fields, name: string): number | null {
  const value = fields[name];
  if (value === undefined) return null;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new BadInputError("badNumber", `Cannot take the field "${name}": give a whole number from 0 on`);
}

/** The conditions of a batch. */
export function readConditions(value: unknown): Condition[] {
  return asList(value, "conditions").map((one) => {
    const fields = asFields(one, "a condition");
    const { kind } = fields;
    const key = textField(fields, "key");
    if (kind === "value") {
      onlyFields(fields, ["kind", "key", "value"]);
      return { kind, key, value: textField(fields, "value") };
    }
    if (kind === "version" || kind === "revision") {
      onlyFields(fields, ["kind", "key", kind]);
      const number = countField(fields, kind);
      if (number === null) throw new BadInputError("badNumber", `Cannot do without the field "${kind}"`);
      return kind === "version" ? { kind, key, version: number } : { kind, key, revision: number };
    }
    throw new BadInputError(
      "unknownCondition",
      "Cannot judge a condition: kind is version, revision or value",
    );
  });
}

/** The writes of a batch. */
export function readWrites(value: unknown): Write[] {
  return asList(value, "writes").map((one) => {
    const fields = asFields(one, "a write");
    const { op } = fields;
    const key = textField(fields, "key");
    switch (op) {
      case "put":
        onlyFields(fields, ["op", "key", "value", "lease"]);
        return { op, key, value: textField(fields, "value"), lease: countField(fields, "lease") ?? 0 };
      case "append":
        onlyFields(fields, ["op", "key", "value"]);
        return { op, key, value: textField(fields, "value") };
      case "delete":
        onlyFields(fields, ["op", "key"]);
        return { op, key };
      default:
        throw new BadInputError("unknownOperation", "Cannot execute a write: op is put, append or delete");
    }
  });
}

function asFields(value: unknown, what: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new BadInputError("malformed", `Cannot read ${what}: give a JSON object`);
}

function asList(value: unknown, what: string): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new BadInputError("malformed", `Cannot read ${what}: give a JSON array`);
}
