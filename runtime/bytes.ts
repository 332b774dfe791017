/**
 * Writing and reading bytes, field by field: what every binary format here is made of.
 *
 * The reader treats its bytes as hostile: every length is checked against what is there before anything is allocated.
 * @module
 */

import { WireError } from "./wire_error.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A growing buffer. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  /** `sizeBytes` is a first guess: the buffer doubles when it is full. */
  constructor(sizeBytes = 128) {
    this.#bytes = new Uint8Array(sizeBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** One byte. */
  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** Four bytes, little-endian, unsigned. */
  u32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  /** Eight bytes, little-endian, any number. */
  f64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** A safe integer from 0 on, in one to eight bytes. Throws `WireError` for anything else. */
  varint(value: number): void {
    if (!(Number.isSafeInteger(value) && value >= 0)) {
      throw new WireError("unencodable", `Cannot encode ${value} as a count: give a safe integer from 0 on`);
    }
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80000000) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** Bytes with their length before them. */
  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }

  /** Bytes as they are. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** A string as UTF-8 with its length in bytes before it. Throws `WireError` for a lone surrogate, which UTF-8 lacks. */
  string(value: string): void {
    const { length } = value;
    if (length < 64 && this.#ascii(value, length)) return;
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
    const start = this.#length + 1;
    for (let at = 0; at < length; at++) {
      const code = value.charCodeAt(at);
      if (code > 0x7f) return false;
      this.#bytes[start + at] = code;
    }
    this.#bytes[this.#length] = length;
    this.#length = start + length;
    return true;
  }

  /** Puts a `u32` over bytes written before, such as a length known only afterwards. */
  patchU32(offset: number, value: number): void {
    this.#view.setUint32(offset, value, true);
  }

  /** What was written, as a view that this writer no longer touches; the writer is empty afterwards. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(0);
    this.#view = new DataView(this.#bytes.buffer);
    this.#length = 0;
    return taken;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2, 64));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Reads what a {@linkcode ByteWriter} wrote. Throws `WireError` with code `truncated` where bytes are missing. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset: number;

  /** Reads `bytes` from `offset` on. */
  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
    const value = this.#view.getUint32(this.#offset, true);
    this.#offset += 4;
    return value;
  }

  /** Eight bytes, little-endian. */
  f64(): number {
    this.#need(8);
    const value = this.#view.getFloat64(this.#offset, true);
    this.#offset += 8;
    return value;
  }

  /** A safe integer from 0 on. Throws `WireError` (`malformed`) for a longer form than needed or a larger number. */
  varint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 1; count <= 8; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (byte === 0 && count > 1) break;
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
      return decoder.decode(this.#bytes.subarray(start, this.#offset));
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
