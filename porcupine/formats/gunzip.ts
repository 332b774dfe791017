/** What is wrong with packed data. */
export class PackedError extends Error {
  /** The kind of mistake. */
  readonly code = "bad-gzip";

  /** Builds the error; `what` is what was found instead of packed data. */
  constructor(what: string) {
    super(`damaged gzip data: ${what}`);
    this.name = "PackedError";
  }
}

/**
 * Unpacks what gzip packed (RFC 1952), also if it is several parts one after the other, as `cat a.gz b.gz`, `bgzip` and log
 * rotation make them; zeros that fill up the last block may follow. Throws a {@linkcode PackedError} for anything that is damaged
 * or cut short, and if anything follows those zeros.
 *
 * The web's `DecompressionStream` takes one part only: it is for browsers, which have nothing else.
 */
export async function* gunzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const host = await hostUnpacker();
  if (host === null) return yield* gunzipByTheWeb(packed);
  try {
    yield* host(packed);
  } catch (error) {
    throw asPackedError(error);
  }
}

type Unpacker = (packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

const BEHIND = "something follows the zeros behind its end; unpack its parts one by one";

/** What comes by of packed data, and where its last byte is that is not zero. */
class Passage {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #passed = 0;
  #filled = 0;

  constructor(packed: AsyncIterable<Uint8Array>) {
    this.#chunks = packed[Symbol.asyncIterator]();
  }

  /** The data. Whoever stops reading in the middle leaves the rest to {@linkcode filled}. */
  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = await this.#chunks.next();
      if (next.done === true) return;
      this.#note(next.value);
      yield next.value;
    }
  }

  /** How many bytes there are up to the last that is not zero; reads what is left. */
  async filled(): Promise<number> {
    for (let next = await this.#chunks.next(); next.done !== true; next = await this.#chunks.next()) {
      this.#note(next.value);
    }
    return this.#filled;
  }

  #note(chunk: Uint8Array): void {
    let end = chunk.length;
    while (end > 0 && chunk[end - 1] === 0) end--;
    if (end > 0) this.#filled = this.#passed + end;
    this.#passed += chunk.length;
  }
}

/** The unpacker of Deno and Node; null in a browser. */
async function hostUnpacker(): Promise<Unpacker | null> {
  const zlib = await import("node:zlib").catch(() => null);
  const stream = await import("node:stream").catch(() => null);
  if (zlib === null || stream === null) return null;
  return async function* (packed) {
    const unpacker = zlib.createGunzip();
    const passage = new Passage(packed);
    // Whatever fails, reading or unpacking, ends the loop of whoever reads here; it is not for the callback to tell.
    stream.pipeline(stream.Readable.from(passage.read()), unpacker, () => {});
    yield* unpacker;
    // It stops at the first zero behind a part without a word: another part behind that would be lost.
    if (await passage.filled() > unpacker.bytesWritten) {
      throw new PackedError(BEHIND);
    }
  };
}

/** What a browser can do: one part. Throws a `TypeError`, in the browser's words, if it is damaged. */
export function gunzipByTheWeb(packed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const chunks = packed[Symbol.asyncIterator]();
  const source = new ReadableStream<BufferSource>({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(new Uint8Array(next.value));
    },
    async cancel() {
      await chunks.return?.();
    },
  });
  return source.pipeThrough(new DecompressionStream("gzip"));
}

/** What zlib complains of, in our words; anything else, a disk that fails, is passed on. */
function asPackedError(error: unknown): unknown {
  const { code, message } = error instanceof Error ? error as Error & { code?: unknown } : {};
  // Zeros, and then what looks like another part, in chunks of their own.
  if (code === "ERR_STREAM_PUSH_AFTER_EOF") return new PackedError(BEHIND);
  if (code === "Z_BUF_ERROR") return new PackedError("it ends in the middle");
  return typeof code === "string" && code.startsWith("Z_") ? new PackedError(message ?? code) : error;
}
