/**
 * Files that appear whole or not at all.
 * @module
 */

import { type Disk, DiskError, type DiskFile } from "../../runtime/disk.ts";
import { joinPath, temporaryName } from "./names.ts";

/** Fills a file under another name, syncs it, gives it its name, and syncs the names. */
export async function writeWholeFile(
  disk: Disk,
  { folder, name }: { readonly folder: string; readonly name: string },
  fill: (file: DiskFile) => Promise<void>,
): Promise<void> {
  const path = joinPath(folder, name);
  const temporary = temporaryName(path);
  const file = await disk.create(temporary);
  try {
    await fill(file);
    // Before the rename: a name must not come to stand for bytes that a crash can still take away.
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, path);
  // Before anybody relies on it: without this a crash brings the old name back, or none.
  await disk.syncDirectory(folder);
}

/** Writes `pieces` one behind the other. */
export async function writePieces(file: DiskFile, pieces: readonly Uint8Array[]): Promise<void> {
  let offset = 0;
  for (const piece of pieces) {
    if (piece.length > 0) await file.write(offset, piece);
    offset += piece.length;
  }
}

/** Makes a folder whose name, and those of the folders around it, survive a crash. */
export async function makeLastingFolder(disk: Disk, folder: string): Promise<void> {
  if (folder === "") return;
  await disk.makeFolder(folder);
  const parts = folder.split("/");
  for (let depth = 0; depth < parts.length; depth++) {
    await disk.syncDirectory(parts.slice(0, depth).join("/"));
  }
}

/** Removes those of `paths` that the disk lets go; returns the others, for another time. Throws only on a dead disk. */
export async function removeFiles(disk: Disk, paths: readonly string[]): Promise<string[]> {
  const kept: string[] = [];
  for (const path of paths) {
    try {
      await disk.remove(path);
    } catch (error) {
      // A file too many costs room, not truth.
      if (!(error instanceof DiskError) || error.code === "closed") throw error;
      kept.push(path);
    }
  }
  return kept;
}
