/**
 * A node's only source of time.
 *
 * Everything that waits asks its clock, so that a simulated hour costs seconds and a run replays from its seed.
 * @module
 */

/** A pending timer. */
export interface Timer {
  /** Prevents the callback from running; harmless once it has run. */
  cancel(): void;
}

/** What a node may ask of time. All values are milliseconds on one monotonic scale whose origin means nothing. */
export interface Clock {
  /** The present instant in milliseconds; it never goes back, but two nodes' clocks need not agree. */
  now(): number;
  /** Runs `callback` once, `delayMs` (at least 0) from now. It never runs before this call has returned. */
  setTimer(delayMs: number, callback: () => void): Timer;
  /**
   * Resolves `delayMs` from now.
   * Rejects with the signal's reason as soon as `signal` is aborted.
   */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}
