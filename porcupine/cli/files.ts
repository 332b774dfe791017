import { UsageError } from "./flags.ts";
import { exists } from "./patterns.ts";

/** A file being read, or the standard input. */
export interface Source extends Disposable {
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Opens a file; `-` is the standard input. Throws a {@linkcode UsageError} if that cannot be done. */
export async function openSource(file: string): Promise<Source> {
  if (file === "-") return { bytes: Deno.stdin.readable, [Symbol.dispose]: () => {} };
  let handle: Deno.FsFile | undefined;
  try {
    handle = await Deno.open(file);
    if ((await handle.stat()).isDirectory) throw new UsageError(`${file} is a folder; name the files in it`);
  } catch (error) {
    handle?.close();
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file} cannot be opened: ${messageOf(error)}`);
  }
  const open = handle;
  return { bytes: chunks(open), [Symbol.dispose]: () => open.close() };
}

/** The handle stays ours to close: a reader that stops at an error must not leave the file open. */
async function* chunks(handle: Deno.FsFile): AsyncGenerator<Uint8Array> {
  for (;;) {
    const buffer = new Uint8Array(256 * 1024);
    const length = await handle.read(buffer);
    if (length === null) return;
    yield buffer.subarray(0, length);
  }
}

/** What `--html` names; a folder that exists is one, with or without a slash at its end. */
export async function pagesIn(html: string | null): Promise<string | null> {
  if (html === null || html.endsWith("/")) return html;
  try {
    return (await Deno.stat(html)).isDirectory ? `${html}/` : html;
  } catch {
    // It is about to be made.
    return html;
  }
}

/** Where the picture of a file goes: the page that `--html` names, or a page in the folder that it names. */
export function pictureFile(html: string, file: string, files: readonly string[]): string {
  if (!html.endsWith("/")) return html;
  const base = (name: string): string => (name.split("/").at(-1) ?? name).replace(/^-$/, "stdin");
  // Two folders may hold files of one name.
  const before = files.slice(0, files.indexOf(file)).filter((other) => base(other) === base(file)).length;
  return `${html}${base(file)}${before > 0 ? `-${before + 1}` : ""}.html`;
}

/**
 * Throws a {@linkcode UsageError} if a file cannot be written: before a check, as its verdict would be lost for want of a picture.
 * A file that is not there is not left behind.
 */
export async function requireWritable(path: string): Promise<void> {
  try {
    await makeFolder(path);
    const isNew = !await exists(path);
    // A pipe would be over for who reads it.
    if (!isNew && !(await Deno.stat(path)).isFile) return;
    (await Deno.open(path, { append: true, create: true })).close();
    if (isNew) await Deno.remove(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${messageOf(error)}`);
  }
}

async function makeFolder(path: string): Promise<void> {
  const end = path.lastIndexOf("/");
  if (end > 0) await Deno.mkdir(path.slice(0, end), { recursive: true });
}

/** Writes a file, and the folders on the way to it. Throws a {@linkcode UsageError} if that cannot be done. */
export async function writeFile(path: string, text: string): Promise<void> {
  try {
    await makeFolder(path);
    await Deno.writeTextFile(path, text);
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
