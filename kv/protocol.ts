/**
 * What a client and a server say to each other.
 * @module
 */

import type { Address } from "../runtime/network.ts";
import { type CallOptions as RpcCallOptions, defineService, type Service } from "../runtime/rpc.ts";
import type { WireValue } from "../runtime/wire.ts";
import type { ClientCall } from "./envelope.ts";
import type { RefusalCode } from "./outcome.ts";

/** An answer to any call. Like `Outcome`, but whom to ask instead is an address: numbers mean nothing to a stranger. */
export type Answer =
  | { readonly kind: "applied"; readonly reply: Uint8Array }
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly ask: string | null }
  /** No server of this version will ever execute it. */
  | { readonly kind: "invalid"; readonly reason: string }
  | { readonly kind: "unknown" };

/** A call as it travels; see {@linkcode ClientCall}. */
export type CallRequest = {
  /** The session's id. */
  readonly session: number;
  /** The operation's number in its session. */
  readonly sequence: number;
  /** The client waits for no operation numbered below this. */
  readonly settledBelow: number;
  /** What the machine is to do. */
  readonly command: Uint8Array;
};

/** A wait as it travels. */
export type WatchRequest = {
  /** What is waited for. */
  readonly question: Uint8Array;
  /** How long the server waits for it. */
  readonly timeoutMs: number;
};

/** The methods that every replicated machine serves. */
export type MachineMethods = {
  /** Opens a session; see `decodeOpened` for the reply. */
  readonly open: { readonly request: null; readonly reply: Answer };
  /** Executes an operation exactly once. */
  readonly submit: { readonly request: CallRequest; readonly reply: Answer };
  /** Answers a question linearizably. */
  readonly query: { readonly request: Uint8Array; readonly reply: Answer };
  /** Waits for a change. */
  readonly watch: { readonly request: WatchRequest; readonly reply: Answer };
};

/** How a client's calls travel. `RpcPeer` is one; anything that carries calls will do. */
export interface Caller {
  /** Calls `method` at `to`. Rejects with `RpcError`; see its codes for what is then known. */
  call<M extends keyof MachineMethods & string>(
    to: Address,
    method: M,
    request: MachineMethods[M]["request"],
    options: RpcCallOptions,
  ): Promise<Answer>;
  /** Fails every open call with `closed`. */
  close(): void;
}

/** A server waits no longer than this for a change: the client may be gone. */
export const MAX_WATCH_MS = 60_000;

/** The group's name where none is given. */
export const DEFAULT_GROUP = "kv";

/** The service of one group. Groups that share processes have different names. */
export function machineService(group: string): Service<MachineMethods> {
  return defineService<MachineMethods>(group, ["open", "submit", "query", "watch"]);
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

/** Checks what a stranger sent. Throws `TypeError` for anything but a wait. */
export function checkWatch(request: WireValue): WatchRequest {
  if (typeof request === "object" && request !== null && "question" in request) {
    const { question, timeoutMs } = request;
    if (question instanceof Uint8Array && isCount(timeoutMs)) {
      return { question, timeoutMs: Math.min(timeoutMs, MAX_WATCH_MS) };
    }
  }
  throw new TypeError("Cannot wait: this is not a question with a time limit");
}

function isCount(value: WireValue): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
