/**
 * Writing and reading bytes, field by field: what every binary format here is made of.
 *
 * The reader treats its bytes as hostile: every length is checked against what is there before anything is allocated.
 * @module
 */

import { WireError } from "./wire_error.ts";

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Takes a third of the time, and gives strings of half the size; what is not UTF-8 leaves a sign in the text. */
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const REPLACEMENT = "\ufffd";

/** Short writers share a slab: a buffer of its own costs many times the few bytes that most messages have. */
const SLAB_BYTES = 8192;
/** What is larger gets a buffer of its own, so that a small part that is kept never holds much more in memory. */
const SHARED_BYTES = 1024;
let slab = new Uint8Array(SLAB_BYTES);
let slabUsed = 0;

/** A length up to this is told in two bytes at most. */
const MAX_ENCODED_IN_PLACE = 0x3fff;

/** Turns numbers into bytes and back. */
const scratch = new DataView(new ArrayBuffer(8));

/** Bytes in UTF-8 as text. Throws `TypeError` for any others. */
export function utf8Text(bytes: Uint8Array): string {
  const text = lenient.decode(bytes);
  // It may also have been in the text: the strict one tells.
  return text.includes(REPLACEMENT) ? strict.decode(bytes) : text;
}

/**
 * Writes a count as {@linkcode ByteWriter.varint} does, seven bits a byte, into bytes that have room for it (eight at most); returns where
 * the next byte goes. `value` must be a safe integer from 0 on: nothing is checked here.
 */
export function putVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest >= 0x80000000) {
    bytes[at++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest >= 0x80) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

/** A growing buffer. */
export class ByteWriter {
  #bytes: Uint8Array;
  /** Where this writer's part of `#bytes` begins, and where the next byte goes. */
  #start: number;
  #at: number;
  /** The end of this writer's part: nothing behind it is written to. */
  #end: number;

  /** `sizeBytes` is a first guess: the buffer doubles when it is full. */
  constructor(sizeBytes = 128) {
    if (sizeBytes <= SHARED_BYTES) {
      if (slabUsed + sizeBytes > SLAB_BYTES) {
        slab = new Uint8Array(SLAB_BYTES);
        slabUsed = 0;
      }
      this.#bytes = slab;
      this.#start = slabUsed;
      slabUsed += sizeBytes;
    } else {
      this.#bytes = new Uint8Array(sizeBytes);
      this.#start = 0;
    }
    this.#at = this.#start;
    this.#end = this.#start + sizeBytes;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#at - this.#start;
  }

  /** One byte. */
  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  /** Four bytes, little-endian, unsigned. */
  u32(value: number): void {
    this.#reserve(4);
    writeU32(this.#bytes, this.#at, value);
    this.#at += 4;
  }

  /** Eight bytes, little-endian, any number. */
  f64(value: number): void {
    this.#reserve(8);
    scratch.setFloat64(0, value, true);
    for (let at = 0; at < 8; at++) this.#bytes[this.#at + at] = scratch.getUint8(at);
    this.#at += 8;
  }

  /** A safe integer from 0 on, in one to eight bytes. Throws `WireError` for anything else. */
  varint(value: number): void {
    if (!(Number.isSafeInteger(value) && value >= 0)) {
      throw new WireError("unencodable", `Cannot encode ${value} as a count: give a safe integer from 0 on`);
    }
    this.#reserve(8);
    this.#at = putVarint(this.#bytes, this.#at, value);
  }

  /** Bytes with their length before them. */
  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }

  /** Bytes as they are. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** A string as UTF-8 with its length in bytes before it. Throws `WireError` for a lone surrogate, which UTF-8 lacks. */
  string(value: string): void {
    const { length } = value;
    if (length < 64 ? this.#ascii(value, length) : this.#longAscii(value, length)) return;
    if (!value.isWellFormed()) {
      throw new WireError(
        "unencodable",
        "Cannot encode a string with half a surrogate pair: it has no UTF-8 form",
      );
    }
    this.bytes(encoder.encode(value));
  }

  /** Writes a short string without the encoder if it is plain ASCII; otherwise writes nothing. */
  #ascii(value: string, length: number): boolean {
    this.#reserve(length + 1);
    const bytes = this.#bytes;
    const start = this.#at + 1;
    for (let at = 0; at < length; at++) {
      const code = value.charCodeAt(at);
      if (code > 0x7f) return false;
      bytes[start + at] = code;
    }
    bytes[this.#at] = length;
    this.#at = start + length;
    return true;
  }

  /** Encodes into this writer's own room if the string is plain ASCII, which saves a buffer; otherwise writes nothing. */
  #longAscii(value: string, length: number): boolean {
    if (length > MAX_ENCODED_IN_PLACE) return false;
    const head = length < 0x80 ? 1 : 2;
    this.#reserve(head + length);
    const start = this.#at + head;
    // Whatever is not ASCII needs more bytes than it has code units, and finds no room for them.
    const { read } = encoder.encodeInto(value, this.#bytes.subarray(start, start + length));
    if (read !== length) return false;
    if (head === 2) this.#bytes[this.#at++] = (length & 0x7f) | 0x80;
    this.#bytes[this.#at++] = head === 2 ? length >>> 7 : length;
    this.#at += length;
    return true;
  }

  /** Puts a `u32` over bytes written before, such as a length known only afterwards. */
  patchU32(offset: number, value: number): void {
    writeU32(this.#bytes, this.#start + offset, value);
  }

  /** What was written, as a view that this writer no longer touches; the writer is empty afterwards. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(this.#start, this.#at);
    // The last of those that share the slab leaves what it did not need to the next one.
    if (this.#bytes === slab && this.#end === slabUsed) slabUsed = this.#at;
    this.#start = this.#at;
    this.#end = this.#at;
    return taken;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#end) return;
    const length = this.#at - this.#start;
    const grown = new Uint8Array(Math.max(length + count, length * 2, 64));
    grown.set(this.#bytes.subarray(this.#start, this.#at));
    this.#bytes = grown;
    this.#start = 0;
    this.#at = length;
    this.#end = grown.length;
  }
}

function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** Reads what a {@linkcode ByteWriter} wrote. Throws `WireError` with code `truncated` where bytes are missing. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset: number;

  /** Reads `bytes` from `offset` on. */
  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes;
    this.#offset = offset;
  }

  /** Where the next read begins. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** One byte. */
  u8(): number {
    this.#need(1);
    return this.#bytes[this.#offset++];
  }

  /** Four bytes, little-endian, unsigned. */
  u32(): number {
    this.#need(4);
    const bytes = this.#bytes;
    const at = this.#offset;
    this.#offset += 4;
    return (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24) >>> 0;
  }

  /** Eight bytes, little-endian. */
  f64(): number {
    this.#need(8);
    for (let at = 0; at < 8; at++) scratch.setUint8(at, this.#bytes[this.#offset + at]);
    this.#offset += 8;
    return scratch.getFloat64(0, true);
  }

  /** A safe integer from 0 on. Throws `WireError` (`malformed`) for a longer form than needed or a larger number. */
  varint(): number {
    const first = this.u8();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    let factor = 128;
    for (let count = 2; count <= 8; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (byte === 0) break;
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      factor *= 128;
    }
    throw new WireError(
      "malformed",
      `Cannot decode the number before byte ${this.#offset}: not a count in its short form`,
    );
  }

  /** A view of bytes that have their length before them. It keeps the whole buffer alive: `slice` what is to stay. */
  bytes(): Uint8Array {
    return this.raw(this.varint());
  }

  /** A view of the next `length` bytes. */
  raw(length: number): Uint8Array {
    this.#need(length);
    const start = this.#offset;
    this.#offset += length;
    return this.#bytes.subarray(start, this.#offset);
  }

  /** A string. Throws `WireError` (`malformed`) for bytes that are not UTF-8. */
  string(): string {
    const length = this.varint();
    this.#need(length);
    const start = this.#offset;
    this.#offset += length;
    if (length < 24) {
      const short = this.#ascii(start, this.#offset);
      if (short !== null) return short;
    }
    try {
      return utf8Text(this.#bytes.subarray(start, this.#offset));
    } catch (cause) {
      throw new WireError("malformed", `Cannot decode the string at byte ${start}: not UTF-8`, { cause });
    }
  }

  #ascii(start: number, end: number): string | null {
    let text = "";
    for (let at = start; at < end; at++) {
      const code = this.#bytes[at];
      if (code > 0x7f) return null;
      text += String.fromCharCode(code);
    }
    return text;
  }

  /** Throws `WireError` (`malformed`) unless everything has been read. */
  end(): void {
    if (this.remaining === 0) return;
    throw new WireError(
      "malformed",
      `Cannot decode: ${this.remaining} bytes too many after byte ${this.#offset}`,
    );
  }

  #need(count: number): void {
    if (count <= this.#bytes.length - this.#offset) return;
    throw new WireError(
      "truncated",
      `Cannot decode: ${count} bytes wanted at byte ${this.#offset} of ${this.#bytes.length}`,
    );
  }
}
