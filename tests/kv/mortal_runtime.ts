/**
 * A runtime that dies as on a real machine does, and that can tell what its program has left there.
 * @module
 */

import type { Clock, Runtime, Timer } from "../../runtime/mod.ts";
import { listenersOf } from "./listeners.ts";

/** See the module's page. */
export interface MortalRuntime extends Runtime {
  /** Ends it: timers go off no more, sleepers wake with the reason. */
  die(): void;
  /** What would still happen, or hears of the death: timers and sleeps that were not over, and listeners. */
  left(): { readonly timers: number; readonly sleeps: number; readonly listeners: number };
}

/** Gives `runtime` a death of its own. */
export function mortalRuntime(runtime: Runtime): MortalRuntime {
  const death = new AbortController();
  const { signal } = death;
  const sleeping = new Set<(reason: unknown) => void>();
  const timers = new Set<Timer>();
  const setTimer = (delayMs: number, callback: () => void): Timer => {
    if (signal.aborted) return { cancel() {} };
    const inner = runtime.clock.setTimer(delayMs, () => {
      timers.delete(timer);
      callback();
    });
    const timer: Timer = {
      cancel() {
        timers.delete(timer);
        inner.cancel();
      },
    };
    timers.add(timer);
    return timer;
  };
  const clock: Clock = {
    now: () => runtime.clock.now(),
    setTimer,
    sleep(delayMs, waker) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (waker?.aborted) return Promise.reject(waker.reason);
      return new Promise((resolve, reject) => {
        const end = () => {
          sleeping.delete(wake);
          inner.cancel();
          waker?.removeEventListener("abort", onAbort);
        };
        const wake = (reason: unknown) => {
          end();
          reject(reason);
        };
        const onAbort = () => wake(waker?.reason);
        const inner = runtime.clock.setTimer(delayMs, () => {
          end();
          resolve();
        });
        sleeping.add(wake);
        waker?.addEventListener("abort", onAbort);
      });
    },
  };
  const listeners = listenersOf(signal);
  return {
    ...runtime,
    clock,
    signal,
    die() {
      for (const timer of timers) timer.cancel();
      for (const wake of [...sleeping]) wake(DEATH);
      death.abort(DEATH);
    },
    left: () => ({ timers: timers.size, sleeps: sleeping.size, listeners: listeners.size }),
  };
}

const DEATH = new Error("killed");
