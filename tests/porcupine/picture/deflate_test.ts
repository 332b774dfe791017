import { assert, assertEquals } from "@std/assert";
import { deflate } from "../../../porcupine/picture/deflate.ts";
import { codeLengths, codesOf } from "../../../porcupine/picture/huffman.ts";
import { Random } from "../fuzz/random.ts";

async function inflate(packed: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(packed)]).stream().pipeThrough(
    new DecompressionStream("deflate-raw"),
  );
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Bytes of many kinds: noise, runs, few letters, texts that repeat near and far. */
function bytesOf(random: Random, size: number): Uint8Array {
  const letters = random.pick([1, 2, 5, 60, 256]);
  const repeats = random.pick([0, 0, 3, 9]);
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    if (at > 0 && random.below(10) < repeats) {
      const from = random.below(at);
      for (let left = Math.min(random.pick([3, 10, 258, 600]), size - at); left > 0; left--) {
        bytes[at] = bytes[from + at % Math.max(1, at - from)];
        at++;
      }
    } else bytes[at++] = random.below(letters);
  }
  return bytes;
}

Deno.test("What deflate packs, the host's own inflate unpacks: all small sizes, and 100 random inputs by seed", async () => {
  for (let size = 0; size < 40; size++) {
    const bytes = bytesOf(new Random(size + 1), size);
    assertEquals(await inflate(deflate(bytes)), bytes, `size ${size}`);
  }
  for (let seed = 1; seed <= 100; seed++) {
    const random = new Random(seed);
    const bytes = bytesOf(random, 1 + random.below(random.pick([100, 3_000, 40_000])));
    assertEquals(await inflate(deflate(bytes)), bytes, `seed ${seed}`);
  }
});

Deno.test("A text of several blocks, with matches at the window's edge, comes back", async () => {
  const random = new Random(7);
  const head = bytesOf(random, 500);
  const filler = Uint8Array.from({ length: 32_768 - 500 }, () => random.below(256));
  const noise = Uint8Array.from({ length: 150_000 }, () => random.below(256));
  const bytes = Uint8Array.from([head, filler, head, noise, head].flatMap((part) => [...part]));
  assertEquals(await inflate(deflate(bytes)), bytes);
});

Deno.test("It packs: a history's texts to a fifth, noise to hardly more than itself", () => {
  const random = new Random(3);
  const text = Array.from(
    { length: 5_000 },
    () => `get("key ${random.below(9)}") -> "value ${random.below(99)}"`,
  ).join("\n");
  const bytes = new TextEncoder().encode(text);
  assert(deflate(bytes).length < bytes.length / 5, `${deflate(bytes).length} of ${bytes.length}`);
  const noise = Uint8Array.from({ length: 10_000 }, () => random.below(256));
  assert(deflate(noise).length < 10_400, String(deflate(noise).length));
});

Deno.test("Code lengths fill the code space, keep the limit, and are as short as any without it, seeds 1 to 100", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = new Random(seed);
    const steep = random.below(2) === 0;
    const frequencies = Uint32Array.from(
      { length: 2 + random.below(280) },
      (_, i) => steep ? Math.floor(1.5 ** Math.min(i, 40)) : random.below(50),
    );
    const used = frequencies.filter((frequency) => frequency > 0).length;
    if (used < 2) continue;
    for (const limit of [9, 15]) {
      const lengths = codeLengths(frequencies, limit);
      const space = lengths.reduce((sum, length) => length === 0 ? sum : sum + 2 ** -length, 0);
      assertEquals(space, 1, `seed ${seed}, limit ${limit}`);
      assert(lengths.every((length, i) => length <= limit && (length > 0) === (frequencies[i] > 0)));
    }
    const cost = codeLengths(frequencies, 60).reduce((sum, length, i) => sum + length * frequencies[i], 0);
    assertEquals(cost, huffmanCost([...frequencies]), `seed ${seed}`);
  }
});

Deno.test("Codes are those of the example in RFC 1951, section 3.2.2, bits turned round", () => {
  const codes = codesOf(Uint8Array.from([3, 3, 3, 3, 3, 2, 4, 4]));
  const shown = [...codes].map((code, i) => code.toString(2).padStart([3, 3, 3, 3, 3, 2, 4, 4][i], "0"));
  const turned = ["010", "011", "100", "101", "110", "00", "1110", "1111"].map((code) =>
    [...code].reverse().join("")
  );
  assertEquals(shown, turned);
});

/** The cost of an optimal code: what joining the two rarest, again and again, adds up to. */
function huffmanCost(frequencies: number[]): number {
  const heap = frequencies.filter((frequency) => frequency > 0).sort((a, b) => a - b);
  let cost = 0;
  while (heap.length > 1) {
    const sum = heap.splice(0, 2).reduce((a, b) => a + b);
    cost += sum;
    const at = heap.findIndex((weight) => weight >= sum);
    heap.splice(at < 0 ? heap.length : at, 0, sum);
  }
  return cost;
}
