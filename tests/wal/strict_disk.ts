/**
 * A disk that takes its time, notices what is not waited for, counts its open files, and refuses what it is told to.
 * @module
 */

import { type Disk, DiskError, type DiskFile } from "../../runtime/mod.ts";

/** How many turns pass before and after an operation. */
const SLOW = 5;

/** See the module's page. */
export class StrictDisk implements Disk {
  /** What was begun before the operation before it had ended. */
  readonly overlaps: string[] = [];
  /** How many files are open. */
  handles = 0;
  /** What it refuses, by what is asked for: `remove x/wal/log-1`. */
  refuses: (what: string) => boolean = () => false;
  /** Told of each operation when it begins. */
  onBegin: (what: string) => void = () => {};
  readonly #disk: Disk;
  #underWay: string | null = null;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  open(path: string): Promise<DiskFile> {
    return this.#do(`open ${path}`, async () => this.#wrap(path, await this.#disk.open(path)));
  }

  create(path: string): Promise<DiskFile> {
    return this.#do(`create ${path}`, async () => this.#wrap(path, await this.#disk.create(path)));
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
    return this.#do(`rename ${from}`, () => this.#disk.rename(from, to));
  }

  remove(path: string): Promise<void> {
    return this.#do(`remove ${path}`, () => this.#disk.remove(path));
  }

  syncDirectory(folder: string): Promise<void> {
    return this.#do(`syncDirectory ${folder}`, () => this.#disk.syncDirectory(folder));
  }

  #wrap(path: string, file: DiskFile): DiskFile {
    this.handles++;
    let open = true;
    return {
      read: (offset, length) => this.#do(`read ${path}`, () => file.read(offset, length)),
      write: (offset, bytes) => this.#do(`write ${path}`, () => file.write(offset, bytes)),
      truncate: (sizeBytes) => this.#do(`truncate ${path}`, () => file.truncate(sizeBytes)),
      sync: () => this.#do(`sync ${path}`, () => file.sync()),
      size: () => this.#do(`size ${path}`, () => file.size()),
      close: () =>
        this.#do(`close ${path}`, async () => {
          await file.close();
          if (open) this.handles--;
          open = false;
        }),
    };
  }

  async #do<T>(what: string, action: () => Promise<T>): Promise<T> {
    if (this.#underWay !== null) this.overlaps.push(`${what} during ${this.#underWay}`);
    this.#underWay = what;
    this.onBegin(what);
    try {
      await turns();
      if (this.refuses(what)) throw new DiskError("failed", `Cannot ${what}: the disk refuses`);
      const result = await action();
      await turns();
      return result;
    } finally {
      this.#underWay = null;
    }
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < SLOW; turn++) await null;
}
