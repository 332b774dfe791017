/** What one real file owes to those who write it: order, whole writes, and a sync that holds nobody up. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { denoDisk, type DenoDiskOptions } from "../../../runtime/deno.ts";
import { SyncPace } from "../../../runtime/deno/sync_pace.ts";
import { DiskError, type DiskFile } from "../../../runtime/mod.ts";

async function onFile(
  script: (file: DiskFile, path: string) => Promise<void>,
  options: DenoDiskOptions = {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const death = new AbortController();
  try {
    await script(await denoDisk(folder, death.signal, options).create("a"), `${folder}/a`);
  } finally {
    death.abort();
    await Deno.remove(folder, { recursive: true });
  }
}

function block(fill: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

Deno.test("a write that the system breaks off in the middle is done again in the same place", async () => {
  await onFile(async (file, path) => {
    await file.write(0, block(1, 10));
    const prototype = Deno.FsFile.prototype;
    const real = prototype.writeSync;
    let calls = 0;
    // Half of it goes down, then there is no more room.
    prototype.writeSync = function (bytes: Uint8Array) {
      if (calls++ === 0) return real.call(this, bytes.subarray(0, bytes.length >> 1));
      throw Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
    };
    try {
      await assertRejects(() => file.write(10, block(2, 10)), DiskError, "No space left");
    } finally {
      prototype.writeSync = real;
    }
    assertEquals(calls, 2);
    await file.write(10, block(3, 10));
    assertEquals(await Deno.readFile(path), new Uint8Array([...block(1, 10), ...block(3, 10)]));
  });
});

Deno.test("a write that comes while a large one is under way does not overtake it, though an earlier one has ended", async () => {
  await onFile(async (file, path) => {
    const prototype = Deno.FsFile.prototype;
    const real = prototype.write;
    const gate = Promise.withResolvers<void>();
    prototype.write = async function (bytes: Uint8Array) {
      await gate.promise;
      return await real.call(this, bytes);
    };
    try {
      const first = file.write(0, block(1, 10));
      const large = file.write(0, block(2, 1 << 20));
      await first;
      // A little later, when whatever follows from the end of the first has been done.
      for (let hop = 0; hop < 10; hop++) await null;
      const last = file.write(0, block(3, 10));
      gate.resolve();
      await Promise.all([large, last]);
    } finally {
      prototype.write = real;
    }
    const bytes = await Deno.readFile(path);
    assertEquals([bytes.length, ...bytes.subarray(0, 11)], [1 << 20, ...block(3, 10), 2]);
  });
});

Deno.test("a write of which the system takes a little at a time is whole, small or large", async () => {
  await onFile(async (file, path) => {
    const prototype = Deno.FsFile.prototype;
    const { write, writeSync } = prototype;
    prototype.writeSync = function (bytes: Uint8Array) {
      return writeSync.call(this, bytes.subarray(0, 7));
    };
    prototype.write = function (bytes: Uint8Array) {
      return write.call(this, bytes.subarray(0, 100_000));
    };
    const small = Uint8Array.from({ length: 100 }, (_, at) => at);
    const large = Uint8Array.from({ length: 1 << 20 }, (_, at) => at % 251);
    try {
      await file.write(0, small);
      await file.write(100, large);
    } finally {
      Object.assign(prototype, { write, writeSync });
    }
    const bytes = await Deno.readFile(path);
    assertEquals(bytes.length, 100 + (1 << 20));
    assertEquals(bytes.subarray(0, 100), small);
    assert(large.every((byte, at) => bytes[100 + at] === byte), "the large one has holes");
  });
});

/** A file that counts where it is synced, and may be slow; the clock is the test's. */
class Counted {
  elsewhere = 0;
  here = 0;
  slowMs = 0;
  nowMs = 0;

  syncData(): Promise<void> {
    this.elsewhere++;
    return Promise.resolve();
  }

  syncDataSync(): void {
    this.here++;
    this.nowMs += this.slowMs;
  }
}

async function withCounted(script: (file: Counted, handle: Deno.FsFile) => Promise<void>): Promise<void> {
  const file = new Counted();
  const real = performance.now;
  performance.now = () => file.nowMs;
  try {
    await script(file, file as unknown as Deno.FsFile);
  } finally {
    performance.now = real;
  }
}

Deno.test("a sync is done here and now only where that may be and there is little to write", async () => {
  await withCounted(async (file, handle) => {
    let mayHoldUp = false;
    const pace = new SyncPace(() => mayHoldUp);
    await pace.sync(handle, 10);
    mayHoldUp = true;
    await pace.sync(handle, (128 << 10) + 1);
    assertEquals([file.elsewhere, file.here], [2, 0]);
    await pace.sync(handle, 128 << 10);
    assertEquals([file.elsewhere, file.here], [2, 1]);
  });
});

Deno.test("after a sync of 21 ms here and now the next 50 go to another thread, after one of 20 ms none does", async () => {
  await withCounted(async (file, handle) => {
    const pace = new SyncPace(() => true);
    file.slowMs = 20;
    await pace.sync(handle, 10);
    file.slowMs = 21;
    await pace.sync(handle, 10);
    for (let at = 0; at < 50; at++) await pace.sync(handle, 10);
    assertEquals([file.elsewhere, file.here], [50, 2]);
    await pace.sync(handle, 10);
    assertEquals([file.elsewhere, file.here], [50, 3]);
  });
});

Deno.test("how much is to be synced counts from the last sync: a little after much is done here and now", async () => {
  const prototype = Deno.FsFile.prototype;
  const { syncData, syncDataSync } = prototype;
  const done: string[] = [];
  prototype.syncData = () => Promise.resolve(void done.push("elsewhere"));
  prototype.syncDataSync = () => void done.push("here");
  try {
    await onFile(async (file) => {
      for (const sizeBytes of [10, 200_000, 10]) {
        await file.write(0, block(1, sizeBytes));
        await file.sync();
      }
    }, { maySyncAtOnce: () => true });
  } finally {
    Object.assign(prototype, { syncData, syncDataSync });
  }
  assertEquals(done, ["here", "elsewhere", "here"]);
});

Deno.test("a disk that was told nothing of it syncs on another thread", async () => {
  await onFile(async (file) => {
    const prototype = Deno.FsFile.prototype;
    const real = prototype.syncDataSync;
    let here = 0;
    prototype.syncDataSync = () => void here++;
    try {
      await file.write(0, block(1, 10));
      await file.sync();
    } finally {
      prototype.syncDataSync = real;
    }
    assertEquals(here, 0);
  });
});
