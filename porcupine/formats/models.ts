import type { Codec } from "./codec.ts";
import { bankCodec } from "./codecs/bank.ts";
import { bagCodec, priorityQueueCodec, queueCodec, setCodec, stackCodec } from "./codecs/collections.ts";
import { counterCodec } from "./codecs/counter.ts";
import { kvCodec } from "./codecs/kv.ts";
import { kvBatchCodec } from "./codecs/kv_batch.ts";
import { lockCodec, mutexCodec } from "./codecs/locks.ts";
import { logCodec } from "./codecs/log.ts";
import { registerCodec } from "./codecs/register.ts";
import { versionedKvCodec } from "./codecs/versioned_kv.ts";
import { nearest } from "../require/nearest.ts";
import { FormatError, type Place } from "./errors.ts";

/** Something to do with a codec whatever its types. */
export interface CodecUser<Result> {
  /** Called once, with the codec's own types. */
  use<State, Input, Output>(codec: Codec<State, Input, Output>): Result;
}

/** A model that files can be judged by, its types hidden. */
export interface ModelEntry {
  /** The name on the command line and in headers. */
  readonly name: string;
  /** One line for a list. */
  readonly summary: string;
  /** Hands the codec, with its types, to `user`. */
  with<Result>(user: CodecUser<Result>): Result;
}

function entry<State, Input, Output>(codec: Codec<State, Input, Output>): ModelEntry {
  return { name: codec.name, summary: codec.summary, with: (user) => user.use(codec) };
}

/** Every model that files can be judged by. */
export const MODELS: readonly ModelEntry[] = [
  entry(registerCodec),
  entry(kvCodec),
  entry(versionedKvCodec),
  entry(kvBatchCodec),
  entry(counterCodec),
  entry(setCodec),
  entry(queueCodec),
  entry(bagCodec),
  entry(stackCodec),
  entry(priorityQueueCodec),
  entry(lockCodec),
  entry(mutexCodec),
  entry(logCodec),
  entry(bankCodec),
];

/** Other names under which a model is known, those of knossos among them. */
const ALIASES: Readonly<Record<string, string>> = {
  "cas-register": "register",
  "fifo-queue": "queue",
  "unordered-queue": "bag",
  etcd: "register",
  "versioned-kv": "kvv",
};

/**
 * The model of that name; throws a {@linkcode FormatError} of code `unknown-model` that lists what there is.
 *
 * @example A file judged by whatever model its header names
 * ```ts
 * import { type Codec, checkOperations, loadOpened, modelNamed, openHistory } from "@flotilla/flotilla/porcupine";
 *
 * const text = `{"format":"linhist-1","model":"queue"}
 * {"c":0,"f":"dequeue","o":"from nowhere","s":0,"e":1}
 * `;
 * const file = "small.jsonl";
 * const opened = await openHistory(file, [new TextEncoder().encode(text)]);
 * const kind = await modelNamed(opened.header?.model ?? "", { file, line: 1 }).with({
 *   use: async <State, Input, Output>(codec: Codec<State, Input, Output>) => {
 *     const { model, operations } = await loadOpened(codec, file, opened);
 *     return checkOperations(model, operations).kind;
 *   },
 * });
 * if (kind !== "illegal") throw new Error(kind);
 * ```
 */
export function modelNamed(name: string, place: Place): ModelEntry {
  return modelAmong(name, place, []);
}

/** The same for whoever judges histories of some `others`, too: so that a slip in the name of one of them is told by that name. */
export function modelAmong(name: string, place: Place, others: readonly string[]): ModelEntry {
  const canonical = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name;
  const found = MODELS.find((model) => model.name === canonical);
  if (found !== undefined) return found;
  const names = [...MODELS.map((model) => model.name), ...others];
  const meant = nearest(name, [...names, ...Object.keys(ALIASES)]);
  const expected = `one of the models ${
    names.join(", ")
  } (${meant} is the nearest name), or --model FILE.ts with a codec for it`;
  throw new FormatError("unknown-model", place, { expected, found: name });
}
