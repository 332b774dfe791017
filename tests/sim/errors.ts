/**
 * What can go wrong with a simulation itself.
 * @module
 */

/**
 * Why a simulation could not go on.
 *
 * `failed`: a callback, a program or a law threw, or a promise was rejected and nobody cared. `ambient`: somebody asked
 * the real world. `standstill`: a script waits, but nothing is scheduled any more. `budget`: more events than allowed.
 * `busy`: another simulation is running in this realm.
 */
export type SimulationErrorCode = "failed" | "ambient" | "standstill" | "budget" | "busy";

/** A simulation that could not go on; the message names the seed and the virtual time. */
export class SimulationError extends Error {
  /** Always `SimulationError`. */
  override readonly name = "SimulationError";
  /** Which kind of trouble. */
  readonly code: SimulationErrorCode;

  /** `message` says what could not be done, `options.cause` why. */
  constructor(code: SimulationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
