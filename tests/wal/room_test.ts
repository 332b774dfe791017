/**
 * Room that is made in the background.
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Persist } from "../../raft/storage.ts";
import type { Disk, DiskFile } from "../../runtime/mod.ts";
import { Story } from "./story.ts";
import { TrapDisk } from "./trap_disk.ts";

const ROOM_BYTES = 1000;

/** One entry of about `sizeBytes`. */
function groupOf(index: number, sizeBytes: number): Persist[] {
  const command = new Uint8Array(sizeBytes).fill(index);
  const entries = [{ term: 1, command }];
  return [{ sequence: index, term: 1, vote: null, firstIndex: index, entries, snapshot: null }];
}

/** A disk on which whatever is nothing but zeros takes its time to be written. */
function slowToZero(disk: Disk, pause: () => Promise<void>): Disk {
  const slow = (file: DiskFile): DiskFile => ({
    read: (offset, length) => file.read(offset, length),
    write: async (offset, bytes) => {
      if (bytes.every((byte) => byte === 0)) await pause();
      return await file.write(offset, bytes);
    },
    truncate: (sizeBytes) => file.truncate(sizeBytes),
    sync: () => file.sync(),
    size: () => file.size(),
    close: () => file.close(),
  });
  return {
    open: async (path) => slow(await disk.open(path)),
    create: (path) => disk.create(path),
    readFile: (path) => disk.readFile(path),
    list: (folder) => disk.list(folder),
    makeFolder: (folder) => disk.makeFolder(folder),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    syncDirectory: (folder) => disk.syncDirectory(folder),
  };
}

Deno.test("with room made in the background no group of 100 makes the file longer, and none is lost", async () => {
  const story = new Story(1, { roomBytes: ROOM_BYTES, aheadBytes: 3000 });
  await story.play(async () => {
    const disk = new TrapDisk(story.disk, () => {});
    const wal = story.open(disk);
    await wal.load();
    const path = story.machine.disk.syncedPaths().find((name) => name.includes("log-")) as string;
    await wal.write(groupOf(1, 10));
    await story.world.clock.sleep(100);
    for (let index = 2; index <= 100; index++) {
      const before = (story.machine.disk.syncedBytes(path) as Uint8Array).length;
      await wal.write(groupOf(index, 500));
      assert(wal.fileSizeBytes <= before, `group ${index}: ${wal.fileSizeBytes} bytes, room for ${before}`);
      await story.world.clock.sleep(5);
    }
    assertEquals(story.recover()?.entries.length, 100);
    await wal.close();
    assert(story.machine.disk.usedBytes < wal.fileSizeBytes + 56_000 + 4 * ROOM_BYTES);
  });
  story.end();
});

Deno.test("zeros that are still on their way never land on a group, however large it is and however slow they are", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const story = new Story(seed, { roomBytes: ROOM_BYTES, aheadBytes: 2500 });
    const { clock } = story.world;
    await story.play(async () => {
      const wal = story.open(slowToZero(story.disk, () => clock.sleep(seed)));
      await wal.load();
      for (let index = 1; index <= 30; index++) await wal.write(groupOf(index, index * seed * 10));
      await clock.sleep(100);
      assertEquals(story.recover()?.entries.map(({ command }) => command[command.length - 1]).at(-1), 30);
      assertEquals(story.recover()?.entries.length, 30, `seed ${seed}`);
      await wal.close();
    });
    story.end();
  }
});

Deno.test("a disk that refuses room in the background goes on taking groups as long as it takes those", async () => {
  const story = new Story(3, { roomBytes: ROOM_BYTES, aheadBytes: 3000 });
  await story.play(async () => {
    const { disk } = story;
    const refused = { ...slowToZero(disk, () => Promise.reject(new Error("no"))) };
    const wal = story.open(refused);
    await wal.load();
    for (let index = 1; index <= 50; index++) await wal.write(groupOf(index, 300));
    assertEquals(story.recover()?.entries.length, 50);
    await wal.close();
  });
  story.end();
});
