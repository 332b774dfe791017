/** Why something cannot travel, or did not arrive as it was sent. */
export type WireErrorCode = "unencodable" | "truncated" | "malformed" | "tooLarge";

/** A value that cannot travel, or bytes that are not what they should be. */
export class WireError extends Error {
  /** Always `WireError`. */
  override readonly name = "WireError";
  /**
   * `unencodable`: the value has no wire form. `truncated`: bytes are missing. `malformed`: bytes that nobody of ours
   * wrote. `tooLarge`: a limit would be passed.
   */
  readonly code: WireErrorCode;

  /** `message` says what could not be encoded or decoded, and where. */
  constructor(code: WireErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
