import { visible } from "../visible.ts";

/** What was wrong with a history file. */
export type FormatErrorCode =
  | "unknown-format"
  | "unknown-model"
  | "malformed-line"
  | "unknown-operation"
  | "return-without-call"
  | "overlapping-calls"
  | "bad-time"
  | "return-before-call"
  | "out-of-order"
  | "model-mismatch"
  | "codec-threw"
  | "damaged-file";

/** Where in a file. */
export interface Place {
  /** The file, as the caller named it. */
  readonly file: string;
  /** The line, from 1; 0 stands for the file as a whole. */
  readonly line: number;
}

/** A history file that cannot be read. The message names file and line, what was expected and what was found. */
export class FormatError extends Error {
  /** The kind of mistake. */
  readonly code: FormatErrorCode;
  /** The file, as the caller named it. */
  readonly file: string;
  /** The line, from 1; 0 if the file as a whole is at fault. */
  readonly line: number;
  /** What should have stood there. */
  readonly expected: string;

  /** Builds the error; `found` may be as long as it likes, it is cut for the message. `options` may hold a `cause`. */
  constructor(
    code: FormatErrorCode,
    place: Place,
    problem: { expected: string; found: string },
    options: ErrorOptions = {},
  ) {
    // A damaged file must not tell the reader's terminal what to do.
    const where = place.line > 0 ? `${place.file}:${place.line}` : place.file;
    super(`${where}: expected ${problem.expected}, found ${visible(cut(problem.found))}`, options);
    this.name = "FormatError";
    this.code = code;
    this.file = place.file;
    this.line = place.line;
    this.expected = problem.expected;
  }
}

function cut(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 100)}... (${text.length} characters)`;
}
