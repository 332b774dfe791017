/**
 * What a fault came to.
 *
 * To have called an injector proves nothing: it counts what happened otherwise than it would have, where it happened.
 * @module
 */

/** How often a fault was felt: a message lost, a write refused, a timer that came late. */
export interface Felt {
  /** 0 as long as nothing happened otherwise than without the fault. It goes on counting what was under way when the fault ended. */
  readonly count: number;
}

/** The same for whoever counts. */
export class FeltCount implements Felt {
  /** See {@linkcode Felt}. */
  count = 0;
}
