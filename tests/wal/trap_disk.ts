/**
 * A disk that counts its operations and springs a trap at one of them.
 * @module
 */

import type { Disk, DiskFile } from "../../runtime/mod.ts";

/** When a trap springs. */
export type Moment =
  /** When the operation is under way: a sync has begun and not ended. */
  | "during"
  /** When it has ended, before anybody was told. */
  | "after";

/** See the module's page. */
export class TrapDisk implements Disk {
  /** What was asked for, in order: `sync log-00000001`. */
  readonly operations: string[] = [];
  readonly #disk: Disk;
  readonly #trap: (operation: number, moment: Moment) => void;

  /** @param trap Called around each operation with its number, from 0 on. */
  constructor(disk: Disk, trap: (operation: number, moment: Moment) => void) {
    this.#disk = disk;
    this.#trap = trap;
  }

  async open(path: string): Promise<DiskFile> {
    return this.#wrap(path, await this.#do(`open ${path}`, () => this.#disk.open(path)));
  }

  async create(path: string): Promise<DiskFile> {
    return this.#wrap(path, await this.#do(`create ${path}`, () => this.#disk.create(path)));
  }

  readFile(path: string): Promise<Uint8Array> {
    return this.#do(`readFile ${path}`, () => this.#disk.readFile(path));
  }

  list(folder: string): Promise<string[]> {
    return this.#do(`list ${folder}`, () => this.#disk.list(folder));
  }

  makeFolder(folder: string): Promise<void> {
    return this.#do(`makeFolder ${folder}`, () => this.#disk.makeFolder(folder));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do(`rename ${from} ${to}`, () => this.#disk.rename(from, to));
  }

  remove(path: string): Promise<void> {
    return this.#do(`remove ${path}`, () => this.#disk.remove(path));
  }

  syncDirectory(folder: string): Promise<void> {
    return this.#do(`syncDirectory ${folder}`, () => this.#disk.syncDirectory(folder));
  }

  #wrap(path: string, file: DiskFile): DiskFile {
    return {
      read: (offset, length) => this.#do(`read ${path}`, () => file.read(offset, length)),
      write: (offset, bytes) => this.#do(`write ${path}`, () => file.write(offset, bytes)),
      truncate: (sizeBytes) => this.#do(`truncate ${path}`, () => file.truncate(sizeBytes)),
      sync: () => this.#do(`sync ${path}`, () => file.sync()),
      size: () => this.#do(`size ${path}`, () => file.size()),
      close: () => file.close(),
    };
  }

  async #do<T>(what: string, action: () => Promise<T>): Promise<T> {
    const number = this.operations.length;
    this.operations.push(what);
    const running = action();
    this.#trap(number, "during");
    const result = await running;
    this.#trap(number, "after");
    return result;
  }
}
