/**
 * One open file.
 * @module
 */

import type { DiskFile } from "../disk.ts";
import { closedError, toDiskError } from "./disk_errors.ts";
import type { SyncPace } from "./sync_pace.ts";

/** Writes up to this size are done at once: into the page cache that is quicker than to ask another thread. */
const SYNCHRONOUS_BYTES = 256 << 10;

/** See the module's page. Calls are done one after another: the system knows only one position per handle. */
export class RealFile implements DiskFile {
  readonly #path: string;
  readonly #handle: Deno.FsFile;
  readonly #open: Set<RealFile>;
  readonly #pace: SyncPace;
  #released = false;
  /** Where the handle stands; -1 where that is not known. */
  #position = -1;
  #unsyncedBytes = 0;
  /** The last call under way; null when there is none. */
  #last: Promise<unknown> | null = null;

  constructor(
    path: string,
    handle: Deno.FsFile,
    { open, pace }: { readonly open: Set<RealFile>; readonly pace: SyncPace },
  ) {
    this.#path = path;
    this.#handle = handle;
    this.#open = open;
    this.#pace = pace;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#do(`read at ${offset} of`, async () => {
      this.#position = -1;
      const size = (await this.#handle.stat()).size;
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      let used = 0;
      await this.#handle.seek(offset, Deno.SeekMode.Start);
      while (used < bytes.length) {
        const count = await this.#handle.read(bytes.subarray(used));
        if (count === null) break;
        used += count;
      }
      return bytes.subarray(0, used);
    });
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    return this.#do(`write at ${offset} of`, () => {
      const follows = this.#position === offset;
      // Not known if anything fails on the way.
      this.#position = -1;
      this.#unsyncedBytes += bytes.length;
      if (bytes.length > SYNCHRONOUS_BYTES) return this.#writeInPieces(offset, bytes);
      if (!follows) this.#handle.seekSync(offset, Deno.SeekMode.Start);
      for (let at = 0; at < bytes.length;) at += this.#handle.writeSync(bytes.subarray(at));
      this.#position = offset + bytes.length;
    });
  }

  truncate(sizeBytes: number): Promise<void> {
    return this.#do("cut", () => this.#handle.truncate(sizeBytes));
  }

  sync(): Promise<void> {
    return this.#do("sync", async () => {
      await this.#pace.sync(this.#handle, this.#unsyncedBytes);
      this.#unsyncedBytes = 0;
    });
  }

  size(): Promise<number> {
    return this.#do("measure", async () => (await this.#handle.stat()).size);
  }

  /** Waits for the calls under way. Harmless on a file that is closed already. */
  async close(): Promise<void> {
    while (this.#last !== null) await this.#last;
    this.release();
    this.#open.delete(this);
  }

  /** Lets the handle go at once, whatever is under way. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#handle.close();
  }

  async #writeInPieces(offset: number, bytes: Uint8Array): Promise<void> {
    await this.#handle.seek(offset, Deno.SeekMode.Start);
    for (let at = 0; at < bytes.length;) {
      at += await this.#handle.write(bytes.subarray(at, at + SYNCHRONOUS_BYTES));
    }
  }

  #do<T>(what: string, action: () => T | Promise<T>): Promise<T> {
    const result = this.#after(this.#last, what, action);
    const last = result.then(() => {}, () => {}).then(() => {
      if (this.#last === last) this.#last = null;
    });
    this.#last = last;
    return result;
  }

  /** Begins within the call where nothing is under way. */
  async #after<T>(before: Promise<unknown> | null, what: string, action: () => T | Promise<T>): Promise<T> {
    if (before !== null) await before;
    if (this.#released) throw closedError(what, this.#path);
    let result: T;
    try {
      result = await action();
    } catch (cause) {
      throw this.#released ? closedError(what, this.#path) : toDiskError(what, this.#path, cause);
    }
    // Its node died meanwhile: what came of it is nobody's business any more.
    if (this.#released) throw closedError(what, this.#path);
    return result;
  }
}
