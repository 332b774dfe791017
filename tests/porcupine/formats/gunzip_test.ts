/** Our own reader of gzip against the host's packer, and against every kind of damage. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { gunzip } from "../../../porcupine/formats/gunzip.ts";
import { PackedError } from "../../../porcupine/formats/packed_bytes.ts";
import { Random } from "../fuzz/random.ts";
import { chunked, gzip } from "./texts.ts";

/** Many kinds of text: noise, runs, few letters, repeats near and far; packed, they make blocks of every kind. */
function textOf(random: Random): string {
  const letters = random.pick([1, 2, 5, 60, 90]);
  const size = random.below(random.pick([1, 20, 400, 5_000, 300_000]) + 1);
  let text = "";
  while (text.length < size) {
    if (text.length > 0 && random.below(8) === 0) {
      text += text.slice(random.below(text.length)).slice(0, random.pick([3, 40, 700]));
    } else text += String.fromCharCode(33 + random.below(letters));
  }
  return text;
}

async function unpacked(chunks: Iterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }
  for await (const chunk of gunzip(bytes())) text += decoder.decode(chunk, { stream: true });
  return text;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

Deno.test("What gzip packs comes back, in one to four parts and chunks of any size, seeds 1 to 40", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new Random(seed);
    const texts = Array.from({ length: 1 + random.below(4) }, () => textOf(random));
    const packed = joined(await Promise.all(texts.map((text) => gzip(text))));
    const chunks = chunked(packed, random.pick([1, 2, 7, 100, 4_096, 1_000_000]));
    assertEquals(await unpacked(chunks) === texts.join(""), true, `seed ${seed}`);
  }
});

Deno.test("A packed text is refused wherever it is cut, and with any byte changed it is refused or still the same", async () => {
  const text = "get put append ".repeat(9) + textOf(new Random(8)).slice(0, 300) + "x".repeat(200);
  const packed = await gzip(text);
  for (let end = 2; end < packed.length; end++) {
    const cut = packed.slice(0, end);
    const error = await assertRejects(() => unpacked([cut]), PackedError, undefined, `cut at ${end}`);
    assert(error.message.includes("ends in the middle"), `cut at ${end}: ${error.message}`);
  }
  for (let at = 0; at < packed.length; at++) {
    const changed = packed.slice();
    changed[at] ^= 1 << at % 8;
    const found = await unpacked([changed]).catch((error) => {
      assert(error instanceof PackedError, `byte ${at}: ${error}`);
    });
    assert(found === undefined || found === text, `byte ${at}`);
  }
});

Deno.test("A header with a name, a comment, more fields and a sum is passed over; zeros may follow, anything else may not", async () => {
  const plain = await gzip("one");
  const more = [3, 0, 1, 2, 3];
  const words = [...new TextEncoder().encode("history.jsonl\0by hand\0")];
  const header = [0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, ...more, ...words, 7, 7];
  const full = joined([Uint8Array.from(header), plain.slice(10)]);
  assertEquals(await unpacked([full]), "one");
  assertEquals(await unpacked([joined([full, plain, new Uint8Array(512)])]), "oneone");
  for (const rest of [Uint8Array.of(0x1f), Uint8Array.of(0, 0x1f, 0x8b), new TextEncoder().encode("{}\n")]) {
    await assertRejects(() => unpacked([joined([plain, rest])]), PackedError, undefined, `${rest}`);
  }
});

Deno.test("A match that reaches back to before the beginning of its part is refused", async () => {
  // A block of fixed codes: the literal "a", then three letters from two places back, where there is one.
  const bits = "1" + "10" + "10010001" + "0000001" + "00001" + "0000000";
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  [...bits].forEach((bit, i) => bytes[i >> 3] |= Number(bit) << (i & 7));
  const packed = joined([Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3), bytes, new Uint8Array(8)]);
  const error = await assertRejects(() => unpacked([packed]), PackedError);
  assert(error.message.includes("before the beginning"), error.message);
});
