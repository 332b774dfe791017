/** What was wrong with a history or a model. */
export type PorcupineErrorCode =
  | "bad-time"
  | "bad-operation"
  | "return-before-call"
  | "return-without-call"
  | "duplicate-operation"
  | "repeated-value"
  | "overlapping-calls"
  | "bad-limit"
  | "unknown-option"
  | "model-mismatch"
  | "model-threw"
  | "not-illegal"
  | "bad-verdict"
  | "worker-failed";

/** A history that cannot be judged. The message says which operation and what to do. */
export class PorcupineError extends Error {
  /** The kind of mistake. */
  readonly code: PorcupineErrorCode;
  /** The operation (or event) at fault, as an index into the history; -1 if none. */
  readonly index: number;

  /** Builds the error; `index` is the operation or event at fault, -1 if none; `options` may hold what a model threw, as `cause`. */
  constructor(code: PorcupineErrorCode, message: string, index = -1, options: ErrorOptions = {}) {
    super(message, options);
    this.name = "PorcupineError";
    this.code = code;
    this.index = index;
  }
}
