/**
 * A disk in memory that keeps everything: for parts that are tried alone. The simulated world's disks lose things.
 * @module
 */

import { type Disk, DiskError, type DiskFile } from "../../../runtime/mod.ts";
import type { OpenStream, StreamFile } from "../../../mapreduce/mod.ts";

/** A file in memory. */
export class MemoryFile implements DiskFile {
  bytes: Uint8Array = new Uint8Array();
  /** Reads so far through {@linkcode MemoryFile.stream}. */
  reads = 0;

  read(offset: number, length: number): Promise<Uint8Array> {
    return Promise.resolve(this.bytes.slice(offset, offset + length));
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    const grown = new Uint8Array(Math.max(this.bytes.length, offset + bytes.length));
    grown.set(this.bytes);
    grown.set(bytes, offset);
    this.bytes = grown;
    return Promise.resolve();
  }

  truncate(sizeBytes: number): Promise<void> {
    this.bytes = this.bytes.slice(0, sizeBytes);
    return Promise.resolve();
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  size(): Promise<number> {
    return Promise.resolve(this.bytes.length);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The same file, read without waiting. */
  stream(): StreamFile {
    const { bytes } = this;
    return {
      sizeBytes: bytes.length,
      read: (into, offset) => {
        this.reads++;
        const part = bytes.subarray(offset, offset + into.length);
        into.set(part);
        return part.length;
      },
      close: () => {},
    };
  }
}

/** See the module's page. */
export class MemoryDisk implements Disk {
  readonly files = new Map<string, MemoryFile>();

  /** Reading without waiting. */
  readonly openStream: OpenStream = (path) => this.streamOf(path);

  open(path: string): Promise<DiskFile> {
    return Promise.try(() => this.#find(path));
  }

  create(path: string): Promise<DiskFile> {
    const file = new MemoryFile();
    this.files.set(path, file);
    return Promise.resolve(file);
  }

  readFile(path: string): Promise<Uint8Array> {
    return Promise.try(() => this.#find(path).bytes.slice());
  }

  list(folder: string): Promise<string[]> {
    const start = folder === "" ? "" : `${folder}/`;
    const names = [...this.files.keys()].filter((path) => path.startsWith(start))
      .map((path) => path.slice(start.length)).filter((name) => !name.includes("/"));
    return Promise.resolve(names.sort());
  }

  makeFolder(): Promise<void> {
    return Promise.resolve();
  }

  rename(from: string, to: string): Promise<void> {
    return Promise.try(() => {
      this.files.set(to, this.#find(from));
      this.files.delete(from);
    });
  }

  remove(path: string): Promise<void> {
    this.files.delete(path);
    return Promise.resolve();
  }

  syncDirectory(): Promise<void> {
    return Promise.resolve();
  }

  /** See {@linkcode MemoryDisk.openStream}. */
  protected streamOf(path: string): StreamFile {
    return this.#find(path).stream();
  }

  #find(path: string): MemoryFile {
    const file = this.files.get(path);
    if (file === undefined) throw new DiskError("missing", `Cannot open ${path}: there is no such file`);
    return file;
  }
}
