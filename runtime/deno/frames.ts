/**
 * How messages stand on a stream of bytes: each behind its length.
 *
 * ```text
 * u32     bytes that follow
 * varint  channel; 0 for the connection's own words
 * ...     the message
 * ```
 *
 * The connection's own words are the hello, which comes first and says who speaks, the names of channels, each before its
 * first message, and a question and answer as signs of life. The bytes may come from anybody: nothing is allocated because a length says so.
 * @module
 */

import { ByteReader, ByteWriter } from "../bytes.ts";
import { WireError } from "../wire_error.ts";

/** What one frame holds. */
export interface Frame {
  readonly channel: number;
  /** A copy: whoever decodes it may keep views of it. */
  readonly body: Uint8Array;
}

/** A message on its way out. */
export interface Outgoing {
  /** The channel's name. */
  readonly channel: string;
  readonly body: Uint8Array;
}

/** The connection's own words. */
export type Word =
  | { readonly kind: "hello"; readonly address: string }
  | { readonly kind: "channel"; readonly number: number; readonly name: string }
  /** Are you there? */
  | { readonly kind: "ping" }
  /** I am. */
  | { readonly kind: "pong" };

/** Bytes a message takes besides its body, at most. */
export const FRAME_OVERHEAD_BYTES = 8;
/** Longest address or channel name. */
export const MAX_NAME_BYTES = 255;
/** Most channels on one connection. */
export const MAX_CHANNELS = 255;

const VERSION = 1;
const HELLO = 1;
const CHANNEL = 2;
const PING = 3;
const PONG = 4;
const MAGIC = 0x464c4f54;
const LENGTH_BYTES = 4;
const FIRST_BUFFER_BYTES = 4 << 10;
/** A buffer does not grow beyond this unless one frame needs it. */
const USUAL_BUFFER_BYTES = 64 << 10;

/** A frame of the connection's own. */
export function wordFrame(word: Word): Uint8Array {
  const writer = new ByteWriter();
  writer.u32(0);
  writer.varint(0);
  switch (word.kind) {
    case "hello":
      writer.u8(HELLO);
      writer.u32(MAGIC);
      writer.u8(VERSION);
      writer.string(word.address);
      break;
    case "channel":
      writer.u8(CHANNEL);
      writer.varint(word.number);
      writer.string(word.name);
      break;
    default:
      writer.u8(word.kind === "ping" ? PING : PONG);
  }
  writer.patchU32(0, writer.length - LENGTH_BYTES);
  return writer.take();
}

/** Reads what {@linkcode wordFrame} wrote, from its body. Throws `WireError`. */
export function readWord(body: Uint8Array): Word {
  const reader = new ByteReader(body);
  const word = readBody(reader);
  reader.end();
  return word;
}

function readBody(reader: ByteReader): Word {
  switch (reader.u8()) {
    case HELLO: {
      if (reader.u32() !== MAGIC) {
        throw new WireError("malformed", "Cannot understand a stranger: not one of us");
      }
      const version = reader.u8();
      if (version !== VERSION) {
        throw new WireError("malformed", `Cannot understand version ${version}: this end speaks ${VERSION}`);
      }
      return { kind: "hello", address: readName(reader) };
    }
    case CHANNEL: {
      const number = reader.varint();
      if (number < 1 || number > MAX_CHANNELS) {
        throw new WireError("tooLarge", `Cannot take channel ${number}: there are ${MAX_CHANNELS} at most`);
      }
      return { kind: "channel", number, name: readName(reader) };
    }
    case PING:
      return { kind: "ping" };
    case PONG:
      return { kind: "pong" };
    default:
      throw new WireError("malformed", "Cannot understand a connection's word: a newer version, or not ours");
  }
}

function readName(reader: ByteReader): string {
  if (reader.remaining > MAX_NAME_BYTES + 2) throw new WireError("tooLarge", "Cannot take a name this long");
  const name = reader.string();
  if (name === "") throw new WireError("malformed", "Cannot take an empty name");
  return name;
}

/**
 * Joins messages into one run of bytes, behind the frames in `before`. `numbers` knows the channels that have been named already,
 * and learns the others.
 */
export function joinFrames(
  before: readonly Uint8Array[],
  messages: readonly Outgoing[],
  numbers: Map<string, number>,
): Uint8Array {
  let sizeBytes = before.reduce((sum, frame) => sum + frame.length, 0);
  for (const { body } of messages) sizeBytes += body.length + FRAME_OVERHEAD_BYTES;
  const writer = new ByteWriter(sizeBytes);
  for (const frame of before) writer.raw(frame);
  for (const { channel, body } of messages) {
    let number = numbers.get(channel);
    if (number === undefined) {
      number = numbers.size + 1;
      numbers.set(channel, number);
      writer.raw(wordFrame({ kind: "channel", number, name: channel }));
    }
    writer.u32((number < 128 ? 1 : 2) + body.length);
    writer.varint(number);
    writer.raw(body);
  }
  return writer.take();
}

/** Takes bytes as they come and gives frames. */
export class FrameReader {
  /** Longest frame. Small until the other end has said who it is. */
  maxFrameBytes: number;
  #buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  #from = 0;
  #to = 0;

  constructor(maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Where the next bytes go. Never empty. */
  get space(): Uint8Array {
    if (this.#from === this.#to) {
      this.#from = this.#to = 0;
      // One large frame must not hold its room for the life of the connection.
      if (this.#buffer.length > USUAL_BUFFER_BYTES) this.#buffer = new Uint8Array(USUAL_BUFFER_BYTES);
    }
    if (this.#to === this.#buffer.length) this.#makeRoom();
    return this.#buffer.subarray(this.#to);
  }

  /** `count` bytes have been put into {@linkcode FrameReader.space}. */
  took(count: number): void {
    this.#to += count;
  }

  /** The next frame; null until more bytes have come. Throws `WireError`: the connection is of no use then. */
  next(): Frame | null {
    const buffered = this.#to - this.#from;
    if (buffered < LENGTH_BYTES) return null;
    const view = new DataView(this.#buffer.buffer, this.#from, LENGTH_BYTES);
    const length = view.getUint32(0, true);
    if (length > this.maxFrameBytes) {
      throw new WireError(
        "tooLarge",
        `Cannot take a frame of ${length} bytes: the limit is ${this.maxFrameBytes}`,
      );
    }
    if (buffered - LENGTH_BYTES < length) return null;
    const start = this.#from + LENGTH_BYTES;
    const reader = new ByteReader(this.#buffer.subarray(start, start + length));
    const channel = reader.varint();
    const body = this.#buffer.slice(start + reader.offset, start + length);
    this.#from = start + length;
    return { channel, body };
  }

  /** Moves what is left to the front, or doubles: the buffer is never more than twice what has really come. */
  #makeRoom(): void {
    const left = this.#buffer.subarray(this.#from, this.#to);
    let size = this.#buffer.length;
    if (left.length * 2 > size) size *= 2;
    else size = Math.max(USUAL_BUFFER_BYTES, left.length * 2);
    if (size === this.#buffer.length) this.#buffer.copyWithin(0, this.#from, this.#to);
    else {
      this.#buffer = new Uint8Array(size);
      this.#buffer.set(left);
    }
    this.#to -= this.#from;
    this.#from = 0;
  }
}
