import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { denoRuntime } from "../../../runtime/deno.ts";
import { DiskError } from "../../../runtime/mod.ts";

async function inFolder(script: (folder: string) => Promise<void>): Promise<void> {
  const top = await Deno.makeTempDir();
  try {
    await script(`${top}/node`);
  } finally {
    await Deno.remove(top, { recursive: true });
  }
}

Deno.test("a folder in use is refused to a second runtime, until the first one dies; a shared one is not", async () => {
  await inFolder(async (folder) => {
    const [one, two, three] = [new AbortController(), new AbortController(), new AbortController()];
    const options = { folder, address: "127.0.0.1:0" } as const;
    await denoRuntime({ ...options, signal: one.signal });
    await assertRejects(() => denoRuntime({ ...options, signal: two.signal }), DiskError, "another process");
    await denoRuntime({ ...options, signal: two.signal, access: "shared" });
    one.abort();
    await denoRuntime({ ...options, signal: three.signal });
    two.abort();
    three.abort();
  });
});

Deno.test("a runtime that cannot have its port leaves its folder to the next", async () => {
  await inFolder(async (folder) => {
    const death = new AbortController();
    const { signal } = death;
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const address = `127.0.0.1:${taken.addr.port}`;
    await assertRejects(() => denoRuntime({ address, folder, signal }), Deno.errors.AddrInUse);
    await denoRuntime({ address: null, folder, signal });
    death.abort();
  });
});

Deno.test("a folder that cannot be locked is refused as a disk's error, and no handle of it stays open", async () => {
  await inFolder(async (folder) => {
    const real = Deno.FsFile.prototype.tryLock;
    const asked: Deno.FsFile[] = [];
    // As some network folders do, which know no locks.
    Deno.FsFile.prototype.tryLock = function () {
      asked.push(this);
      return Promise.reject(new Deno.errors.NotSupported("no locks here"));
    };
    const death = new AbortController();
    try {
      const options = { address: null, folder, signal: death.signal } as const;
      await assertRejects(() => denoRuntime(options), DiskError, "lock the node's folder");
      assertEquals(asked.length, 1);
      assertThrows(() => asked[0].statSync(), Deno.errors.BadResource);
    } finally {
      Deno.FsFile.prototype.tryLock = real;
      death.abort();
    }
  });
});

Deno.test("a runtime stands on a folder that lasts: each folder around it is synced before the runtime is there", async () => {
  if (Deno.build.os === "windows") return;
  await inFolder(async (top) => {
    const around = await Deno.realPath(top.slice(0, top.lastIndexOf("/")));
    const synced: string[] = [];
    const real = Deno.open;
    Deno.open = async (path, options) => {
      const handle = await real(path, options);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        await sync();
        synced.push(String(path));
      };
      return handle;
    };
    const death = new AbortController();
    try {
      const { disk } = await denoRuntime({ address: null, folder: `${top}/a/b`, signal: death.signal });
      assertEquals(synced.slice(0, 3), [`${around}/node/a`, `${around}/node`, around]);
      await (await disk.create("it can be used")).close();
    } finally {
      Deno.open = real;
      death.abort();
    }
  });
});

Deno.test("chance differs from start to start, unless a seed is given", async () => {
  await inFolder(async (folder) => {
    const draws: number[] = [];
    for (const seeded of [{}, {}, { seed: 5 }, { seed: 5 }]) {
      const death = new AbortController();
      const { random } = await denoRuntime({ address: null, folder, signal: death.signal, ...seeded });
      draws.push(random.below(4294967296));
      death.abort();
    }
    assertNotEquals(draws[0], draws[1]);
    assertEquals(draws[2], draws[3]);
  });
});
