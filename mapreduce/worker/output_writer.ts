/**
 * The output of a reduce task: a line per key.
 * @module
 */

import type { DiskFile } from "../../runtime/mod.ts";

const encoder = new TextEncoder();
const BUFFER_BYTES = 256 << 10;

/** See the module's page. */
export class OutputWriter {
  readonly #file: DiskFile;
  #bytes = new Uint8Array(BUFFER_BYTES);
  #used = 0;
  #written = 0;
  #lines = 0;

  constructor(file: DiskFile) {
    this.#file = file;
  }

  /** Lines so far. */
  get lines(): number {
    return this.#lines;
  }

  /** Bytes so far. */
  get sizeBytes(): number {
    return this.#written + this.#used;
  }

  /** Whether it is time to `flush`. */
  get full(): boolean {
    return this.#used > BUFFER_BYTES / 2;
  }

  /** Adds "key, one blank, value". */
  line(key: string, value: string): void {
    const most = (key.length + value.length) * 3 + 2;
    if (this.#used + most > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#used + most));
      grown.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = grown;
    }
    this.#used += encoder.encodeInto(`${key} ${value}\n`, this.#bytes.subarray(this.#used)).written;
    this.#lines++;
  }

  /** Writes what there is. Throws `DiskError`. */
  async flush(): Promise<void> {
    if (this.#used === 0) return;
    await this.#file.write(this.#written, this.#bytes.subarray(0, this.#used));
    this.#written += this.#used;
    this.#used = 0;
  }
}
