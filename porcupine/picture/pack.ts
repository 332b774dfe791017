/**
 * Columns of numbers and texts as one short string: varints and differences first, then deflate, then base64.
 *
 * @module
 */
import { deflate } from "./deflate.ts";

/** Bytes that grow. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** One byte. */
  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  /** A whole number from 0 to 2^53, seven bits a byte, the low ones first. */
  varint(value: number): void {
    while (value >= 0x80) {
      this.byte(value % 0x80 + 0x80);
      value = Math.floor(value / 0x80);
    }
    this.byte(value);
  }

  /** A whole number of either sign: 0, -1, 1, -2, 2 ... become 0, 1, 2, 3, 4 ... */
  signed(value: number): void {
    this.varint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** What was written. */
  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + needed));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Packs columns into one base64 string. */
export function packColumns(columns: readonly Uint8Array[]): string {
  const out = new ByteWriter();
  out.varint(columns.length);
  for (const column of columns) out.varint(column.length);
  for (const column of columns) out.raw(column);
  return base64(deflate(out.take()));
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function base64(bytes: Uint8Array): string {
  const letters = new TextEncoder().encode(ALPHABET);
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(61);
  let to = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const word = bytes[at] << 16 | (bytes[at + 1] ?? 0) << 8 | (bytes[at + 2] ?? 0);
    const left = bytes.length - at;
    out[to] = letters[word >> 18];
    out[to + 1] = letters[word >> 12 & 63];
    if (left > 1) out[to + 2] = letters[word >> 6 & 63];
    if (left > 2) out[to + 3] = letters[word & 63];
    to += 4;
  }
  return new TextDecoder().decode(out);
}
