import type { Model, Operation } from "../types.ts";
import { type Names, requireNames } from "../require/names.ts";
import { type Codec, decode, type ModelSetting, settleModel } from "./codec.ts";
import { Drains } from "./drains.ts";
import { FormatError } from "./errors.ts";
import type { ByteSource } from "./lines.ts";
import { modelNamed } from "./models.ts";
import type { Datum, RawOperation } from "./raw.ts";
import { requireCodec } from "./require_codec.ts";
import { type FormatName, openHistory, type RawHistory } from "./read.ts";

/** What is known about a history beside its file. */
export interface LoadOptions {
  /** The format; found by looking if absent. */
  readonly format?: FormatName;
  /** Fields that count as if they stood in the header, such as a bank's `accounts`. */
  readonly facts?: { readonly [name: string]: Datum };
}

const NAMES: Names<LoadOptions> = { format: true, facts: true };

/** A history in memory, ready to be judged. */
export interface LoadedHistory<State, Input, Output> extends ModelSetting<Input, Output> {
  /** The model to judge it by, with what the header says about it. */
  readonly model: Model<State, Input, Output>;
  /** The file, as the caller named it. */
  readonly file: string;
  /** What the file turned out to be. */
  readonly format: RawHistory["format"];
  /** In the order of calls. */
  readonly operations: readonly Operation<Input, Output>[];
  /** The line of each operation's call, parallel to `operations`. */
  readonly lines: readonly number[];
  /** Oddities that do not stop a check, each a sentence. */
  readonly warnings: readonly string[];
}

/**
 * Reads a whole history for one model.
 *
 * Throws a {@linkcode FormatError} that names file and line for anything that cannot be read, and of code
 * `model-mismatch` if the file says that it was recorded for another model.
 *
 * @example
 * ```ts
 * import { checkOperations, kvCodec, loadHistory } from "@flotilla/flotilla/porcupine";
 *
 * const text = `{"format":"linhist-1","model":"kv"}
 * {"c":0,"f":"append","k":"x","v":"1","s":0,"e":1}
 * {"c":1,"f":"get","k":"x","o":"","s":2,"e":3}
 * `;
 * const history = await loadHistory(kvCodec, "small.jsonl", [new TextEncoder().encode(text)]);
 * const verdict = checkOperations(history.model, history.operations);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export async function loadHistory<State, Input, Output>(
  codec: Codec<State, Input, Output>,
  file: string,
  bytes: ByteSource,
  options: LoadOptions = {},
): Promise<LoadedHistory<State, Input, Output>> {
  requireNames("loadHistory", options, NAMES);
  requireCodec(codec);
  return await loadOpened(codec, file, await openHistory(file, bytes, options.format), options);
}

/**
 * The same as {@linkcode loadHistory} for a history that {@linkcode openHistory} has opened: what its header says may settle
 * by which codec it is read ({@linkcode modelNamed}). The history is read to its end, and can be read once.
 *
 * @example
 * ```ts
 * import { checkOperations, loadOpened, openHistory, registerCodec } from "@flotilla/flotilla/porcupine";
 *
 * const text = `{"format":"linhist-1","model":"register"}
 * {"c":0,"f":"read","o":7,"s":0,"e":1}
 * `;
 * const opened = await openHistory("small.jsonl", [new TextEncoder().encode(text)]);
 * if (opened.header?.model !== "register") throw new Error("recorded from something else");
 * const history = await loadOpened(registerCodec, "small.jsonl", opened);
 * if (checkOperations(history.model, history.operations).kind !== "illegal") throw new Error("nobody wrote 7");
 * ```
 */
export async function loadOpened<State, Input, Output>(
  codec: Codec<State, Input, Output>,
  file: string,
  history: RawHistory,
  options: Pick<LoadOptions, "facts"> = {},
): Promise<LoadedHistory<State, Input, Output>> {
  requireCodec(codec);
  const { header, format } = history;
  // A codec of the user's own may have a name that no model here has.
  const recorded = header === null || header.model === codec.name
    ? codec.name
    : modelNamed(header.model, { file, line: 1 }).name;
  if (header !== null && recorded !== codec.name) {
    throw new FormatError("model-mismatch", { file, line: 1 }, {
      expected: `a history for model ${codec.name}`,
      found: `one for model ${header.model}`,
    });
  }
  let operations: Operation<Input, Output>[] = [];
  let lines: number[] = [];
  let isSorted = true;
  const take = (raw: RawOperation): void => {
    const operation = decode(codec, raw, file);
    isSorted &&= operations.length === 0 || operations[operations.length - 1].callAt <= operation.callAt;
    operations.push(operation);
    lines.push(raw.line);
  };
  // Where a model says itself what a drain is, it is none of ours.
  const drains = knows(codec, "dequeue") && !knows(codec, "drain") ? new Drains(file) : undefined;
  for await (const bundle of history.operations) {
    for (const raw of bundle) {
      if (drains === undefined) take(raw);
      else for (const one of drains.expand(raw)) take(one);
    }
  }
  for (const raw of drains?.rest() ?? []) take(raw);
  if (!isSorted) {
    const order = operations.map((_, i) => i)
      .sort((a, b) => operations[a].callAt - operations[b].callAt || lines[a] - lines[b]);
    [operations, lines] = [order.map((i) => operations[i]), order.map((i) => lines[i])];
  }
  const warnings = [
    ...nothing(operations.length, format),
    ...promised(header?.operations ?? null, operations.length),
    ...history.warnings,
  ];
  const facts = { ...header?.facts, ...options.facts };
  return {
    model: settleModel(codec, { facts, operations }, file),
    file,
    format,
    facts,
    operations,
    lines,
    warnings,
  };
}

/** Whoever recorded nothing, by mistake, must not take the verdict for an answer. */
function nothing(count: number, format: RawHistory["format"]): string[] {
  if (count > 0 || format === "empty") return [];
  return ["there is no operation in it: a history in which nothing happens is linearizable"];
}

function promised(count: number | null, found: number): string[] {
  if (count === null || count === found) return [];
  return [`the header promises ${count} operations, the file has ${found}: it may be cut short`];
}

function knows(
  { operations }: { readonly operations: Readonly<Record<string, string>> },
  f: string,
): boolean {
  return Object.hasOwn(operations ?? {}, f);
}
