/** What an operation of a lock asks for, and was told. */
export type LockAction =
  /** `null`: it was held. */
  | { readonly op: "acquire"; readonly token: number | null | "unknown" }
  | { readonly op: "release"; readonly token: number; readonly released: boolean | "unknown" }
  /** It did nothing, and says nothing. */
  | { readonly op: "nothing" }
  /** No lock gives such an answer. */
  | { readonly op: "never" };

/**
 * A declaration that the model behaves exactly like a lock that is free at the start, whose n-th acquisition is given the token n, and
 * which is released by who names the holder's token.
 */
export interface Fencing<State, Input, Answer> {
  /** Translates an operation, one without an answer, too. */
  view(input: Input, answer: Answer): LockAction;
  /** The state after so many changes: held after an odd number, free after an even one. */
  stateAfter(changes: number): State;
}
