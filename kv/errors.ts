/**
 * How a call ends that brings no reply.
 * @module
 */

/** Why an operation was certainly not executed and never will be. */
export type RefusedCode =
  /** The time was up before anything had been sent; or it was a read, which changes nothing. */
  | "timeout"
  /** The caller's signal fired before anything had been sent; or it was a read. */
  | "aborted"
  /** This end is dead. */
  | "closed"
  /** No server accepts such an operation. */
  | "invalid";

/** The operation was not executed and never will be. Safe to try again as a new one. */
export class RefusedError extends Error {
  /** The class, for logs. */
  override readonly name = "RefusedError";
  /** Why. */
  readonly code: RefusedCode;

  /** `cause` is the signal's reason, or what the last server said. */
  constructor(code: RefusedCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Nobody can tell whether the operation was executed, or still will be: a request that left may be late, and its reply may
 * have been lost. Read back before trying again, unless doing it twice is harmless.
 */
export class UnknownOutcomeError extends Error {
  /** The class, for logs. */
  override readonly name = "UnknownOutcomeError";
  /** Always the same. */
  readonly code = "unknown";

  /** `cause` says why the caller stopped waiting. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** A watcher wants events that are no longer kept: read the state anew, and watch from its revision on. */
export class CompactedError extends Error {
  /** The class, for logs. */
  override readonly name = "CompactedError";
  /** Always the same. */
  readonly code = "compacted";
  /** Events up to this revision are no longer kept. */
  readonly compacted: number;

  /** `afterRevision` is what the watcher has seen. */
  constructor(afterRevision: number, compacted: number) {
    super(
      `Cannot watch from revision ${afterRevision} on: events up to ${compacted} are no longer kept; ` +
        "scan, and watch from the scan's revision on",
    );
    this.compacted = compacted;
  }
}

/** A snapshot that cannot be restored here. Nothing was changed. */
export class SnapshotError extends Error {
  /** The class, for logs. */
  override readonly name = "SnapshotError";
  /** `newer`: upgrade this node. `malformed`: nobody of ours wrote it. `stale`: it is older than what has been applied. */
  readonly code: "newer" | "malformed" | "stale";

  /** `cause` is what the decoder said. */
  constructor(code: SnapshotError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
