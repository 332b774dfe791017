/**
 * Writes one intermediate file, run by run.
 * @module
 */

import type { DiskFile } from "../../runtime/mod.ts";
import { crc32c } from "../checksum.ts";
import { FRAME_BYTES, FRAME_HEAD_BYTES, type Run, TRAILER_BYTES, TRAILER_MARK } from "./format.ts";

const encoder = new TextEncoder();

/** See the module's page. `put` only collects; whoever puts much calls `flush` in between. */
export class RunWriter {
  readonly #file: DiskFile;
  #bytes = new Uint8Array(FRAME_BYTES * 2);
  #view = new DataView(this.#bytes.buffer);
  /** Where the open frame begins, and where its next byte goes. */
  #frame = 0;
  #at = FRAME_HEAD_BYTES;
  #written = 0;
  #runFrom = 0;
  #runRecords = 0;
  #records = 0;
  readonly #runs: Run[] = [];

  constructor(file: DiskFile) {
    this.#file = file;
  }

  /** Closed frames that wait for `flush`, in bytes. */
  get pendingBytes(): number {
    return this.#frame;
  }

  /** Records in all runs so far. */
  get records(): number {
    return this.#records;
  }

  /** Bytes of the file so far. */
  get sizeBytes(): number {
    return this.#written + this.#frame;
  }

  /** Adds a record to the present run. Keys must not fall. */
  put(key: Uint8Array, start: number, end: number, value: string, repeat: number): void {
    const length = end - start;
    this.#reserve(length + value.length * 3 + 24);
    this.#varint(length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let from = start; from < end; from++) bytes[at++] = key[from];
    this.#at = at;
    this.#text(value);
    this.#varint(repeat);
    this.#runRecords++;
    if (this.#at - this.#frame >= FRAME_BYTES) this.#closeFrame();
  }

  /** Ends the present run; the next record begins another. */
  endRun(): void {
    this.#closeFrame();
    const toByte = this.#written + this.#frame;
    if (this.#runRecords > 0) this.#runs.push({ fromByte: this.#runFrom, toByte, records: this.#runRecords });
    this.#records += this.#runRecords;
    this.#runFrom = toByte;
    this.#runRecords = 0;
  }

  /** Writes what is complete. Throws `DiskError`. */
  async flush(): Promise<void> {
    const length = this.#frame;
    if (length === 0) return;
    await this.#file.write(this.#written, this.#bytes.subarray(0, length));
    this.#bytes.copyWithin(0, length, this.#at);
    this.#written += length;
    this.#at -= length;
    this.#frame = 0;
  }

  /** Writes the rest and the list of runs. The file is complete, but neither synced nor closed. */
  async finish(): Promise<void> {
    this.endRun();
    const listAt = this.#written + this.#frame;
    this.#reserve(this.#runs.length * 24 + 24);
    this.#varint(this.#runs.length);
    for (const { fromByte, toByte, records } of this.#runs) {
      this.#varint(fromByte);
      this.#varint(toByte);
      this.#varint(records);
    }
    this.#closeFrame();
    this.#reserve(TRAILER_BYTES);
    // The trailer is no frame: it takes the place of the next one's head.
    const at = this.#frame;
    this.#view.setFloat64(at, listAt, true);
    this.#view.setUint32(at + 8, crc32c(this.#bytes, at, at + 8), true);
    this.#view.setUint32(at + 12, TRAILER_MARK, true);
    this.#frame = this.#at = at + TRAILER_BYTES;
    await this.flush();
  }

  #closeFrame(): void {
    const from = this.#frame + FRAME_HEAD_BYTES;
    if (this.#at === from) return;
    this.#view.setUint32(this.#frame, this.#at - from, true);
    this.#view.setUint32(this.#frame + 4, crc32c(this.#bytes, from, this.#at), true);
    this.#frame = this.#at;
    this.#reserve(FRAME_HEAD_BYTES);
    this.#at = this.#frame + FRAME_HEAD_BYTES;
  }

  #text(value: string): void {
    const { length } = value;
    const start = this.#at + 1;
    if (length < 64) {
      let at = 0;
      while (at < length) {
        const code = value.charCodeAt(at);
        if (code > 0x7f) break;
        this.#bytes[start + at++] = code;
      }
      if (at === length) {
        this.#bytes[this.#at] = length;
        this.#at = start + length;
        return;
      }
    }
    const bytes = encoder.encode(value);
    this.#varint(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest % 128) | 0x80;
    this.#bytes[this.#at++] = rest;
  }

  #reserve(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
