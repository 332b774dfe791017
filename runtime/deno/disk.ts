/**
 * Real files below one folder.
 * @module
 */

import type { Disk, DiskFile } from "../disk.ts";
import { closedError, mend, toDiskError } from "./disk_errors.ts";
import { RealFile } from "./file.ts";
import { SyncPace } from "./sync_pace.ts";

/** How the files of a real disk are treated. */
export interface DenoDiskOptions {
  /**
   * Whether nobody minds at present if this process says nothing for as long as a sync takes. Small syncs are done on the spot
   * then, and not on another thread: on a quick disk that is the greater part of what they cost. A disk that hangs holds up the
   * whole process. @default {never}
   */
  readonly maySyncAtOnce?: () => boolean;
}

/**
 * The files below `folder`. It must exist, in a way that lasts: `denoRuntime` sees to that.
 *
 * Paths are judged by their letters: one with `..` in it, or that begins at a root or a drive, is refused with `TypeError`. A
 * symbolic link that somebody put below `folder` is followed.
 *
 * What a sync is worth: `sync` is `fdatasync` on Linux, `F_FULLFSYNC` on macOS, `FlushFileBuffers` on Windows. `syncDirectory`
 * is `fsync` of the folder on Linux and macOS. Windows has no such call: there it does nothing, and names rest on the journal
 * of NTFS alone, which keeps their order but may lose the last of them with the power.
 *
 * When `signal` is aborted every file is closed, and every call, also one under way, ends with `DiskError` (`closed`): a late
 * sync acknowledges nothing.
 *
 * @example A file that is there after a crash
 * ```ts
 * import { denoDisk } from "@flotilla/flotilla/runtime/deno";
 * import { assertEquals } from "@std/assert";
 *
 * const death = new AbortController();
 * const folder = await Deno.makeTempDir();
 * const disk = denoDisk(folder, death.signal);
 * const file = await disk.create("note");
 * await file.write(0, new Uint8Array([1, 2, 3]));
 * await file.sync();
 * await disk.syncDirectory("");
 * assertEquals(await disk.list(""), ["note"]);
 * death.abort();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function denoDisk(folder: string, signal: AbortSignal, options: DenoDiskOptions = {}): Disk {
  return new RealDisk(folder, signal, options);
}

class RealDisk implements Disk {
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #open = new Set<RealFile>();
  readonly #pace: SyncPace;

  constructor(folder: string, signal: AbortSignal, { maySyncAtOnce = () => false }: DenoDiskOptions) {
    this.#pace = new SyncPace(maySyncAtOnce);
    this.#folder = folder === "/" ? "" : folder.replace(/[/\\]+$/, "") || ".";
    this.#signal = signal;
    signal.addEventListener("abort", () => {
      for (const file of this.#open) file.release();
      this.#open.clear();
    }, { once: true });
  }

  open(path: string): Promise<DiskFile> {
    return this.#ask("open", path, async (full) => {
      return this.#wrap(path, await Deno.open(full, { read: true, write: true }));
    });
  }

  /** A new file, not the old one emptied: who still reads the old one goes on reading it. */
  create(path: string): Promise<DiskFile> {
    return this.#ask("create", path, async (full) => {
      const options = { read: true, write: true, createNew: true };
      try {
        return this.#wrap(path, await Deno.open(full, options));
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
        await Deno.remove(full);
        return this.#wrap(path, await Deno.open(full, options));
      }
    });
  }

  readFile(path: string): Promise<Uint8Array> {
    return this.#ask("read", path, (full) => Deno.readFile(full));
  }

  list(folder: string): Promise<string[]> {
    return this.#ask("list", folder, async (full) => {
      const names: string[] = [];
      try {
        for await (const { name } of Deno.readDir(full)) names.push(name);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
      return names.sort();
    });
  }

  makeFolder(folder: string): Promise<void> {
    return this.#ask("make", folder, (full) => Deno.mkdir(full, { recursive: true }));
  }

  async rename(from: string, to: string): Promise<void> {
    const target = this.#full(to);
    await this.#ask("rename", from, (full) => Deno.rename(full, target));
  }

  remove(path: string): Promise<void> {
    return this.#ask("remove", path, async (full) => {
      try {
        await Deno.remove(full);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    });
  }

  syncDirectory(folder: string): Promise<void> {
    return this.#ask("sync", folder, async (full) => {
      if (Deno.build.os === "windows") return;
      using handle = await Deno.open(full, { read: true });
      await handle.sync();
    });
  }

  #wrap(path: string, handle: Deno.FsFile): RealFile {
    const file = new RealFile(path, handle, { open: this.#open, pace: this.#pace });
    // Opened for a node that died meanwhile.
    if (this.#signal.aborted) file.release();
    else this.#open.add(file);
    return file;
  }

  async #ask<T>(what: string, path: string, action: (full: string) => Promise<T>): Promise<T> {
    const full = this.#full(path);
    if (this.#signal.aborted) throw closedError(what, path);
    let result: T;
    try {
      result = await action(full);
    } catch (cause) {
      throw this.#signal.aborted ? closedError(what, path) : toDiskError(what, path, cause);
    }
    if (this.#signal.aborted) throw closedError(what, path);
    return result;
  }

  #full(path: string): string {
    const below = mend(path);
    return below === "" ? this.#folder || "/" : `${this.#folder}/${below}`;
  }
}
