/**
 * Asks etcd by gRPC: HTTP/2 framed by hand, since a whole client library would take more of the cores than the servers do.
 * @module
 */

import { type Caller, dial, join, type Op, Outgoing, readAll, VALUE, type Waiting } from "./caller.ts";

const encoder = new TextEncoder();
const PREFACE = encoder.encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const FRAME_HEAD_BYTES = 9;
const DATA = 0;
const HEADERS = 1;
const RESET = 3;
const SETTINGS = 4;
const PING = 6;
const GO_AWAY = 7;
const WINDOW = 8;
const END_STREAM = 1;
const ACKNOWLEDGED = 1;
const END_HEADERS = 4;
/** What the server may send before it is told to go on; far more than a run needs between two updates. */
const ROOM_BYTES = 1 << 30;
const UPDATE_BYTES = 1 << 24;
const MAX_FRAME_BYTES = 1 << 14;

/** Opens a connection. */
export async function connectEtcd(address: string): Promise<Caller> {
  return new EtcdCaller(await dial(address), address);
}

interface Stream extends Waiting {
  /** A message has come. One that failed has none, only an ending. */
  answered: boolean;
}

class EtcdCaller implements Caller {
  readonly #conn: Deno.TcpConn;
  readonly #out: Outgoing;
  readonly #heads: Readonly<Record<Op | "txn", Uint8Array>>;
  readonly #streams = new Map<number, Stream>();
  #next = 1;
  #taken = 0;
  #ended = false;

  constructor(conn: Deno.TcpConn, authority: string) {
    this.#conn = conn;
    this.#heads = {
      put: headers("Put", authority),
      get: headers("Range", authority),
      txn: headers("Txn", authority),
    };
    this.#out = new Outgoing(conn, () => this.#end());
    this.#out.add(join([PREFACE, frame(SETTINGS, 0, 0, new Uint8Array(0)), windowUpdate(ROOM_BYTES)]));
    void readAll(conn, (bytes) => this.#take(bytes), () => this.#end());
  }

  ask(op: Op, key: string): Promise<boolean> {
    if (this.#ended) return Promise.reject(new Error("The connection has ended"));
    return this.#send(this.#heads[op], message(op === "put" ? [[1, key], [2, VALUE]] : [[1, key]]));
  }

  putMany(keys: readonly string[]): Promise<boolean> {
    if (this.#ended) return Promise.reject(new Error("The connection has ended"));
    return this.#send(this.#heads.txn, transaction(keys));
  }

  #send(head: Uint8Array, body: Uint8Array): Promise<boolean> {
    const id = this.#next;
    this.#next += 2;
    // A frame holds no more than this unless the server allows it.
    const frames = [frame(HEADERS, END_HEADERS, id, head)];
    for (let at = 0; at < body.length || at === 0; at += MAX_FRAME_BYTES) {
      const last = at + MAX_FRAME_BYTES >= body.length;
      frames.push(frame(DATA, last ? END_STREAM : 0, id, body.subarray(at, at + MAX_FRAME_BYTES)));
    }
    return new Promise((resolve, reject) => {
      this.#streams.set(id, { resolve, reject, answered: false });
      this.#out.add(join(frames));
    });
  }

  close(): void {
    this.#end();
  }

  #take(bytes: Uint8Array): number {
    let at = 0;
    while (bytes.length - at >= FRAME_HEAD_BYTES) {
      const length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
      const end = at + FRAME_HEAD_BYTES + length;
      if (end > bytes.length) break;
      const id = new DataView(bytes.buffer, bytes.byteOffset + at + 5, 4).getUint32(0) & 0x7fffffff;
      this.#frame(bytes[at + 3], bytes[at + 4], id, bytes.subarray(at + FRAME_HEAD_BYTES, end));
      at = end;
    }
    return at;
  }

  #frame(type: number, flags: number, id: number, payload: Uint8Array): void {
    switch (type) {
      case SETTINGS:
        if ((flags & ACKNOWLEDGED) === 0) this.#out.add(frame(SETTINGS, ACKNOWLEDGED, 0, new Uint8Array(0)));
        return;
      case PING:
        if ((flags & ACKNOWLEDGED) === 0) this.#out.add(frame(PING, ACKNOWLEDGED, 0, payload.slice()));
        return;
      case GO_AWAY:
        return this.#end();
      case DATA: {
        this.#taken += payload.length;
        if (this.#taken > UPDATE_BYTES) {
          this.#out.add(windowUpdate(this.#taken));
          this.#taken = 0;
        }
        const stream = this.#streams.get(id);
        if (stream !== undefined && payload.length > 0) stream.answered = true;
        if ((flags & END_STREAM) !== 0) this.#over(id);
        return;
      }
      case HEADERS:
        if ((flags & END_STREAM) !== 0) this.#over(id);
        return;
      case RESET:
        return this.#over(id);
    }
  }

  #over(id: number): void {
    const stream = this.#streams.get(id);
    this.#streams.delete(id);
    stream?.resolve(stream.answered);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#conn.close();
    for (const { reject } of this.#streams.values()) reject(new Error("The connection has ended"));
    this.#streams.clear();
  }
}

function frame(type: number, flags: number, id: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEAD_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (payload.length << 8) | type);
  bytes[4] = flags;
  view.setUint32(5, id);
  bytes.set(payload, FRAME_HEAD_BYTES);
  return bytes;
}

function windowUpdate(bytes: number): Uint8Array {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, bytes);
  return frame(WINDOW, 0, 0, payload);
}

/** The same for every request of its kind, and without any memory of those before. RFC 7541, section 6.2.2. */
function headers(method: string, authority: string): Uint8Array {
  const text = (value: string) => [value.length, ...encoder.encode(value)];
  return new Uint8Array([
    0x83, // :method POST
    0x86, // :scheme http
    0x04, // :path
    ...text(`/etcdserverpb.KV/${method}`),
    0x01, // :authority
    ...text(authority),
    0x0f, // content-type, number 31 of the table
    0x10,
    ...text("application/grpc"),
    0x00,
    ...text("te"),
    ...text("trailers"),
  ]);
}

/** A gRPC message of fields that are bytes: protobuf behind a flag and a length. */
function message(fields: readonly (readonly [number: number, text: string])[]): Uint8Array {
  const parts: number[] = [];
  for (const [number, text] of fields) {
    parts.push((number << 3) | 2);
    if (text.length > 127) parts.push((text.length & 127) | 128, text.length >> 7);
    else parts.push(text.length);
    for (let at = 0; at < text.length; at++) parts.push(text.charCodeAt(at));
  }
  const bytes = new Uint8Array(5 + parts.length);
  new DataView(bytes.buffer).setUint32(1, parts.length);
  bytes.set(parts, 5);
  return bytes;
}

/** A `TxnRequest` that puts all of `keys` without a condition: field 2 of it, in which field 2 is a `PutRequest`. */
function transaction(keys: readonly string[]): Uint8Array {
  const value = encoder.encode(VALUE);
  const parts: Uint8Array[] = [];
  for (const key of keys) {
    const name = encoder.encode(key);
    const put = 1 + length(name.length).length + name.length + 1 + length(value.length).length + value.length;
    const operation = 1 + length(put).length + put;
    parts.push(
      new Uint8Array([0x12, ...length(operation), 0x12, ...length(put), 0x0a, ...length(name.length)]),
      name,
      new Uint8Array([0x12, ...length(value.length)]),
      value,
    );
  }
  const body = join(parts);
  const bytes = new Uint8Array(5 + body.length);
  new DataView(bytes.buffer).setUint32(1, body.length);
  bytes.set(body, 5);
  return bytes;
}

/** A length as protobuf writes it. */
function length(value: number): number[] {
  return value > 127 ? [(value & 127) | 128, value >> 7] : [value];
}
