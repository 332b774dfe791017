/**
 * A snapshot's file, read in parts: while the disk brings one, the one before it is judged. A large state is back in half the time.
 * @module
 */

import type { Disk } from "../../runtime/disk.ts";
import { BlockSums } from "./block_sums.ts";
import { readSnapshotHeader } from "./header.ts";
import { StorageError } from "./storage_error.ts";

const PART_BYTES = 4 << 20;

/** A file, and the checksums of the data in it; null where the file does not begin as a snapshot. */
export interface ReadFile {
  readonly bytes: Uint8Array;
  readonly sums: BlockSums | null;
}

/** Reads all of it. Throws `DiskError`. */
export async function readSnapshotFile(disk: Disk, path: string): Promise<ReadFile> {
  const file = await disk.open(path);
  try {
    const bytes = new Uint8Array(await file.size());
    let sums: BlockSums | null = null;
    let next = file.read(0, PART_BYTES);
    for (let at = 0; at < bytes.length;) {
      const part = await next;
      // Somebody has cut it meanwhile: the rest stays zeros, which no checksum takes for data.
      if (part.length === 0) break;
      bytes.set(part, at);
      const from = at;
      at += part.length;
      if (at < bytes.length) next = file.read(at, PART_BYTES);
      const start: number | null = from === 0 ? dataStart(path, part) : from;
      if (from === 0 && start !== null) sums = new BlockSums();
      if (start !== null) sums?.add(bytes.subarray(start, at));
    }
    return { bytes, sums };
  } finally {
    await file.close();
  }
}

function dataStart(path: string, part: Uint8Array): number | null {
  try {
    return readSnapshotHeader(path, part).end;
  } catch (error) {
    // Whoever takes the whole says what is wrong with it.
    if (error instanceof StorageError) return null;
    throw error;
  }
}
