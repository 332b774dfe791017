import { assertEquals, assertThrows } from "@std/assert";
import { entriesOf } from "../tests/raft/core.ts";
import { MemoryStorage } from "./memory_storage.ts";
import type { Persist } from "./storage.ts";
import type { Snapshot } from "./types.ts";

const NOTHING: Persist = { sequence: 1, term: 3, vote: null, firstIndex: 1, entries: [], snapshot: null };

function snapshotAt(index: number, term: number): Snapshot {
  return { index, term, configuration: null, data: new Uint8Array([index]) };
}

function termsIn({ image }: MemoryStorage): number[] {
  return image.entries.map(({ term }) => term);
}

/** Holds entries of these terms, from the first index on. */
async function holding(...terms: number[]): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  await storage.write([{ ...NOTHING, entries: entriesOf(...terms) }]);
  return storage;
}

Deno.test("new entries replace what the log held from there on; a write without any takes nothing", async () => {
  const storage = await holding(1, 1, 2);
  await storage.write([{ ...NOTHING, firstIndex: 3, entries: entriesOf(3, 3) }]);
  assertEquals(termsIn(storage), [1, 1, 3, 3]);
  await storage.write([{ ...NOTHING, term: 4, vote: "b", firstIndex: 1 }]);
  assertEquals([termsIn(storage), storage.image.hardState], [[1, 1, 3, 3], { term: 4, vote: "b" }]);
});

Deno.test("entries behind a gap, and entries in front of the snapshot, are refused", async () => {
  const storage = await holding(1, 1);
  assertThrows(
    () => storage.write([{ ...NOTHING, firstIndex: 4, entries: entriesOf(3) }]),
    RangeError,
    "a gap",
  );
  await storage.write([{ ...NOTHING, snapshot: snapshotAt(2, 1) }]);
  assertThrows(
    () => storage.write([{ ...NOTHING, firstIndex: 2, entries: entriesOf(3) }]),
    RangeError,
    "a gap",
  );
  await storage.write([{ ...NOTHING, firstIndex: 3, entries: entriesOf(3) }]);
  assertEquals(termsIn(storage), [3]);
});

Deno.test("behind a snapshot the log keeps the tail if it agrees, and nothing if it does not", async () => {
  const agrees = await holding(1, 1, 2);
  await agrees.write([{ ...NOTHING, snapshot: snapshotAt(2, 1) }]);
  assertEquals(termsIn(agrees), [2]);
  await agrees.write([{ ...NOTHING, snapshot: snapshotAt(2, 1) }]);
  assertEquals(termsIn(agrees), [2], "the same snapshot once more");
  await agrees.write([{ ...NOTHING, snapshot: snapshotAt(3, 2) }]);
  assertEquals(termsIn(agrees), []);
  for (const other of [snapshotAt(2, 3), snapshotAt(9, 3)]) {
    const storage = await holding(1, 1, 2);
    await storage.write([{ ...NOTHING, snapshot: other }]);
    assertEquals([termsIn(storage), storage.image.snapshot], [[], other]);
  }
});

Deno.test("the size is that of the hard state and the log, before the first write and after the last", async () => {
  const storage = await holding(1, 1);
  assertEquals(storage.logSizeBytes, 8 + 2 * 5);
  await storage.write([{ ...NOTHING, vote: "bob" }]);
  assertEquals(storage.logSizeBytes, 8 + 3 + 2 * 5);
  assertEquals(new MemoryStorage(storage.image).logSizeBytes, storage.logSizeBytes);
});

Deno.test("a snapshot stored ahead is read as soon as it is there, and counts when a write names it with its term", async () => {
  const storage = await holding(1, 1);
  async function* pieces() {
    yield new Uint8Array([1, 2]);
    yield new Uint8Array([3]);
  }
  assertEquals(await storage.storeSnapshot({ index: 2, term: 1 }, pieces()), 3);
  assertEquals(await storage.openSnapshot(2).read(1, 2), new Uint8Array([2, 3]));
  assertEquals(storage.image.snapshot, null);
  const named = { index: 2, configuration: null, data: null, sizeBytes: 3 };
  const write = (term: number) => storage.write([{ ...NOTHING, snapshot: { ...named, term } }]);
  assertThrows(() => write(2), RangeError, "it was not stored");
  await write(1);
  assertEquals(storage.image.snapshot?.data, new Uint8Array([1, 2, 3]));
  assertThrows(() => storage.openSnapshot(7), RangeError, "there is none");
});
