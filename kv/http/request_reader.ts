/**
 * HTTP/1.1 requests out of the bytes of a stranger: what curl and every other client send, and no more.
 * @module
 */

/** A request. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly target: string;
  /** By name, in small letters. Of several with one name the last counts. */
  readonly headers: ReadonlyMap<string, string>;
  /** A copy. */
  readonly body: Uint8Array;
  /** Whether the client wants to use the connection again. */
  readonly keepAlive: boolean;
}

/** Bytes that are no request; `status` is what the client is told before the connection ends. */
export class HttpProtocolError extends Error {
  /** The class, for logs. */
  override readonly name = "HttpProtocolError";
  /** Always the same. */
  readonly code = "protocol";
  /** The status of the answer. */
  readonly status: number;

  /** `message` says what is wrong. */
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const MAX_HEAD_BYTES = 16 << 10;
const FIRST_BUFFER_BYTES = 4 << 10;
const USUAL_BUFFER_BYTES = 64 << 10;
const LF = 0x0a;
const CR = 0x0d;

interface Head {
  readonly method: string;
  readonly target: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly keepAlive: boolean;
  readonly bodyBytes: number;
}

/** Takes bytes as they come and gives requests. */
export class HttpRequestReader {
  readonly #maxBodyBytes: number;
  /** The client waits for leave to send its body. */
  readonly #onExpect: () => void;
  #buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  #from = 0;
  #to = 0;
  /** How far the search for the end of the head has come. */
  #searched = 0;
  #head: Head | null = null;

  /** Refuses bodies longer than `maxBodyBytes`. `onExpect` is to send `100 Continue`. */
  constructor(maxBodyBytes: number, onExpect: () => void) {
    this.#maxBodyBytes = maxBodyBytes;
    this.#onExpect = onExpect;
  }

  /** Whether a request has begun and not ended. */
  get halfway(): boolean {
    return this.#head !== null || this.#to > this.#from;
  }

  /** Where the next bytes go. Never empty. */
  get space(): Uint8Array {
    if (this.#from > 0) {
      this.#buffer.copyWithin(0, this.#from, this.#to);
      this.#searched -= this.#from;
      this.#to -= this.#from;
      this.#from = 0;
    }
    if (this.#to === 0 && this.#buffer.length > USUAL_BUFFER_BYTES) {
      this.#buffer = new Uint8Array(USUAL_BUFFER_BYTES);
    }
    if (this.#to === this.#buffer.length) {
      const grown = new Uint8Array(this.#buffer.length * 2);
      grown.set(this.#buffer);
      this.#buffer = grown;
    }
    return this.#buffer.subarray(this.#to);
  }

  /** `count` bytes have been put into {@linkcode HttpRequestReader.space}. */
  took(count: number): void {
    this.#to += count;
  }

  /** The next request; null until more has come. Throws {@linkcode HttpProtocolError}. */
  next(): HttpRequest | null {
    if (this.#head === null) {
      const end = this.#headEnd();
      if (end === null) return null;
      const head = readHead(new TextDecoder("latin1").decode(this.#buffer.subarray(this.#from, end)));
      if (head.bodyBytes > this.#maxBodyBytes) {
        throw new HttpProtocolError(
          413,
          `Cannot take a body of ${head.bodyBytes} bytes: at most ${this.#maxBodyBytes}`,
        );
      }
      this.#from = this.#searched = end;
      this.#head = head;
      const missing = this.#to - this.#from < head.bodyBytes;
      if (missing && head.headers.get("expect")?.toLowerCase() === "100-continue") this.#onExpect();
    }
    const { bodyBytes, ...head } = this.#head;
    if (this.#to - this.#from < bodyBytes) return null;
    const body = this.#buffer.slice(this.#from, this.#from + bodyBytes);
    this.#from += bodyBytes;
    this.#searched = this.#from;
    this.#head = null;
    return { ...head, body };
  }

  /** Behind the empty line that ends the head. */
  #headEnd(): number | null {
    // Empty lines before a request are forgiven, as RFC 9112 section 2.2 asks.
    while (this.#from < this.#to && (this.#buffer[this.#from] === CR || this.#buffer[this.#from] === LF)) {
      this.#from++;
    }
    let at = Math.max(this.#searched, this.#from);
    for (; at < this.#to; at++) {
      if (this.#buffer[at] !== LF) continue;
      const before = this.#buffer[at - 1] === CR ? at - 2 : at - 1;
      if (before > this.#from && this.#buffer[before] === LF) return this.#checked(at + 1);
    }
    this.#searched = this.#checked(at);
    return null;
  }

  /** `end`, up to which the head has come, also if all of it came at once. */
  #checked(end: number): number {
    if (end - this.#from <= MAX_HEAD_BYTES) return end;
    throw new HttpProtocolError(431, `Cannot take a head of more than ${MAX_HEAD_BYTES} bytes`);
  }
}

function readHead(text: string): Head {
  const lines = text.split(/\r?\n/);
  const first = /^([A-Z]{1,16}) ([\x21-\x7e]{1,8192}) HTTP\/1\.([01])$/.exec(lines[0]);
  if (first === null) {
    throw new HttpProtocolError(400, "Cannot understand the request line: this port speaks HTTP/1.1");
  }
  const headers = new Map<string, string>();
  for (const line of lines.slice(1)) {
    if (line === "") continue;
    const colon = line.indexOf(":");
    // A name with a blank in it, or a folded line, is how one request is passed off as two.
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(line.slice(0, Math.max(0, colon)))) {
      throw new HttpProtocolError(400, "Cannot understand a header line");
    }
    const name = line.slice(0, colon).toLowerCase();
    if (name === "content-length" && headers.has(name)) {
      throw new HttpProtocolError(400, "Cannot take two lengths for one body");
    }
    headers.set(name, line.slice(colon + 1).trim());
  }
  if (headers.has("transfer-encoding")) {
    throw new HttpProtocolError(411, "Cannot take a body in chunks: send Content-Length");
  }
  const length = headers.get("content-length") ?? "0";
  if (!/^\d{1,15}$/.test(length)) throw new HttpProtocolError(400, "Cannot understand Content-Length");
  const connection = headers.get("connection")?.toLowerCase() ?? "";
  const keepAlive = first[3] === "1" ? connection !== "close" : connection === "keep-alive";
  return { method: first[1], target: first[2], headers, keepAlive, bodyBytes: Number(length) };
}
