/**
 * Real files as inputs: names, folders and patterns into files, plain and packed files into streams.
 * @module
 */

import type { InputFile } from "../plan.ts";
import { InputError, type InputStream, type OpenInput } from "../worker/inputs.ts";
import { UsageError } from "./usage_error.ts";

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
      throw new UsageError(`Cannot read ${name}: there is no such file, folder or match`);
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
  if (info === null) throw new UsageError(`Cannot read ${name}: it is gone`);
  return { name, sizeBytes: info.size, gzip: name.endsWith(".gz"), changedMs: info.mtime?.getTime() ?? 0 };
}

function statOf(name: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new UsageError(`Cannot read ${name}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** Everything below a folder, by name; what begins with a dot is somebody else's business. */
function walk(folder: string): string[] {
  const paths: string[] = [];
  const entries = [...Deno.readDirSync(folder)].sort((left, right) => left.name < right.name ? -1 : 1);
  for (const { name, isDirectory } of entries) {
    if (name.startsWith(".")) continue;
    const path = folder.endsWith("/") ? `${folder}${name}` : `${folder}/${name}`;
    if (isDirectory) paths.push(...walk(path));
    else paths.push(path);
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
  try {
    const file = await Deno.open(name);
    if (gzip) return unpack(name, file);
    await file.seek(offset, Deno.SeekMode.Start);
    return {
      read: async (into) => {
        try {
          return await Promise.resolve(file.readSync(into) ?? 0);
        } catch (cause) {
          throw unreadable(name, cause);
        }
      },
      close: () => Promise.resolve(file.close()),
    };
  } catch (cause) {
    throw unreadable(name, cause);
  }
};

function unpack(name: string, file: Deno.FsFile): InputStream {
  const reader = file.readable.pipeThrough(new DecompressionStream("gzip")).getReader();
  let rest: Uint8Array = new Uint8Array();
  return {
    read: async (into) => {
      try {
        while (rest.length === 0) {
          const { done, value } = await reader.read();
          if (done) return 0;
          rest = value;
        }
      } catch (cause) {
        throw unreadable(name, cause);
      }
      const count = Math.min(into.length, rest.length);
      into.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      return count;
    },
    close: async () => {
      try {
        await reader.cancel();
      } catch {
        // It ended with an error that has been reported.
      }
    },
  };
}

function unreadable(name: string, cause: unknown): InputError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new InputError("unreadable", `Cannot read ${name}: ${why}`, { cause });
}
