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
  return html.endsWith("/") ? `${html}${pageNames(files).get(file)}.html` : html;
}

/**
 * Each file's name for its page, no two alike: two folders may hold files of one name, and one of them a file that is called as the
 * second would be. Names that differ in capitals alone are one on some file systems.
 */
function pageNames(files: readonly string[]): ReadonlyMap<string, string> {
  const base = (file: string): string => (file.split("/").at(-1) ?? file).replace(/^-$/, "stdin");
  const own = new Set(files.map((file) => base(file).toLowerCase()));
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const file of new Set(files)) {
    let name = base(file);
    for (let k = 2; taken.has(name.toLowerCase()) || (k > 2 && own.has(name.toLowerCase())); k++) {
      name = `${base(file)}-${k}`;
    }
    taken.add(name.toLowerCase());
    names.set(file, name);
  }
  return names;
}

/**
 * Throws a {@linkcode UsageError} if a page cannot be written: before a check, as its verdict would be lost for want of a picture;
 * or if something else would be lost for it. A file that is not there is not left behind.
 */
export async function requireWritable(path: string): Promise<void> {
  try {
    await makeFolder(path);
    const isNew = !await exists(path);
    // A pipe would be over for who reads it.
    if (!isNew && !(await Deno.stat(path)).isFile) return;
    // Of `--html *.jsonl` a shell makes the name of a history for the page, and the only copy of a rare failure would be gone.
    if (!isNew && !await isPage(path)) {
      throw new UsageError(`${path} is no page, and would be overwritten; name another file for the picture`);
    }
    (await Deno.open(path, { append: true, create: true })).close();
    if (isNew) await Deno.remove(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be written: ${messageOf(error)}`);
  }
}

/** Whether a file holds a page, or nothing yet. */
async function isPage(path: string): Promise<boolean> {
  using handle = await Deno.open(path);
  const head = new Uint8Array(64);
  const length = await handle.read(head) ?? 0;
  const text = new TextDecoder().decode(head.subarray(0, length)).trimStart();
  return text === "" || /^<(?:!doctype\s+)?html/i.test(text);
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
