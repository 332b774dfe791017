/**
 * The page's side of `../pack.ts`.
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
export async function unpackColumns(text: string): Promise<Uint8Array[]> {
  const binary = atob(text);
  const packed = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) packed[i] = binary.charCodeAt(i);
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = new ByteReader(new Uint8Array(await new Response(unpacked).arrayBuffer()));
  const lengths = Array.from({ length: reader.varint() }, () => reader.varint());
  return lengths.map((length) => reader.raw(length));
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

/** Whole numbers of at least 0 that may be too large for 32 bits. */
export function readLengths(bytes: Uint8Array, count: number): Float64Array {
  const reader = new ByteReader(bytes);
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) out[i] = reader.varint();
  return out;
}

/** Texts, one a line, read when they are asked for: a picture shows a few hundred of a hundred thousand. */
export class Texts {
  readonly length: number;
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder();
  /** Where each begins; built at the first question. */
  #starts: Int32Array | undefined;

  constructor(bytes: Uint8Array, count: number) {
    this.#bytes = bytes;
    this.length = count;
  }

  /** The n-th text. */
  at(n: number): string {
    this.#starts ??= this.#index();
    return this.#decoder.decode(this.#bytes.subarray(this.#starts[n], this.#starts[n + 1] - 1));
  }

  /** All of them. */
  all(): string[] {
    return this.length === 0 ? [] : this.#decoder.decode(this.#bytes).split("\n");
  }

  #index(): Int32Array {
    const starts = new Int32Array(this.length + 1);
    let n = 0;
    for (let at = 0; at >= 0 && n < this.length;) {
      starts[n++] = at;
      at = this.#bytes.indexOf(10, at) + 1;
      if (at === 0) break;
    }
    starts[this.length] = this.#bytes.length + 1;
    return starts;
  }
}
