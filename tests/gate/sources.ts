/**
 * Every TypeScript file of the repository.
 *
 * @module
 */

const ROOT: URL = new URL("../../", import.meta.url);
const SKIPPED: ReadonlySet<string> = new Set(["node_modules", "coverage", "chaos-out"]);

/** Path from the root, with slashes, to text. */
export async function readSources(): Promise<Map<string, string>> {
  const sources = new Map<string, string>();
  await walk("", sources);
  return sources;
}

async function walk(folder: string, into: Map<string, string>): Promise<void> {
  for await (const entry of Deno.readDir(new URL(folder, ROOT))) {
    if (entry.name.startsWith(".") || SKIPPED.has(entry.name)) continue;
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) await walk(`${path}/`, into);
    else if (/\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts")) {
      into.set(path, await Deno.readTextFile(new URL(path, ROOT)));
    }
  }
}
