import { assertEquals } from "@std/assert";
import { seededRandom } from "../../../runtime/mod.ts";
import { denoDisk } from "../../../runtime/deno.ts";
import { heldBackDisk } from "./held_back_disk.ts";

for (const seed of [1, 2, 3, 4, 5]) {
  Deno.test(`a process sees all that it wrote, and a power cut leaves what was synced and nothing it cannot explain (seed ${seed})`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "flotilla-held-" });
    const power = new AbortController();
    const inner = denoDisk(folder, power.signal);
    const random = seededRandom(seed);
    const disk = heldBackDisk(inner, random.split("early"));
    const file = await disk.create("a");
    let seen = new Uint8Array(0);
    let synced = seen;
    let changedSince = new Set<number>();
    const resize = (size: number) => {
      const next = new Uint8Array(size);
      next.set(seen.subarray(0, size));
      seen = next;
    };
    for (let step = 0; step < 200; step++) {
      const kind = random.below(10);
      if (kind < 6) {
        const [offset, bytes] = [
          random.below(300),
          new Uint8Array(random.between(1, 60)).fill(1 + step % 250),
        ];
        await file.write(offset, bytes);
        if (offset + bytes.length > seen.length) resize(offset + bytes.length);
        seen.set(bytes, offset);
        for (let at = 0; at < bytes.length; at++) changedSince.add(offset + at);
      } else if (kind < 7) {
        const size = random.below(300);
        await file.truncate(size);
        for (let at = Math.min(size, seen.length); at < Math.max(size, seen.length); at++) {
          changedSince.add(at);
        }
        resize(size);
      } else if (kind < 8) {
        await file.sync();
        synced = seen.slice();
        changedSince = new Set();
      } else {
        assertEquals(await file.size(), seen.length);
        const [offset, length] = [random.below(350), random.below(200)];
        assertEquals(await file.read(offset, length), seen.slice(offset, offset + length));
        assertEquals(await disk.readFile("a"), seen);
      }
      const left = await inner.readFile("a");
      for (let at = 0; at < synced.length; at++) {
        if (!changedSince.has(at)) assertEquals(left[at], synced[at], `byte ${at} after step ${step}`);
      }
    }
    await file.close();
    assertEquals(await disk.readFile("a"), seen, "what was written outlives the handle");
    power.abort();
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("what was never synced is gone with the process, and moves with its file until then", async () => {
  const folder = await Deno.makeTempDir({ prefix: "flotilla-held-" });
  const power = new AbortController();
  const inner = denoDisk(folder, power.signal);
  const never = { ...seededRandom(1), below: () => 1 };
  const disk = heldBackDisk(inner, never);
  const file = await disk.create("new");
  await file.write(0, new Uint8Array([1, 2, 3]));
  await file.sync();
  await file.write(3, new Uint8Array([4]));
  await file.close();
  await disk.rename("new", "old");
  assertEquals([...await disk.readFile("old")], [1, 2, 3, 4]);
  assertEquals([...await heldBackDisk(inner, never).readFile("old")], [1, 2, 3]);
  power.abort();
  await Deno.remove(folder, { recursive: true });
});
