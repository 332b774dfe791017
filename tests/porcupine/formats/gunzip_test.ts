/** Packed histories, in one part or several, and every kind of damage. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { gunzip, gunzipByTheWeb, PackedError } from "../../../porcupine/formats/gunzip.ts";
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

Deno.test("What gzip packs comes back, in one to four parts and chunks of any size, seeds 1 to 15", async () => {
  for (let seed = 1; seed <= 15; seed++) {
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

Deno.test("Zeros may fill up the last block, whatever the chunks; another part behind them is refused, not passed over", async () => {
  const [one, two] = [await gzip("one"), await gzip("two")];
  for (const zeros of [1, 10, 512, 70_000]) {
    for (const size of [1, 7, 64, 1_000_000]) {
      const filled = joined([one, two, new Uint8Array(zeros)]);
      assertEquals(await unpacked(chunked(filled, size)), "onetwo", `${zeros} zeros, chunks of ${size}`);
      const more = joined([one, new Uint8Array(zeros), two]);
      await assertRejects(
        () => unpacked(chunked(more, size)),
        PackedError,
        "damaged gzip data",
        `chunks of ${size}`,
      );
    }
    // Each in chunks of its own.
    for (const behind of [two, new TextEncoder().encode("{}")]) {
      await assertRejects(() => unpacked([one, new Uint8Array(zeros), behind]), PackedError);
    }
  }
});

Deno.test("A header with a name, a comment and more fields is passed over; zeros may follow, anything else may not", async () => {
  const plain = await gzip("one");
  const more = [3, 0, 1, 2, 3];
  const words = [...new TextEncoder().encode("history.jsonl\0by hand\0")];
  const header = [0x1f, 0x8b, 8, 4 | 8 | 16, 0, 0, 0, 0, 0, 3, ...more, ...words];
  const full = joined([Uint8Array.from(header), plain.slice(10)]);
  assertEquals(await unpacked([full]), "one");
  assertEquals(await unpacked([joined([full, plain, new Uint8Array(512)])]), "oneone");
  for (const rest of [Uint8Array.of(0x1f), new TextEncoder().encode("{}\n")]) {
    await assertRejects(() => unpacked([joined([plain, rest])]), PackedError, undefined, `${rest}`);
  }
});

Deno.test("A disk that fails while a packed file is read is not called a damaged file, and who stops reading stops the disk", async () => {
  const packed = await gzip(textOf(new Random(3)).repeat(50));
  let isOver = false;
  async function* disk(fails: boolean): AsyncGenerator<Uint8Array> {
    try {
      yield packed.subarray(0, packed.length >> 1);
      if (fails) throw new TypeError("the disk is gone");
      yield packed.subarray(packed.length >> 1);
    } finally {
      isOver = true;
    }
  }
  await assertRejects(() => Array.fromAsync(gunzip(disk(true))), TypeError, "the disk is gone");
  isOver = false;
  for await (const _ of gunzip(disk(false))) break;
  assert(isOver);
});

Deno.test("A browser's unpacker reads one part, in chunks of any size, and refuses one that is cut", async () => {
  const text = textOf(new Random(4));
  const packed = await gzip(text);
  async function* bytes(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }
  const parts = await Array.fromAsync(gunzipByTheWeb(bytes(chunked(packed, 100))));
  assertEquals(new TextDecoder().decode(joined(parts)), text);
  await assertRejects(() => Array.fromAsync(gunzipByTheWeb(bytes([packed.slice(0, -5)]))), TypeError);
});
