/**
 * The runtime's network over TCP, for a star: one end listens, the others call it, answers come back on the same line.
 *
 * A line that breaks loses what was on it, as the contract allows; the next message opens a new one.
 * @module
 */

import type { Address, Channel, Network, NetworkCounters, Port } from "../../runtime/mod.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const MAX_FRAME_BYTES = 64 << 20;

interface Receiver {
  receive(from: Address, body: Uint8Array): void;
}

/** One connection. Its first frame, in each direction, says who is at the other end. */
class Line {
  readonly #connection: Deno.TcpConn;
  #queue: Uint8Array[] = [];
  #writing = false;
  #open = true;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    connection.setNoDelay(true);
  }

  get open(): boolean {
    return this.#open;
  }

  send(frame: Uint8Array): void {
    this.#queue.push(frame);
    if (!this.#writing) void this.#write();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#connection.close();
  }

  /** Hands each frame over until the line breaks. */
  async read(handle: (channel: string, body: Uint8Array) => void): Promise<void> {
    let buffer = new Uint8Array(64 << 10);
    let used = 0;
    try {
      while (this.#open) {
        const count = await this.#connection.read(buffer.subarray(used));
        if (count === null) break;
        used += count;
        let at = 0;
        while (used - at >= 6) {
          const view = new DataView(buffer.buffer, at);
          const length = view.getUint32(0, true);
          const nameLength = view.getUint16(4, true);
          if (length > MAX_FRAME_BYTES || nameLength + 6 > length) return;
          if (used - at < length) break;
          const name = decoder.decode(buffer.subarray(at + 6, at + 6 + nameLength));
          handle(name, buffer.slice(at + 6 + nameLength, at + length));
          at += length;
        }
        buffer.copyWithin(0, at, used);
        used -= at;
        if (used < buffer.length) continue;
        const wider = new Uint8Array(buffer.length * 2);
        wider.set(buffer);
        buffer = wider;
      }
    } catch {
      // A broken line: whoever waits for an answer has a deadline.
    } finally {
      this.close();
    }
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#queue.length > 0 && this.#open) {
        const frame = this.#queue.length === 1 ? this.#queue[0] : concat(this.#queue);
        this.#queue = [];
        for (let at = 0; at < frame.length;) at += await this.#connection.write(frame.subarray(at));
      }
    } catch {
      this.close();
    } finally {
      this.#writing = false;
    }
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function toFrame(channel: string, body: Uint8Array): Uint8Array {
  const name = encoder.encode(channel);
  const frame = new Uint8Array(6 + name.length + body.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, frame.length, true);
  view.setUint16(4, name.length, true);
  frame.set(name, 6);
  frame.set(body, 6 + name.length);
  return frame;
}

/** See the module's page. */
export class TcpNetwork implements Network, Disposable {
  readonly address: Address;
  readonly #listener: Deno.TcpListener | null;
  readonly #receivers = new Map<string, Receiver>();
  readonly #lines = new Map<Address, Line | Promise<Line | null>>();
  readonly #all = new Set<Line>();
  #closed = false;

  /** @param listen `host:port` to be called at; port 0 takes a free one. Without it this end only calls. */
  constructor(listen: string | null, name: string) {
    if (listen === null) {
      this.#listener = null;
      this.address = name;
      return;
    }
    const { hostname, port } = splitAddress(listen);
    this.#listener = Deno.listen({ hostname, port });
    this.address = `${hostname}:${this.#listener.addr.port}`;
    void this.#accept(this.#listener);
  }

  get counters(): NetworkCounters {
    return { messagesSent: 0, bytesSent: 0, messagesReceived: 0, bytesReceived: 0 };
  }

  open<M>(channel: Channel<M>, receive: (from: Address, message: M) => void): Port<M> {
    const { name, codec } = channel;
    if (this.#receivers.has(name)) throw new TypeError(`Cannot open the channel ${name} twice`);
    this.#receivers.set(name, { receive: (from, body) => receive(from, codec.decode(body)) });
    return {
      send: (to, message) => this.#send(to, toFrame(name, codec.encode(message))),
      close: () => void this.#receivers.delete(name),
    };
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#listener?.close();
    for (const line of this.#all) line.close();
  }

  #send(to: Address, frame: Uint8Array): void {
    const line = this.#lines.get(to);
    if (line instanceof Line && line.open) return line.send(frame);
    const opening = line instanceof Promise ? line : this.#call(to);
    void opening.then((opened) => opened?.send(frame));
  }

  #call(to: Address): Promise<Line | null> {
    const opening = this.#connect(to);
    this.#lines.set(to, opening);
    return opening;
  }

  async #connect(to: Address): Promise<Line | null> {
    try {
      const line = new Line(await Deno.connect(splitAddress(to)));
      if (this.#closed) {
        line.close();
        return null;
      }
      line.send(toFrame("", encoder.encode(this.address)));
      this.#lines.set(to, line);
      void this.#serve(line, to);
      return line;
    } catch {
      this.#lines.delete(to);
      return null;
    }
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    try {
      for await (const connection of listener) void this.#serve(new Line(connection), null);
    } catch {
      // The listener was closed.
    }
  }

  async #serve(line: Line, to: Address | null): Promise<void> {
    let from = to;
    this.#all.add(line);
    await line.read((channel, body) => {
      if (channel === "") {
        from = decoder.decode(body);
        this.#lines.set(from, line);
      } else if (from !== null) {
        this.#receivers.get(channel)?.receive(from, body);
      }
    });
    this.#all.delete(line);
    if (from !== null && this.#lines.get(from) === line) this.#lines.delete(from);
  }
}

/** `host:port` in its parts. Throws `TypeError` unless it is one. */
export function splitAddress(address: string): { hostname: string; port: number } {
  const colon = address.lastIndexOf(":");
  const port = Number(address.slice(colon + 1));
  if (colon < 1 || !Number.isInteger(port) || port < 0 || port > 65535) {
    throw new TypeError(`Cannot use "${address}" as an address: give host:port`);
  }
  return { hostname: address.slice(0, colon), port };
}
