/**
 * The smallest client that speaks RESP: requests pipelined, replies in order. Written apart from the server's parser on purpose.
 * @module
 */

/** A reply: text and integers as they are, errors as `RespError`. */
export type RespReply = string | number | null | RespError | RespReply[];

/** An error that the server answered. */
export class RespError extends Error {
  /** The class, for logs. */
  override readonly name = "RespError";
  /** The first word. */
  readonly code: string;

  constructor(line: string) {
    super(line);
    this.code = line.split(" ")[0];
  }
}

interface Waiting {
  readonly resolve: (reply: RespReply) => void;
  readonly reject: (error: Error) => void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One connection. */
export class RespClient implements Disposable {
  readonly #conn: Deno.TcpConn;
  readonly #waiting: Waiting[] = [];
  #bytes = new Uint8Array(0);
  #closed = false;
  #out = "";
  #writing = false;

  /** Connects to `host:port`; gives up after `timeoutMs`. */
  static async connect(address: string, timeoutMs = 2000): Promise<RespClient> {
    const at = address.lastIndexOf(":");
    const signal = AbortSignal.timeout(timeoutMs);
    const conn = await Deno.connect({
      hostname: address.slice(0, at),
      port: Number(address.slice(at + 1)),
      signal,
    });
    return new RespClient(conn);
  }

  private constructor(conn: Deno.TcpConn) {
    conn.setNoDelay(true);
    this.#conn = conn;
    void this.#read();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Sends one command. Rejects if the connection ends before the reply. */
  send(...words: (string | number)[]): Promise<RespReply> {
    if (this.#closed) return Promise.reject(new Error("The connection is closed"));
    let text = `*${words.length}\r\n`;
    for (const word of words) {
      const value = `${word}`;
      text += `$${encoder.encode(value).length}\r\n${value}\r\n`;
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#out += text;
      if (!this.#writing) void this.#write();
    });
  }

  /** Sends one command and throws an error that it brings. */
  async must(...words: (string | number)[]): Promise<RespReply> {
    const reply = await this.send(...words);
    if (reply instanceof RespError) throw reply;
    return reply;
  }

  /** Closes the connection; what has no reply yet fails. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#conn.close();
    } catch {
      // Closed already.
    }
    for (const { reject } of this.#waiting.splice(0)) reject(new Error("The connection ended"));
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #write(): Promise<void> {
    this.#writing = true;
    await null;
    try {
      while (this.#out !== "") {
        const bytes = encoder.encode(this.#out);
        this.#out = "";
        for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
      }
    } catch {
      this.close();
    }
    this.#writing = false;
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(65536);
    try {
      for (;;) {
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        const joined = new Uint8Array(this.#bytes.length + count);
        joined.set(this.#bytes);
        joined.set(buffer.subarray(0, count), this.#bytes.length);
        this.#bytes = joined;
        this.#take();
      }
    } catch {
      // The other end died.
    }
    this.close();
  }

  #take(): void {
    let at = 0;
    for (;;) {
      const parsed = parse(this.#bytes, at);
      if (parsed === null) break;
      at = parsed.end;
      this.#waiting.shift()?.resolve(parsed.reply);
    }
    this.#bytes = this.#bytes.subarray(at);
  }
}

function parse(bytes: Uint8Array, at: number): { reply: RespReply; end: number } | null {
  const lf = bytes.indexOf(10, at);
  if (lf === -1) return null;
  const line = decoder.decode(bytes.subarray(at + 1, lf - 1));
  switch (String.fromCharCode(bytes[at])) {
    case "+":
      return { reply: line, end: lf + 1 };
    case "-":
      return { reply: new RespError(line), end: lf + 1 };
    case ":":
      return { reply: Number(line), end: lf + 1 };
    case "_":
      return { reply: null, end: lf + 1 };
    case "$": {
      const length = Number(line);
      if (length === -1) return { reply: null, end: lf + 1 };
      if (bytes.length < lf + 1 + length + 2) return null;
      return { reply: decoder.decode(bytes.subarray(lf + 1, lf + 1 + length)), end: lf + 1 + length + 2 };
    }
    case "*": {
      if (Number(line) === -1) return { reply: null, end: lf + 1 };
      const items: RespReply[] = [];
      let end = lf + 1;
      for (let left = Number(line); left > 0; left--) {
        const item = parse(bytes, end);
        if (item === null) return null;
        items.push(item.reply);
        end = item.end;
      }
      return { reply: items, end };
    }
    default:
      throw new TypeError(`Not RESP: ${decoder.decode(bytes.subarray(at, at + 40))}`);
  }
}
