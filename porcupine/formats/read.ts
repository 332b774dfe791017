import { isEtcdLine, readEtcdLog } from "./etcd_log.ts";
import { FormatError } from "./errors.ts";
import { isEdnStart, readJepsen } from "./jepsen_edn.ts";
import { isJepsenTextLine } from "./jepsen_text.ts";
import { type ByteSource, type LineBundle, readLines } from "./lines.ts";
import { isLinhistHeader, type LinhistHeader, readLinhist } from "./linhist.ts";
import type { RawOperation } from "./raw.ts";

/** The formats that can be read. */
export type FormatName = "linhist-1" | "etcd-log" | "edn" | "history-txt";

/** The formats that can be read, each in a few words. */
export const FORMATS: Readonly<Record<FormatName, string>> = {
  "linhist-1": "JSON lines with a header, one operation a line",
  "etcd-log": "the logs of jepsen's etcd test (INFO  jepsen.util - ...)",
  "edn": "histories of jepsen and knossos, one map an event; key-value test logs",
  "history-txt": "jepsen's history.txt: process, type, f and value with tabs between them",
};

/** A history file being read. */
export interface RawHistory {
  /** What it turned out to be; `empty` for a file without a line. */
  readonly format: FormatName | "empty";
  /** The header of a linhist-1 file, which has been read already; `null` for the other formats. */
  readonly header: LinhistHeader | null;
  /** The operations, in bundles, as they are read. */
  readonly operations: AsyncIterable<readonly RawOperation[]>;
  /** Oddities met so far that do not stop the reading, each a sentence; all of them once the operations are read. */
  readonly warnings: readonly string[];
}

/** How many lines may come before the first that tells the format. */
const SNIFFED_LINES = 200;

/**
 * Opens a history of any known format, plain or packed by gzip. Unless `format` names it, the format is found by looking at the
 * first lines. Throws a {@linkcode FormatError} that names file and line if they cannot be read; so does reading `operations`.
 *
 * @example
 * ```ts
 * import { openHistory } from "@flotilla/flotilla/porcupine";
 *
 * const text = `{"format":"linhist-1","model":"kv"}
 * {"c":0,"f":"put","k":"x","v":"1","s":0,"e":1}
 * `;
 * const history = await openHistory("small.jsonl", [new TextEncoder().encode(text)]);
 * let count = 0;
 * for await (const operations of history.operations) count += operations.length;
 * if (history.format !== "linhist-1" || count !== 1) throw new Error("not read");
 * ```
 */
export async function openHistory(
  file: string,
  bytes: ByteSource,
  format?: FormatName,
): Promise<RawHistory> {
  return await openAs(file, bytes, { format, transactions: false });
}

/** How a file is opened. */
export interface OpenOptions {
  /** The format; found by looking if absent. */
  readonly format: FormatName | undefined;
  /** Whether a history of jepsen is one of transactions: its values do not say. */
  readonly transactions: boolean;
}

/** The same, where it is known what the history is made of. */
export async function openAs(
  file: string,
  bytes: ByteSource,
  { format, transactions }: OpenOptions,
): Promise<RawHistory> {
  const bundles = readLines(file, bytes);
  const head: LineBundle[] = [];
  let found = format;
  let looked = 0;
  let blank = true;
  while (looked < SNIFFED_LINES) {
    const next = await bundles.next();
    if (next.done === true) break;
    head.push(next.value);
    looked += next.value.lines.length;
    blank &&= next.value.lines.every((line) => line.trim() === "");
    found ??= sniff(next.value.lines);
    if (found !== undefined) break;
  }
  const all = chain(head, bundles);
  if (blank && format === undefined && found === undefined && looked < SNIFFED_LINES) {
    const warnings = ["there is no line in it: a history in which nothing happens is linearizable"];
    return { format: "empty", header: null, operations: none(), warnings };
  }
  if (found === undefined) throw unknownFormat(file, head);
  return await open(file, all, { format: found, transactions });
}

async function open(
  file: string,
  bundles: AsyncIterable<LineBundle>,
  { format, transactions }: { readonly format: FormatName; readonly transactions: boolean },
): Promise<RawHistory> {
  const warnings: string[] = [];
  const oddity = (sentence: string): void => void warnings.push(sentence);
  if (format === "edn" || format === "history-txt") {
    const operations = readJepsen(file, bundles, { transactions, text: format === "history-txt" });
    return { format, header: null, operations, warnings };
  }
  if (format === "etcd-log") {
    return { format, header: null, operations: readEtcdLog(file, bundles), warnings };
  }
  const seen: LinhistHeader[] = [];
  const reader = readLinhist(file, bundles, { header: (header) => seen.push(header), oddity });
  // The header is wanted before the operations: read up to the first bundle and hand it out again.
  const first: (readonly RawOperation[])[] = [];
  while (seen.length === 0) {
    const next = await reader.next();
    if (next.done === true) break;
    first.push(next.value);
  }
  return { format, header: seen[0] ?? null, operations: chain(first, reader), warnings };
}

function sniff(lines: readonly string[]): FormatName | undefined {
  for (const line of lines) {
    if (isLinhistHeader(line.trim())) return "linhist-1";
    if (isEtcdLine(line)) return "etcd-log";
    if (isEdnStart(line)) return "edn";
    if (isJepsenTextLine(line)) return "history-txt";
  }
  return undefined;
}

function unknownFormat(file: string, head: readonly LineBundle[]): FormatError {
  const lines = head.flatMap((bundle) => bundle.lines);
  const at = lines.findIndex((line) => line.trim() !== "");
  if (/^\s*\{\s*"/.test(lines[at] ?? "")) {
    return new FormatError("unknown-format", { file, line: at + 1 }, {
      expected:
        'a header before the JSON lines, {"format":"linhist-1","model":"kv"} with the name of a model',
      found: lines[at],
    });
  }
  return new FormatError("unknown-format", { file, line: at + 1 }, {
    expected: Object.entries(FORMATS).map(([name, what]) => `${name} (${what})`).join(", or "),
    found: lines[at] ?? "nothing",
  });
}

async function* chain<T>(head: readonly T[], rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield* head;
  yield* rest;
}

async function* none(): AsyncGenerator<readonly RawOperation[]> {}
