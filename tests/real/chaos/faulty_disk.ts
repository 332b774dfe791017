/**
 * A disk that can be made slow, hung, full or failing while the process runs; and the moments at which a process can be made to die.
 *
 * It stands above the disk that keeps back what was not synced: what fails here was never handed on.
 * @module
 */

import { type Disk, DiskError, type DiskFile, type Random } from "../../../runtime/mod.ts";
import { drawDelayMs } from "../link_weather.ts";
import type { Point } from "../../nemesis/plan.ts";
import type { Orders } from "./orders.ts";

/** What a faulty disk is made of. */
export interface FaultyDiskOptions {
  readonly inner: Disk;
  readonly random: Random;
  /** Real time: a slow disk is slow by everybody's clock. */
  readonly sleep: (ms: number) => Promise<void>;
  /** The process comes to a point. Never resolves where it dies there. */
  readonly reach: (point: Point) => Promise<void>;
}

/** See the module's page. */
export class FaultyDisk implements Disk {
  readonly #options: FaultyDiskOptions;
  #orders: Orders["disk"] = {
    syncDelay: { kind: "none" },
    hung: false,
    full: false,
    failing: null,
  };
  #healed = Promise.withResolvers<void>();

  constructor(options: FaultyDiskOptions) {
    this.#options = options;
  }

  /** From now on it is as bad as `orders` say. */
  obey(orders: Orders["disk"]): void {
    this.#orders = orders;
    if (orders.hung) return;
    this.#healed.resolve();
    this.#healed = Promise.withResolvers();
  }

  async open(path: string): Promise<DiskFile> {
    await this.before("read");
    return new FaultyFile(await this.#options.inner.open(path), this, path);
  }

  async create(path: string): Promise<DiskFile> {
    await this.before("create");
    this.demandRoom(path);
    return new FaultyFile(await this.#options.inner.create(path), this, path);
  }

  async readFile(path: string): Promise<Uint8Array> {
    await this.before("read");
    this.demandRead(path);
    return await this.#options.inner.readFile(path);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.before("rename");
    return await this.#options.inner.rename(from, to);
  }

  async remove(path: string): Promise<void> {
    await this.before("remove");
    return await this.#options.inner.remove(path);
  }

  async list(folder: string): Promise<string[]> {
    await this.before("read");
    return await this.#options.inner.list(folder);
  }

  async makeFolder(folder: string): Promise<void> {
    await this.before("create");
    return await this.#options.inner.makeFolder(folder);
  }

  async syncDirectory(folder: string): Promise<void> {
    await this.before("syncDirectory");
    await this.syncing(folder, () => this.#options.inner.syncDirectory(folder));
  }

  /** A call begins. */
  before(point: Point): Promise<void> {
    return this.#options.reach(point);
  }

  /** Throws what a failing read throws, if this one is to fail. */
  demandRead(path: string): void {
    if (this.#orders.failing !== "read") return;
    this.#orders = { ...this.#orders, failing: null };
    throw new DiskError("failed", `Cannot read ${path}: the device refused`);
  }

  /** Throws what a full disk throws, if it is. */
  demandRoom(path: string): void {
    if (this.#orders.full) throw new DiskError("full", `Cannot write ${path}: no room is left`);
  }

  /** Throws what a failing write throws, if this one is to fail; `part`: writes what gets through of it. */
  async demandWrite(path: string, part: () => Promise<void>): Promise<void> {
    if (this.#orders.failing !== "write") return;
    this.#orders = { ...this.#orders, failing: null };
    await part();
    throw new DiskError("failed", `Cannot write ${path}: the device refused`);
  }

  /** Lets `sync` be as slow as it has to be. */
  async syncing(path: string, sync: () => Promise<void>): Promise<void> {
    if (this.#orders.failing === "sync") {
      this.#orders = { ...this.#orders, failing: null };
      throw new DiskError("failed", `Cannot sync ${path}: the device refused`);
    }
    await sync();
    // The medium has it; its owner hears of it later, or not before it dies.
    await this.before("synced");
    const delayMs = drawDelayMs(this.#orders.syncDelay, this.#options.random);
    if (delayMs > 0) await this.#options.sleep(delayMs);
    while (this.#orders.hung) await this.#healed.promise;
  }

  /** Where a write that fails ends. */
  partOf(bytes: Uint8Array): Uint8Array {
    return bytes.subarray(0, this.#options.random.below(bytes.length + 1));
  }
}

class FaultyFile implements DiskFile {
  readonly #inner: DiskFile;
  readonly #disk: FaultyDisk;
  readonly #path: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(inner: DiskFile, disk: FaultyDisk, path: string) {
    this.#inner = inner;
    this.#disk = disk;
    this.#path = path;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#inOrder(async () => {
      await this.#disk.before("read");
      this.#disk.demandRead(this.#path);
      return await this.#inner.read(offset, length);
    });
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    // The caller may use the buffer again.
    const kept = bytes.slice();
    return this.#inOrder(async () => {
      await this.#disk.before("write");
      this.#disk.demandRoom(this.#path);
      await this.#disk.demandWrite(this.#path, () => this.#inner.write(offset, this.#disk.partOf(kept)));
      await this.#inner.write(offset, kept);
    });
  }

  truncate(sizeBytes: number): Promise<void> {
    return this.#inOrder(async () => {
      await this.#disk.before("truncate");
      await this.#inner.truncate(sizeBytes);
    });
  }

  sync(): Promise<void> {
    return this.#inOrder(async () => {
      await this.#disk.before("sync");
      await this.#disk.syncing(this.#path, () => this.#inner.sync());
    });
  }

  size(): Promise<number> {
    return this.#inOrder(async () => {
      await this.#disk.before("read");
      return await this.#inner.size();
    });
  }

  close(): Promise<void> {
    return this.#inOrder(async () => {
      await this.#disk.before("close");
      await this.#inner.close();
    });
  }

  /** Calls on one file take effect in the order in which they were made. */
  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {});
    return mine;
  }
}
