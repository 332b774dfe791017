import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { recoverImage, StorageError } from "../../raft/wal.ts";
import { sumsOf } from "../../raft/wal/block_sums.ts";
import { readSnapshotHeader, writeSnapshotHeader } from "../../raft/wal/header.ts";
import type { Recovered } from "../../raft/storage.ts";
import { seededRandom } from "../../runtime/mod.ts";
import { replay, seedsFrom } from "./seeds.ts";
import { FOLDER, groupsKept, Story } from "./story.ts";
import { drawGroups, fold, NOTHING, sameState } from "./writes.ts";

const PLACE = { folder: FOLDER, member: "m" };
const TINY = { maxCommandBytes: 30, maxSnapshotBytes: 60 };
type Image = ReadonlyMap<string, Uint8Array>;

/** A small log with everything in it: a snapshot, a state, groups. */
async function smallLog(seed: number, roomBytes = 1): Promise<{ image: Image; state: Recovered }> {
  const story = new Story(seed, { roomBytes });
  const random = seededRandom(seed).split("damage");
  let state = NOTHING;
  for (let life = 0; life < 2 || state.snapshot === null; life++) {
    const lived = await story.live((found) => drawGroups(random.split(`${life}`), 6, TINY, found));
    state = fold(lived.groups, lived.acknowledged, lived.found ?? NOTHING);
  }
  // So that removed files are gone: in them a flip is harmless.
  await story.play(() => story.disk.syncDirectory(FOLDER));
  const image = new Map([...story.image].map(([name, bytes]) => [name, bytes.slice()]));
  story.end();
  return { image, state };
}

function recoverOrError(image: Image): Recovered | StorageError | null {
  try {
    return recoverImage(image, PLACE);
  } catch (error) {
    assertInstanceOf(error, StorageError);
    return error;
  }
}

for (const seed of seedsFrom(Deno.args, 3)) {
  Deno.test(`every bit of a log that flips at rest is noticed: no state comes up, and the error names file and byte (seed ${seed})`, async () => {
    const { image, state } = await smallLog(seed, 400);
    assert(sameState(recoverImage(image, PLACE) as Recovered, state));
    let flips = 0;
    for (const [name, bytes] of image) {
      const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        bytes[bit >> 3] ^= 1 << (bit & 7);
        const found = recoverOrError(image);
        bytes[bit >> 3] ^= 1 << (bit & 7);
        const where = replay("damage_test.ts", seed, `${name}, bit ${bit}`);
        if (name.startsWith("log") && bit >> 3 >= end) {
          // In the room behind the last frame it is harmless.
          assert(found !== null && !(found instanceof StorageError) && sameState(found, state), where);
          continue;
        }
        assertInstanceOf(found, StorageError, where);
        assertEquals(found.file, `${FOLDER}/${name}`, where);
        assert(found.offset <= bit >> 3 && found.message.includes(`byte ${found.offset}`), where);
        assertEquals(found.code, "damaged", where);
        flips++;
      }
    }
    assert(flips > 2000, `${flips} flips`);
  });

  Deno.test(`a run of up to 64 bytes that turns into anything but zeros is noticed, wherever it is (seed ${seed})`, async () => {
    const { image } = await smallLog(seed);
    const random = seededRandom(seed).split("runs");
    for (let round = 0; round < 500; round++) {
      const changed = new Map(image);
      const name = [...image.keys()][random.below(image.size)];
      const bytes = (image.get(name) as Uint8Array).slice();
      const from = random.below(bytes.length);
      const to = Math.min(bytes.length, from + random.between(1, 64));
      for (let at = from; at < to; at++) bytes[at] = (bytes[at] + random.between(1, 255)) % 256 || 1;
      changed.set(name, bytes);
      assertInstanceOf(
        recoverOrError(changed),
        StorageError,
        replay("damage_test.ts", seed, `${name} ${from} to ${to}`),
      );
    }
  });

  Deno.test(`a sector of zeros, or a cut, never brings up a state that was not once the whole log (seed ${seed})`, async () => {
    const { image } = await smallLog(seed);
    const [name] = [...image.keys()].filter((each) => each.startsWith("log"));
    const whole = image.get(name) as Uint8Array;
    const once: Recovered[] = [];
    for (let length = 0; length <= whole.length; length++) {
      const found = recoverOrError(new Map([...image, [name, whole.subarray(0, length)]]));
      if (found !== null && !(found instanceof StorageError)) once.push(found);
    }
    assert(once.length > 0);
    for (let from = 0; from < whole.length; from += 7) {
      const holed = whole.slice();
      holed.fill(0, from, (Math.floor(from / 512) + 1) * 512);
      const found = recoverOrError(new Map([...image, [name, holed]]));
      const fine = found instanceof StorageError ||
        once.some((state) => sameState(state, found as Recovered));
      assert(fine, replay("damage_test.ts", seed, `zeros from ${from}`));
    }
  });

  Deno.test(`a start that finds damage changes nothing on the disk (seed ${seed})`, async () => {
    const story = new Story(seed, { roomBytes: 1 });
    const random = seededRandom(seed).split("start");
    await story.live((found) => drawGroups(random, 6, TINY, found));
    // Otherwise the crash would bring removed files back, in which a flip is harmless.
    await story.play(() => story.disk.syncDirectory(FOLDER));
    story.machine.crash("lost");
    const paths = story.machine.disk.syncedPaths();
    const path = paths[random.below(paths.length)];
    const size = story.machine.disk.syncedBytes(path)?.length ?? 0;
    story.machine.disk.flipBit(path, random.below(size), random.below(8));
    const before = story.image;
    const { found, error } = await story.live(() => []);
    assertEquals(found, null);
    assert(error !== null && error.code === "damaged" && error.file === path, `${error}`);
    // What to do must be said to who started a node, and to who opened the log in a program.
    for (const said of ["Nothing was changed", "--amnesiac", 'whenEmpty: "amnesiac"']) {
      assert(error.message.includes(said), error.message);
    }
    assertEquals(story.image, before);
    assertEquals((await story.live(() => [])).error?.message, error.message);
    story.end();
  });
}

Deno.test("a log whose snapshot is missing, a snapshot without a log, and one that belongs to another log are refused", async () => {
  const { image } = await smallLog(1);
  assertEquals(image.size, 2);
  const [log, snapshot] = [...image.keys()].sort();
  assert(log.startsWith("log") && snapshot.startsWith("snapshot"));
  const bytes = (name: string) => image.get(name) as Uint8Array;
  const refused = (files: readonly (readonly [string, Uint8Array])[], message: string) => {
    const error = assertThrows(() => recoverImage(new Map(files), PLACE), StorageError, message);
    assertEquals(error.code, "damaged");
  };
  refused([[log, bytes(log)]], "Cannot find the snapshot");
  refused([[snapshot, bytes(snapshot)]], "Cannot find the log");
  refused([[log, bytes(log)], [snapshot, bytes(snapshot).subarray(0, -1)]], "does not match its checksum");
  const other = (await smallLog(2)).image;
  const [, theirs] = [...other.keys()].sort();
  refused([[log, bytes(log)], [snapshot, other.get(theirs) as Uint8Array]], "names another one");
  // As whole as the one that it names, and not that one: an older one that came back, with another number, end, or content.
  const { header, end } = readSnapshotHeader(snapshot, bytes(snapshot));
  const data = bytes(snapshot).subarray(end);
  const changed = data.slice();
  changed[0] ^= 1;
  for (
    const [difference, content] of [
      [{ number: header.number - 1 }, data],
      [{ index: header.index - 1 }, data],
      [{ term: header.term - 1 }, data],
      [{ incarnation: header.incarnation - 1 }, data],
      [{ sum: sumsOf(changed).sum }, changed],
    ] as const
  ) {
    const head = writeSnapshotHeader({ ...header, ...difference });
    refused([[log, bytes(log)], [snapshot, new Uint8Array([...head, ...content])]], "names another one");
  }
  assertEquals(writeSnapshotHeader(header), bytes(snapshot).slice(0, end));
  refused([["log-00009999", bytes(log)], [snapshot, bytes(snapshot)]], "it was log");
  refused([[log, bytes(snapshot)], [snapshot, bytes(snapshot)]], "header");
  refused([[log, new Uint8Array(0)], [snapshot, bytes(snapshot)]], "does not begin as one");
});

Deno.test("files that are not the log's own, and unfinished ones, are not read", async () => {
  const { image, state } = await smallLog(1);
  const odd = new Map(image);
  for (
    const name of [
      "log-1",
      "notes",
      "log-00000099.tmp",
      "snapshot-00000099.tmp",
      "log-00000000",
      "xlog-00000005",
    ]
  ) {
    odd.set(name, new Uint8Array([1, 2, 3]));
  }
  assert(sameState(recoverImage(odd, PLACE) as Recovered, state));
});

for (const seed of seedsFrom(Deno.args, 40)) {
  Deno.test(`writes that go astray on the medium, and bits that flip, never bring up a wrong state (seed ${seed})`, async () => {
    const random = seededRandom(seed).split("astray");
    const story = new Story(seed, { rewriteBytes: random.chance(0.5) ? 500 : 65536 });
    const first = await story.live((found) => drawGroups(random.split("1"), 5, TINY, found));
    if (random.chance(0.5)) story.machine.disk.setMisdirectRate(0.2);
    const second = await story.live((found) =>
      drawGroups(random.split("2"), 10, { maxCommandBytes: 900, maxSnapshotBytes: 2000 }, found)
    );
    story.machine.crash("drawn");
    story.machine.disk.heal();
    if (random.chance(0.5)) story.machine.disk.flipBits(random.between(1, 3));
    assertEquals([first.error, second.error], [null, null]);
    const third = await story.live(() => []);
    story.end();
    if (third.found === null) assert(third.error !== null);
    else {assert(
        groupsKept(second, third.found) >= 0,
        replay("damage_test.ts", seed, "another state than any that is possible"),
      );}
  });
}
