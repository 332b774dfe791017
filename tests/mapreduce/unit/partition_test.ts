import { assertEquals } from "@std/assert";
import { bucketOf } from "../../../mapreduce/mod.ts";
import { fnv1a, fnv1aBytes } from "../../../mapreduce/partition.ts";
import { seededRandom } from "../../../runtime/mod.ts";

/** FNV-1a from its definition, in numbers that cannot overflow. */
function reference(bytes: Uint8Array): bigint {
  let hash = 0x811c9dc5n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x01000193n) % 0x100000000n;
  return hash;
}

function inventKey(next: () => number): string {
  const kinds = ["a", "Z", "0", " ", "é", "ß", "日", "😀"];
  return Array.from({ length: 1 + Math.floor(next() * 12) }, () => kinds[Math.floor(next() * kinds.length)])
    .join("");
}

Deno.test("2,000 keys of every kind of letter hash as FNV-1a says, from text and from bytes alike", () => {
  const random = seededRandom(1).split("keys");
  for (let at = 0; at < 2000; at++) {
    const key = inventKey(() => random.next());
    const bytes = new TextEncoder().encode(key);
    assertEquals(BigInt(fnv1a(key) >>> 0), reference(bytes), key);
    assertEquals(fnv1aBytes(bytes, 0, bytes.length), fnv1a(key), key);
  }
});

Deno.test("a bucket is the hash without its top bit, modulo the number of reduce tasks, and so never negative", () => {
  const random = seededRandom(2).split("keys");
  let signed = 0;
  for (let at = 0; at < 2000; at++) {
    const key = inventKey(() => random.next());
    const hash = reference(new TextEncoder().encode(key));
    if (hash >= 0x80000000n) signed++;
    for (const reduces of [1, 2, 10, 97]) {
      assertEquals(bucketOf(key, reduces), Number((hash & 0x7fffffffn) % BigInt(reduces)), key);
    }
  }
  assertEquals(signed > 800, true, "hardly any hash had its top bit set");
});
