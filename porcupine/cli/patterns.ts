import { UsageError } from "./flags.ts";

/**
 * The files that are meant by names and patterns: `*` and `?` stand for parts of a name. Most shells expand patterns before
 * a program sees them, some do not. Throws a {@linkcode UsageError} if nothing matches.
 */
export async function expandFiles(names: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const name of names) {
    if (!/[*?]/.test(name) || await exists(name)) paths.push(name);
    else {
      const found = await matching(name.split("/"), name.startsWith("/") ? "/" : "");
      if (found.length === 0) throw new UsageError(`no file matches ${name}`);
      paths.push(...found);
    }
  }
  return paths;
}

/** The paths below `folder` that match, in the order of their names. */
async function matching([first, ...rest]: readonly string[], folder: string): Promise<string[]> {
  if (!/[*?]/.test(first)) {
    if (rest.length > 0) return await matching(rest, first === "" ? folder : `${folder}${first}/`);
    return await exists(folder + first) ? [folder + first] : [];
  }
  const shape = first.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  const names: string[] = [];
  try {
    for await (const { name, isDirectory, isSymlink } of Deno.readDir(folder === "" ? "." : folder)) {
      // A hidden file is meant only by a pattern that begins with a dot; a folder is no history.
      const isMeant = new RegExp(`^${shape}$`).test(name) && (!name.startsWith(".") || first.startsWith("."));
      if (!isMeant) continue;
      const leadsOn = isSymlink ? await isFolder(folder + name) : isDirectory;
      if ((rest.length > 0) === leadsOn) names.push(name);
    }
  } catch {
    return [];
  }
  names.sort();
  if (rest.length === 0) return names.map((name) => folder + name);
  const paths: string[] = [];
  for (const name of names) paths.push(...await matching(rest, `${folder}${name}/`));
  return paths;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    // A link that leads nowhere: whoever opens it says so.
    return false;
  }
}

/** Whether there is a file, or a folder, of this name. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
