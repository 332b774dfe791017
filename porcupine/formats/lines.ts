import { FormatError } from "./errors.ts";
import { gunzip } from "./gunzip.ts";

/** Bytes from anywhere: a file's `readable`, a response body, an array of chunks in a test. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Consecutive lines of a file. Lines come in bundles because one await a line costs more than parsing it. */
export interface LineBundle {
  /** The number of the first line, from 1. */
  readonly first: number;
  readonly lines: readonly string[];
}

/** A longer line is damage, not data; without a limit one bad byte could fill the memory. */
const MAX_LINE_CHARS = 256 * 1024 * 1024;

/**
 * Splits bytes into lines; gzip is recognised by its first two bytes. Holds one chunk and one line at a time.
 *
 * Throws a {@linkcode FormatError} of code `damaged-file` if the gzip data does not unpack or the text is not UTF-8.
 */
export async function* readLines(file: string, bytes: ByteSource): AsyncGenerator<LineBundle> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let first = 1;
  try {
    for await (const chunk of await unpacked(bytes)) {
      const text = decoder.decode(chunk, { stream: true });
      // A line may be longer than many chunks (a whole EDN history is one form, and may be one line): splitting what is held
      // again with every chunk would cost the square of its length.
      const lines = text.includes("\n") ? (rest + text).split("\n") : [rest + text];
      rest = lines.pop() ?? "";
      if (rest.length > MAX_LINE_CHARS) {
        throw new RangeError(`a line longer than ${MAX_LINE_CHARS} characters`);
      }
      if (lines.length > 0) yield { first, lines };
      first += lines.length;
    }
    rest += decoder.decode();
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const found = error instanceof Error ? error.message : String(error);
    throw new FormatError("damaged-file", { file, line: first }, {
      expected: "UTF-8 text, plain or packed by gzip",
      found,
    });
  }
  if (rest !== "") yield { first, lines: [rest] };
}

async function unpacked(bytes: ByteSource): Promise<AsyncIterable<Uint8Array>> {
  const iterator = iterate(bytes);
  const head: Uint8Array[] = [];
  let length = 0;
  // The two magic bytes may arrive in two chunks.
  while (length < 2) {
    const next = await iterator.next();
    if (next.done === true) break;
    head.push(next.value);
    length += next.value.length;
  }
  const start = new Uint8Array(2);
  let at = 0;
  for (const chunk of head) for (const byte of chunk.subarray(0, 2)) if (at < 2) start[at++] = byte;
  const all = chain(head, iterator);
  return start[0] === 0x1f && start[1] === 0x8b ? gunzip(all) : all;
}

async function* iterate(bytes: ByteSource): AsyncGenerator<Uint8Array> {
  yield* bytes;
}

async function* chain(
  head: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* head;
  yield* rest;
}
