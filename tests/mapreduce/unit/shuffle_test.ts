import { assert, assertEquals, assertThrows } from "@std/assert";
import { type App, loadApp, type Pair } from "../../../mapreduce/mod.ts";
import { byCodePoint } from "../../../mapreduce/sequential.ts";
import { ByteTable } from "../../../mapreduce/shuffle/byte_table.ts";
import { DamagedFileError } from "../../../mapreduce/shuffle/format.ts";
import { Groups } from "../../../mapreduce/shuffle/merge.ts";
import { PairBuffer } from "../../../mapreduce/shuffle/pair_buffer.ts";
import { readRuns, RunCursor } from "../../../mapreduce/shuffle/run_reader.ts";
import { RunWriter } from "../../../mapreduce/shuffle/run_writer.ts";
import { bucketOf } from "../../../mapreduce/mod.ts";
import { type Random, seededRandom } from "../../../runtime/mod.ts";
import { MemoryFile } from "./memory_disk.ts";

const encoder = new TextEncoder();

const APP: App = {
  map: () => [],
  reduce: () => "",
};
const SUMS: App = {
  map: () => [],
  reduce: () => "",
  combine(_key, values) {
    let sum = 0;
    for (const value of values) sum += Number(value);
    return String(sum);
  },
};

/** Keys that share beginnings, of one to four bytes a letter, some beyond the first plane of Unicode. */
function inventKey(random: Random): string {
  const letters = ["a", "b", "é", "日", "\uffee", "😀"];
  return Array.from({ length: random.between(1, 6) }, () => letters[random.below(letters.length)]).join("");
}

/** All groups of a file's runs. */
function groupsOf(file: MemoryFile): [key: string, values: string[]][] {
  const stream = file.stream();
  const runs = readRuns(stream, "f");
  const groups = new Groups(runs.map((run) => new RunCursor(stream, "f", run)));
  const found: [string, string[]][] = [];
  while (groups.next()) found.push([groups.key, [...groups.values()]]);
  return found;
}

function reference(pairs: readonly Pair[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const [key, value] of pairs) groups.set(key, [...groups.get(key) ?? [], value]);
  return [...groups].sort(([left], [right]) => byCodePoint(left, right));
}

async function spillPairs(pairs: readonly Pair[], limitBytes: number, app = APP): Promise<MemoryFile> {
  const file = new MemoryFile();
  const writer = new RunWriter(file);
  const buffer = new PairBuffer(limitBytes, loadApp(app, "it"));
  for (const [key, value] of pairs) {
    buffer.add(key, value);
    if (buffer.full) await buffer.relieve([writer]);
  }
  await buffer.spill([writer]);
  await writer.finish();
  return file;
}

Deno.test("pairs spilled in runs of any size come back grouped, in the order of their keys' bytes (60 sets)", async () => {
  const random = seededRandom(4).split("pairs");
  let runs = 0;
  for (let round = 0; round < 60; round++) {
    const pairs = Array.from({ length: random.below(400) }, (): Pair => [
      inventKey(random),
      random.chance(0.7) ? "1" : "v".repeat(random.below(70)) + random.below(1000),
    ]);
    const file = await spillPairs(pairs, random.chance(0.3) ? 1 << 20 : 3000);
    runs += readRuns(file.stream(), "f").length;
    assertEquals(groupsOf(file), reference(pairs), `round ${round}`);
  }
  assert(runs > 200, `only ${runs} runs`);
});

Deno.test("a run keeps every byte of its records while the memory for it grows, whatever the length of their values", async () => {
  for (const length of [0, 20, 40, 60, 63, 64]) {
    const file = new MemoryFile();
    const writer = new RunWriter(file);
    const value = "v".repeat(length);
    const keys = Array.from({ length: 6000 }, (_, at) => String(100_000 + at));
    for (const key of keys) writer.put(encoder.encode(key), 0, key.length, value, 1);
    await writer.finish();
    const found = groupsOf(file);
    assertEquals(found.filter(([, values]) => values.length !== 1 || values[0] !== value), []);
    assertEquals(found.length, keys.length);
  }
});

Deno.test("a combiner changes no sum, however often and on whatever it is called (60 sets)", async () => {
  const random = seededRandom(5).split("pairs");
  for (let round = 0; round < 60; round++) {
    const pairs = Array.from({ length: random.below(800) }, (): Pair => [
      inventKey(random),
      random.chance(0.8) ? "1" : String(random.below(50)),
    ]);
    const sums = (groups: [string, string[]][]) =>
      groups.map(([key, values]) => [key, values.reduce((sum, value) => sum + Number(value), 0)]);
    const file = await spillPairs(pairs, random.between(1000, 8000), SUMS);
    assertEquals(sums(groupsOf(file)), sums(reference(pairs)), `round ${round}`);
  }
});

Deno.test("bytes that are added up give the same as pairs, also beyond 2^31 and below 0 (40 sets)", async () => {
  const random = seededRandom(6).split("bytes");
  for (let round = 0; round < 40; round++) {
    const table = new ByteTable(1000);
    const files = [new MemoryFile(), new MemoryFile(), new MemoryFile()];
    const writers = files.map((file) => new RunWriter(file));
    const totals = new Map<string, number>();
    for (let at = random.below(800); at > 0; at--) {
      const key = inventKey(random);
      const amount = random.chance(0.2) ? random.between(-(2 ** 31), 2 ** 31 - 1) : 1;
      const bytes = encoder.encode(`--${key}--`);
      table.add(bytes, 2, bytes.length - 2, amount);
      totals.set(key, (totals.get(key) ?? 0) + amount);
      if (table.full) await table.spill(writers, loadApp(SUMS, "it"));
    }
    await table.spill(writers, loadApp(SUMS, "it"));
    for (const writer of writers) await writer.finish();
    const found = files.flatMap((file, bucket) =>
      groupsOf(file).map(([key, values]): [string, number] => {
        assertEquals(bucketOf(key, 3), bucket);
        return [key, values.reduce((sum, value) => sum + Number(value), 0)];
      })
    );
    const expected = [...totals].sort(([left], [right]) => byCodePoint(left, right));
    assertEquals(found.sort(([left], [right]) => byCodePoint(left, right)), expected, `round ${round}`);
  }
});

/** What a table of bytes holds, spilled into one file. */
async function spillBytes(table: ByteTable, app: App): Promise<[key: string, values: string[]][]> {
  const file = new MemoryFile();
  const writer = new RunWriter(file);
  await table.spill([writer], loadApp(app, "it"));
  await writer.finish();
  return groupsOf(file);
}

Deno.test("10,000 different keys, far more than there is room for at first, come back once each, as pairs and as bytes", async () => {
  const keys = Array.from({ length: 10_000 }, (_, at) => `a key of some length ${at}`);
  const pairs = keys.map((key): Pair => [key, "1"]);
  const expected = reference(pairs);
  assertEquals(groupsOf(await spillPairs(pairs, 1 << 30)), expected);
  const table = new ByteTable(1 << 30);
  for (const key of keys) table.add(encoder.encode(key), 0, key.length, 1);
  assertEquals(await spillBytes(table, APP), expected);
});

Deno.test("values that are put with bytes are all there, or combined to one, and the table is as new afterwards (20 sets)", async () => {
  const random = seededRandom(7).split("values");
  const table = new ByteTable(1 << 20);
  for (let round = 0; round < 20; round++) {
    const combined = round % 2 === 1;
    const expected = new Map<string, Set<string>>();
    for (let at = random.between(1, 300); at > 0; at--) {
      const key = inventKey(random);
      const value = String(random.below(4));
      const bytes = encoder.encode(key);
      // The same value twice in a row is one: it is remembered once a key.
      const known = expected.get(key) ?? new Set();
      if (known.has(value)) continue;
      expected.set(key, known.add(value));
      table.put(bytes, 0, bytes.length, value);
    }
    const groups = await spillBytes(table, combined ? SUMS : APP);
    const sums = [...expected].map(([key, values]): [string, string[]] => {
      const sum = [...values].reduce((left, value) => left + Number(value), 0);
      return [key, combined ? [String(sum)] : [...values]];
    });
    assertEquals(groups, sums.sort(([left], [right]) => byCodePoint(left, right)), `round ${round}`);
  }
});

Deno.test("a table is full when its keys or its values take up the room for it, and empty when they were written", async () => {
  const writers = [new RunWriter(new MemoryFile())];
  const app = loadApp(APP, "it");
  const table = new ByteTable(100_000);
  const buffer = new PairBuffer(100_000, app);
  for (const value of ["short", "v".repeat(1000)]) {
    for (const store of [table, buffer]) {
      let count = 0;
      for (; !store.full && count < 10_000; count++) {
        const key = encoder.encode(`key ${count}`);
        const different = `${value} ${count}`;
        if (store === table) table.put(key, 0, key.length, different);
        else buffer.add(`key ${count}`, different);
      }
      const mostBytes = count * (2 * value.length + 250);
      const leastBytes = count * value.length;
      assert(mostBytes > 100_000 && leastBytes < 110_000, `full of ${count} values of ${value.length}`);
      if (store === table) await table.spill(writers, app);
      else await buffer.spill(writers);
      assertEquals([store.full, store.sizeBytes], [false, 0]);
    }
  }
});

Deno.test("a file of 3 runs with any bit flipped or cut anywhere is known as damaged", async () => {
  const pairs = Array.from({ length: 60 }, (_, at): Pair => [`key${at % 17}`, String(at)]);
  const file = await spillPairs(pairs, 2600);
  const whole = file.bytes;
  const groups = groupsOf(file);
  assertEquals(readRuns(file.stream(), "f").length, 3);
  const tell = (bytes: Uint8Array, what: string) => {
    file.bytes = bytes;
    assertThrows(() => groupsOf(file), DamagedFileError, "f", what);
  };
  for (let at = 0; at < whole.length; at++) {
    const flipped = whole.slice();
    flipped[at] ^= 1 << (at % 8);
    tell(flipped, `bit ${at % 8} of byte ${at}`);
    tell(whole.slice(0, at), `cut at ${at}`);
  }
  file.bytes = whole;
  assertEquals(groupsOf(file), groups);
});

Deno.test("a million values of one key stream into reduce: the file is read a frame at a time, as they are asked for", async () => {
  const file = new MemoryFile();
  const writer = new RunWriter(file);
  const key = encoder.encode("k");
  for (let at = 0; at < 1_000_000; at++) {
    writer.put(key, 0, 1, String(at), 1);
    if (writer.pendingBytes > 1 << 18) await writer.flush();
  }
  await writer.finish();
  const stream = file.stream();
  const runs = readRuns(stream, "f");
  const groups = new Groups(runs.map((run) => new RunCursor(stream, "f", run)));
  assert(groups.next());
  file.reads = 0;
  let seen = 0;
  let most = 0;
  for (const value of groups.values()) {
    if (Number(value) !== seen++) throw new Error(`value ${seen} is ${value}`);
    // A frame holds at least 3,000 of them and costs two reads, head and body.
    most = Math.max(most, file.reads - 2 * Math.ceil(seen / 3000));
  }
  assertEquals(seen, 1_000_000);
  assert(most <= 2, `${most} reads ahead of what was asked for`);
  assertThrows(() => [...groups.values()], TypeError, "twice");
});

Deno.test("what cannot be a key or a value is refused with what it was", () => {
  const buffer = new PairBuffer(1000, loadApp(APP, "it"));
  const wrong: [unknown, string][] = [
    [[["", "1"]], "a key must not be empty"],
    [[["a\nb", "1"]], "line break"],
    [[["\ud800", "1"]], "surrogate"],
    [[[7, "1"]], "the number 7 as a key"],
    [[["a", 1]], "the number 1 as a value"],
    [[["a", "\udc00"]], "as a value"],
    [[["a"]], "undefined as a value"],
    [["ab"], 'the text "ab"'],
    [[null], "null"],
  ];
  for (const [pairs, message] of wrong) {
    assertThrows(
      () => buffer.take((pairs as unknown[]).values(), 10),
      Error,
      message,
    );
  }
  const table = new ByteTable(1000);
  const bytes = encoder.encode("a\nb");
  assertThrows(() => table.add(bytes, 0, 3, 1), Error, "line break");
  assertThrows(() => table.add(bytes, 1, 1, 1), Error, "must not be empty");
  assertThrows(() => table.add(bytes, 0, 1, 1.5), Error, "integers");
  assertThrows(() => table.put(bytes, 0, 1, "v"), Error, "one of them");
});
