import { type LockInput, lockModel, type LockOutput, type LockState } from "../../models/lock.ts";
import { type MutexInput, mutexModel, type MutexOutput } from "../../models/mutex.ts";
import { type Codec, mismatch, requireBoolean, requireCount, unknownOperation } from "../codec.ts";
import type { Keyed } from "../keyed.ts";
import type { Datum } from "../raw.ts";
import { keyedCodec } from "./keyed.ts";

const LOCK_OPERATIONS = {
  acquire: "acquire (answers the token, null if held)",
  release: "release (v: the token, answers true or false)",
};

/** Locks with fencing tokens; the header's `tokens` is `consecutive` (default) or `increasing`. */
export const lockCodec: Codec<LockState, Keyed<LockInput>, LockOutput> = keyedCodec({
  name: "lock",
  summary: "locks with fencing tokens: acquire, release (header: tokens increasing if they leap)",
  operations: LOCK_OPERATIONS,
  model: ({ facts }) => lockModel({ tokens: tokensOf(facts.tokens ?? "consecutive") }),
  input: (raw) =>
    raw.f === "acquire"
      ? { f: raw.f }
      : raw.f === "release"
      ? { f: raw.f, token: requireCount(raw.argument, "the token of release") }
      : unknownOperation(LOCK_OPERATIONS, raw.f),
  output: (value, { f }) =>
    f === "acquire"
      ? { f, token: value === null ? null : requireCount(value, "the token") }
      : { f, released: requireBoolean(value, "the answer of release") },
  recordInput: (input) => input.f === "acquire" ? { f: input.f } : { f: input.f, argument: input.token },
  recordOutput: (output) => output.f === "acquire" ? output.token : output.released,
  mark: (_input, answer) => {
    if (!answer.known) return "plain";
    const { output } = answer;
    return (output.f === "acquire" ? output.token === null : !output.released) ? "failed" : "plain";
  },
});

function tokensOf(tokens: Datum): "consecutive" | "increasing" {
  return tokens === "consecutive" || tokens === "increasing"
    ? tokens
    : mismatch("consecutive or increasing for tokens in the header", tokens);
}

const MUTEX_OPERATIONS = {
  acquire: "acquire (answers true, or false if refused)",
  release: "release (answers true, or false if refused)",
};

/** Mutexes without tokens. Jepsen's answers say nothing: such a request was granted. */
export const mutexCodec: Codec<boolean, Keyed<MutexInput>, MutexOutput> = keyedCodec({
  name: "mutex",
  summary: "mutexes: acquire, release; free at the start",
  operations: MUTEX_OPERATIONS,
  model: () => mutexModel(),
  input: (raw) =>
    raw.f === "acquire" || raw.f === "release" ? { f: raw.f } : unknownOperation(MUTEX_OPERATIONS, raw.f),
  output: (value, { f }) => ({
    f,
    granted: value === null ? true : requireBoolean(value, `the answer of ${f}`),
  }),
  recordInput: ({ f }) => ({ f }),
  recordOutput: ({ granted }) => granted,
  mark: (_input, answer) => answer.known && !answer.output.granted ? "failed" : "plain",
});
