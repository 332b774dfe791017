/**
 * Columns of numbers and texts as one short string: varints and differences first, then a small Lempel-Ziv pass, then
 * base64. The browser's own decompression would do as well, but is asynchronous on both sides: `renderHtml` returns a string.
 *
 * @module
 */

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
  for (const column of columns) {
    const packed = compress(column);
    out.varint(column.length);
    out.varint(packed.length);
    out.raw(packed);
  }
  return base64(out.take());
}

const MIN_MATCH = 4;
const HASH_BITS = 16;

/**
 * Lempel-Ziv in the manner of LZ4: a token of two nibbles (literals, match length - 4; 15 means that a varint follows),
 * the literals, the distance as a varint. The last token has literals only.
 */
export function compress(data: Uint8Array): Uint8Array {
  const out = new ByteWriter();
  const heads = new Int32Array(1 << HASH_BITS).fill(-1);
  let anchor = 0;
  let at = 0;
  while (at + MIN_MATCH <= data.length) {
    const hash = hashAt(data, at);
    const candidate = heads[hash];
    heads[hash] = at;
    const length = candidate < 0 ? 0 : matchLength(data, candidate, at);
    if (length < MIN_MATCH) {
      at++;
      continue;
    }
    writeRun(out, data.subarray(anchor, at), { length, distance: at - candidate });
    const end = at + length;
    for (at++; at < end && at + MIN_MATCH <= data.length; at++) heads[hashAt(data, at)] = at;
    at = anchor = end;
  }
  writeRun(out, data.subarray(anchor), undefined);
  return out.take();
}

function hashAt(data: Uint8Array, at: number): number {
  const word = data[at] | data[at + 1] << 8 | data[at + 2] << 16 | data[at + 3] << 24;
  return Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
}

function matchLength(data: Uint8Array, from: number, at: number): number {
  let length = 0;
  while (at + length < data.length && data[from + length] === data[at + length]) length++;
  return length;
}

function writeRun(
  out: ByteWriter,
  literals: Uint8Array,
  match: { length: number; distance: number } | undefined,
): void {
  const extra = match === undefined ? 0 : match.length - MIN_MATCH;
  out.byte(Math.min(literals.length, 15) << 4 | Math.min(extra, 15));
  if (literals.length >= 15) out.varint(literals.length - 15);
  out.raw(literals);
  if (match === undefined) return;
  if (extra >= 15) out.varint(extra - 15);
  out.varint(match.distance);
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
