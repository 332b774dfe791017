/**
 * Ends this process if the application never comes back: nothing else can interrupt a call of it.
 *
 * Workers that a coordinator has started need none, as it kills those that fall silent; others would be lost to their
 * machine for ever.
 * @module
 */

const BEAT_MS = 500;

/** Watches this process. `what` is said on standard error at the end of `limitMs` without a turn of the event loop. */
export function startWatchdog(limitMs: number, what: string): Disposable {
  const heart = new Int32Array(new SharedArrayBuffer(4));
  const watcher = new Worker(new URL("./watchdog_main.ts", import.meta.url), { type: "module" });
  watcher.postMessage({ heart, limitMs, what });
  const timer = setInterval(() => {
    Atomics.add(heart, 0, 1);
    Atomics.notify(heart, 0);
  }, BEAT_MS);
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      watcher.terminate();
    },
  };
}
