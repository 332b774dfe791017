/**
 * What a request asks for, once it has been understood.
 * @module
 */

import type { Step, StepResult } from "../store/steps.ts";
import type { Reply } from "./reply.ts";

/** A request that makes sense by itself. Whether it fits the connection's state is the session's business. */
export type Command =
  /** One step of the store. */
  | { readonly kind: "step"; readonly step: Step; readonly show: (result: StepResult) => Reply }
  /** A page of keys; `cursor` was given out before, or is 0. */
  | {
    readonly kind: "scan";
    readonly cursor: bigint;
    readonly count: number;
    readonly match: string | null;
  }
  /** It cannot be understood. */
  | { readonly kind: "mistake"; readonly error: CommandError }
  /** Answered without asking the store. */
  | { readonly kind: "reply"; readonly reply: Reply }
  | { readonly kind: "hello"; readonly version: number | null; readonly token: string | null }
  | { readonly kind: "auth"; readonly token: string }
  | { readonly kind: "client"; readonly words: readonly string[] }
  | { readonly kind: "info"; readonly sections: readonly string[] }
  | { readonly kind: "watch"; readonly keys: readonly string[] }
  | { readonly kind: "multi" | "exec" | "discard" | "unwatch" | "quit" };

/** A request that makes no sense; the connection goes on. */
export class CommandError extends Error {
  /** The class, for logs. */
  override readonly name = "CommandError";
  /** For programs: one word in capitals. */
  readonly code: string;

  /** `message` says what is wrong and what would be right. */
  constructor(message: string, code = "ERR") {
    super(message);
    this.code = code;
  }
}
