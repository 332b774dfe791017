/**
 * Asks by RESP: ours, and Redis.
 * @module
 */

import { type Caller, dial, type Op, Outgoing, readAll, VALUE, type Waiting } from "./caller.ts";

const encoder = new TextEncoder();
const LF = 10;
const DOLLAR = 0x24;
const MINUS = 0x2d;

/** Opens a connection. */
export async function connectResp(address: string): Promise<Caller> {
  return new RespCaller(await dial(address));
}

class RespCaller implements Caller {
  readonly #conn: Deno.TcpConn;
  readonly #out: Outgoing;
  readonly #waiting: Waiting[] = [];
  #ended = false;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.#out = new Outgoing(conn, () => this.#end());
    void readAll(conn, (bytes) => this.#take(bytes), () => this.#end());
  }

  ask(op: Op, key: string): Promise<boolean> {
    if (this.#ended) return Promise.reject(new Error("The connection has ended"));
    const text = op === "put"
      ? `*3\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$${VALUE.length}\r\n${VALUE}\r\n`
      : `*2\r\n$3\r\nGET\r\n$${key.length}\r\n${key}\r\n`;
    return this.#send(text);
  }

  putMany(keys: readonly string[]): Promise<boolean> {
    if (this.#ended) return Promise.reject(new Error("The connection has ended"));
    const pairs = keys.map((key) => `$${key.length}\r\n${key}\r\n$${VALUE.length}\r\n${VALUE}\r\n`);
    return this.#send(`*${keys.length * 2 + 1}\r\n$4\r\nMSET\r\n${pairs.join("")}`);
  }

  #send(text: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#out.add(encoder.encode(text));
    });
  }

  close(): void {
    this.#end();
  }

  /** Keys are plain words and values have a known length: so little is enough to find the end of an answer. */
  #take(bytes: Uint8Array): number {
    let at = 0;
    for (;;) {
      const lineEnd = bytes.indexOf(LF, at);
      if (lineEnd === -1) return at;
      let end = lineEnd + 1;
      if (bytes[at] === DOLLAR && bytes[at + 1] !== MINUS) {
        let length = 0;
        for (let digit = at + 1; digit < lineEnd - 1; digit++) length = length * 10 + bytes[digit] - 0x30;
        end += length + 2;
        if (end > bytes.length) return at;
      }
      this.#waiting.shift()?.resolve(bytes[at] !== MINUS);
      at = end;
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#conn.close();
    for (const { reject } of this.#waiting.splice(0)) reject(new Error("The connection has ended"));
  }
}
