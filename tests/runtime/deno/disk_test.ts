import { assert, assertEquals, assertRejects } from "@std/assert";
import { setImmediate } from "node:timers";
import { denoDisk, type DenoDiskOptions } from "../../../runtime/deno.ts";
import { type Disk, DiskError, type DiskErrorCode, seededRandom } from "../../../runtime/mod.ts";

async function onDisk(
  script: (disk: Disk, folder: string, death: AbortController) => Promise<void>,
  options: DenoDiskOptions = {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const death = new AbortController();
  try {
    await script(denoDisk(folder, death.signal, options), folder, death);
  } finally {
    death.abort();
    await Deno.remove(folder, { recursive: true });
  }
}

async function refuses(code: DiskErrorCode, action: () => Promise<unknown>): Promise<void> {
  assertEquals((await assertRejects(action, DiskError)).code, code);
}

function block(fill: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

Deno.test("real files keep what is written, at any offset and across truncation", async () => {
  await onDisk(async (disk) => {
    const file = await disk.create("a");
    await file.write(3, block(1, 4));
    assertEquals(await disk.readFile("a"), new Uint8Array([0, 0, 0, 1, 1, 1, 1]));
    await file.truncate(5);
    await file.truncate(6);
    assertEquals([...await file.read(2, 100)], [0, 1, 1, 0]);
    assertEquals((await file.read(9, 100)).length, 0);
    assertEquals(await file.size(), 6);
    await file.sync();
    await file.close();
    await disk.rename("a", "b");
    await disk.syncDirectory("");
    await refuses("missing", () => disk.open("a"));
    assertEquals((await disk.readFile("b")).length, 6);
    await disk.remove("b");
    await disk.remove("b");
    assertEquals(await disk.list(""), []);
  });
});

Deno.test("calls on one real file take effect in the order they were made, 1 MiB writes and syncs among them", async () => {
  await onDisk(async (disk) => {
    const file = await disk.create("a");
    const calls: Promise<unknown>[] = [];
    for (let turn = 0; turn < 20; turn++) {
      calls.push(file.write(0, block(turn, turn % 3 === 0 ? 1 << 20 : 100)));
      if (turn % 4 === 0) calls.push(file.sync());
      if (turn === 10) calls.push(file.truncate(50));
      const seen = file.read(0, 1).then(([first]) => assertEquals(first, turn));
      calls.push(seen);
    }
    await Promise.all(calls);
    assertEquals(await file.size(), 1 << 20);
    assertEquals((await file.read(100, 1))[0], 18);
    await file.close();
  });
});

Deno.test("folders are made with their parents, listed in order, and create replaces without touching the old file", async () => {
  await onDisk(async (disk) => {
    await refuses("missing", () => disk.create("x/y/z"));
    await disk.makeFolder("x/y");
    await disk.makeFolder("x/y");
    for (const name of ["c", "a", "b"]) await (await disk.create(`x/y/${name}`)).close();
    assertEquals(await disk.list("x/y"), ["a", "b", "c"]);
    assertEquals(await disk.list("./x//"), ["y"]);
    assertEquals(await disk.list("nowhere"), []);
    const old = await disk.create("f");
    await old.write(0, block(1, 3));
    const young = await disk.create("f");
    assertEquals(await young.size(), 0);
    assertEquals(await old.size(), 3);
  });
});

for (const path of ["../x", "a/../../x", "/etc/passwd", "a/..", "..", "c:/x", "a\\..\\x", "a\0b"]) {
  Deno.test(`no call accepts the path ${JSON.stringify(path)}, which leads out of the node's folder`, async () => {
    await onDisk(async (disk) => {
      const calls = [
        () => disk.open(path),
        () => disk.create(path),
        () => disk.readFile(path),
        () => disk.list(path),
        () => disk.makeFolder(path),
        () => disk.rename(path, "x"),
        () => disk.remove(path),
        () => disk.syncDirectory(path),
      ];
      for (const call of calls) await assertRejects(call, TypeError, "below the node's folder");
      await (await disk.create("x")).close();
      await assertRejects(() => disk.rename("x", path), TypeError);
    });
  });
}

Deno.test("what the system refuses comes as failed, full or missing", async () => {
  await onDisk(async (disk, folder) => {
    await disk.makeFolder("d");
    await refuses("failed", () => disk.readFile("d"));
    await (await disk.create("f")).close();
    await refuses("failed", () => disk.list("f"));
    await refuses("missing", () => disk.rename("nothing", "f"));
    await refuses("missing", () => disk.syncDirectory("nothing"));
    if (Deno.build.os !== "linux") return;
    await Deno.symlink("/dev/full", `${folder}/full`);
    const file = await disk.open("full");
    await refuses("full", () => file.write(0, block(1, 10)));
  });
});

Deno.test("death closes every file; calls then, and calls under way, end with closed, a late sync included", async () => {
  await onDisk(async (disk, _folder, death) => {
    const file = await disk.create("a");
    const idle = await disk.create("b");
    await file.write(0, block(1, 1 << 20));
    const late = [
      file.sync(),
      file.write(0, block(2, 1 << 20)),
      disk.syncDirectory(""),
      disk.open("a"),
      disk.create("c"),
      // Done at once, and yet not acknowledged: its node did not live to hear of it.
      idle.write(0, block(3, 10)),
    ];
    death.abort();
    for (const call of await Promise.allSettled(late)) {
      assert(call.status === "rejected" && call.reason instanceof DiskError);
      assertEquals(call.reason.code, "closed");
    }
    await refuses("closed", () => file.write(0, block(2, 1)));
    await refuses("closed", () => disk.list(""));
    await file.close();
  });
});

Deno.test("a file that was closed refuses every call, and may be closed again", async () => {
  await onDisk(async (disk) => {
    const file = await disk.create("a");
    const last = file.write(0, block(1, 1 << 20));
    await file.close();
    await last;
    await file.close();
    await refuses("closed", () => file.sync());
    await refuses("closed", () => file.read(0, 1));
    assert((await disk.readFile("a")).every((byte) => byte === 1));
  });
});

for (const atOnce of [false, true]) {
  Deno.test(`whatever is read, written, cut and synced in turn, a real file holds what it should (syncs ${atOnce ? "at once" : "on another thread"})`, async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const random = seededRandom(seed);
      await onDisk(async (disk) => {
        const file = await disk.create("a");
        let model = new Uint8Array(0);
        let end = 0;
        const calls: Promise<unknown>[] = [];
        const where = `seed ${seed}`;
        for (let turn = 1; turn <= 60; turn++) {
          const sizeBytes = random.chance(0.05) ? 300_000 : random.between(1, 50);
          // Mostly where the last write ended, as logs do.
          const offset = random.chance(0.6) ? end : random.below(200);
          const what = random.below(10);
          if (what < 6) {
            const grown = new Uint8Array(Math.max(model.length, offset + sizeBytes));
            grown.set(model);
            grown.fill(turn, offset, offset + sizeBytes);
            model = grown;
            end = offset + sizeBytes;
            calls.push(file.write(offset, block(turn, sizeBytes)));
          } else if (what < 8) {
            const seen = model.slice(offset, offset + sizeBytes);
            calls.push(file.read(offset, sizeBytes).then((bytes) => assertEquals(bytes, seen, where)));
          } else if (what === 8) {
            const cut = new Uint8Array(offset);
            cut.set(model.subarray(0, offset));
            model = cut;
            calls.push(file.truncate(offset));
          } else calls.push(file.sync());
          if (random.chance(0.3)) await Promise.all(calls.splice(0));
        }
        await Promise.all(calls);
        assertEquals(await disk.readFile("a"), model, where);
      }, { maySyncAtOnce: () => atOnce });
    }
  });
}

Deno.test("a sync at once lets go out first what was sent before it, and acknowledges nothing after the node's death", async () => {
  await onDisk(async (disk, _folder, death) => {
    const file = await disk.create("a");
    await file.write(0, block(1, 10));
    const order: string[] = [];
    setImmediate(() => order.push("sent"));
    const sync = file.sync().then(() => order.push("synced"));
    await sync;
    assertEquals(order, ["sent", "synced"]);
    await file.write(10, block(2, 10));
    const late = refuses("closed", () => file.sync());
    death.abort();
    await late;
  }, { maySyncAtOnce: () => true });
});
