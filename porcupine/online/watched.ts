import { NEVER } from "../history.ts";
import type { Answer, CheckOptions, ClientId } from "../types.ts";
import type { Patience } from "./patience.ts";

/** Limits of an on-line check; each answer is a check of its own. */
export interface CheckerOptions
  extends Pick<CheckOptions, "timeLimitMs" | "memoryLimitBytes" | "signal" | "now"> {
  /**
   * Where an object has to be searched: so many answers of each partition are kept before the past is summed up in states. More
   * make it quicker, fewer hold less memory. 256 by default.
   */
  readonly windowAnswers?: number;
}

/** An operation that is watched. Instants are numbers of events, each used once. */
export interface Watched<Input, Output> {
  /** The number the caller gave it. */
  readonly name: number;
  readonly client: ClientId;
  readonly input: Input;
  readonly call: number;
  /** `open`: its answer may still come; `lost`: it never will. */
  status: "open" | "returned" | "lost";
  ret: number;
  answer: Answer<Output>;
}

/** How the prefix of a partition stands after an answer. */
export type Standing = "ok" | "illegal" | "time" | "memory" | "aborted";

/** One partition, watched while it happens. */
export interface Watch<State, Input, Output> {
  /** How many operations are kept. */
  readonly size: number;
  /** The operations that are kept, by call. */
  readonly operations: readonly Watched<Input, Output>[];
  /** The states in which the past may have ended. */
  readonly states: readonly State[];
  /** Whether some of the operations that are kept may have taken effect by then. */
  readonly isUnderway: boolean;
  /** An operation is called. */
  call(watched: Watched<Input, Output>): void;
  /** An operation that was called has got its answer. */
  answer(watched: Watched<Input, Output>): Standing;
  /** An operation that was called will never be answered. */
  lose(watched: Watched<Input, Output>): void;
  /** Whether it is for certain as if nothing had ever happened, so that the whole partition can be forgotten. */
  isAsNew(patience: Patience): boolean;
}

const UNKNOWN = { known: false } as const;

/** An operation that has just been called. */
export function watchedCall<Input, Output>(
  name: number,
  client: ClientId,
  input: Input,
  call: number,
): Watched<Input, Output> {
  return { name, client, input, call, status: "open", ret: NEVER, answer: UNKNOWN };
}

/** By call. */
export function byCall(left: { readonly call: number }, right: { readonly call: number }): number {
  return left.call - right.call;
}

/** Puts one operation more into a list by call. */
export function insertByCall<Input, Output>(
  list: Watched<Input, Output>[],
  watched: Watched<Input, Output>,
): void {
  let at = list.length;
  while (at > 0 && list[at - 1].call > watched.call) at--;
  list.splice(at, 0, watched);
}
