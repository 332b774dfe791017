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
 * or cut short.
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

/** The unpacker of Deno and Node; null in a browser. */
async function hostUnpacker(): Promise<Unpacker | null> {
  const zlib = await import("node:zlib").catch(() => null);
  const stream = await import("node:stream").catch(() => null);
  if (zlib === null || stream === null) return null;
  return (packed) => {
    const unpacker = zlib.createGunzip();
    // Whatever fails, reading or unpacking, ends the loop of whoever reads here; it is not for the callback to tell.
    stream.pipeline(stream.Readable.from(packed), unpacker, () => {});
    return unpacker;
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
  if (code === "Z_BUF_ERROR") return new PackedError("it ends in the middle");
  return typeof code === "string" && code.startsWith("Z_") ? new PackedError(message ?? code) : error;
}
