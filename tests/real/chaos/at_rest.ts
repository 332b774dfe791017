/**
 * Damage to what a node has stored while it is down.
 * @module
 */

import type { Random } from "../../../runtime/mod.ts";

const SECTOR_BYTES = 512;

/**
 * Flips one bit, or overwrites one sector by another one, of a file in a folder of `top`, which has one for each log; false if there is
 * nothing to damage. Room that was only reserved counts as nothing.
 */
export async function damageAtRest(top: string, how: "bit" | "sector", random: Random): Promise<boolean> {
  const files: { readonly path: string; readonly usedBytes: number }[] = [];
  for (const folder of await namesIn(top, "folders")) {
    for (const name of await namesIn(`${top}/${folder}`, "files")) {
      const path = `${top}/${folder}/${name}`;
      const usedBytes = usedOf(await Deno.readFile(path));
      if (usedBytes > (how === "bit" ? 0 : SECTOR_BYTES)) files.push({ path, usedBytes });
    }
  }
  if (files.length === 0) return false;
  const { path, usedBytes } = files[random.below(files.length)];
  const content = await Deno.readFile(path);
  if (how === "bit") content[random.below(usedBytes)] ^= 1 << random.below(8);
  else {
    const sectors = Math.floor(usedBytes / SECTOR_BYTES) + 1;
    const from = random.below(sectors);
    const to = (from + 1 + random.below(sectors - 1)) % sectors;
    content.copyWithin(to * SECTOR_BYTES, from * SECTOR_BYTES, (from + 1) * SECTOR_BYTES);
  }
  await Deno.writeFile(path, content);
  return true;
}

async function namesIn(folder: string, what: "files" | "folders"): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
      if (what === "files" ? isFile : isDirectory) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}

function usedOf(content: Uint8Array): number {
  return content.findLastIndex((byte) => byte !== 0) + 1;
}
