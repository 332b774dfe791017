/**
 * Real files as inputs: names, folders and patterns into files, plain and packed files into streams.
 * @module
 */

import type { InputFile } from "../plan.ts";
import type { OpenInput } from "../worker/inputs.ts";
import { refuseInput } from "./refuse_input.ts";
import { orRefuse, UsageError } from "./usage_error.ts";

/** An input, and when it was last changed: a job is only gone on with if its inputs are what they were. */
export interface FoundFile extends InputFile {
  readonly changedMs: number;
}

/**
 * The files that `names` stand for, in that order: a folder means everything below it, a name with `*`, `?` or `[...]`
 * that is no file itself is a pattern, in which `**` crosses folders. Names stay as they were written.
 * @throws {UsageError} For a name that stands for nothing.
 */
export function findInputs(names: readonly string[]): FoundFile[] {
  const found: FoundFile[] = [];
  const seen = new Set<string>();
  for (const name of names) {
    const files = expand(name);
    if (files.length === 0) {
      const why = statOf(name) === null ? "there is no such file, folder or match" : "there is nothing in it";
      throw new UsageError(`Cannot read ${name}: ${why}`);
    }
    for (const file of files) {
      if (seen.has(file.name)) continue;
      seen.add(file.name);
      found.push(file);
    }
  }
  return found;
}

function expand(name: string): FoundFile[] {
  const info = statOf(name);
  if (info?.isDirectory) return walk(name).map(toFile);
  if (info !== null) return [toFile(name)];
  if (!/[*?[]/.test(name)) return [];
  const fixed = name.split("/");
  const firstOpen = fixed.findIndex((part) => /[*?[]/.test(part));
  const root = fixed.slice(0, firstOpen).join("/");
  const pattern = toPattern(name);
  return walk(root === "" ? (name.startsWith("/") ? "/" : ".") : root)
    .map((path) => path.startsWith("./") && !name.startsWith("./") ? path.slice(2) : path)
    .filter((path) => pattern.test(path)).map(toFile);
}

function toFile(name: string): FoundFile {
  const info = statOf(name);
  if (info === null) throw new UsageError(`Cannot read ${name}: it leads nowhere`);
  // Better to hear of it now than after an hour.
  orRefuse(`read ${name}`, () => Deno.openSync(name).close());
  return { name, sizeBytes: info.size, gzip: name.endsWith(".gz"), changedMs: info.mtime?.getTime() ?? 0 };
}

function statOf(name: string): Deno.FileInfo | null {
  return orRefuse(`read ${name}`, () => {
    try {
      return Deno.statSync(name);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  });
}

/** Everything below a folder, by name; what begins with a dot is somebody else's business. */
function walk(folder: string): string[] {
  const paths: string[] = [];
  const entries = orRefuse(`read ${folder}`, () => [...Deno.readDirSync(folder)]);
  entries.sort((left, right) => left.name < right.name ? -1 : 1);
  for (const { name, isDirectory, isFile } of entries) {
    if (name.startsWith(".")) continue;
    const path = folder.endsWith("/") ? `${folder}${name}` : `${folder}/${name}`;
    if (isDirectory) paths.push(...walk(path));
    // A link to a folder may lead round in a circle; sockets and the like are no inputs.
    else if (isFile || statOf(path)?.isFile) paths.push(path);
  }
  return paths;
}

function toPattern(glob: string): RegExp {
  let source = "";
  for (let at = 0; at < glob.length; at++) {
    if (glob.startsWith("**/", at)) {
      source += "(?:[^/]+/)*";
      at += 2;
    } else if (glob[at] === "*") source += "[^/]*";
    else if (glob[at] === "?") source += "[^/]";
    else if (glob[at] === "[" && glob.includes("]", at + 2)) {
      const end = glob.indexOf("]", at + 2);
      source += `[${glob.slice(at + 1, end).replace(/^!/, "^").replaceAll("\\", "\\\\")}]`;
      at = end;
    } else source += glob[at].replace(/[.+^${}()|\\[\]]/, "\\$&");
  }
  return new RegExp(`^${source}$`);
}

/** Opens real files. Names are relative to the folder that the process was started in. */
export const openFile: OpenInput = async (name, { offset, gzip }) => {
  // Only who meets a packed file waits until all that this takes is loaded.
  if (gzip) return (await import("./unpack.ts")).unpack(name);
  try {
    const file = await Deno.open(name);
    try {
      await file.seek(offset, Deno.SeekMode.Start);
    } catch (error) {
      file.close();
      throw error;
    }
    return {
      read: (into) => Promise.try(() => file.readSync(into) ?? 0).catch((cause) => refuseInput(name, cause)),
      close: () => Promise.resolve(file.close()),
    };
  } catch (cause) {
    return refuseInput(name, cause);
  }
};
