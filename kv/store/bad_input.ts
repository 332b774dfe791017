/**
 * What the store does not take, and why.
 * @module
 */

import {
  type Condition,
  type KeyRange,
  MAX_BATCH,
  MAX_KEY_BYTES,
  MAX_LEASE_MS,
  MAX_PAGE,
  MAX_VALUE_BYTES,
  type StoreCommand,
  type StoreQuestion,
  type Write,
} from "./types.ts";

/** What is wrong with an input. */
export type BadInputCode =
  | "keyTooLong"
  | "valueTooLong"
  | "badText"
  | "negativeVersion"
  | "badNumber"
  | "batchTooLong"
  | "unknownCondition"
  | "unknownOperation"
  /** The lease has ended or never was. */
  | "leaseUnknown"
  /** A newer version of this library wrote it. */
  | "newerVersion"
  /** Bytes that nobody of ours wrote. */
  | "malformed";

/** An input that the store does not take. Nothing was changed, and nothing was sent. */
export class BadInputError extends Error {
  /** The class, for logs. */
  override readonly name = "BadInputError";
  /** What is wrong. */
  readonly code: BadInputCode;

  /** `message` says what could not be done and what to do. */
  constructor(code: BadInputCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Throws {@linkcode BadInputError} for a command that must not get into the log. */
export function checkCommand(command: StoreCommand): void {
  switch (command.op) {
    case "batch": {
      const { conditions, writes } = command;
      const most = Math.max(conditions.length, writes.length);
      if (most > MAX_BATCH) {
        throw new BadInputError(
          "batchTooLong",
          `Cannot take a batch of ${most}: at most ${MAX_BATCH}, split it`,
        );
      }
      conditions.forEach(checkCondition);
      writes.forEach(checkWrite);
      return;
    }
    case "grantLease":
      return checkNumber("the lease's length in milliseconds", command.ttlMs, 1, MAX_LEASE_MS);
    case "keepLease":
    case "revokeLease":
      return checkNumber("the lease", command.lease, 1, Number.MAX_SAFE_INTEGER);
    default:
      throw unknown("unknownOperation", "command", command);
  }
}

/** Throws {@linkcode BadInputError} for a question that makes no sense. */
export function checkQuestion(question: StoreQuestion): void {
  switch (question.op) {
    case "get":
      return checkKey(question.key);
    case "scan":
      checkRange(question.range);
      if (question.after !== null) checkKey(question.after);
      return checkNumber("the limit", question.limit, 1, MAX_PAGE);
    case "revision":
      return;
    default:
      throw unknown("unknownOperation", "question", question);
  }
}

/** Throws {@linkcode BadInputError} for a range that makes no sense. */
export function checkRange(range: KeyRange): void {
  switch (range.kind) {
    case "prefix":
      return checkKey(range.prefix);
    case "between":
      checkKey(range.from);
      return checkKey(range.to);
    default:
      throw unknown("unknownOperation", "range", range);
  }
}

/** Throws {@linkcode BadInputError} unless `value` is a whole number within bounds. */
export function checkNumber(what: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new BadInputError(
    "badNumber",
    `Cannot use ${value} as ${what}: give a whole number from ${least} to ${most}`,
  );
}

/** Bytes of `text` in UTF-8. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Each half of a pair counts two of the pair's four bytes.
    length += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return length;
}

function checkCondition(condition: Condition): void {
  switch (condition.kind) {
    case "version":
      checkKey(condition.key);
      return checkVersion("version", condition.version);
    case "revision":
      checkKey(condition.key);
      return checkVersion("revision", condition.revision);
    case "value":
      checkKey(condition.key);
      return checkValue(condition.value);
    default:
      throw unknown("unknownCondition", "condition", condition);
  }
}

function checkWrite(write: Write): void {
  switch (write.op) {
    case "put":
      checkKey(write.key);
      checkValue(write.value);
      return checkNumber("the lease", write.lease, 0, Number.MAX_SAFE_INTEGER);
    case "append":
      checkKey(write.key);
      return checkValue(write.value);
    case "delete":
      return checkKey(write.key);
    default:
      throw unknown("unknownOperation", "write", write);
  }
}

function checkVersion(what: string, version: number): void {
  if (Number.isSafeInteger(version) && version >= 0) return;
  throw new BadInputError(
    "negativeVersion",
    `Cannot compare with ${what} ${version}: give a whole number from 0 on, 0 for a key that is not there`,
  );
}

/** Throws {@linkcode BadInputError} for a key that the store does not take. */
export function checkKey(key: string): void {
  checkText("key", key, MAX_KEY_BYTES);
}

/** Throws {@linkcode BadInputError} for a value that the store does not take. */
export function checkValue(value: string): void {
  checkText("value", value, MAX_VALUE_BYTES);
}

function checkText(what: "key" | "value", text: string, most: number): void {
  if (typeof text !== "string" || !text.isWellFormed()) {
    throw new BadInputError("badText", `Cannot use a ${what} that is no text or holds half a surrogate pair`);
  }
  if (text.length * 3 <= most || utf8Length(text) <= most) return;
  throw new BadInputError(
    what === "key" ? "keyTooLong" : "valueTooLong",
    `Cannot use a ${what} of ${utf8Length(text)} bytes: at most ${most}`,
  );
}

function unknown(code: BadInputCode, what: string, value: never): BadInputError {
  return new BadInputError(code, `Cannot understand the ${what} ${JSON.stringify(value)}`);
}
