/**
 * Plain values as bytes: what travels when nobody wrote a codec of their own.
 *
 * One tag byte, then the value. Everything that would silently change on the way (`undefined`, functions, class instances,
 * non-finite numbers, half surrogate pairs) is refused at the sender, with the path to it.
 * @module
 */

import { ByteReader, ByteWriter } from "./bytes.ts";
import type { Codec } from "./network.ts";
import { WireError } from "./wire_error.ts";

/** A value that can travel. Object keys keep their order. */
export type WireValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly WireValue[]
  | { readonly [key: string]: WireValue };

/** What a decoder accepts from a stranger. */
export interface WireLimits {
  /** Longest encoding in bytes. @default {64 MiB} */
  readonly maxBytes: number;
  /** Deepest nesting. @default {64} */
  readonly maxDepth: number;
}

const LIMITS: WireLimits = { maxBytes: 64 << 20, maxDepth: 64 };

const TAG = {
  null: 0,
  false: 1,
  true: 2,
  count: 3,
  negative: 4,
  double: 5,
  string: 6,
  bytes: 7,
  array: 8,
  object: 9,
} as const;
/** Tags from here on are the integers from 0 to 127 themselves: terms, indices and lengths are mostly small. */
const SMALL = 128;

/**
 * Encodes a plain value. Throws `WireError` (`unencodable`) that names the path to what cannot travel.
 *
 * @example A value comes back as it went
 * ```ts
 * import { decodeValue, encodeValue } from "@flotilla/flotilla/runtime";
 * import { assertEquals } from "@std/assert";
 *
 * const value = { term: 3, entries: ["a", null, new Uint8Array([1, 2])] };
 * assertEquals(decodeValue(encodeValue(value)), value);
 * ```
 */
export function encodeValue(value: WireValue): Uint8Array {
  const writer = new ByteWriter();
  writeValue(writer, value, [], LIMITS.maxDepth);
  return writer.take();
}

/** Decodes exactly one value. Throws `WireError` for anything that {@linkcode encodeValue} does not write. */
export function decodeValue(bytes: Uint8Array, limits: Partial<WireLimits> = {}): WireValue {
  const { maxBytes, maxDepth } = { ...LIMITS, ...limits };
  if (bytes.length > maxBytes) {
    throw new WireError("tooLarge", `Cannot decode ${bytes.length} bytes: the limit is ${maxBytes}`);
  }
  const reader = new ByteReader(bytes);
  const value = readValue(reader, maxDepth);
  reader.end();
  return value;
}

/** A deep copy, equal to decoding what was encoded. Throws `WireError` (`unencodable`) like {@linkcode encodeValue}. */
export function copyValue<T extends WireValue>(value: T): T {
  return copyAt(value, [], LIMITS.maxDepth) as T;
}

/** A codec for messages that are plain values of the type `M`. The type is a promise of the peer, not a check. */
export function wireCodec<M extends WireValue>(): Codec<M> {
  return {
    encode: (message) => encodeValue(message),
    decode: (bytes) => decodeValue(bytes) as M,
    copy: (message) => copyValue(message),
  };
}

type Path = (string | number)[];

function refuse(path: Path, what: string): WireError {
  let place = "";
  for (const step of path) place += typeof step === "number" ? `[${step}]` : place === "" ? step : `.${step}`;
  return new WireError(
    "unencodable",
    `Cannot send ${what}${place === "" ? "" : ` at ${place}`}: only plain values travel`,
  );
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    return `an instance of ${value.constructor?.name ?? "a class"}`;
  }
  return typeof value === "number" ? String(value) : typeof value;
}

function writeValue(writer: ByteWriter, value: WireValue, path: Path, depth: number): void {
  if (depth < 0) throw refuse(path, "something nested too deeply, perhaps in a circle,");
  switch (typeof value) {
    case "boolean":
      return writer.u8(value ? TAG.true : TAG.false);
    case "number":
      return writeNumber(writer, value, path);
    case "string":
      if (!value.isWellFormed()) throw refuse(path, "half a surrogate pair");
      writer.u8(TAG.string);
      return writer.string(value);
    case "object":
      break;
    default:
      throw refuse(path, describe(value));
  }
  if (value === null) return writer.u8(TAG.null);
  if (value instanceof Uint8Array) {
    writer.u8(TAG.bytes);
    return writer.bytes(value);
  }
  if (Array.isArray(value)) return writeArray(writer, value, path, depth);
  if (!isPlain(value)) throw refuse(path, describe(value));
  const record = value as { readonly [key: string]: WireValue };
  const keys = Object.keys(record);
  writer.u8(TAG.object);
  writer.varint(keys.length);
  for (const key of keys) {
    if (!key.isWellFormed()) throw refuse(path, "a key with half a surrogate pair");
    writer.string(key);
    path.push(key);
    writeValue(writer, record[key], path, depth - 1);
    path.pop();
  }
}

function writeArray(writer: ByteWriter, items: readonly WireValue[], path: Path, depth: number): void {
  if (Object.getPrototypeOf(items) !== Array.prototype) throw refuse(path, describe(items));
  writer.u8(TAG.array);
  writer.varint(items.length);
  for (let at = 0; at < items.length; at++) {
    path.push(at);
    writeValue(writer, items[at], path, depth - 1);
    path.pop();
  }
}

function writeNumber(writer: ByteWriter, value: number, path: Path): void {
  if (isWhole(value)) {
    if (value >= 0 && value < 128) return writer.u8(SMALL + value);
    writer.u8(value >= 0 ? TAG.count : TAG.negative);
    return writer.varint(Math.abs(value));
  }
  if (!Number.isFinite(value)) throw refuse(path, describe(value));
  writer.u8(TAG.double);
  writer.f64(value);
}

function readValue(reader: ByteReader, depth: number): WireValue {
  if (depth < 0) throw new WireError("malformed", "Cannot decode a value nested this deeply");
  const tag = reader.u8();
  if (tag >= SMALL) return tag - SMALL;
  switch (tag) {
    case TAG.null:
      return null;
    case TAG.false:
      return false;
    case TAG.true:
      return true;
    case TAG.count:
      return only(reader.varint(), (value) => value >= 128);
    case TAG.negative:
      return -only(reader.varint(), (value) => value > 0);
    case TAG.double:
      return only(reader.f64(), (value) => Number.isFinite(value) && !isWhole(value));
    case TAG.string:
      return reader.string();
    case TAG.bytes:
      return reader.bytes().slice();
    case TAG.array:
      return readArray(reader, depth);
    case TAG.object:
      return readObject(reader, depth);
    default:
      throw new WireError(
        "malformed",
        `Cannot decode a value with the tag ${tag}: a newer version, or not ours`,
      );
  }
}

/** One value has one form: what arrives in another was not written by us. */
function only(value: number, isThatForm: (value: number) => boolean): number {
  if (isThatForm(value)) return value;
  throw new WireError("malformed", `Cannot decode the number ${value}: not finite, or not in its short form`);
}

/** Whether a number travels as a whole one. Minus zero is not whole: nothing but a double keeps its sign. */
function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

/** A count of things that take at least `bytesEach` bytes: more than can follow is refused before anything is made. */
function readCount(reader: ByteReader, bytesEach: number): number {
  const count = reader.varint();
  if (count * bytesEach > reader.remaining) {
    throw new WireError("truncated", `Cannot decode ${count} values from ${reader.remaining} bytes`);
  }
  return count;
}

function readArray(reader: ByteReader, depth: number): WireValue[] {
  const items: WireValue[] = [];
  for (let left = readCount(reader, 1); left > 0; left--) items.push(readValue(reader, depth - 1));
  return items;
}

function readObject(reader: ByteReader, depth: number): WireValue {
  const record: { [key: string]: WireValue } = {};
  for (let left = readCount(reader, 2); left > 0; left--) {
    const key = reader.string();
    if (Object.hasOwn(record, key)) throw new WireError("malformed", `Cannot decode the key "${key}" twice`);
    const value = readValue(reader, depth - 1);
    setField(record, key, value);
  }
  return record;
}

function setField(record: { [key: string]: WireValue }, key: string, value: WireValue): void {
  // Assigning to this key would change what the object is instead of what it holds.
  if (key === "__proto__") {
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  } else record[key] = value;
}

function copyAt(value: WireValue, path: Path, depth: number): WireValue {
  if (depth < 0) throw refuse(path, "something nested too deeply, perhaps in a circle,");
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      if (!value.isWellFormed()) throw refuse(path, "half a surrogate pair");
      return value;
    case "number":
      if (!Number.isFinite(value)) throw refuse(path, describe(value));
      return value;
    case "object":
      break;
    default:
      throw refuse(path, describe(value));
  }
  if (value === null) return null;
  // Not `slice`: a subclass, such as Node's `Buffer`, may give a view of the same bytes.
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return copyArray(value, path, depth);
  if (!isPlain(value)) throw refuse(path, describe(value));
  return copyObject(value as { readonly [key: string]: WireValue }, path, depth);
}

/** By number, since `map` would pass over holes in silence. */
function copyArray(items: readonly WireValue[], path: Path, depth: number): WireValue[] {
  if (Object.getPrototypeOf(items) !== Array.prototype) throw refuse(path, describe(items));
  const copy: WireValue[] = [];
  for (let at = 0; at < items.length; at++) {
    path.push(at);
    copy.push(copyAt(items[at], path, depth - 1));
    path.pop();
  }
  return copy;
}

function copyObject(record: { readonly [key: string]: WireValue }, path: Path, depth: number): WireValue {
  const copy: { [key: string]: WireValue } = {};
  for (const key of Object.keys(record)) {
    if (!key.isWellFormed()) throw refuse(path, "a key with half a surrogate pair");
    path.push(key);
    const field = copyAt(record[key], path, depth - 1);
    path.pop();
    setField(copy, key, field);
  }
  return copy;
}
