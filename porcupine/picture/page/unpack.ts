/**
 * The page's side of `pack.ts`. Functions in this folder are written into the page as text: they may use one another and
 * what a browser has, nothing else.
 *
 * @module
 */

/** Reads numbers from bytes. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  varint(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
      unit *= 0x80;
    }
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  byte(): number {
    return this.#bytes[this.#at++];
  }

  raw(length: number): Uint8Array {
    const from = this.#at;
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }
}

/** The columns of a packed string. */
export function unpackColumns(text: string): Uint8Array[] {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const reader = new ByteReader(bytes);
  const columns: Uint8Array[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const length = reader.varint();
    columns.push(decompress(reader.raw(reader.varint()), length));
  }
  return columns;
}

/** Undoes the Lempel-Ziv pass. */
export function decompress(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  const reader = new ByteReader(packed);
  let at = 0;
  for (;;) {
    const token = reader.byte();
    let literals = token >> 4;
    if (literals === 15) literals += reader.varint();
    out.set(reader.raw(literals), at);
    at += literals;
    if (at >= length) return out;
    let match = token & 15;
    if (match === 15) match += reader.varint();
    const distance = reader.varint();
    for (let end = at + match + 4; at < end; at++) out[at] = out[at - distance];
  }
}

/** Whole numbers, each as the difference from the one before. */
export function readDeltas(bytes: Uint8Array, count: number): Float64Array {
  const reader = new ByteReader(bytes);
  const out = new Float64Array(count);
  let last = 0;
  for (let i = 0; i < count; i++) out[i] = last += reader.signed();
  return out;
}

/** Whole numbers of at least 0. */
export function readCounts(bytes: Uint8Array, count: number): Int32Array {
  const reader = new ByteReader(bytes);
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) out[i] = reader.varint();
  return out;
}

/** Texts, one a line. */
export function readTexts(bytes: Uint8Array): string[] {
  return bytes.length === 0 ? [] : new TextDecoder().decode(bytes).split("\n");
}
