/**
 * What a lab test says when it fails.
 * @module
 */

/** A lab's demand that was not met, in words. The runner adds the test's name, the seed and the command that replays it. */
export class LabFailure extends Error {
  /** Always `LabFailure`. */
  override readonly name = "LabFailure";
  /** For programs that tell errors apart. */
  readonly code = "labFailure";

  /** `message` says what was demanded and what happened instead. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
