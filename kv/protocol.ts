/**
 * What a clerk and a server say to each other.
 * @module
 */

import { defineService, type Service } from "../runtime/rpc.ts";
import type { WireValue } from "../runtime/wire.ts";
import type { ClientCall } from "./envelope.ts";
import type { RefusalCode } from "./outcome.ts";

/** An answer to any call. Like `Outcome`, but whom to ask instead is an address: numbers mean nothing to a stranger. */
export type Answer =
  | { readonly kind: "applied"; readonly reply: Uint8Array }
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly ask: string | null }
  | { readonly kind: "unknown" };

/** A call as it travels; see {@linkcode ClientCall}. */
export type CallRequest = {
  readonly session: number;
  readonly sequence: number;
  readonly settledBelow: number;
  readonly command: Uint8Array;
};

/** The methods that every replicated machine serves. */
export type MachineMethods = {
  /** Opens a session; the reply is its id, see `decodeSession`. */
  readonly open: { readonly request: null; readonly reply: Answer };
  /** Executes an operation exactly once. */
  readonly submit: { readonly request: CallRequest; readonly reply: Answer };
  /** Answers a question linearizably. */
  readonly query: { readonly request: Uint8Array; readonly reply: Answer };
};

/** The service of one group. Groups that share processes have different names. */
export function machineService(group: string): Service<MachineMethods> {
  return defineService<MachineMethods>(group, ["open", "submit", "query"]);
}

/** Checks what a stranger sent. Throws `TypeError` for anything but a call. */
export function checkCall(request: WireValue): ClientCall {
  if (typeof request === "object" && request !== null && "session" in request) {
    const { session, sequence, settledBelow, command } = request;
    if (
      isCount(session) && isCount(sequence) && isCount(settledBelow) && command instanceof Uint8Array &&
      settledBelow >= 1 && settledBelow <= sequence
    ) return { session, sequence, settledBelow, command };
  }
  throw new TypeError("Cannot execute: this is not a numbered call of a session");
}

/** Checks what a stranger sent. Throws `TypeError` for anything but bytes. */
export function checkQuestion(request: WireValue): Uint8Array {
  if (request instanceof Uint8Array) return request;
  throw new TypeError("Cannot answer: the question is not bytes");
}

function isCount(value: WireValue): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
