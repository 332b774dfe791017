import { assert, assertEquals, assertThrows } from "@std/assert";
import { EntryTable } from "../../kv/store/entry_table.ts";
import { hashBytes } from "../../kv/store/key_hash.ts";
import type { StoreEntry } from "../../kv/store/types.ts";
import { type Random, seededRandom, WireError } from "../../runtime/mod.ts";

const HASH_KEY = [1, 2] as const;

/** Keys of all kinds that share beginnings, so that every part of a comparison matters. */
function drawKey(random: Random, many: number): string {
  const ends = ["", "\u0000", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{10ffff}", "x".repeat(200)];
  return `${random.below(many)}${ends[random.below(ends.length)]}`;
}

function drawEntry(random: Random, key: string, most: number): StoreEntry {
  const letter = random.chance(0.2) ? "\u20ac" : "v";
  return {
    key,
    value: letter.repeat(random.below(most)),
    version: 1 + random.below(300),
    revision: random.below(2 ** 20) * 2 ** 20 + random.below(2 ** 20),
    createdAt: random.below(2 ** 31),
    lease: random.chance(0.1) ? random.below(2 ** 20) * 2 ** 25 + 1 : 0,
  };
}

function joined(table: EntryTable): Uint8Array {
  const parts = [...table.parts()].map((part) => part.slice());
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function sortedKeys(plain: ReadonlyMap<string, StoreEntry>): string[] {
  return [...plain.keys()].sort((left, right) => left < right ? -1 : left > right ? 1 : 0);
}

for (const [many, most] of [[40, 100], [3000, 40], [300, 3000]] as const) {
  Deno.test(`a table agrees with a map of objects through 3,000 random changes of ${many} keys with values of up to ${most} characters, and comes back from its own bytes`, () => {
    const random = seededRandom(many);
    const table = new EntryTable(HASH_KEY);
    const plain = new Map<string, StoreEntry>();
    for (let step = 0; step < 3000; step++) {
      const key = drawKey(random, many);
      if (random.chance(0.6)) {
        const entry = drawEntry(random, key, most);
        table.set(entry);
        plain.set(key, entry);
      } else {
        assertEquals(table.delete(key), plain.delete(key));
      }
      const other = drawKey(random, many);
      assertEquals(table.get(other), plain.get(other));
      if (step % 499 !== 0) continue;
      assertEquals(table.size, plain.size);
      const sorted = sortedKeys(plain);
      const from = drawKey(random, many);
      assertEquals([...table.keysFrom(from)], sorted.filter((one) => one >= from));
      assertEquals([...table.keysFrom("")].map((one) => table.get(one)), sorted.map((one) => plain.get(one)));
    }
    for (const [key, { version, revision, createdAt, lease }] of plain) {
      assertEquals(table.head(key), { version, revision, createdAt, lease });
    }
    const bytes = joined(table);
    const again = new EntryTable([3, 4]);
    const leases = new Map<string, number>();
    const onLease = (lease: number, key: string) => void leases.set(key, lease);
    assertEquals(again.decode(bytes, 0, { count: plain.size, onLease }), bytes.length);
    assertEquals(joined(again), bytes);
    for (const [key, entry] of plain) {
      assertEquals(again.get(key), entry);
      assertEquals(leases.get(key) ?? 0, entry.lease);
    }
  });
}

Deno.test("twenty thousand overwrites of three hundred keys with values of all lengths take no more memory than twice what counts, and small stores next to none", () => {
  const random = seededRandom(5);
  const table = new EntryTable(HASH_KEY);
  let live = 0;
  const sizes = new Map<string, number>();
  for (let step = 0; step < 20_000; step++) {
    const key = `${random.below(300)}`;
    const entry = { ...drawEntry(random, key, 10), value: "v".repeat(random.below(6000)) };
    live += entry.value.length - (sizes.get(key) ?? 0);
    sizes.set(key, entry.value.length);
    table.set(entry);
  }
  assert(table.sizeBytes < live * 2 + (2 << 20), `${table.sizeBytes} bytes for ${live}`);
  for (const key of sizes.keys()) assertEquals(table.get(key)?.value.length, sizes.get(key));
  const small = new EntryTable(HASH_KEY);
  small.set(drawEntry(random, "a", 10));
  assert(small.sizeBytes <= 1024, `${small.sizeBytes} bytes for one entry`);
});

Deno.test("where what lies idle is in the memory that is being filled, nothing is moved, and nothing is lost", () => {
  const table = new EntryTable(HASH_KEY);
  const entry = { value: "v".repeat(1000), version: 1, revision: 1, createdAt: 1, lease: 0 };
  const keys = Array.from({ length: 4000 }, (_, at) => `${at}`);
  for (const [at, key] of keys.entries()) {
    table.set({ key, ...entry });
    // What the first record had to itself is the next memory to be filled.
    if (at === 2500) table.delete("0");
  }
  const { sizeBytes } = table;
  for (const late of keys.slice(3200)) table.delete(late);
  table.set({ key: "last", ...entry });
  assertEquals(table.sizeBytes, sizeBytes);
  for (const key of [...keys.slice(1, 3200), "last"]) assertEquals(table.get(key)?.value, entry.value);
});

Deno.test("values of megabytes have memory of their own, which goes with them", () => {
  const table = new EntryTable(HASH_KEY);
  const entry = { key: "k", version: 1, revision: 1, createdAt: 1, lease: 0 };
  for (let step = 1; step <= 5; step++) {
    const value = `${step}`.padEnd(3_000_000 + step * 1000, "\u20ac");
    table.set({ ...entry, value });
    assertEquals(table.get("k")?.value, value);
  }
  assert(table.sizeBytes < 25_000_000, `${table.sizeBytes} bytes`);
  table.delete("k");
  assert(table.sizeBytes <= 1 << 20, `${table.sizeBytes} bytes of nothing`);
});

Deno.test("bytes that are cut, not text, out of order or twice there are no table", () => {
  const table = new EntryTable(HASH_KEY);
  const rest = { value: "1", version: 1, revision: 1, createdAt: 1, lease: 0 };
  table.set({ key: "a", ...rest });
  table.set({ key: "b", ...rest });
  const good = joined(table);
  const read = (bytes: Uint8Array, count = 2) => () =>
    new EntryTable(HASH_KEY).decode(bytes, 0, { count, onLease: () => {} });
  read(good)();
  for (let length = 0; length < good.length; length++) {
    assertThrows(read(good.subarray(0, length)), WireError);
  }
  const half = good.length / 2;
  assertThrows(read(new Uint8Array([...good.subarray(half), ...good.subarray(0, half)])), WireError, "order");
  assertThrows(read(new Uint8Array([...good.subarray(half), ...good.subarray(half)])), WireError, "order");
  const wrong = good.slice();
  wrong[1] = 0xff;
  assertThrows(read(wrong), WireError, "UTF-8");
});

Deno.test("the hash is HalfSipHash: it depends on every byte, on the length and on the secret, and spreads over all bits", () => {
  const bytes = new Uint8Array(64);
  const seen = new Set<number>();
  for (let length = 0; length <= 40; length++) seen.add(hashBytes(bytes, length, HASH_KEY));
  assertEquals(seen.size, 41);
  const base = hashBytes(bytes, 40, HASH_KEY);
  const flips = new Uint32Array(32);
  for (let bit = 0; bit < 320; bit++) {
    bytes[bit >> 3] ^= 1 << (bit & 7);
    const other = hashBytes(bytes, 40, HASH_KEY) ^ base;
    for (let at = 0; at < 32; at++) flips[at] += other >>> at & 1;
    bytes[bit >> 3] ^= 1 << (bit & 7);
  }
  for (const count of flips) assert(count > 100 && count < 220, `${count} of 320 flips reach a bit`);
  assert(hashBytes(bytes, 40, [1, 3]) !== base && hashBytes(bytes, 40, [2, 2]) !== base);
});

/** The rounds of the paper's figure, on numbers that never overflow: one per word, three at the end. */
function plainHash(bytes: Uint8Array, [k0, k1]: readonly [number, number]): number {
  const turn = (word: bigint, by: bigint) => (word << by | word >> (32n - by)) & 0xffffffffn;
  const v = [BigInt(k0), BigInt(k1), 0x6c796765n ^ BigInt(k0), 0x74656462n ^ BigInt(k1)];
  /** `v[left] += v[right]`, then the right one is turned and mixed with the left, and the left is turned. */
  const half = (left: number, right: number, by: bigint, then: bigint) => {
    v[left] = (v[left] + v[right]) & 0xffffffffn;
    v[right] = turn(v[right], by) ^ v[left];
    v[left] = turn(v[left], then);
  };
  const round = () => {
    half(0, 1, 5n, 16n);
    half(2, 3, 8n, 0n);
    half(0, 3, 7n, 0n);
    half(2, 1, 13n, 16n);
  };
  const padded = new Uint8Array((bytes.length >> 2) * 4 + 4);
  padded.set(bytes);
  padded[padded.length - 1] = bytes.length;
  const words = new DataView(padded.buffer);
  for (let at = 0; at < padded.length; at += 4) {
    const word = BigInt(words.getUint32(at, true));
    v[3] ^= word;
    round();
    v[0] ^= word;
  }
  v[2] ^= 0xffn;
  for (let left = 3; left > 0; left--) round();
  return Number(v[1] ^ v[3]);
}

Deno.test("the hash is what its paper says, of 0 to 70 bytes", () => {
  const random = seededRandom(9);
  for (let length = 0; length <= 70; length++) {
    const bytes = Uint8Array.from({ length }, () => random.below(256));
    const key = [random.below(2 ** 32), random.below(2 ** 32)] as const;
    assertEquals(hashBytes(bytes, length, key), plainHash(bytes, key), `${length} bytes`);
  }
});
