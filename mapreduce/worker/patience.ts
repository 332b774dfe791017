/**
 * How long a worker waits for its coordinator.
 * @module
 */

import { type Clock, RpcError } from "../../runtime/mod.ts";

/** A call that failed is made again after this. */
const RETRY_MS = 200;

/** What waiting takes. */
export interface Patience {
  readonly clock: Clock;
  /** The worker's death. */
  readonly signal: AbortSignal;
  /** Without a word from the coordinator for this long, the worker goes. */
  readonly patienceMs: number;
}

/** The coordinator has been silent for too long. */
export class Deserted extends Error {
  override readonly name = "Deserted";
}

/**
 * Makes a call until it is answered, or patience ends. A call that was refused is not made again.
 * @throws {Deserted}
 */
export async function patiently<T>(patience: Patience, call: () => Promise<T>): Promise<T> {
  const { clock, signal, patienceMs } = patience;
  const untilMs = clock.now() + patienceMs;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof RpcError)) throw error;
      if (error.code === "refused" || clock.now() >= untilMs) {
        throw new Deserted(error.message, { cause: error });
      }
      await clock.sleep(RETRY_MS, signal);
    }
  }
}
