/**
 * Checksums of a snapshot block by block, so that any part of it can be read back and judged without the rest.
 * @module
 */

import { crc32c } from "./crc32c.ts";

/** Bytes of one block; the last one may be shorter. */
export const BLOCK_BYTES = 64 << 10;

/**
 * Takes bytes in order. The checksum of each block starts from that of the one before it: so the last is the checksum of all, and a block that
 * comes from another place does not pass.
 */
export class BlockSums {
  readonly #ends: number[] = [];
  #sizeBytes = 0;
  #sum = 0;

  /** Bytes taken so far. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The checksum of all of them. */
  get sum(): number {
    return this.#sum;
  }

  /** Takes what comes next. */
  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const room = BLOCK_BYTES - this.#sizeBytes % BLOCK_BYTES;
      const part = bytes.subarray(at, at + room);
      this.#sum = crc32c(part, this.#sum);
      this.#sizeBytes += part.length;
      at += part.length;
      if (this.#sizeBytes % BLOCK_BYTES === 0) this.#ends.push(this.#sum);
    }
  }

  /** The first byte of `bytes`, read from block `first` on, that is in a block which is not what it was; -1 if all are. */
  firstWrong(first: number, bytes: Uint8Array): number {
    for (let at = 0, block = first; at < bytes.length; at += BLOCK_BYTES, block++) {
      const before = block === 0 ? 0 : this.#ends[block - 1];
      const after = this.#ends[block] ?? this.#sum;
      if (crc32c(bytes.subarray(at, at + BLOCK_BYTES), before) !== after) return at;
    }
    return -1;
  }
}

/** The checksums of `bytes`. */
export function sumsOf(bytes: Uint8Array): BlockSums {
  const sums = new BlockSums();
  sums.add(bytes);
  return sums;
}
