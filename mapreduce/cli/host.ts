/**
 * The real world as a runtime, for coordinator and workers on real machines.
 * @module
 */

import {
  type Clock,
  type Disk,
  DiskError,
  type DiskFile,
  type Runtime,
  seededRandom,
} from "../../runtime/mod.ts";
import type { OpenStream } from "../shuffle/format.ts";
import { TcpNetwork } from "./tcp_network.ts";

/** A runtime that must be closed. */
export interface Host extends Runtime, Disposable {}

/** Opens the real world. `folder` is the shared one; `listen` is null for an end that only calls. */
export function openHost(
  { folder, listen, name }: {
    readonly folder: string;
    readonly listen: string | null;
    readonly name: string;
  },
): Host {
  const controller = new AbortController();
  const network = new TcpNetwork(listen, name);
  const [seed] = crypto.getRandomValues(new Uint32Array(1));
  return {
    clock: realClock,
    random: seededRandom(seed),
    network,
    disk: new RealDisk(folder),
    signal: controller.signal,
    [Symbol.dispose]: () => {
      controller.abort(new Error("closed"));
      network[Symbol.dispose]();
    },
  };
}

const realClock: Clock = {
  now: () => performance.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  sleep(delayMs, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, delayMs);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  },
};

/** Calls the system, and says in our words what it refused. */
async function ask<T>(what: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw toDiskError(what, cause);
  }
}

function toDiskError(what: string, cause: unknown): DiskError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const missing = cause instanceof Deno.errors.NotFound;
  const full = /os error (28|122)\b/.test(reason);
  return new DiskError(missing ? "missing" : full ? "full" : "failed", `Cannot ${what}: ${reason}`, {
    cause,
  });
}

class RealDisk implements Disk {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async open(path: string): Promise<DiskFile> {
    const full = this.#path(path);
    return new RealFile(path, await ask(`open ${full}`, () => Deno.open(full, { read: true, write: true })));
  }

  async create(path: string): Promise<DiskFile> {
    const full = this.#path(path);
    const how = { read: true, write: true, create: true, truncate: true };
    return new RealFile(full, await ask(`create ${full}`, () => Deno.open(full, how)));
  }

  readFile(path: string): Promise<Uint8Array> {
    return ask(`read ${this.#path(path)}`, () => Deno.readFile(this.#path(path)));
  }

  list(folder: string): Promise<string[]> {
    return ask(`list ${this.#path(folder)}`, () => {
      try {
        return [...Deno.readDirSync(this.#path(folder))].map(({ name }) => name).sort();
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return [];
        throw error;
      }
    });
  }

  makeFolder(folder: string): Promise<void> {
    return ask(`make ${this.#path(folder)}`, () => Deno.mkdir(this.#path(folder), { recursive: true }));
  }

  rename(from: string, to: string): Promise<void> {
    return ask(`rename ${this.#path(from)}`, () => Deno.renameSync(this.#path(from), this.#path(to)));
  }

  async remove(path: string): Promise<void> {
    try {
      await Deno.remove(this.#path(path));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw toDiskError(`remove ${this.#path(path)}`, error);
    }
  }

  async syncDirectory(folder: string): Promise<void> {
    await ask(`sync ${this.#path(folder)}`, async () => {
      using handle = await Deno.open(this.#path(folder));
      await handle.sync();
    });
  }

  #path(path: string): string {
    return path === "" ? this.#folder : `${this.#folder}/${path}`;
  }
}

class RealFile implements DiskFile {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return ask(`read ${this.#path}`, () => {
      const bytes = new Uint8Array(length);
      this.#file.seekSync(offset, Deno.SeekMode.Start);
      let used = 0;
      for (let count; used < length && (count = this.#file.readSync(bytes.subarray(used))) !== null;) {
        used += count;
      }
      return bytes.subarray(0, used);
    });
  }

  /** Synchronous inside: the page cache takes it in microseconds, and calls on one file keep their order. */
  write(offset: number, bytes: Uint8Array): Promise<void> {
    return ask(`write ${this.#path} at ${offset}`, () => {
      this.#file.seekSync(offset, Deno.SeekMode.Start);
      for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    });
  }

  truncate(sizeBytes: number): Promise<void> {
    return ask(`cut ${this.#path}`, () => this.#file.truncate(sizeBytes));
  }

  sync(): Promise<void> {
    return ask(`sync ${this.#path}`, () => this.#file.syncData());
  }

  size(): Promise<number> {
    return ask(`measure ${this.#path}`, () => this.#file.statSync().size);
  }

  close(): Promise<void> {
    return ask(`close ${this.#path}`, () => this.#file.close());
  }
}

/** Reading without waiting, below `folder`. */
export function openStreams(folder: string): OpenStream {
  return (path) => {
    const full = `${folder}/${path}`;
    try {
      const file = Deno.openSync(full);
      return {
        sizeBytes: file.statSync().size,
        read(into, offset) {
          try {
            file.seekSync(offset, Deno.SeekMode.Start);
            let used = 0;
            for (let count; used < into.length && (count = file.readSync(into.subarray(used))) !== null;) {
              used += count;
            }
            return used;
          } catch (cause) {
            throw toDiskError(`read ${full}`, cause);
          }
        },
        close: () => file.close(),
      };
    } catch (cause) {
      throw toDiskError(`open ${full}`, cause);
    }
  };
}
