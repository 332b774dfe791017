/**
 * `Clock.sleep` for any clock that has timers.
 * @module
 */

import type { Clock } from "../../runtime/mod.ts";

/** Resolves `delayMs` from now on `clock`; rejects with the signal's reason as soon as `signal` is aborted. */
export function sleepOn(
  clock: Pick<Clock, "setTimer">,
  delayMs: number,
  signal?: AbortSignal,
): Promise<void> {
  if (signal === undefined) {
    return new Promise((resolve) => {
      clock.setTimer(delayMs, resolve);
    });
  }
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    function onAbort(): void {
      timer.cancel();
      reject(signal?.reason);
    }
    const timer = clock.setTimer(delayMs, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
