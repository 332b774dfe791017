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
  | "sessionUnknown";

/**
 * How an attempt ended.
 *
 * - `applied`: executed exactly once, with this reply.
 * - `refused`: this attempt was not executed and never will be. `leader` is the member to ask instead, if known.
 * - `unknown`: it may be executed, now, later or never.
 */
export type Outcome =
  | { readonly kind: "applied"; readonly reply: Uint8Array }
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly leader: string | null }
  | { readonly kind: "unknown" };

/** The outcome of which nothing is known. */
export const UNKNOWN: Outcome = { kind: "unknown" };
