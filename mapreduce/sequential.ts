/**
 * The reference: a job done by one process, in memory, in the plainest way there is. What the real thing must equal.
 * @module
 */

import { type App, type ByteSink, checkKey, checkResult, checkValue, loadApp } from "./app.ts";

/** An input in memory. */
export interface TextInput {
  /** What the application is told it is called. */
  readonly name: string;
  /** All of it. */
  readonly contents: string;
}

/**
 * Runs an application over whole inputs and returns the lines of all output files together, sorted by key.
 *
 * It calls neither `combine` nor, where there is a `map`, `mapBytes`: so it also tells whether those agree with the rest.
 * @throws {AppError} If the application gives something wrong.
 */
export function runSequential(app: App, inputs: readonly TextInput[]): string[] {
  const { map, mapBytes, reduce } = loadApp(app, "the application");
  const groups = new Map<string, string[]>();
  const emit = (key: string, value: string) => {
    checkKey(key);
    checkValue(value, "map", key);
    const values = groups.get(key);
    if (values === undefined) groups.set(key, [value]);
    else values.push(value);
  };
  for (const { name, contents } of inputs) {
    if (map === null) mapBytes?.(name, new TextEncoder().encode(contents), new PlainSink(emit));
    else for (const [key, value] of map(name, contents)) emit(key, value);
  }
  const lines: string[] = [];
  for (const key of [...groups.keys()].sort(byCodePoint)) {
    const result = reduce(key, groups.get(key) ?? []);
    checkResult(result, key);
    lines.push(`${key} ${result}`);
  }
  return lines;
}

/** A sink that turns everything into plain pairs. */
class PlainSink implements ByteSink {
  readonly #emit: (key: string, value: string) => void;
  readonly #decoder = new TextDecoder();

  constructor(emit: (key: string, value: string) => void) {
    this.#emit = emit;
  }

  add(bytes: Uint8Array, start: number, end: number, amount: number): void {
    this.put(bytes, start, end, String(amount));
  }

  addHashed(bytes: Uint8Array, start: number, end: number, _hash: number, amount: number): void {
    this.put(bytes, start, end, String(amount));
  }

  put(bytes: Uint8Array, start: number, end: number, value: string): void {
    this.#emit(this.#decoder.decode(bytes.subarray(start, end)), value);
  }

  putHashed(bytes: Uint8Array, start: number, end: number, _hash: number, value: string): void {
    this.put(bytes, start, end, value);
  }
}

/** The order of UTF-8 bytes, which the real thing sorts by; JavaScript's own differs beyond the first plane. */
export function byCodePoint(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const difference = (left.codePointAt(at) ?? 0) - (right.codePointAt(at) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
