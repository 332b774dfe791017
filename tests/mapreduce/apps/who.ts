/**
 * Counts lines, and tells which workers mapped them. The first call of each waits for company, so that a worker that starts
 * slowly is not left without work.
 * @module
 */

import type { Pair } from "../../../mapreduce/mod.ts";

const PATIENCE_MS = 60_000;
let alone = true;

function waitForCompany(): void {
  Deno.writeTextFileSync(`here-${Deno.pid}`, "");
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; alone && waitedMs < PATIENCE_MS; waitedMs += 20) {
    Atomics.wait(cell, 0, 0, 20);
    alone = [...Deno.readDirSync(".")].filter(({ name }) => name.startsWith("here-")).length < 2;
  }
  alone = false;
}

export function* map(_name: string, contents: string): Iterable<Pair> {
  if (alone) waitForCompany();
  yield [`worker-${Deno.pid}`, "1"];
  for (const line of contents.split("\n")) if (line !== "") yield [line, "1"];
}

export function combine(_key: string, values: Iterable<string>): string {
  let sum = 0;
  for (const value of values) sum += Number(value);
  return String(sum);
}

export const reduce: typeof combine = combine;
