/**
 * The names through which code reaches time, chance, input or output without being handed them. Data only.
 *
 * @module
 */

/** Why a name is forbidden, and what to ask instead. */
export interface Ban {
  readonly what: string;
  readonly instead: string;
}

const CLOCK: Ban = { what: "the real clock", instead: "take a `Clock` (`runtime.clock`)" };
const CHANCE: Ban = { what: "unseeded chance", instead: "take a `Random` (`runtime.random`)" };
const NETWORK: Ban = { what: "the real network", instead: "take a `Network` (`runtime.network`)" };
const HOST: Ban = { what: "the host", instead: "take a `Runtime`, or move this into a command line" };
const THREAD: Ban = {
  what: "another thread",
  instead: "inject who runs the work; order between threads varies",
};
const COLLECTOR: Ban = {
  what: "the garbage collector",
  instead: "end lifetimes explicitly; when it runs varies",
};
const EVENT_LOOP: Ban = {
  what: "the order of the event loop",
  instead: "take a `Clock`, or await a promise",
};
const ESCAPE: Ban = {
  what: "every global at once",
  instead: "name what is needed, so that it can be judged",
};

/** Globals whose every use is forbidden. */
export const FORBIDDEN_GLOBALS: ReadonlyMap<string, Ban> = new Map([
  ...names(CLOCK, "Date", "performance", "Intl", "setTimeout", "setInterval", "requestAnimationFrame"),
  ...names(EVENT_LOOP, "setImmediate", "queueMicrotask", "MessageChannel", "reportError"),
  ...names(CHANCE, "crypto"),
  ...names(NETWORK, "fetch", "WebSocket", "WebSocketStream", "EventSource", "XMLHttpRequest", "WebTransport"),
  ...names(HOST, "Deno", "process", "navigator", "location", "alert", "confirm", "prompt"),
  ...names(HOST, "localStorage", "sessionStorage", "indexedDB", "caches"),
  ...names(THREAD, "Worker", "SharedWorker", "BroadcastChannel"),
  ...names(COLLECTOR, "WeakRef", "FinalizationRegistry"),
  ...names(ESCAPE, "globalThis", "window", "self", "global", "eval", "Function", "require"),
]);

/** Globals that are harmless but for some members. */
export const FORBIDDEN_MEMBERS: ReadonlyMap<string, ReadonlyMap<string, Ban>> = new Map([
  ["Math", new Map(names(CHANCE, "random"))],
  ["Temporal", new Map(names(CLOCK, "Now"))],
  ["AbortSignal", new Map(names(CLOCK, "timeout"))],
  ["Atomics", new Map(names(THREAD, "wait", "waitAsync"))],
]);

/** Beginnings of module names that lead out of the house. */
export const FORBIDDEN_IMPORTS: ReadonlyMap<string, Ban> = new Map(names(HOST, "node:", "npm:"));

function names(ban: Ban, ...list: string[]): [string, Ban][] {
  return list.map((name) => [name, ban]);
}
