/**
 * A folder that simulated machines share, as over a network file system: each call takes time, a large write arrives in
 * parts, a client that dies leaves what it had written, and the server may lose power.
 * @module
 */

import {
  type Clock,
  type Disk,
  DiskError,
  type DiskFile,
  type Random,
  type Runtime,
} from "../../../runtime/mod.ts";
import type { OpenStream, StreamFile } from "../../../mapreduce/mod.ts";
import type { Machine } from "../../sim/mod.ts";

/** Watches what clients do; the laws live here. */
export interface FolderObserver {
  onCreate(path: string): void;
  /** After the rename. */
  onRename(from: string, to: string): void;
}

/** See the module's page. */
export class SharedFolder {
  readonly server: Machine;
  readonly observer: FolderObserver;

  constructor(server: Machine, observer: FolderObserver) {
    this.server = server;
    this.observer = observer;
    server.boot(() => {});
  }

  /** The folder as `client` sees it. */
  diskOf(client: Runtime): Disk {
    return new ClientDisk(this, client);
  }

  /** Reading without waiting, for the values of a reduce. */
  get openStream(): OpenStream {
    return (path) => this.#open(path, () => this.server.disk.fails("read"));
  }

  /** The same for whoever judges what is there: no device refuses him. */
  get lookInto(): OpenStream {
    return (path) => this.#open(path, () => false);
  }

  /** What is in a file, or null. */
  contents(path: string): Uint8Array | null {
    return this.server.disk.directory.find(path)?.cache.view().slice() ?? null;
  }

  /** Damages a file behind everybody's back. */
  damage(path: string, how: "flip" | "cut" | "remove", place: number): void {
    const { directory } = this.server.disk;
    const file = directory.find(path);
    if (file === undefined) return;
    const at = Math.floor(place * file.cache.size);
    if (how === "remove") directory.unlink(path);
    else if (how === "cut") file.truncate(at);
    else if (file.cache.size > 0) file.write(at, Uint8Array.of(file.cache.view()[at] ^ (1 << (at % 8))));
  }

  #open(path: string, refuses: () => boolean): StreamFile {
    if (!this.server.running) {
      throw new DiskError("failed", `Cannot open ${path}: the server is down (simulated)`);
    }
    const file = this.server.disk.directory.find(path);
    if (file === undefined) throw new DiskError("missing", `Cannot open ${path}: there is no such file`);
    return {
      sizeBytes: file.cache.size,
      read(into, offset) {
        // The device refuses this way of reading like any other: most that a job reads is read by reduce tasks, and without waiting.
        if (refuses()) {
          throw new DiskError("failed", `Cannot read ${path} at ${offset}: the device refused (simulated)`);
        }
        const bytes = file.cache.slice(offset, offset + into.length);
        into.set(bytes);
        return bytes.length;
      },
      close() {},
    };
  }
}

class ClientDisk implements Disk {
  readonly #folder: SharedFolder;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(folder: SharedFolder, client: Runtime) {
    this.#folder = folder;
    this.#signal = client.signal;
    this.#clock = client.clock;
    this.#random = client.random.split("shared folder");
  }

  /** One call to the server. */
  async call<T>(what: string, action: (disk: Disk) => Promise<T>): Promise<T> {
    try {
      await this.#clock.sleep(0.5 + this.#random.next() * 10, this.#signal);
    } catch (cause) {
      throw this.#dead(what, cause);
    }
    let result: T;
    try {
      result = await action(this.#folder.server.runtime.disk);
    } catch (error) {
      if (this.#signal.aborted) throw this.#dead(what, error);
      if (!(error instanceof DiskError) || error.code !== "closed") throw error;
      throw new DiskError("failed", `Cannot ${what}: the server is down (simulated)`, { cause: error });
    }
    // The server did it all the same, but a program that is dead must not go on from there (chaos, seed 118433).
    if (this.#signal.aborted) throw this.#dead(what, this.#signal.reason);
    return result;
  }

  #dead(what: string, cause: unknown): DiskError {
    return new DiskError("closed", `Cannot ${what}: this client is dead`, { cause });
  }

  async open(path: string): Promise<DiskFile> {
    return new ClientFile(this, await this.call(`open ${path}`, (disk) => disk.open(path)));
  }

  async create(path: string): Promise<DiskFile> {
    const file = await this.call(`create ${path}`, (disk) => disk.create(path));
    this.#folder.observer.onCreate(path);
    return new ClientFile(this, file);
  }

  readFile(path: string): Promise<Uint8Array> {
    return this.call(`read ${path}`, (disk) => disk.readFile(path));
  }

  list(folder: string): Promise<string[]> {
    return this.call(`list ${folder}`, (disk) => disk.list(folder));
  }

  makeFolder(folder: string): Promise<void> {
    return this.call(`make ${folder}`, (disk) => disk.makeFolder(folder));
  }

  async rename(from: string, to: string): Promise<void> {
    await this.call(`rename ${from}`, async (disk) => {
      await disk.rename(from, to);
      this.#folder.observer.onRename(from, to);
    });
  }

  remove(path: string): Promise<void> {
    return this.call(`remove ${path}`, (disk) => disk.remove(path));
  }

  syncDirectory(folder: string): Promise<void> {
    return this.call(`sync ${folder}`, (disk) => disk.syncDirectory(folder));
  }
}

class ClientFile implements DiskFile {
  readonly #disk: ClientDisk;
  readonly #file: DiskFile;

  constructor(disk: ClientDisk, file: DiskFile) {
    this.#disk = disk;
    this.#file = file;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#disk.call("read", () => this.#file.read(offset, length));
  }

  /** In two parts, so that a death in between leaves half a write. */
  async write(offset: number, bytes: Uint8Array): Promise<void> {
    const kept = bytes.slice();
    const half = kept.length >> 1;
    if (half > 0) await this.#disk.call("write", () => this.#file.write(offset, kept.subarray(0, half)));
    await this.#disk.call("write", () => this.#file.write(offset + half, kept.subarray(half)));
  }

  truncate(sizeBytes: number): Promise<void> {
    return this.#disk.call("truncate", () => this.#file.truncate(sizeBytes));
  }

  sync(): Promise<void> {
    return this.#disk.call("sync", () => this.#file.sync());
  }

  size(): Promise<number> {
    return this.#disk.call("size", () => this.#file.size());
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
