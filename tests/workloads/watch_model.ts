/**
 * A watched store as a sequential object: writes get consecutive revisions, and a watcher is given each of them, once, in order.
 * @module
 */

import {
  type Answer,
  type Codec,
  type Datum,
  ILLEGAL,
  type Illegal,
  Mismatch,
  type Model,
  type RawOperation,
} from "../../porcupine/mod.ts";

/** A write as a watcher sees it. */
export interface WatchedWrite {
  readonly revision: number;
  readonly key: string;
  readonly value: string;
}

/** What is asked: a write, or the next write behind the last one that this watcher was given. */
export type WatchInput =
  | { readonly f: "put"; readonly key: string; readonly value: string }
  | { readonly f: "next" };

/** What is answered. `after`: the revision that the watcher was given last. */
export type WatchOutput =
  | { readonly f: "put"; readonly revision: number }
  | { readonly f: "next"; readonly after: number; readonly write: WatchedWrite };

/** All writes so far: the last one and those before it. Shared, so that a long history is not copied. */
export type WatchState = null | {
  readonly write: WatchedWrite;
  readonly before: WatchState;
  /** Stands for the whole. */
  readonly key: string;
};

/** See the module's page. */
export function watchModel(): Model<WatchState, WatchInput, WatchOutput> {
  return {
    name: "watched store",
    init: () => null,
    step,
    key: (state) => state?.key ?? "",
    readOnly: (input) => input.f === "next",
    describeOperation: describe,
    describeState: (state) => state === null ? "nothing" : `${state.write.revision} writes`,
    sizeBytes: () => 96,
  };
}

function step(state: WatchState, input: WatchInput, answer: Answer<WatchOutput>): WatchState | Illegal {
  if (input.f === "put") {
    const revision = (state?.write.revision ?? 0) + 1;
    if (answer.known && (answer.output.f !== "put" || answer.output.revision !== revision)) return ILLEGAL;
    const write = { revision, key: input.key, value: input.value };
    return { write, before: state, key: `${state?.key ?? ""}|${input.value}` };
  }
  if (!answer.known) return state;
  if (answer.output.f !== "next") return ILLEGAL;
  const { after, write } = answer.output;
  if (write.revision !== after + 1) return ILLEGAL;
  let at = state;
  while (at !== null && at.write.revision > write.revision) at = at.before;
  return at !== null && at.write.revision === write.revision && at.write.key === write.key &&
      at.write.value === write.value
    ? state
    : ILLEGAL;
}

function describe(input: WatchInput, answer: Answer<WatchOutput>): string {
  const output = answer.known ? answer.output : null;
  if (input.f === "put") {
    const revision = output?.f === "put" ? `${output.revision}` : "?";
    return `put(${input.key}, ${input.value}) -> revision ${revision}`;
  }
  if (output?.f !== "next") return "next() -> ?";
  const { revision, key, value } = output.write;
  return `next(after ${output.after}) -> revision ${revision}: ${key} = ${value}`;
}

/** Writes and reads such a history. */
export const watchCodec: Codec<WatchState, WatchInput, WatchOutput> = {
  name: "watch",
  summary: "a store with consecutive revisions, and watchers: put, next",
  operations: {
    put: "put (v: a string, answers the revision)",
    next: "next (answers [after, revision, key, value])",
  },
  model: watchModel,
  input: (raw) =>
    raw.f === "next" ? { f: "next" } : { f: "put", key: raw.key ?? "", value: `${raw.argument}` },
  output: readOutput,
  recordInput: (input) => ({
    f: input.f,
    key: input.f === "put" ? input.key : null,
    argument: input.f === "put" ? input.value : undefined,
    version: undefined,
  }),
  recordOutput: (output) => {
    if (output.f === "put") return output.revision;
    const { revision, key, value } = output.write;
    return [output.after, revision, key, value];
  },
  mark: () => "plain",
};

function readOutput(value: Datum, input: WatchInput, _raw: RawOperation): WatchOutput {
  if (input.f === "put" && typeof value === "number") return { f: "put", revision: value };
  if (input.f === "next" && Array.isArray(value) && value.length === 4) {
    const [after, revision, key, text] = value;
    return {
      f: "next",
      after: Number(after),
      write: { revision: Number(revision), key: `${key}`, value: `${text}` },
    };
  }
  throw new Mismatch("model-mismatch", "a revision, or [after, revision, key, value]", JSON.stringify(value));
}
