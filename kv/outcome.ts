/**
 * The three honest ends of an operation.
 * @module
 */

/** Why an operation was certainly not executed by this attempt. */
export type RefusalCode =
  /** This replica does not lead. */
  | "notLeader"
  /** Too much waits for a majority already. */
  | "overloaded"
  /** The operation lost its place in the log to another leader's. */
  | "superseded"
  /** The session was evicted, or never existed: whether earlier attempts were executed is no longer known. */
  | "sessionUnknown"
  /** The session has too many unsettled operations. */
  | "windowExceeded"
  /** The machine does not understand it, and no replica of this version will. */
  | "invalid";

/**
 * How an attempt ended.
 *
 * - `applied`: executed exactly once, with this reply.
 * - `refused`: this attempt was not executed and never will be. `leader` is the member to ask instead, if known;
 *   `reason` is for people.
 * - `unknown`: it may be executed, now, later or never.
 */
export type Outcome =
  | { readonly kind: "applied"; readonly reply: Uint8Array }
  | {
    readonly kind: "refused";
    readonly code: RefusalCode;
    readonly leader: string | null;
    readonly reason: string;
  }
  | { readonly kind: "unknown" };

/** The outcome of which nothing is known. */
export const UNKNOWN: Outcome = { kind: "unknown" };

const REASONS: { readonly [code in RefusalCode]: string } = {
  notLeader: "this replica does not lead",
  overloaded: "too much waits for a majority already, try again later",
  superseded: "another leader's entry took its place in the log",
  sessionUnknown: "the session was evicted or never existed",
  windowExceeded: "the session has too many unsettled operations, wait for some",
  invalid: "no replica can execute it",
};

/** A refusal. `leader` is the member to ask instead, if known. */
export function refused(
  code: RefusalCode,
  leader: string | null = null,
  reason: string = REASONS[code],
): Outcome {
  return { kind: "refused", code, leader, reason };
}

/** The refusal of what a machine has thrown at. */
export function invalid(error: unknown): Outcome {
  return refused("invalid", null, error instanceof Error ? error.message : String(error));
}
