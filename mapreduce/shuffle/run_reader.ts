/**
 * Reads intermediate files, believing nothing that its checksum does not confirm.
 * @module
 */

import { crc32c } from "../checksum.ts";
import {
  DamagedFileError,
  decodeText,
  FRAME_BYTES,
  FRAME_HEAD_BYTES,
  prefixOf,
  type Run,
  type StreamFile,
  TRAILER_BYTES,
  TRAILER_MARK,
} from "./format.ts";

/** The runs of a file. Throws {@linkcode DamagedFileError} unless it is complete. */
export function readRuns(file: StreamFile, path: string): Run[] {
  const trailer = new Uint8Array(TRAILER_BYTES);
  const trailerAt = file.sizeBytes - TRAILER_BYTES;
  if (trailerAt < 0 || file.read(trailer, trailerAt) < TRAILER_BYTES) {
    throw new DamagedFileError(path, `${file.sizeBytes} bytes are too few`);
  }
  const view = new DataView(trailer.buffer);
  if (view.getUint32(12, true) !== TRAILER_MARK || view.getUint32(8, true) !== crc32c(trailer, 0, 8)) {
    throw new DamagedFileError(path, "it has no end");
  }
  const cursor = new RunCursor(file, path, {
    fromByte: view.getFloat64(0, true),
    toByte: trailerAt,
    records: 0,
  });
  return cursor.readList();
}

/** Steps through one run. While {@linkcode RunCursor.next} says true, the fields hold the present record. */
export class RunCursor {
  /** The frame that the present record is in. */
  frame: Uint8Array;
  keyStart = 0;
  keyEnd = 0;
  /** The key's first four bytes, for a quick comparison. */
  prefix = 0;
  /** How often the value follows itself. */
  repeat = 0;
  readonly #file: StreamFile;
  readonly #path: string;
  readonly #head = new Uint8Array(FRAME_HEAD_BYTES);
  readonly #toByte: number;
  #nextFrame: number;
  #frameEnd = 0;
  #at = 0;
  #valueStart = 0;
  #valueEnd = 0;
  #recordsLeft: number;

  constructor(file: StreamFile, path: string, run: Run) {
    this.#file = file;
    this.#path = path;
    this.#nextFrame = run.fromByte;
    this.#toByte = run.toByte;
    this.#recordsLeft = run.records;
    this.frame = new Uint8Array(Math.min(FRAME_BYTES + 1024, run.toByte - run.fromByte));
  }

  /** The present record's value. */
  value(): string {
    return decodeText(this.frame, this.#valueStart, this.#valueEnd);
  }

  /** Goes to the next record; false after the last. Throws {@linkcode DamagedFileError}. */
  next(): boolean {
    if (this.#recordsLeft === 0) return false;
    if (this.#at === this.#frameEnd) this.#load();
    this.#recordsLeft--;
    const keyLength = this.#varint();
    this.keyStart = this.#at;
    this.keyEnd = this.#at += keyLength;
    const valueLength = this.#varint();
    this.#valueStart = this.#at;
    this.#valueEnd = this.#at += valueLength;
    this.repeat = this.#varint();
    if (this.#at > this.#frameEnd) throw new DamagedFileError(this.#path, "a record runs out of its frame");
    this.prefix = prefixOf(this.frame, this.keyStart, this.keyEnd);
    return true;
  }

  /** The list at the end of the file, which is a frame of its own. */
  readList(): Run[] {
    this.#load();
    const runs: Run[] = [];
    for (let left = this.#varint(); left > 0 && this.#at < this.#frameEnd; left--) {
      const fromByte = this.#varint();
      const toByte = this.#varint();
      runs.push({ fromByte, toByte, records: this.#varint() });
    }
    return runs;
  }

  #load(): void {
    const bodyAt = this.#nextFrame + FRAME_HEAD_BYTES;
    if (this.#file.read(this.#head, this.#nextFrame) < FRAME_HEAD_BYTES) throw this.#damaged("it ends early");
    const view = new DataView(this.#head.buffer);
    const length = view.getUint32(0, true);
    if (length === 0 || bodyAt + length > this.#toByte) {
      throw this.#damaged(`the frame at ${this.#nextFrame} is too long`);
    }
    if (length > this.frame.length) this.frame = new Uint8Array(length);
    const body = this.frame.subarray(0, length);
    if (this.#file.read(body, bodyAt) < length || crc32c(body) !== view.getUint32(4, true)) {
      throw this.#damaged(`the frame at ${this.#nextFrame} does not match its checksum`);
    }
    this.#at = 0;
    this.#frameEnd = length;
    this.#nextFrame = bodyAt + length;
  }

  #damaged(what: string): DamagedFileError {
    return new DamagedFileError(this.#path, what);
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; this.#at < this.#frameEnd; factor *= 128) {
      const byte = this.frame[this.#at++];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw this.#damaged("a number runs out of its frame");
  }
}
