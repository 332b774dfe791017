import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import type { Persist } from "../../raft/storage.ts";
import { StorageError, type Wal } from "../../raft/wal.ts";
import { BLOCK_BYTES, sumsOf } from "../../raft/wal/block_sums.ts";
import { crc32c } from "../../raft/wal/crc32c.ts";
import { readSnapshotHeader } from "../../raft/wal/header.ts";
import { ByteWriter, seededRandom } from "../../runtime/mod.ts";
import { FOLDER, Story } from "./story.ts";

const SIZE_BYTES = BLOCK_BYTES * 2 + 1000;

function state(seed: number, sizeBytes = SIZE_BYTES): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: sizeBytes }, () => random.below(256));
}

async function* inPieces(data: Uint8Array, pieceBytes = 7000): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < data.length; at += pieceBytes) {
    await Promise.resolve();
    yield data.subarray(at, at + pieceBytes);
  }
}

/** The write that makes a snapshot up to `index` count. */
function naming(index: number, data: Uint8Array | null, sizeBytes = SIZE_BYTES): Persist {
  const end = { index, term: 1, configuration: null };
  const snapshot = data === null ? { ...end, data, sizeBytes } : { ...end, data };
  return { sequence: index, term: 1, vote: null, firstIndex: index + 1, entries: [], snapshot };
}

/** Stores a snapshot up to `index`, ahead of the write that names it or with it. */
async function store(wal: Wal, index: number, data: Uint8Array, how: "ahead" | "whole"): Promise<void> {
  if (how === "whole") return await wal.write([naming(index, data)]);
  assertEquals(await wal.storeSnapshot({ index, term: 1 }, inPieces(data)), data.length);
  await wal.write([naming(index, null, data.length)]);
}

function snapshotFiles(story: Story): string[] {
  return [...story.image.keys()].filter((name) => name.startsWith("snapshot"));
}

for (const how of ["ahead", "whole"] as const) {
  Deno.test(`any part of a snapshot that was stored ${how} is read back as it was, in the same life and in the next`, async () => {
    const story = new Story(1);
    const data = state(1);
    await story.play(async () => {
      for (const life of [1, 2]) {
        const wal = story.open();
        const { snapshot } = await wal.load();
        if (life === 1) await store(wal, 5, data, how);
        else assertEquals(snapshot, { index: 5, term: 1, configuration: null, data });
        const reader = wal.openSnapshot(5);
        const edges = [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, SIZE_BYTES - 1];
        for (const offset of edges) {
          for (const length of [1, 500, BLOCK_BYTES, SIZE_BYTES]) {
            const end = Math.min(SIZE_BYTES, offset + length);
            assertEquals(await reader.read(offset, end - offset), data.subarray(offset, end));
          }
        }
        reader.close();
        assertThrows(() => wal.openSnapshot(4), RangeError);
        await wal.close();
      }
    });
    story.end();
  });

  Deno.test(`a snapshot that is read stays when a newer one, stored ${how}, takes its place, and goes when nobody reads it any more`, async () => {
    const story = new Story(2);
    const [old, newer] = [state(1), state(2)];
    await story.play(async () => {
      const wal = story.open();
      await wal.load();
      await store(wal, 5, old, how);
      const [one, two] = [wal.openSnapshot(5), wal.openSnapshot(5)];
      assertEquals(await one.read(0, 100), old.subarray(0, 100));
      await store(wal, 6, newer, how);
      assertEquals(await one.read(100, 100), old.subarray(100, 200), "the transfer goes on with the old one");
      assertEquals(await wal.openSnapshot(6).read(100, 100), newer.subarray(100, 200));
      one.close();
      one.close();
      const vote = { sequence: 9, term: 2, vote: "a", firstIndex: 7, entries: [], snapshot: null };
      await wal.write([vote]);
      assertEquals(await two.read(200, 100), old.subarray(200, 300), "the second reader is still there");
      await story.disk.syncDirectory(FOLDER);
      assertEquals(snapshotFiles(story).length, 2);
      two.close();
      await wal.write([{ ...vote, sequence: 10 }]);
      await story.disk.syncDirectory(FOLDER);
      assertEquals(snapshotFiles(story).length, 1);
      assertThrows(() => wal.openSnapshot(5), RangeError);
      await wal.close();
    });
    story.end();
  });
}

Deno.test("a flipped bit is told when its block is read for a follower, with file and byte; no other block suffers from it", async () => {
  const story = new Story(3);
  const data = state(3);
  await story.play(async () => {
    const wal = story.open();
    await wal.load();
    await store(wal, 5, data, "ahead");
    const [name] = snapshotFiles(story);
    const path = `${FOLDER}/${name}`;
    const { end } = readSnapshotHeader(path, story.image.get(name) as Uint8Array);
    story.machine.disk.flipBit(path, end + BLOCK_BYTES + 77, 3);
    // As after a restart of the machine: the medium is read, not the cache.
    const reader = wal.openSnapshot(5);
    const inFirst = await reader.read(0, BLOCK_BYTES);
    assertEquals(inFirst, data.subarray(0, BLOCK_BYTES));
    const error = await assertRejects(() => reader.read(BLOCK_BYTES + 500, 10), StorageError);
    assertEquals([error.code, error.file, error.offset], ["damaged", path, end + BLOCK_BYTES]);
    const spanning = await assertRejects(() => reader.read(BLOCK_BYTES - 1, 2), StorageError);
    assertEquals(spanning.offset, end + BLOCK_BYTES);
    assertEquals(
      await reader.read(2 * BLOCK_BYTES, 10),
      data.subarray(2 * BLOCK_BYTES, 2 * BLOCK_BYTES + 10),
    );
    await wal.close();
  });
  story.end();
});

Deno.test("a disk that refuses to read says so, and a log that was closed reads nothing", async () => {
  const story = new Story(4);
  await story.play(async () => {
    const wal = story.open();
    await wal.load();
    await store(wal, 5, state(4), "whole");
    const reader = wal.openSnapshot(5);
    story.machine.disk.setFailRate("read", 1);
    const error = await assertRejects(() => reader.read(0, 10), StorageError, "refused");
    assertEquals(error.code, "failed");
    story.machine.disk.heal();
    assertEquals((await reader.read(0, 10)).length, 10);
    story.machine.crash("kept");
    const dead = await assertRejects(() => reader.read(0, 10), StorageError);
    assertEquals(dead.code, "closed");
  });
  story.end();
});

Deno.test("what was stored ahead and never named counts for nothing, and the next start removes it", async () => {
  const story = new Story(5, { loss: "kept" });
  const data = state(5);
  await story.play(async () => {
    const wal = story.open();
    await wal.load();
    await store(wal, 5, data, "whole");
    await wal.storeSnapshot({ index: 8, term: 1 }, inPieces(state(6)));
    assertEquals((await wal.openSnapshot(8).read(0, 3)).length, 3, "who leads may send it already");
    await assertRejects(() => wal.write([naming(7, null)]), RangeError, "was not stored");
    story.machine.crash("kept");
    const again = story.open();
    assertEquals((await again.load()).snapshot, { index: 5, term: 1, configuration: null, data });
    await story.disk.syncDirectory(FOLDER);
    assertEquals(snapshotFiles(story).length, 1);
    await again.close();
  });
  story.end();
});

for (
  const [what, breaks] of [
    ["a full disk", (story: Story) => void story.machine.disk.fill(5000)],
    ["a failed sync", (story: Story) => void story.machine.disk.failNext("sync", 1)],
  ] as const
) {
  Deno.test(`${what} under a snapshot that is stored ahead ends the log, also for a write that is under way`, async () => {
    const story = new Story(6);
    await story.play(async () => {
      const wal = story.open();
      await wal.load();
      breaks(story);
      const error = await assertRejects(
        () => wal.storeSnapshot({ index: 8, term: 1 }, inPieces(state(7))),
        StorageError,
      );
      assertEquals(error.code, "failed");
      assertInstanceOf(await assertRejects(() => wal.write([naming(9, new Uint8Array(1))])), StorageError);
      await wal.close();
    });
    story.end();
  });
}

Deno.test("a folder with a snapshot of the first format is opened, and read from", async () => {
  const story = new Story(7);
  const data = state(8);
  await story.play(async () => {
    const wal = story.open();
    await wal.load();
    await store(wal, 5, data, "whole");
    await wal.close();
    const [name] = snapshotFiles(story);
    const path = `${FOLDER}/${name}`;
    const { header } = readSnapshotHeader(path, story.image.get(name) as Uint8Array);
    // Its size was a count then.
    const body = new ByteWriter();
    body.varint(header.number);
    body.string(header.member);
    body.varint(header.incarnation);
    for (const field of [header.index, header.term, header.sizeBytes]) body.varint(field);
    body.u32(header.sum);
    const fields = body.take();
    const head = new ByteWriter();
    head.raw(new TextEncoder().encode("flotilla"));
    head.u8(0x53);
    head.u8(1);
    head.u32(fields.length);
    head.raw(fields);
    const sealed = head.take();
    const file = await story.disk.create(path);
    await file.write(0, sealed);
    const sum = new ByteWriter();
    sum.u32(crc32c(sealed));
    await file.write(sealed.length, sum.take());
    await file.write(sealed.length + 4, data);
    await file.sync();
    await file.close();
    const again = story.open();
    assertEquals((await again.load()).snapshot, { index: 5, term: 1, configuration: null, data });
    assertEquals(
      await again.openSnapshot(5).read(BLOCK_BYTES, 9),
      data.subarray(BLOCK_BYTES, BLOCK_BYTES + 9),
    );
    await again.close();
  });
  story.end();
});

Deno.test("checksums of blocks: the last is that of the whole, whatever pieces they were made from, and no block passes in another's place", () => {
  const data = state(9);
  const pieces = sumsOf(new Uint8Array());
  for (let at = 0, size = 1; at < data.length; at += size, size = size * 3 % 9973 + 1) {
    pieces.add(data.subarray(at, at + size));
  }
  const whole = sumsOf(data);
  assertEquals([pieces.sum, pieces.sizeBytes, whole.sum], [crc32c(data), data.length, crc32c(data)]);
  const [first, second] = [data.subarray(0, BLOCK_BYTES), data.subarray(BLOCK_BYTES, 2 * BLOCK_BYTES)];
  assertEquals([pieces.firstWrong(0, first), pieces.firstWrong(1, second)], [-1, -1]);
  assertEquals([pieces.firstWrong(1, first), pieces.firstWrong(0, second)], [0, 0]);
  const both = data.slice(0, 2 * BLOCK_BYTES);
  both[BLOCK_BYTES + 5] ^= 1;
  assertEquals(pieces.firstWrong(0, both), BLOCK_BYTES);
  assert(pieces.firstWrong(2, data.subarray(2 * BLOCK_BYTES)) === -1);
});
