/** What an operation of a lock asks for, and was told. */
export type LockAction =
  /** `null`: it was held. */
  | { readonly op: "acquire"; readonly token: number | null | "unknown" }
  | { readonly op: "release"; readonly token: number; readonly released: boolean | "unknown" }
  /** It did nothing, and says nothing. */
  | { readonly op: "nothing" }
  /** No lock gives such an answer. */
  | { readonly op: "never" };

/** Which tokens a lock gives out: 1, 2, 3 ..., or positive numbers of which each is greater than the one before. */
export type TokenOrder = "consecutive" | "increasing";

/**
 * A declaration that the model behaves exactly like a lock that is free at the start, whose acquisitions are given tokens in an order,
 * and which is released by who names the holder's token.
 */
export interface Fencing<State, Input, Answer> {
  /** Which tokens it gives out. */
  readonly tokens: TokenOrder;
  /** Translates an operation, one without an answer, too. */
  view(input: Input, answer: Answer): LockAction;
  /** The state in which the lock is held with a token, or free after it was the last one; 0: there was none. */
  stateAfter(token: number, isHeld: boolean): State;
}
