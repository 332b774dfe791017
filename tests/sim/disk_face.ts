/**
 * The disk as one incarnation sees it: the runtime's contract, until the process dies.
 * @module
 */

import { DiskError } from "../../runtime/mod.ts";
import type { Disk, DiskFile } from "../../runtime/mod.ts";
import { folderOf } from "./directory.ts";
import type { SimDisk } from "./disk.ts";
import type { FileImage } from "./file_image.ts";
import type { Process } from "./process.ts";
import { KIND } from "./trace.ts";
import type { Loop } from "./loop.ts";

/** Shared, because nobody can tell one settled promise of nothing from another. */
const DONE: Promise<void> = Promise.resolve();

function normal(path: string): string {
  return path.split("/").filter((part) => part !== "" && part !== ".").join("/");
}

function missing(what: string, path: string): DiskError {
  return new DiskError("missing", `Cannot ${what} ${path}: there is no such file or folder`);
}

/** See the module's page. */
export class DiskFace implements Disk {
  readonly #disk: SimDisk;
  readonly #process: Process;
  readonly #loop: Loop;

  constructor(disk: SimDisk, process: Process, loop: Loop) {
    this.#disk = disk;
    this.#process = process;
    this.#loop = loop;
  }

  open(path: string): Promise<DiskFile> {
    this.#disk.onCall?.("read");
    return this.#do(() => {
      const file = this.#disk.directory.find(normal(path));
      if (file === undefined) throw missing("open", path);
      return new FileFace(this.#disk, this.#process, file);
    });
  }

  create(path: string): Promise<DiskFile> {
    this.#disk.onCall?.("create");
    return this.#do(() => {
      const name = normal(path);
      const { directory } = this.#disk;
      if (!directory.hasFolder(folderOf(name))) throw missing("create", path);
      const file = this.#disk.newFile(name);
      directory.link(name, file);
      this.#fold(file.id);
      return new FileFace(this.#disk, this.#process, file);
    });
  }

  readFile(path: string): Promise<Uint8Array> {
    this.#disk.onCall?.("read");
    return this.#do(() => {
      const file = this.#disk.directory.find(normal(path));
      if (file === undefined) throw missing("read", path);
      return readFrom(this.#disk, file, 0, file.cache.size);
    });
  }

  list(folder: string): Promise<string[]> {
    this.#disk.onCall?.("read");
    return this.#do(() => this.#disk.directory.list(normal(folder)));
  }

  makeFolder(folder: string): Promise<void> {
    this.#disk.onCall?.("create");
    return this.#do(() => {
      const { directory } = this.#disk;
      let path = "";
      for (const part of normal(folder).split("/")) {
        path = path === "" ? part : `${path}/${part}`;
        if (path !== "" && !directory.hasFolder(path)) directory.makeFolder(path);
      }
      this.#fold(directory.lastChange);
    });
  }

  rename(from: string, to: string): Promise<void> {
    this.#disk.onCall?.("rename");
    return this.#do(() => {
      const { directory } = this.#disk;
      const file = directory.find(normal(from));
      if (file === undefined) throw missing("rename", from);
      if (!directory.hasFolder(folderOf(normal(to)))) throw missing("rename to", to);
      directory.rename(normal(from), normal(to), file);
      file.path = normal(to);
      this.#fold(file.id);
    });
  }

  remove(path: string): Promise<void> {
    this.#disk.onCall?.("remove");
    return this.#do(() => {
      const { directory } = this.#disk;
      if (directory.find(normal(path)) !== undefined) directory.unlink(normal(path));
      this.#fold(directory.lastChange);
    });
  }

  syncDirectory(folder: string): Promise<void> {
    this.#disk.onCall?.("syncDirectory");
    if (!this.#process.alive) return Promise.reject(closed(this.#process));
    if (!this.#disk.directory.hasFolder(normal(folder))) return Promise.reject(missing("sync", folder));
    return this.#disk.syncFolder(this.#process, normal(folder));
  }

  #do<T>(action: () => T): Promise<T> {
    if (!this.#process.alive) return Promise.reject(closed(this.#process));
    try {
      return Promise.resolve(action());
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #fold(digest: number): void {
    this.#loop.trace.fold(this.#loop.nowUs, KIND.directory, this.#process.node, -1, digest);
  }
}

function closed(process: Process): DiskError {
  return new DiskError("closed", `Cannot use the disk of ${process.name}: the process is dead`);
}

function readFrom(disk: SimDisk, file: FileImage, offset: number, length: number): Uint8Array {
  if (disk.fails("read")) {
    throw new DiskError("failed", `Cannot read ${file.path} at ${offset}: the device refused (simulated)`);
  }
  return file.cache.slice(offset, offset + length);
}

class FileFace implements DiskFile {
  readonly #disk: SimDisk;
  readonly #process: Process;
  readonly #file: FileImage;
  #open = true;

  constructor(disk: SimDisk, process: Process, file: FileImage) {
    this.#disk = disk;
    this.#process = process;
    this.#file = file;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    this.#disk.onCall?.("read");
    const refusal = this.#refusal();
    if (refusal !== null) return Promise.reject(refusal);
    try {
      return Promise.resolve(readFrom(this.#disk, this.#file, offset, length));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    this.#disk.onCall?.("write");
    const error = this.#refusal() ?? this.#disk.write(this.#file, offset, bytes);
    return error === null ? DONE : Promise.reject(error);
  }

  truncate(sizeBytes: number): Promise<void> {
    this.#disk.onCall?.("truncate");
    const error = this.#refusal();
    if (error !== null) return Promise.reject(error);
    this.#file.truncate(sizeBytes);
    return DONE;
  }

  sync(): Promise<void> {
    this.#disk.onCall?.("sync");
    const error = this.#refusal();
    return error === null ? this.#disk.syncFile(this.#process, this.#file) : Promise.reject(error);
  }

  size(): Promise<number> {
    this.#disk.onCall?.("read");
    const error = this.#refusal();
    return error === null ? Promise.resolve(this.#file.cache.size) : Promise.reject(error);
  }

  close(): Promise<void> {
    this.#disk.onCall?.("close");
    this.#open = false;
    return DONE;
  }

  #refusal(): DiskError | null {
    if (!this.#process.alive) return closed(this.#process);
    if (this.#open) return null;
    return new DiskError("closed", `Cannot use ${this.#file.path}: this handle was closed`);
  }
}
