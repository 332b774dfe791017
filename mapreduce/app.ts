/**
 * What a person writes: an application, as an ES module.
 * @module
 */

/** A key and a value, both text without line breaks. */
export type Pair = readonly [key: string, value: string];

/** Where {@linkcode BytesApp.mapBytes} puts what it finds. Keys are UTF-8 bytes, given as a range of an array. */
export interface ByteSink {
  /**
   * Adds `amount` to the number that belongs to the key `bytes[start, end)`. The key's value is the decimal total.
   * An app uses either `add` or `put`, never both.
   */
  add(bytes: Uint8Array, start: number, end: number, amount: number): void;
  /** Like `add`, for a caller that has the key's 32-bit FNV-1a at hand. */
  addHashed(bytes: Uint8Array, start: number, end: number, hash: number, amount: number): void;
  /** Gives the key `bytes[start, end)` a value. The same value again, with no other in between, changes nothing. */
  put(bytes: Uint8Array, start: number, end: number, value: string): void;
  /** Like `put`, for a caller that has the key's 32-bit FNV-1a at hand. */
  putHashed(bytes: Uint8Array, start: number, end: number, hash: number, value: string): void;
}

/**
 * What every application exports.
 *
 * @example Sums, with a combiner that makes a million values few before they leave their machine
 * ```ts
 * import { type Pair, runSequential } from "@flotilla/flotilla/mapreduce";
 * import { assertEquals } from "@std/assert";
 *
 * function sum(_key: string, values: Iterable<string>): string {
 *   let total = 0;
 *   for (const value of values) total += Number(value);
 *   return String(total);
 * }
 * const app = {
 *   map: (_name: string, contents: string): Pair[] =>
 *     contents.trim().split("\n").map((line) => line.split(" ")).map(([who, amount]) => [who, amount]),
 *   combine: sum,
 *   reduce: sum,
 * };
 * const lines = runSequential(app, [{ name: "a.txt", contents: "ann 3\nbob 1\nann 4\n" }]);
 * assertEquals(lines, ["ann 7", "bob 1"]);
 * ```
 */
export interface AppBase {
  /**
   * All values of one key in, the line's value out. `values` streams from disk: read it once, keep little of it. With
   * a `combine` it may hold combined values instead of mapped ones.
   */
  reduce(key: string, values: Iterable<string>): string;
  /**
   * Makes one value of several of the same key, as soon as on the machine that mapped them. It may run never, once or
   * many times on any of a key's values, so `reduce` must give the same with or without it.
   */
  combine?(key: string, values: Iterable<string>): string;
  /**
   * Whether `map` needs an input in one piece, as it is. Otherwise a large input reaches it in pieces of whole lines.
   * @default {false}
   */
  whole?: boolean;
}

/**
 * An application over text.
 *
 * @example How long the longest word with each first letter is
 * ```ts
 * import { type Pair, runSequential } from "@flotilla/flotilla/mapreduce";
 * import { assertEquals } from "@std/assert";
 *
 * const app = {
 *   *map(_name: string, contents: string): Iterable<Pair> {
 *     for (const word of contents.match(/[a-z]+/g) ?? []) yield [word[0], String(word.length)];
 *   },
 *   reduce: (_key: string, values: Iterable<string>) => String(Math.max(...Iterator.from(values).map(Number))),
 * };
 * const lines = runSequential(app, [{ name: "a.txt", contents: "one three two" }]);
 * assertEquals(lines, ["o 3", "t 5"]);
 * ```
 */
export interface TextApp extends AppBase {
  /** The pairs of one input. `contents` is decoded as UTF-8. */
  map(name: string, contents: string): Iterable<Pair>;
}

/**
 * An application over bytes, for speed: nothing need ever become a string.
 *
 * @example Count the bytes of each kind
 * ```ts
 * import { type ByteSink, runSequential } from "@flotilla/flotilla/mapreduce";
 * import { assertEquals } from "@std/assert";
 *
 * const app = {
 *   mapBytes(_name: string, bytes: Uint8Array, sink: ByteSink): void {
 *     for (let at = 0; at < bytes.length; at++) if (bytes[at] !== 10) sink.add(bytes, at, at + 1, 1);
 *   },
 *   reduce(_key: string, values: Iterable<string>): string {
 *     let total = 0;
 *     for (const value of values) total += Number(value);
 *     return String(total);
 *   },
 * };
 * const lines = runSequential(app, [{ name: "a.txt", contents: "abba\n" }]);
 * assertEquals(lines, ["a 2", "b 2"]);
 * ```
 */
export interface BytesApp extends AppBase {
  /** Scans one piece of an input. `bytes` is used again after the call: keep nothing of it. */
  mapBytes(name: string, bytes: Uint8Array, sink: ByteSink): void;
}

/** An application. One with both `map` and `mapBytes` is run by its `mapBytes`. */
export type App = TextApp | BytesApp | (TextApp & BytesApp);

/** Why an application could not be used. */
export type AppErrorCode =
  /** It could not be loaded, or is no application. */
  | "unfit"
  /** It gave something that is no pair, no value, or cannot be written. */
  | "wrongType"
  /** It threw. */
  | "threw";

/** A fault of the application, not of ours. */
export class AppError extends Error {
  /** For messages. */
  override readonly name = "AppError";
  /** What is wrong with it. */
  readonly code: AppErrorCode;

  /** `message` says what was given and what should have been. */
  constructor(code: AppErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An application that has been looked at: what is not there is `null`. */
export interface LoadedApp {
  /** How it was named. */
  readonly name: string;
  /** Its `map`. */
  readonly map: TextApp["map"] | null;
  /** Its `mapBytes`, which is used in place of `map`. */
  readonly mapBytes: BytesApp["mapBytes"] | null;
  /** Its `reduce`. */
  readonly reduce: AppBase["reduce"];
  /** Its `combine`. */
  readonly combine: ((key: string, values: Iterable<string>) => string) | null;
  /** Whether every input must reach it in one piece. */
  readonly whole: boolean;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function functionOf<F>(module: Record<string, unknown>, name: string, app: string): F | null {
  const value = module[name];
  if (value === undefined) return null;
  if (typeof value === "function") return value.bind(module);
  throw new AppError(
    "unfit",
    `Cannot use ${app} as an application: its export "${name}" is no function but ${describe(value)}`,
  );
}

/**
 * Looks at a module that should be an application.
 *
 * @param module What `import()` gave, or an object with the same members.
 * @param name How to call it in messages.
 * @throws {AppError} `unfit`, with the export that is missing or is not what it should be.
 */
export function loadApp(module: unknown, name: string): LoadedApp {
  if (!isRecord(module)) {
    throw new AppError("unfit", `Cannot use ${name} as an application: it is ${describe(module)}, no module`);
  }
  const map = functionOf<TextApp["map"]>(module, "map", name);
  const mapBytes = functionOf<BytesApp["mapBytes"]>(module, "mapBytes", name);
  const reduce = functionOf<AppBase["reduce"]>(module, "reduce", name);
  const combine = functionOf<AppBase["reduce"]>(module, "combine", name);
  if (map === null && mapBytes === null) {
    throw new AppError(
      "unfit",
      `Cannot use ${name} as an application: it exports neither "map" nor "mapBytes"`,
    );
  }
  if (reduce === null) {
    throw new AppError("unfit", `Cannot use ${name} as an application: it exports no "reduce"`);
  }
  const whole = module.whole ?? false;
  if (typeof whole !== "boolean") {
    throw new AppError(
      "unfit",
      `Cannot use ${name} as an application: its export "whole" is not true or false`,
    );
  }
  return { name, whole, map, mapBytes, reduce, combine };
}

/** A value in a few words, for messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return `the text ${JSON.stringify(shorten(value))}`;
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object") return `an object (${value.constructor?.name ?? "no class"})`;
  return `the ${typeof value} ${String(value)}`;
}

/** At most 60 characters of a text. */
export function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

const BREAK = /[\n\r]/;

/** Throws {@linkcode AppError} (`wrongType`) unless `key` can be a key. */
export function checkKey(key: unknown): asserts key is string {
  if (typeof key !== "string") {
    throw new AppError("wrongType", `map gave ${describe(key)} as a key: give pairs of texts, [key, value]`);
  }
  if (key === "" || BREAK.test(key) || !key.isWellFormed()) {
    throw new AppError(
      "wrongType",
      `map gave ${
        describe(key)
      } as a key: a key must not be empty, hold a line break or half a surrogate pair`,
    );
  }
}

/** Throws {@linkcode AppError} (`wrongType`) unless `value` can be a value. */
export function checkValue(
  value: unknown,
  from: "map" | "mapBytes" | "combine",
  key: string,
): asserts value is string {
  if (typeof value !== "string" || !value.isWellFormed()) {
    throw new AppError(
      "wrongType",
      `${from} gave ${describe(value)} as a value of the key ${JSON.stringify(shorten(key))}: give a text`,
    );
  }
}

/** Throws {@linkcode AppError} (`wrongType`) unless `result` can stand on a line of the output. */
export function checkResult(result: unknown, key: string): asserts result is string {
  if (typeof result !== "string" || BREAK.test(result) || !result.isWellFormed()) {
    throw new AppError(
      "wrongType",
      `reduce gave ${describe(result)} for the key ${
        JSON.stringify(shorten(key))
      }: give a text without line breaks`,
    );
  }
}
