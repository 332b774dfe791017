import { assert, assertEquals, assertRejects } from "@std/assert";
import { DiskError } from "../../runtime/mod.ts";
import type { Disk, DiskFile } from "../../runtime/mod.ts";
import type { CrashLoss } from "./crash_loss.ts";
import type { Machine } from "./machine.ts";
import { World } from "./world.ts";

const SECTOR = 512;

function block(fill: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

/** Plays `script` on the disk of a machine of its own. */
async function onDisk<T>(
  seed: number,
  script: (disk: Disk, machine: Machine, world: World) => Promise<T>,
): Promise<T> {
  const world = new World({ seed });
  const machine = world.machine("m");
  machine.boot(() => {});
  return await world.play(() => script(machine.runtime.disk, machine, world));
}

async function durableFile(disk: Disk, path: string): Promise<DiskFile> {
  const file = await disk.create(path);
  await disk.syncDirectory("");
  return file;
}

/** The file after a crash in which `writes` of one fill byte each were not synced. */
function afterCrash(seed: number, loss: CrashLoss, writes: readonly number[]): Promise<Uint8Array> {
  return onDisk(seed, async (disk, machine) => {
    const file = await durableFile(disk, "f");
    await file.write(0, block(9, 100));
    await file.sync();
    let size = 100;
    for (const [n, length] of writes.entries()) {
      await file.write(size, block(n + 1, length));
      size += length;
    }
    machine.crash(loss);
    machine.restart();
    return machine.runtime.disk.readFile("f");
  });
}

Deno.test("files keep what is written, at any offset and across truncation", async () => {
  await onDisk(1, async (disk) => {
    const file = await disk.create("a");
    await file.write(3, block(1, 4));
    assertEquals(await disk.readFile("a"), new Uint8Array([0, 0, 0, 1, 1, 1, 1]));
    await file.truncate(5);
    await file.truncate(6);
    assertEquals([...await file.read(2, 100)], [0, 1, 1, 0]);
    assertEquals(await file.size(), 6);
    await disk.rename("a", "b");
    await assertRejects(() => disk.open("a"), DiskError, "no such file");
    assertEquals((await disk.readFile("b")).length, 6);
    await disk.remove("b");
    await disk.remove("b");
    assertEquals(await disk.list(""), []);
  });
});

Deno.test("a read gives a copy that later writes do not change", async () => {
  await onDisk(1, async (disk) => {
    const file = await disk.create("a");
    const mine = block(1, 4);
    await file.write(0, mine);
    mine.fill(7);
    const read = await file.read(0, 4);
    await file.write(0, block(2, 4));
    assertEquals([...read], [1, 1, 1, 1]);
  });
});

Deno.test("folders are made with their parents and listed in order", async () => {
  await onDisk(1, async (disk) => {
    await assertRejects(() => disk.create("x/y/z"), DiskError, "no such file or folder");
    await disk.makeFolder("x/y");
    for (const name of ["c", "a", "b"]) await disk.create(`x/y/${name}`);
    assertEquals(await disk.list("x/y"), ["a", "b", "c"]);
    assertEquals(await disk.list("x"), ["y"]);
    assertEquals(await disk.list("nowhere"), []);
  });
});

Deno.test("what was synced survives every kind of crash, what was not is lost in the kind that loses all", async () => {
  for (const loss of ["drawn", "kept", "lost", "prefix", "mixed"] as const) {
    for (let seed = 0; seed < 20; seed++) {
      const bytes = await afterCrash(seed, loss, [50, 2000, 50]);
      assertEquals([...bytes.subarray(0, 100)], [...block(9, 100)]);
      if (loss === "lost") assertEquals(bytes.length, 100);
      if (loss === "kept") assertEquals(bytes.length, 2200);
    }
  }
});

Deno.test("a crash may keep any prefix, to the byte", async () => {
  const lengths = new Set<number>();
  for (let seed = 0; seed < 200; seed++) {
    const bytes = await afterCrash(seed, "prefix", [60, 60, 60]);
    lengths.add(bytes.length);
    bytes.subarray(100).forEach((byte, at) => assertEquals(byte, Math.floor(at / 60) + 1));
  }
  assert(lengths.size > 60, `${lengths.size} different prefixes`);
  assert(lengths.has(100) && lengths.has(280));
});

Deno.test("a crash may keep a later write and lose an earlier one, and tear a write at sector boundaries", async () => {
  const seen = { laterOnly: 0, hole: 0, whole: 0, none: 0 };
  for (let seed = 0; seed < 200; seed++) {
    const bytes = await afterCrash(seed, "mixed", [60, 60, 4 * SECTOR]);
    const first = bytes[100] ?? 0;
    const second = bytes[160] ?? 0;
    if (first === 0 && second === 2) seen.laterOnly++;
    const last = bytes.subarray(220);
    if (last.length === 4 * SECTOR && last.includes(0)) {
      seen.hole++;
      // Inside one sector of the file the fate is one.
      for (let at = 0; at < last.length; at++) {
        const sector = Math.floor((220 + at) / SECTOR);
        const start = Math.max(0, sector * SECTOR - 220);
        assertEquals(last[at], last[start]);
      }
    }
    if (last.length === 4 * SECTOR && !last.includes(0)) seen.whole++;
    if (last.length === 0) seen.none++;
  }
  assert(Object.values(seen).every((count) => count >= 5), JSON.stringify(seen));
});

Deno.test("an overwritten unsynced write can survive without the one that overwrote it", async () => {
  const survivors = new Set<number>();
  for (let seed = 0; seed < 60; seed++) {
    survivors.add(
      await onDisk(seed, async (disk, machine) => {
        const file = await durableFile(disk, "f");
        for (const fill of [1, 2, 3]) await file.write(0, block(fill, 10));
        machine.crash("mixed");
        machine.restart();
        return (await machine.runtime.disk.readFile("f"))[0] ?? 0;
      }),
    );
  }
  assertEquals([...survivors].sort(), [0, 1, 2, 3]);
});

Deno.test("a sync covers the writes made before it, not those made while it ran", async () => {
  await onDisk(3, async (disk, machine) => {
    const file = await durableFile(disk, "f");
    await file.write(0, block(1, 10));
    const syncing = file.sync();
    await file.write(10, block(2, 10));
    await syncing;
    assertEquals(machine.disk.syncedBytes("f")?.length, 10);
    machine.crash("lost");
    machine.restart();
    assertEquals((await machine.runtime.disk.readFile("f")).length, 10);
  });
});

Deno.test("names are lost in a crash until their folder is synced, and a rename is one step", async () => {
  for (let seed = 0; seed < 40; seed++) {
    const names = await onDisk(seed, async (disk, machine) => {
      const file = await disk.create("old");
      await file.write(0, block(1, 10));
      await file.sync();
      await disk.syncDirectory("");
      await disk.create("unsafe");
      await disk.rename("old", "new");
      machine.crash(seed === 0 ? "lost" : "mixed");
      machine.restart();
      const left = await machine.runtime.disk.list("");
      assertEquals(left.filter((name) => name !== "unsafe").length, 1);
      return left.join();
    });
    if (seed === 0) assertEquals(names, "old");
  }
});

Deno.test("a file in a folder whose own name was not synced is lost with it", async () => {
  await onDisk(1, async (disk, machine) => {
    await disk.makeFolder("d");
    const file = await disk.create("d/f");
    await file.write(0, block(1, 1));
    await file.sync();
    await disk.syncDirectory("d");
    assertEquals(machine.disk.syncedBytes("d/f"), null);
    machine.crash("lost");
    machine.restart();
    await assertRejects(() => machine.runtime.disk.open("d/f"), DiskError);
  });
});

Deno.test("a crash during a sync acknowledges nothing", async () => {
  await onDisk(1, async (disk, machine, world) => {
    const file = await durableFile(disk, "f");
    await file.write(0, block(1, 10));
    const error = assertRejects(() => file.sync(), DiskError, "dead");
    machine.crash();
    assertEquals((await error).code, "closed");
    await world.clock.sleep(1000);
    assertEquals((await assertRejects(() => file.write(0, block(1, 1)), DiskError)).code, "closed");
    assertEquals((await assertRejects(() => disk.list(""), DiskError)).code, "closed");
  });
});

Deno.test("syncs take as long as they are told, hang, and go on", async () => {
  await onDisk(1, async (disk, machine, world) => {
    const file = await durableFile(disk, "f");
    machine.disk.setSyncDelay({ kind: "fixed", ms: 40 });
    const before = world.nowMs;
    await file.sync();
    assertEquals(Math.round(world.nowMs - before), 40);
    machine.disk.hangSyncs();
    await file.write(0, block(1, 10));
    const syncing = file.sync();
    await world.clock.sleep(10_000);
    assertEquals(machine.disk.syncedBytes("f")?.length, 0);
    machine.disk.releaseSyncs();
    await syncing;
    assertEquals(machine.disk.syncedBytes("f")?.length, 10);
  });
});

Deno.test("a full disk takes what fits and refuses the rest until there is room", async () => {
  await onDisk(1, async (disk, machine) => {
    const file = await durableFile(disk, "f");
    await file.write(0, block(1, 10));
    machine.disk.fill(5);
    await file.write(0, block(2, 10));
    const error = await assertRejects(() => file.write(10, block(3, 8)), DiskError);
    assertEquals([error.code, await file.size()], ["full", 15]);
    machine.disk.makeRoom();
    await file.write(15, block(3, 8));
    assertEquals(await file.size(), 23);
  });
});

Deno.test("after a failed sync a later success does not bring back every write", async () => {
  let dropped = 0;
  for (let seed = 0; seed < 20; seed++) {
    dropped += await onDisk(seed, async (disk, machine) => {
      const file = await durableFile(disk, "f");
      for (let at = 0; at < 5; at++) await file.write(at, block(1, 1));
      machine.disk.failNext("sync", 1);
      assertEquals((await assertRejects(() => file.sync(), DiskError)).code, "failed");
      await file.write(5, block(1, 1));
      await file.sync();
      assertEquals([...await file.read(0, 9)], [1, 1, 1, 1, 1, 1]);
      machine.crash("lost");
      machine.restart();
      const bytes = await machine.runtime.disk.readFile("f");
      assertEquals([bytes.length, bytes[5]], [6, 1]);
      return bytes.filter((byte) => byte === 0).length;
    });
  }
  assert(dropped > 30 && dropped < 70, `${dropped} of 100 writes were dropped`);
});

Deno.test("reads and writes fail when told, at a rate or the next few", async () => {
  await onDisk(1, async (disk, machine) => {
    const file = await disk.create("f");
    machine.disk.failNext("write", 1);
    assertEquals((await assertRejects(() => file.write(0, block(1, 10)), DiskError)).code, "failed");
    await file.write(0, block(1, 10));
    machine.disk.setFailRate("read", 0.5);
    let failures = 0;
    for (let n = 0; n < 100; n++) await file.read(0, 10).catch(() => failures++);
    assert(failures > 30 && failures < 70, `${failures} of 100 reads failed`);
    machine.disk.heal();
    await file.read(0, 10);
  });
});

Deno.test("bits flip on the medium, and misdirected writes show after a restart", async () => {
  await onDisk(1, async (disk, machine) => {
    const file = await durableFile(disk, "f");
    await file.write(0, block(0, 10_000));
    await file.sync();
    assertEquals(machine.disk.flipBit("f", 3, 2), true);
    assertEquals(machine.disk.flipBit("f", 10_000, 2), false);
    assertEquals([...await file.read(2, 3)], [0, 4, 0]);
    assertEquals(machine.disk.flipBits(5), 5);
    assertEquals((await file.read(0, 10_000)).filter((byte) => byte !== 0).length, 6);
    machine.disk.setMisdirectRate(1);
    await file.write(5000, block(255, 1));
    await file.sync();
    assertEquals([...await file.read(5000, 1)], [255]);
    machine.crash("kept");
    machine.restart();
    const bytes = await machine.runtime.disk.readFile("f");
    assert(bytes[5000] !== 255 && bytes.includes(255));
  });
});

Deno.test("a wiped disk is empty", async () => {
  await onDisk(1, async (disk, machine) => {
    await durableFile(disk, "f");
    machine.wipe();
    assertEquals([machine.running, machine.disk.syncedPaths()], [false, []]);
    machine.restart();
    assertEquals(await machine.runtime.disk.list(""), []);
  });
});

Deno.test("an observer can follow a growing file range by range", async () => {
  await onDisk(1, async (disk, machine) => {
    const seen: string[] = [];
    machine.disk.observer = {
      onSynced: (node, path, from, bytes) => void seen.push(`${node} ${path} ${from} [${bytes.join()}]`),
      onDirectorySynced: (_node, folder) => void seen.push(`names in "${folder}"`),
      onUpset: () => void seen.push("upset"),
    };
    const file = await durableFile(disk, "f");
    await file.write(0, block(1, 2));
    await file.write(2, block(2, 3));
    await file.sync();
    machine.crash();
    assertEquals(seen, ['names in ""', "0 f 0 [1,1]", "0 f 2 [2,2,2]", "upset"]);
    assertEquals([...machine.disk.syncedBytes("f") ?? []], [1, 1, 2, 2, 2]);
  });
});
