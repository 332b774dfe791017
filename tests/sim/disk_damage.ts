/**
 * Where a medium can be damaged, and how.
 * @module
 */

import { hashLabel } from "../../runtime/mod.ts";
import { type FileImage, SECTOR_BYTES } from "./file_image.ts";

/** Files of a medium, by path. */
export type MediumFiles = readonly (readonly [path: string, file: FileImage])[];

/** A sector of a file. */
export interface Sector {
  readonly path: string;
  readonly file: FileImage;
  readonly sector: number;
}

/** How many bytes the medium holds. */
export function bytesIn(files: MediumFiles): number {
  return files.reduce((sum, [, file]) => sum + file.synced.size, 0);
}

/** Stands for all that the medium holds: another number if anything else is there. */
export function digestOf(files: MediumFiles): number {
  let digest = 0;
  for (const [path, { synced }] of files) {
    digest = Math.imul(digest ^ hashLabel(path), 0x01000193);
    for (const byte of synced.view()) digest = Math.imul(digest ^ byte, 0x01000193);
  }
  return digest;
}

/** The bit that `drawn`, from [0, 1), falls on; the medium must hold something. */
export function bitAt(
  files: MediumFiles,
  drawn: number,
): { readonly path: string; readonly offset: number; readonly bit: number } {
  const place = drawn * bytesIn(files);
  let offset = Math.floor(place);
  const bit = Math.floor((place - offset) * 8);
  for (const [path, file] of files) {
    if (offset < file.synced.size) return { path, offset, bit };
    offset -= file.synced.size;
  }
  throw new RangeError("Cannot find a bit on a medium that holds nothing");
}

/** A write that goes astray. */
export interface Stray {
  readonly from: Sector;
  readonly to: Sector;
}

/** Whether there are a sector that could go astray and another one to be hit. */
export function canStray(files: MediumFiles): boolean {
  let sectors = 0;
  let whole = false;
  // Asked again and again of disks that hold next to nothing: without a list of all their sectors.
  for (const [path, file] of files) {
    const count = Math.ceil(file.synced.size / SECTOR_BYTES);
    sectors += count;
    for (let sector = 0; sector < count && !whole; sector++) whole = isWhole({ path, file, sector });
    if (whole && sectors > 1) return true;
  }
  return false;
}

/** Which sector is written over which other one; null if there are no two. `draw` gives numbers in [0, 1). */
export function drawStray(files: MediumFiles, draw: () => number): Stray | null {
  if (!canStray(files)) return null;
  const sectors = sectorsOf(files);
  const pick = (list: readonly Sector[]) => list[Math.floor(draw() * list.length)];
  const any = { from: pick(sectors), to: pick(sectors) };
  if (any.from !== any.to && isWhole(any.from)) return any;
  const from = pick(sectors.filter(isWhole));
  return { from, to: pick(sectors.filter((sector) => sector !== from)) };
}

/** Lets it happen; false if nothing is another one afterwards. */
export function overwriteSector({ from, to }: Stray): boolean {
  return to.file.overwrite(to.sector * SECTOR_BYTES, contents(from).slice());
}

function sectorsOf(files: MediumFiles): Sector[] {
  return files.flatMap(([path, file]) =>
    Array.from(
      { length: Math.ceil(file.synced.size / SECTOR_BYTES) },
      (_, sector) => ({ path, file, sector }),
    )
  );
}

/**
 * Whether a sector was written from end to end. What was never written is zeros: a sector that turns into zeros is a write that was lost,
 * not one that went astray.
 */
function isWhole(sector: Sector): boolean {
  const bytes = contents(sector);
  return bytes[0] !== 0 && bytes[bytes.length - 1] !== 0;
}

function contents({ file, sector }: Sector): Uint8Array {
  const from = sector * SECTOR_BYTES;
  return file.synced.view(from, Math.min(from + SECTOR_BYTES, file.synced.size));
}
