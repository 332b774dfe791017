/**
 * The one place where the simulated world touches the real one: how to let promises run, how to leave the stack, and
 * how to hear of errors nobody caught.
 *
 * Everything ambient is taken once, when this module loads, so that the guard may replace it while a simulation runs.
 * @module
 */

const hostSetImmediate = globalThis.setImmediate;
const hostNow = performance.now.bind(performance);

/** The real global object, for the guard, which replaces parts of it by name. */
export const hostGlobal: object = globalThis;

/** Milliseconds of real time, for benchmarks and speed figures only; no decision may depend on it. */
export function realNowMs(): number {
  return hostNow();
}

/** Runs `callback` in a new macrotask: the only kind of place where the synchronous drain works. */
export function inMacrotask(callback: () => void): void {
  hostSetImmediate(callback);
}

/** The shape of the engine's internals that is of use here; all of it may be missing. */
interface DenoInternals {
  readonly internal?: symbol;
  readonly [key: symbol]: { readonly core?: { readonly runMicrotasks?: () => void } } | undefined;
}

function findRunMicrotasks(): (() => void) | null {
  const deno: unknown = Reflect.get(globalThis, "Deno");
  if (typeof deno !== "object" || deno === null) return null;
  const key = (deno as DenoInternals).internal;
  const run = key === undefined ? undefined : (deno as DenoInternals)[key]?.core?.runMicrotasks;
  return typeof run === "function" ? run : null;
}

const runMicrotasks = findRunMicrotasks();

/**
 * The synchronous drain of all microtasks, or `null` where the engine offers none.
 *
 * The drain silently does nothing inside an async continuation, hence the self-test: call this in a macrotask.
 */
export function probeSyncDrain(): (() => void) | null {
  if (runMicrotasks === null) return null;
  let generations = 0;
  Promise.resolve().then(() => generations++).then(() => generations++);
  runMicrotasks();
  return generations === 2 ? runMicrotasks : null;
}

/**
 * Lets rejections that `isExpected` go unhandled in this realm, for good; the engine would end the process otherwise, also
 * between two runs, where nobody watches.
 */
export function forgiveRejections(isExpected: (error: unknown) => boolean): void {
  globalThis.addEventListener("unhandledrejection", (event) => {
    if (isExpected(event.reason)) event.preventDefault();
  });
}

/**
 * Reports every error that nobody caught to `report` until the returned function is called.
 *
 * The engine delivers them between macrotasks, so a caller must pass through one before it trusts the silence.
 */
export function watchUncaught(report: (error: unknown) => void): () => void {
  function onRejection(event: PromiseRejectionEvent): void {
    event.preventDefault();
    report(event.reason);
  }
  function onError(event: ErrorEvent): void {
    event.preventDefault();
    report(event.error);
  }
  globalThis.addEventListener("unhandledrejection", onRejection);
  globalThis.addEventListener("error", onError);
  return () => {
    globalThis.removeEventListener("unhandledrejection", onRejection);
    globalThis.removeEventListener("error", onError);
  };
}
