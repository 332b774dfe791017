/**
 * What the load needs of a store: many closed loops over a few connections, at as little cost as this process can manage.
 * @module
 */

/** One kind of request. */
export type Op = "put" | "get";

/** A way to one server. */
export interface Caller {
  /** Asks; resolves when the answer has come, to whether the server did it. Rejects when the connection has ended. */
  ask(op: Op, key: string): Promise<boolean>;
  /** Puts all of `keys` at once, in one request and one transaction. */
  putMany(keys: readonly string[]): Promise<boolean>;
  /** Ends the connection. */
  close(): void;
}

/** Opens a connection to `host:port`. */
export type Connect = (address: string) => Promise<Caller>;

/** Every value that is put: 256 bytes. */
export const VALUE = "v".repeat(256);

/** Somebody who waits for an answer. */
export interface Waiting {
  readonly resolve: (done: boolean) => void;
  readonly reject: (error: Error) => void;
}

/** Bytes on their way out: all that is asked in one turn goes out in one write. */
export class Outgoing {
  readonly #conn: Deno.TcpConn;
  readonly #onEnd: () => void;
  #parts: Uint8Array[] = [];
  #writing = false;

  /** `onEnd` hears that the connection has ended. */
  constructor(conn: Deno.TcpConn, onEnd: () => void) {
    this.#conn = conn;
    this.#onEnd = onEnd;
    conn.setNoDelay(true);
  }

  /** Sends. */
  add(part: Uint8Array): void {
    this.#parts.push(part);
    if (this.#writing) return;
    this.#writing = true;
    queueMicrotask(() => void this.#write());
  }

  async #write(): Promise<void> {
    try {
      while (this.#parts.length > 0) {
        const bytes = join(this.#parts);
        this.#parts = [];
        for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
      }
    } catch {
      this.#onEnd();
    }
    this.#writing = false;
  }
}

/** All of them in a row. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Connects to `host:port`; gives up after two seconds. */
export function dial(address: string): Promise<Deno.TcpConn> {
  const at = address.lastIndexOf(":");
  const hostname = address.slice(0, at);
  return Deno.connect({ hostname, port: Number(address.slice(at + 1)), signal: AbortSignal.timeout(2000) });
}

/** Reads until the end, and hands over what has come; `take` returns how many of the bytes it is done with. */
export async function readAll(
  conn: Deno.TcpConn,
  take: (bytes: Uint8Array) => number,
  onEnd: () => void,
): Promise<void> {
  let buffer = new Uint8Array(1 << 16);
  let used = 0;
  try {
    for (;;) {
      if (used === buffer.length) {
        const grown = new Uint8Array(buffer.length * 2);
        grown.set(buffer);
        buffer = grown;
      }
      const count = await conn.read(buffer.subarray(used));
      if (count === null) break;
      used += count;
      const done = take(buffer.subarray(0, used));
      buffer.copyWithin(0, done, used);
      used -= done;
    }
  } catch {
    // The other end died.
  }
  onEnd();
}
