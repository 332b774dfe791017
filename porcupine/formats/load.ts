import type { Operation } from "../types.ts";
import { type Codec, decode } from "./codec.ts";
import { FormatError } from "./errors.ts";
import type { ByteSource } from "./lines.ts";
import { modelNamed } from "./models.ts";
import { type FormatName, openHistory, type RawHistory } from "./read.ts";

/** A history in memory, ready to be judged. */
export interface LoadedHistory<Input, Output> {
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
 * const verdict = checkOperations(kvCodec.model(), history.operations);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export async function loadHistory<State, Input, Output>(
  codec: Codec<State, Input, Output>,
  file: string,
  bytes: ByteSource,
  format?: FormatName,
): Promise<LoadedHistory<Input, Output>> {
  return await loadOpened(codec, file, await openHistory(file, bytes, format));
}

/** The same for a history that is open already. */
export async function loadOpened<State, Input, Output>(
  codec: Codec<State, Input, Output>,
  file: string,
  history: RawHistory,
): Promise<LoadedHistory<Input, Output>> {
  const { header, format } = history;
  if (header !== null && modelNamed(header.model, { file, line: 1 }).name !== codec.name) {
    throw new FormatError("model-mismatch", { file, line: 1 }, {
      expected: `a history for model ${codec.name}`,
      found: `one for model ${header.model}`,
    });
  }
  let items: { line: number; operation: Operation<Input, Output> }[] = [];
  let sorted = true;
  for await (const bundle of history.operations) {
    for (const raw of bundle) {
      const operation = decode(codec, raw, file);
      sorted &&= items.length === 0 || items[items.length - 1].operation.callAt <= operation.callAt;
      items.push({ line: raw.line, operation });
    }
  }
  if (!sorted) items = items.sort((a, b) => a.operation.callAt - b.operation.callAt || a.line - b.line);
  const warnings = promised(header?.operations ?? null, items.length);
  return {
    file,
    format,
    operations: items.map(({ operation }) => operation),
    lines: items.map(({ line }) => line),
    warnings,
  };
}

function promised(count: number | null, found: number): string[] {
  if (count === null || count === found) return [];
  return [`the header promises ${count} operations, the file has ${found}: it may be cut short`];
}
