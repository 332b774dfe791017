import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Persist } from "../../raft/storage.ts";
import { StorageError, type Wal } from "../../raft/wal.ts";
import { joinPath } from "../../raft/wal/names.ts";
import { FOLDER, Story } from "./story.ts";
import { StrictDisk } from "./strict_disk.ts";

const STATE = new Uint8Array([1, 2, 3]);

function entry(index: number): Persist {
  const entries = [{ term: 1, command: new Uint8Array(100) }];
  return { sequence: index, term: 1, vote: null, firstIndex: index, entries, snapshot: null };
}

/** A snapshot up to `index`: with its bytes, or the name of what was stored ahead. */
function snapshotAt(index: number, ahead: boolean): Persist {
  const end = { index, term: 1, configuration: null };
  const snapshot = ahead ? { ...end, data: null, sizeBytes: STATE.length } : { ...end, data: STATE };
  return { sequence: index, term: 1, vote: null, firstIndex: index + 1, entries: [], snapshot };
}

async function* pieces(): AsyncGenerator<Uint8Array, void, void> {
  yield STATE.subarray(0, 1);
  await null;
  yield STATE.subarray(1);
}

function storeAhead(wal: Wal, index: number): Promise<number> {
  return wal.storeSnapshot({ index, term: 1 }, pieces());
}

/** A log that is rewritten every few entries, on a strict disk. */
function openOn(story: Story): { disk: StrictDisk; wal: Wal } {
  const disk = new StrictDisk(story.disk);
  return { disk, wal: story.open(disk) };
}

async function snapshotsIn(story: Story): Promise<string[]> {
  return (await story.disk.list(FOLDER)).filter((name) => name.startsWith("snapshot"));
}

Deno.test("one thing is done after another on the disk, and one file is open, or none when the log is closed", async () => {
  const story = new Story(1, { rewriteBytes: 300 });
  await story.play(async () => {
    for (const from of [1, 21]) {
      const { disk, wal } = openOn(story);
      const looks: number[] = [];
      await wal.load();
      looks.push(disk.handles);
      for (let index = from; index < from + 20; index++) {
        await wal.write([entry(index)]);
        looks.push(disk.handles);
      }
      // The last one again and again: what is in the log stays as it is, its file grows and is rewritten.
      const before = wal.fileSizeBytes;
      for (let time = 0; time < 60; time++) await wal.write([entry(from + 19)]);
      assert(wal.fileSizeBytes < before + 60 * 100, "it was not rewritten");
      await wal.write([snapshotAt(from + 4, false)]);
      await storeAhead(wal, from + 9);
      await wal.write([snapshotAt(from + 9, true)]);
      looks.push(disk.handles);
      assertEquals([...new Set(looks)], [1]);
      await wal.close();
      assertEquals([disk.handles, disk.overlaps], [0, []]);
    }
  });
  story.end();
});

Deno.test("a log that is closed while it is being rewritten, or loaded, leaves no file open", async () => {
  for (const during of ["write", "load"]) {
    for (const step of ["rename", "open", "close"]) {
      const story = new Story(1, { rewriteBytes: 300 });
      await story.play(async () => {
        const { disk, wal } = openOn(story);
        const closings: Promise<void>[] = [];
        const closeAt = (what: string) => {
          if (what.startsWith(`${step} `) && closings.length === 0) closings.push(wal.close());
        };
        if (during === "load") disk.onBegin = closeAt;
        const loading = await wal.load().catch((error) => error);
        if (during === "load") assert(loading instanceof StorageError || step === "close", step);
        disk.onBegin = closeAt;
        for (let time = 0; time < 20 && closings.length === 0; time++) {
          await wal.write([entry(1)]).catch((error) => assertEquals(error.code, "closed"));
        }
        assertEquals(closings.length, 1);
        await Promise.all(closings);
        assertEquals(disk.handles, 0, `${during}, ${step}`);
      });
      story.end();
    }
  }
});

Deno.test("a log that is closed while room is made in the background leaves no file open", async () => {
  const story = new Story(1, { roomBytes: 1000, aheadBytes: 3000 });
  await story.play(async () => {
    for (const step of ["open", "write", "sync"]) {
      const { disk, wal } = openOn(story);
      await wal.load();
      const closing = Promise.withResolvers<void>();
      disk.onBegin = (what) => {
        // The second handle is the one for room.
        if (!what.startsWith(`${step} `) || (step !== "open" && disk.handles < 2)) return;
        disk.onBegin = () => {};
        Promise.resolve().then(() => wal.close()).then(closing.resolve, closing.reject);
      };
      await wal.write([entry(1)]).catch((error) => assertEquals(error.code, "closed"));
      await closing.promise;
      assertEquals(disk.handles, 0, step);
    }
  });
  story.end();
});

Deno.test("what was stored ahead stays until a write names it or a later one; stored again, the first goes", async () => {
  const story = new Story(1);
  await story.play(async () => {
    const { wal } = openOn(story);
    await wal.load();
    for (let index = 1; index <= 9; index++) await wal.write([entry(index)]);
    await storeAhead(wal, 7);
    await storeAhead(wal, 7);
    await wal.write([snapshotAt(3, false)]);
    assertEquals((await snapshotsIn(story)).length, 2, "the second at 7, and the one that counts");
    await wal.write([snapshotAt(7, true)]);
    assertEquals((await snapshotsIn(story)).length, 1);
    await storeAhead(wal, 8);
    await wal.write([snapshotAt(9, false)]);
    assertEquals((await snapshotsIn(story)).length, 1, "8 was overtaken");
    await wal.close();
    assertEquals((await story.open().load()).snapshot?.index, 9);
  });
  story.end();
});

Deno.test("a snapshot that was read stays as long as it counts, and goes when it does not", async () => {
  const story = new Story(1);
  await story.play(async () => {
    const { wal } = openOn(story);
    await wal.load();
    await wal.write([snapshotAt(3, false)]);
    wal.openSnapshot(3).close();
    await wal.write([entry(4)]);
    assertEquals(await wal.openSnapshot(3).read(0, 3), STATE);
    await wal.close();
    const next = story.open();
    assertEquals((await next.load()).snapshot?.index, 3);
    const reader = next.openSnapshot(3);
    reader.close();
    await next.write([snapshotAt(4, false)]);
    assertEquals((await snapshotsIn(story)).length, 1);
    await next.close();
  });
  story.end();
});

Deno.test("a file that the disk does not let go hurts nothing, and goes with the next write", async () => {
  const story = new Story(1);
  await story.play(async () => {
    const { disk, wal } = openOn(story);
    await wal.load();
    await wal.write([snapshotAt(3, false)]);
    disk.refuses = (what) => what.startsWith("remove ");
    await wal.write([snapshotAt(4, false)]);
    assertEquals((await snapshotsIn(story)).length, 2);
    disk.refuses = () => false;
    await wal.write([entry(5)]);
    assertEquals((await snapshotsIn(story)).length, 1);
    await wal.close();
  });
  story.end();
});

Deno.test("a snapshot that is gone is damage; one that the disk does not give is no damage: the start says which", async () => {
  const story = new Story(1);
  await story.play(async () => {
    const first = story.open();
    await first.load();
    await first.write([snapshotAt(3, false)]);
    await first.close();
    const { disk, wal } = openOn(story);
    disk.refuses = (what) => what.includes("snapshot");
    assertEquals((await assertRejects(() => wal.load(), StorageError)).code, "failed");
    const [name] = await snapshotsIn(story);
    await story.disk.remove(joinPath(FOLDER, name));
    const missing = await assertRejects(() => story.open().load(), StorageError);
    assertEquals(missing.code, "damaged");
  });
  story.end();
});

Deno.test("when the log has ended nothing is stored ahead any more, and a dead disk does not mind being closed", async () => {
  const story = new Story(1);
  await story.play(async () => {
    const { disk, wal } = openOn(story);
    await wal.load();
    disk.refuses = (what) => what.startsWith("sync ") || what.startsWith("close ");
    const failed = await assertRejects(() => wal.write([entry(1)]), StorageError);
    let begun = 0;
    disk.onBegin = () => void begun++;
    assertEquals(await assertRejects(() => storeAhead(wal, 3), StorageError), failed);
    assertEquals(begun, 0);
    await wal.close();
  });
  story.end();
});

Deno.test("a snapshot that fails while a write is under way ends the log: the write fails with it, whatever becomes of itself", async () => {
  for (const alsoFails of [false, true]) {
    const story = new Story(1);
    await story.play(async () => {
      const { disk, wal } = openOn(story);
      await wal.load();
      const why = new Error("the machine cannot be encoded");
      const failing = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(why) }) };
      // The write is the last to end.
      disk.onBegin = (what) => {
        if (!what.startsWith("sync ")) return;
        disk.onBegin = () => {};
        disk.refuses = (what) => alsoFails && what.startsWith("sync ");
      };
      const storing = wal.storeSnapshot({ index: 3, term: 1 }, failing).catch((error) => error);
      for (let turn = 0; turn < 12; turn++) await null;
      const writing = wal.write([entry(1)]).catch((error) => error);
      assertEquals([await storing, await writing], [why, why]);
      assertEquals(await wal.write([entry(2)]).catch((error) => error), why);
      await wal.close();
      assertEquals(disk.handles, 0);
    });
    story.end();
  }
});
