/**
 * A disk in memory that knows which files are open, and refuses what a test wants refused.
 * @module
 */

import type { OpenStream } from "../../../mapreduce/mod.ts";
import { DiskError, type DiskErrorCode, type DiskFile } from "../../../runtime/mod.ts";
import { MemoryDisk } from "./memory_disk.ts";

/** What is asked of a disk, as far as tests refuse it. */
export type Call = "open" | "write" | "sync" | "rename" | "remove" | "list";

/** See the module's page. */
export class WatchedDisk extends MemoryDisk {
  /** The paths of files that were opened and not closed, as often as they are open. */
  readonly held: string[] = [];
  /** Hears how much is written at once. */
  onWrite: (sizeBytes: number) => void = () => {};
  /** Looked at before each call: what it gives is thrown. */
  refuse: (call: Call, path: string) => DiskErrorCode | null = () => null;
  /** What is written is safe only when this has come to an end. */
  beforeSync: () => Promise<void> = () => Promise.resolve();

  /** Reading without waiting, watched too. */
  override readonly openStream: OpenStream = (path) => {
    this.#ask("open", path);
    const stream = this.streamOf(path);
    this.held.push(path);
    return { ...stream, close: () => this.#close(path) };
  };

  override async create(path: string): Promise<DiskFile> {
    const file = await super.create(path);
    this.held.push(path);
    let open = true;
    const stillOpen = () => {
      if (!open) throw new DiskError("closed", `Cannot use ${path}: it was closed`);
    };
    return {
      read: (offset, length) => file.read(offset, length),
      write: async (offset, bytes) => {
        stillOpen();
        this.#ask("write", path);
        this.onWrite(bytes.length);
        await file.write(offset, bytes);
      },
      truncate: (sizeBytes) => file.truncate(sizeBytes),
      sync: async () => {
        stillOpen();
        await this.beforeSync();
        this.#ask("sync", path);
        await file.sync();
      },
      size: () => file.size(),
      close: () => {
        if (open) this.#close(path);
        open = false;
        return Promise.resolve();
      },
    };
  }

  override async rename(from: string, to: string): Promise<void> {
    this.#ask("rename", from);
    await super.rename(from, to);
  }

  override async remove(path: string): Promise<void> {
    this.#ask("remove", path);
    await super.remove(path);
  }

  override async list(folder: string): Promise<string[]> {
    this.#ask("list", folder);
    return await super.list(folder);
  }

  #close(path: string): void {
    const at = this.held.indexOf(path);
    if (at !== -1) this.held.splice(at, 1);
  }

  #ask(call: Call, path: string): void {
    const code = this.refuse(call, path);
    if (code !== null) throw new DiskError(code, `Cannot ${call} ${path}: the test refuses it`);
  }
}
