/**
 * The watch at the border: while a simulation runs, asking the real world for time, chance or I/O is an error that names the
 * place in the code, for such an answer could not be replayed.
 * @module
 */

import { hostGlobal } from "./host.ts";

/** Called with the error of each trespass, also if the trespasser catches it. */
export type OnTrespass = (error: AmbientError) => void;

/** Somebody asked the real world during a simulation. */
export class AmbientError extends Error {
  /** Always `AmbientError`. */
  override readonly name = "AmbientError";
  /** Which function, for example `Math.random`. */
  readonly what: string;

  /** `callSite` is a line of a stack. */
  constructor(what: string, callSite: string) {
    super(
      `${what} was used during a simulation, ${callSite}: take it from the Runtime, or the run cannot be replayed`,
    );
    this.what = what;
  }
}

/** Functions that are replaced while a simulation runs; objects that do not exist here are skipped. */
const FORBIDDEN_CALLS: readonly (readonly [holder: string, names: readonly string[]])[] = [
  ["Math", ["random"]],
  ["performance", ["now", "mark", "measure"]],
  ["crypto", ["getRandomValues", "randomUUID"]],
  ["AbortSignal", ["timeout"]],
  ["Atomics", ["wait", "waitAsync"]],
  ["", ["setTimeout", "setInterval", "setImmediate", "fetch", "prompt"]],
  ["", [
    "Worker",
    "WebSocket",
    "EventSource",
    "MessageChannel",
    "BroadcastChannel",
    "WeakRef",
    "FinalizationRegistry",
  ]],
  ["Temporal.Now", ["instant", "zonedDateTimeISO", "plainDateTimeISO", "plainDateISO", "plainTimeISO"]],
  ["Deno", [
    "open",
    "create",
    "readFile",
    "readTextFile",
    "writeFile",
    "writeTextFile",
    "readDir",
    "stat",
    "lstat",
  ]],
  ["Deno", [
    "remove",
    "rename",
    "mkdir",
    "makeTempDir",
    "makeTempFile",
    "connect",
    "listen",
    "serve",
    "Command",
  ]],
  ["Deno", ["connectTls", "listenTls", "openKv", "osUptime", "memoryUsage", "loadavg"]],
];

/** Values whose mere reading is a trespass. */
const FORBIDDEN_VALUES: readonly (readonly [holder: string, name: string])[] = [["crypto", "subtle"]];

interface Replacement {
  readonly holder: object;
  readonly name: string;
  /** `undefined` if the holder has it from its prototype. */
  readonly original: PropertyDescriptor | undefined;
  readonly forbidden: PropertyDescriptor;
}

function find(path: string): object | null {
  let at: unknown = hostGlobal;
  for (const part of path.split(".").filter((part) => part !== "")) {
    if ((typeof at !== "object" && typeof at !== "function") || at === null) return null;
    at = Reflect.get(at, part);
  }
  return (typeof at === "object" || typeof at === "function") ? at : null;
}

/** The first line of the stack outside this file, in words. */
function callSite(): string {
  const { stackTraceLimit } = Error;
  // Runs that nobody watches do without stacks; here it is what the message is about.
  Error.stackTraceLimit = 10;
  const lines = (new Error().stack ?? "").split("\n").slice(1);
  Error.stackTraceLimit = stackTraceLimit;
  const line = lines.find((line) => line.includes("at ") && !line.includes("/guard.ts"));
  return line === undefined ? "at an unknown place" : line.trim();
}

/** See the module's page. Made once per world; `install` and `restore` bracket every slice of events. */
export class Guard {
  readonly #onTrespass: OnTrespass;
  readonly #replacements: readonly Replacement[];

  constructor(onTrespass: OnTrespass) {
    this.#onTrespass = onTrespass;
    this.#replacements = [...this.#calls(), ...this.#values(), ...this.#date()];
  }

  /** Puts the watch up; the returned function takes it down again. */
  install(): () => void {
    for (const { holder, name, forbidden } of this.#replacements) {
      Object.defineProperty(holder, name, forbidden);
    }
    return () => {
      for (const { holder, name, original } of this.#replacements) {
        if (original === undefined) Reflect.deleteProperty(holder, name);
        else Object.defineProperty(holder, name, original);
      }
    };
  }

  #trespass(what: string): never {
    const error = new AmbientError(what, callSite());
    this.#onTrespass(error);
    throw error;
  }

  *#calls(): Generator<Replacement> {
    for (const [path, names] of FORBIDDEN_CALLS) {
      const holder = find(path);
      if (holder === null) continue;
      for (const name of names) {
        const what = path === "" ? name : `${path}.${name}`;
        // A `function`, not an arrow: some of these are called with `new`.
        const guard = this.#trespass.bind(this, what);
        const value = function (): never {
          return guard();
        };
        yield* replacement(holder, name, { value, writable: true, enumerable: true, configurable: true });
      }
    }
  }

  *#values(): Generator<Replacement> {
    for (const [path, name] of FORBIDDEN_VALUES) {
      const holder = find(path);
      if (holder === null) continue;
      const get = () => this.#trespass(`${path}.${name}`);
      yield* replacement(holder, name, { get, enumerable: true, configurable: true });
    }
  }

  /** `Date` stays usable for dates that are given; only the present one is forbidden. */
  *#date(): Generator<Replacement> {
    const trespass = (what: string) => this.#trespass(what);
    const real = find("Date");
    if (typeof real !== "function") return;
    const value: unknown = new Proxy(real, {
      construct(target, args, newTarget): object {
        return args.length === 0 ? trespass("new Date()") : Reflect.construct(target, args, newTarget);
      },
      apply: () => trespass("Date()"),
      get: (target, name) => name === "now" ? () => trespass("Date.now") : Reflect.get(target, name),
    });
    yield* replacement(hostGlobal, "Date", { value, writable: true, enumerable: false, configurable: true });
  }
}

function* replacement(holder: object, name: string, forbidden: PropertyDescriptor): Generator<Replacement> {
  if (!(name in holder)) return;
  const original = Object.getOwnPropertyDescriptor(holder, name);
  if (original !== undefined && original.configurable !== true) return;
  yield { holder, name, original, forbidden };
}
