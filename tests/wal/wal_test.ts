import { assert, assertEquals, assertRejects } from "@std/assert";
import { applyPersist, MemoryStorage } from "../../raft/memory_storage.ts";
import type { Persist, Recovered } from "../../raft/storage.ts";
import { ImageFollower, StorageError, type StorageErrorCode } from "../../raft/wal.ts";
import { crc32c } from "../../raft/wal/crc32c.ts";
import { readLogHeader, writeLogHeader } from "../../raft/wal/header.ts";
import { DiskError, seededRandom } from "../../runtime/mod.ts";
import { replay, seedsFrom } from "./seeds.ts";
import { FOLDER, groupsKept, Story } from "./story.ts";
import { TrapDisk } from "./trap_disk.ts";
import { drawGroups, fold, NOTHING, sameState } from "./writes.ts";

const MIXED = { maxCommandBytes: 700, maxSnapshotBytes: 1500 };

function vote(term: number): Persist {
  return { sequence: 1, term, vote: "a", firstIndex: 1, entries: [], snapshot: null };
}

function entry(index: number, length: number): Persist {
  const entries = [{ term: 1, command: new Uint8Array(length) }];
  return { sequence: index, term: 1, vote: null, firstIndex: index, entries, snapshot: null };
}

async function refuses(
  code: StorageErrorCode,
  action: () => Promise<unknown>,
  message = "",
): Promise<StorageError> {
  const error = await assertRejects(action, StorageError, message);
  assertEquals(error.code, code, error.message);
  return error;
}

for (const seed of seedsFrom(Deno.args, 8)) {
  Deno.test(`after every group the log holds what applyPersist makes of it, read back by a new process, sizes included (seed ${seed})`, async () => {
    const story = new Story(seed, { rewriteBytes: seed % 2 === 0 ? 65536 : 2000, loss: "kept" });
    const groups = drawGroups(seededRandom(seed).split("groups"), 25, MIXED);
    const memory = new MemoryStorage(NOTHING);
    const follower = new ImageFollower({ folder: FOLDER, member: "m" });
    await story.play(async () => {
      for (const [at, group] of groups.entries()) {
        const where = replay("wal_test.ts", seed, `group ${at}`);
        const wal = story.open();
        const before = await wal.load();
        assert(sameState(before, memory.image), where);
        assertEquals(wal.logSizeBytes, memory.logSizeBytes, where);
        await wal.write(group);
        await memory.write(group);
        assertEquals(wal.logSizeBytes, memory.logSizeBytes, where);
        assert(sameState(story.recover() as Recovered, memory.image), where);
        assert(sameState(follower.read(story.image) as Recovered, memory.image), where);
        if (at === 12) follower.forget();
        await wal.close();
        if (at % 3 === 0) story.machine.crash("lost");
      }
    });
    story.end();
  });

  Deno.test(`one long life of 150 groups: one write and one sync each, but for snapshots and rewriting; room is bounded (seed ${seed})`, async () => {
    const story = new Story(seed, { rewriteBytes: 4000, roomBytes: 1000 });
    const groups = drawGroups(seededRandom(seed).split("long"), 150, MIXED);
    await story.play(async () => {
      const disk = new TrapDisk(story.disk, () => {});
      const follower = new ImageFollower({ folder: FOLDER, member: "m" });
      const wal = story.open(disk);
      await wal.load();
      let state = NOTHING;
      let rewritten = 0;
      for (const [at, group] of groups.entries()) {
        const before = disk.operations.length;
        await wal.write(group);
        state = group.reduce(applyPersist, state);
        assert(sameState(follower.read(story.image) as Recovered, state), `seed ${seed}, group ${at}`);
        const done = disk.operations.slice(before);
        const where = replay("wal_test.ts", seed, `group ${at}: ${done.join(", ")}`);
        if (done.some((operation) => /^rename .* x\/wal\/log/.test(operation))) rewritten++;
        else if (group.every((write) => write.snapshot === null)) {
          assertEquals(done.map((operation) => operation.split(" ")[0]), ["write", "sync"], where);
        } else assertEquals(done.filter((operation) => operation.startsWith("sync")).length, 3, where);
        assert(wal.fileSizeBytes <= Math.max(4000, 3 * wal.logSizeBytes) + 6000, where);
        const room = wal.fileSizeBytes + 1000 + (state.snapshot?.data.length ?? 0) + 100;
        assert(story.machine.disk.usedBytes <= room, `${where}${story.machine.disk.usedBytes} bytes used`);
      }
      assert(rewritten > 3, `seed ${seed}: ${rewritten} times rewritten`);
      await wal.close();
    });
    story.end();
  });

  Deno.test(`a disk that refuses writes, syncs or room ends the log for good, and a new process finds what is true (seed ${seed})`, async () => {
    const random = seededRandom(seed).split("faults");
    const met = { failed: 0 };
    const story = new Story(seed, { rewriteBytes: 1500 });
    for (let life = 0; life < 12; life++) {
      const { disk } = story.machine;
      const fault = random.below(4);
      const lived = await story.live((found) => {
        if (fault === 0) disk.setFailRate("write", 0.15);
        if (fault === 1) disk.setFailRate("sync", 0.15);
        if (fault === 2) disk.fill(random.below(4000));
        return drawGroups(random.split(`${life}`), 8, MIXED, found);
      });
      const where = replay("wal_test.ts", seed, `life ${life}`);
      assert(lived.found !== null, `${where}${lived.error}`);
      if (lived.error !== null) {
        met.failed++;
        assertEquals(lived.error.code, "failed", where);
        assert(lived.error.cause instanceof DiskError, where);
      }
      if (random.chance(0.7)) story.machine.crash("drawn");
      disk.heal();
      const next = await story.live(() => []);
      assert(
        next.found !== null && groupsKept(lived, next.found) >= 0,
        `${where}another state than any that is possible`,
      );
    }
    assert(met.failed > 1, `seed ${seed}: ${met.failed} lives failed`);
    story.end();
  });
}

Deno.test("after a sync that failed every later write fails with the same error, though the disk is well again", async () => {
  const story = new Story(1);
  await story.play(async () => {
    const wal = story.open();
    await wal.load();
    await wal.write([vote(1)]);
    story.machine.disk.failNext("sync", 1);
    const error = await refuses("failed", () => wal.write([vote(2)]), "look after the disk");
    assertEquals(await refuses("failed", () => wal.write([vote(3)])), error);
    await refuses("failed", () => wal.write([]));
    await wal.close();
    // The system still shows what it could not write. A new process must not take that for durable.
    const next = story.open();
    const { hardState } = await next.load();
    assert(hardState.term === 1 || hardState.term === 2);
    await next.write([vote(4)]);
    await next.close();
    story.machine.crash("lost");
    const last = story.open();
    assertEquals((await last.load()).hardState.term, 4);
    await last.close();
  });
  story.end();
});

Deno.test("a new disk makes a voter or an amnesiac, with an incarnation of its own, and it stays so", async () => {
  const incarnations = new Set<number>();
  for (const whenEmpty of ["format", "amnesiac"] as const) {
    const story = new Story(whenEmpty.length);
    let first: Recovered | null = null;
    for (let start = 0; start < 5; start++) {
      if (start === 3) story.machine.wipe();
      await story.play(async () => {
        const wal = story.open(story.disk, {
          whenEmpty: start === 0 ? whenEmpty : start < 3 ? "format" : "amnesiac",
        });
        const found = await wal.load();
        if (start === 0 || start === 3) {
          first = found;
          incarnations.add(found.incarnation);
          assertEquals(found.hardState, { term: 0, vote: null });
          await wal.write([vote(start + 1)]);
        } else assertEquals(found.incarnation, first?.incarnation);
        assertEquals(found.standing, start < 3 && whenEmpty === "format" ? "voter" : "amnesiac");
        if (start % 2 === 0) await wal.close();
        else story.machine.crash();
      });
    }
    story.end();
  }
  assertEquals(incarnations.size, 4);
  for (const incarnation of incarnations) assert(Number.isSafeInteger(incarnation) && incarnation > 0);
});

Deno.test("a folder of another member is refused, and so is a file of a newer format; neither is changed", async () => {
  const story = new Story(1);
  await story.play(async () => {
    const wal = story.open();
    await wal.load();
    await wal.write([vote(3)]);
    await wal.close();
    const before = story.image;
    const foreign = await refuses(
      "foreign",
      () => story.open(story.disk, { member: "n2" }).load(),
      'belongs to "m"',
    );
    assert(foreign.message.includes("its own folder"), foreign.message);
    assertEquals(story.image, before);
    const [name] = [...before.keys()];
    const file = await story.disk.open(`${FOLDER}/${name}`);
    const header = (before.get(name) as Uint8Array).slice();
    const end = readLogHeader(name, header).end - 4;
    header[9] = 3;
    new DataView(header.buffer).setUint32(end, crc32c(header.subarray(0, end)), true);
    await file.write(0, header);
    await file.close();
    await refuses("newer", () => story.open().load(), "format 3");
  });
  story.end();
});

Deno.test("headers come back as they went, for members of any name", () => {
  for (const member of ["a", "", "host:7001", "ключ 🔑", "x".repeat(300)]) {
    const header = {
      member,
      incarnation: 2 ** 50,
      number: 12345678,
      salt: 0xffffffff,
      standing: "amnesiac",
    } as const;
    for (const format of [1, 2] as const) {
      const bytes = writeLogHeader({ ...header, format });
      const found = readLogHeader("log", Uint8Array.from([...bytes, 1, 2, 3]));
      assertEquals([found.header, found.end], [{ ...header, format }, bytes.length]);
    }
  }
});

Deno.test("a log is loaded once, before anything is written, and written by one at a time; an empty write is nothing", async () => {
  const story = new Story(1);
  await story.play(async () => {
    const disk = new TrapDisk(story.disk, () => {});
    const wal = story.open(disk);
    await assertRejects(() => wal.write([vote(1)]), TypeError, "fresh");
    await wal.load();
    await assertRejects(() => wal.load(), TypeError, "twice");
    const before = disk.operations.length;
    await wal.write([]);
    assertEquals(disk.operations.length, before);
    const first = wal.write([vote(1)]);
    await assertRejects(() => wal.write([vote(2)]), TypeError, "writing");
    await first;
    await wal.write([vote(3)]);
    await wal.close();
    await wal.close();
    await refuses("closed", () => wal.write([vote(4)]));
    const again = story.open();
    assertEquals((await again.load()).hardState.term, 3);
    await again.close();
  });
  story.end();
});

Deno.test("entries that would leave a gap, or lie before the snapshot, are refused before anything is written", async () => {
  for (
    const [bad, snapshot] of [[entry(3, 1), null], [entry(2, 1), {
      index: 5,
      term: 1,
      configuration: null,
      data: new Uint8Array(3),
    }]] as const
  ) {
    const story = new Story(1);
    await story.play(async () => {
      const disk = new TrapDisk(story.disk, () => {});
      const wal = story.open(disk);
      await wal.load();
      await wal.write([{ ...entry(1, 1), snapshot: null }]);
      const before = disk.operations.length;
      await assertRejects(() => wal.write([{ ...bad, snapshot }]), RangeError, "gap");
      assertEquals(disk.operations.length, before);
      // What the log would do next stands on a state that nobody can vouch for.
      await assertRejects(() => wal.write([vote(2)]), RangeError);
      await wal.close();
    });
    story.end();
  }
});

Deno.test("of several snapshots in one group only the last is stored, and all of them count for the log", async () => {
  const story = new Story(1);
  await story.play(async () => {
    const disk = new TrapDisk(story.disk, () => {});
    const wal = story.open(disk);
    await wal.load();
    const data = (fill: number) => new Uint8Array(10).fill(fill);
    const group: Persist[] = [
      { ...entry(1, 5), entries: [1, 1, 2, 2].map((term) => ({ term, command: new Uint8Array(term) })) },
      { ...entry(5, 6), snapshot: { index: 2, term: 1, configuration: null, data: data(1) } },
      { ...entry(6, 7), snapshot: { index: 3, term: 2, configuration: null, data: data(2) } },
    ];
    await wal.write(group);
    assertEquals(
      disk.operations.filter((operation) => operation.startsWith("create x/wal/snapshot")).length,
      1,
    );
    assert(sameState(story.recover() as Recovered, fold([group])));
    await wal.close();
  });
  story.end();
});

Deno.test("what a start leaves: one log, its snapshot, and whatever was never the log's own", async () => {
  const story = new Story(1, { loss: "kept" });
  await story.play(async () => {
    const { disk } = story;
    await disk.makeFolder(FOLDER);
    for (const name of ["notes", "log-1", "log-00000007.tmp", "snapshot-00000009.tmp"]) {
      await (await disk.create(`${FOLDER}/${name}`)).close();
    }
    const first = story.open();
    await first.load();
    await first.write([{
      ...entry(1, 5),
      snapshot: { index: 0, term: 0, configuration: null, data: new Uint8Array(4) },
    }]);
    await first.close();
    const second = story.open();
    await second.load();
    await second.close();
    // Numbers are never used again, not even those of unfinished files.
    assertEquals(await disk.list(FOLDER), ["log-00000012", "log-1", "notes", "snapshot-00000011"]);
  });
  story.end();
});

Deno.test("a log of 3,000 entries of 1 KiB is rewritten at a start in frames of some hundred KiB, and read back", async () => {
  const story = new Story(1, { loss: "lost" });
  await story.play(async () => {
    const wal = story.open();
    await wal.load();
    const entries = Array.from(
      { length: 3000 },
      (_, at) => ({ term: 1, command: new Uint8Array(1024).fill(at) }),
    );
    await wal.write([{ ...entry(1, 0), entries }]);
    await wal.close();
    for (let start = 0; start < 2; start++) {
      story.machine.crash("lost");
      const again = story.open();
      const found = await again.load();
      assertEquals(found.entries.length, 3000);
      assert(found.entries.every(({ command }, at) => command.length === 1024 && command[5] === at % 256));
      await again.close();
    }
  });
  story.end();
});
