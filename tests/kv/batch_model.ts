/**
 * Three keys of the store for the checker, all at once: batches that touch several, and scans that see all.
 * @module
 */

import { type Answer, ILLEGAL, type Illegal, type Model } from "../../porcupine/mod.ts";

/** The keys. */
export const BATCH_KEYS = ["a", "b", "c"] as const;

/** What is asked; keys are positions in `BATCH_KEYS`. */
export type BatchInput =
  /** The first `limit` keys that are there. */
  | { readonly f: "scan"; readonly limit: number }
  /** If the versions hold, all the writes. A value of null deletes. */
  | { readonly f: "batch"; readonly expect: readonly Expected[]; readonly writes: readonly Wanted[] };

/** A condition: a key and the version that it must have. */
export type Expected = readonly [key: number, version: number];
/** A write: a key and its new value, or null to delete it. */
export type Wanted = readonly [key: number, value: string | null];

/** What is answered. */
export type BatchOutput =
  | { readonly f: "page"; readonly entries: readonly Seen[]; readonly more: boolean }
  | { readonly f: "done"; readonly previousVersions: readonly number[] }
  | { readonly f: "failed"; readonly at: number; readonly version: number };

/** An entry of a page. */
export type Seen = readonly [key: number, value: string, version: number];

interface Key {
  readonly value: string;
  readonly version: number;
}

type Keys = readonly Key[];

const ABSENT: Key = { value: "", version: 0 };

/** The model. It is not partitioned: a batch of two keys ties them together. */
export function batchModel(): Model<Keys, BatchInput, BatchOutput> {
  return {
    name: "store with batches",
    init: () => BATCH_KEYS.map(() => ABSENT),
    step,
    key: (state) => JSON.stringify(state),
    readOnly: (input) => input.f === "scan",
    describeOperation: (input, answer) =>
      `${JSON.stringify(input)} -> ${answer.known ? JSON.stringify(answer.output) : "?"}`,
    describeState: (state) => JSON.stringify(state),
  };
}

function step(state: Keys, input: BatchInput, answer: Answer<BatchOutput>): Keys | Illegal {
  const [next, output] = input.f === "scan" ? [state, scan(state, input.limit)] : batch(state, input);
  return !answer.known || JSON.stringify(answer.output) === JSON.stringify(output) ? next : ILLEGAL;
}

function scan(state: Keys, limit: number): BatchOutput {
  const all: Seen[] = [];
  state.forEach(({ value, version }, key) => version > 0 && all.push([key, value, version]));
  return { f: "page", entries: all.slice(0, limit), more: all.length > limit };
}

function batch(state: Keys, { expect, writes }: BatchInput & { readonly f: "batch" }): [Keys, BatchOutput] {
  for (let at = 0; at < expect.length; at++) {
    const [key, wanted] = expect[at];
    const { version } = state[key];
    if (version !== wanted) return [state, { f: "failed", at, version }];
  }
  const next = [...state];
  const previousVersions = writes.map(([key, value]) => {
    const { version } = next[key];
    next[key] = value === null ? ABSENT : { value, version: version + 1 };
    return version;
  });
  return [next, { f: "done", previousVersions }];
}
