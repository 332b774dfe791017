/**
 * Entries as bytes: key, value, version, revision, birth, lease, as `writeEntry` writes them.
 * @module
 */

import { putVarint } from "../../runtime/bytes.ts";
import { WireError } from "../../runtime/wire_error.ts";
import type { StoreEntry } from "./types.ts";

const encoder = new TextEncoder();
/** Larger buffers are let go again. */
const KEPT_BYTES = 1 << 16;
/** Counts have eight bytes at most; there are six of them. */
const COUNTS_BYTES = 48;
/** Up to this length a loop is quicker than the encoder. */
const SHORT = 24;

/** A count, and where the bytes behind it begin. */
export interface Counted {
  readonly value: number;
  readonly end: number;
}

/** Reads the count at `start`. Throws `WireError` if it does not end within `bytes`. */
export function skipCount(bytes: Uint8Array, start: number): Counted {
  let at = start;
  let value = 0;
  let factor = 1;
  for (;;) {
    const byte = bytes[at++];
    if (byte === undefined) throw new WireError("truncated", `Cannot decode the number at byte ${start}`);
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end: at };
    factor *= 128;
    if (at - start >= 8) throw new WireError("malformed", `Cannot decode the number at byte ${start}`);
  }
}

/** Where the parts of an entry are. One plan serves for many entries: there may be millions. */
export class EntryPlan {
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  /** The lease that the entry lives by, or 0. */
  lease = 0;
  end = 0;

  /** Reads the entry that begins at `start`. Throws `WireError` if it does not end within `bytes`. */
  read(bytes: Uint8Array, start: number): void {
    this.end = start;
    const keyLength = this.#count(bytes);
    this.keyStart = this.end;
    this.keyEnd = this.end += keyLength;
    const valueLength = this.#count(bytes);
    this.valueStart = this.end;
    this.valueEnd = this.end += valueLength;
    // Version, revision and birth come before it.
    for (let left = 3; left > 0; left--) this.#count(bytes);
    this.lease = this.#count(bytes);
  }

  #count(bytes: Uint8Array): number {
    const first = bytes[this.end];
    if (first < 0x80) {
      this.end++;
      return first;
    }
    const { value, end } = skipCount(bytes, this.end);
    this.end = end;
    return value;
  }
}

/** Whether no byte from `start` to `end` has its highest bit set. By words: by bytes it takes as long as a checksum. */
export function isAscii(
  { bytes, words }: { readonly bytes: Uint8Array; readonly words: Uint32Array },
  start: number,
  end: number,
): boolean {
  const first = Math.min(end, (start + 3) & ~3);
  const last = Math.max(first, end & ~3);
  let all = 0;
  for (let at = start; at < first; at++) all |= bytes[at];
  for (let at = last; at < end; at++) all |= bytes[at];
  let wide = 0;
  for (let at = first >> 2; at < last >> 2; at++) wide |= words[at];
  return all < 0x80 && (wide & 0x80808080) === 0;
}

/** One key that is looked for, and one entry on its way into memory. */
export class EntryScratch {
  /** The key in UTF-8; what is behind `keyLength` is left from earlier ones. */
  key: Uint8Array = new Uint8Array(1024);
  keyLength = 0;
  #body = new Uint8Array(1024);

  /** The key is `key` from now on. */
  takeKey(key: string): void {
    const { length } = key;
    if (length * 3 > this.key.length) this.key = new Uint8Array(length * 3);
    else if (this.key.length > KEPT_BYTES && length < SHORT) this.key = new Uint8Array(1024);
    this.keyLength = put(this.key, 0, key);
  }

  /** The same, from bytes. */
  takeKeyBytes(bytes: Uint8Array, start: number, length: number): void {
    if (length > this.key.length) this.key = new Uint8Array(length);
    for (let at = 0; at < length; at++) this.key[at] = bytes[start + at];
    this.keyLength = length;
  }

  /** Encodes an entry under the key that was taken; gives its length. */
  encode({ value, version, revision, createdAt, lease }: StoreEntry): number {
    const most = this.keyLength + value.length * 3 + COUNTS_BYTES;
    if (most > this.#body.length) this.#body = new Uint8Array(most);
    const body = this.#body;
    let at = putVarint(body, 0, this.keyLength);
    for (let from = 0; from < this.keyLength; from++) body[at++] = this.key[from];
    const head = countBytes(value.length);
    let length = put(body, at + head, value);
    // Its length in bytes may need more of them than its length in characters.
    const wider = countBytes(length) - head;
    if (wider > 0) body.copyWithin(at + head + wider, at + head, at + head + length);
    at = putVarint(body, at, length) + length;
    at = putVarint(body, at, version);
    at = putVarint(body, at, revision);
    at = putVarint(body, at, createdAt);
    length = putVarint(body, at, lease);
    return length;
  }

  /** Copies what was encoded last to `offset` of `target`. */
  copyTo(target: Uint8Array, offset: number, length: number): void {
    target.set(this.#body.subarray(0, length), offset);
    if (this.#body.length > KEPT_BYTES) this.#body = new Uint8Array(1024);
  }
}

/**
 * How the key in `scratch` compares with that of the entry at `start`, in the order of JavaScript's `<` on strings. That is the order of the bytes, but
 * for one thing: characters beyond 16 bits, which are pairs of surrogates there, come before those from U+E000 on.
 */
export function compareKeys(scratch: EntryScratch, bytes: Uint8Array, start: number): number {
  const { key, keyLength } = scratch;
  let at = start + 1;
  let length = bytes[start];
  if (length >= 0x80) {
    const counted = skipCount(bytes, start);
    length = counted.value;
    at = counted.end;
  }
  const common = keyLength < length ? keyLength : length;
  for (let step = 0; step < common; step++) {
    const left = key[step];
    const right = bytes[at + step];
    if (left !== right) return rank(left) - rank(right);
  }
  return keyLength - length;
}

/** First bytes of characters by their place in the order of UTF-16. */
function rank(byte: number): number {
  return byte === 0xee || byte === 0xef ? byte + 0x10 : byte;
}

function put(bytes: Uint8Array, start: number, text: string): number {
  const { length } = text;
  if (length <= SHORT) {
    let at = 0;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) break;
      bytes[start + at] = code;
    }
    if (at === length) return length;
  }
  return encoder.encodeInto(text, start === 0 ? bytes : bytes.subarray(start)).written;
}

function countBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}
