import { assert, assertEquals } from "@std/assert";
import {
  FrameReader,
  joinFrames,
  MAX_CHANNELS,
  type Outgoing,
  readWord,
  wordFrame,
} from "../../../runtime/deno/frames.ts";
import { Outbox } from "../../../runtime/deno/outbox.ts";
import type { DenoNetwork } from "../../../runtime/deno.ts";
import { ByteWriter, type Random, seededRandom, WireError } from "../../../runtime/mod.ts";
import { Heard, say, textChannel, until, withNetwork } from "./strangers.ts";

const NEWS = textChannel("news");
const NOTHING = new Uint8Array(0);
const NONE: readonly Uint8Array[] = [];
const HELLO = wordFrame({ kind: "hello", address: "127.0.0.1:9" });

function frame(length: number, ...rest: number[]): Uint8Array {
  const writer = new ByteWriter();
  writer.u32(length);
  writer.raw(new Uint8Array(rest));
  return writer.take();
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  for (const part of parts) writer.raw(part);
  return writer.take();
}

function news(text: string): Uint8Array {
  return joinFrames(NONE, [{ channel: "news", body: new TextEncoder().encode(text) }], new Map());
}

/** The node still serves who speaks properly. */
async function serves(
  node: DenoNetwork,
  heard: Heard,
  open: (options?: { address: null }) => DenoNetwork,
): Promise<void> {
  const before = heard.messages.length;
  open({ address: null }).open(NEWS, () => {}).send(node.address, "good");
  await heard.reached(before + 1);
  assert(heard.messages.at(-1)?.endsWith(": good"));
}

const HOSTILE: readonly (readonly [what: string, bytes: Uint8Array])[] = [
  ["a request of another protocol", new TextEncoder().encode("GET / HTTP/1.1\r\nhost: x\r\n\r\n")],
  ["a length of 4 GiB before the hello", frame(0xffffffff, 0)],
  ["a length of 4 GiB after the hello", join(HELLO, frame(0xffffffff, 0))],
  ["an empty frame", frame(0)],
  ["a message before the hello", news("hi")],
  ["a message on a channel without a name", join(HELLO, frame(2, 7, 1))],
  ["two hellos", join(HELLO, HELLO)],
  ["a question before the hello", wordFrame({ kind: "ping" })],
  ["a hello of a newer version", HELLO.map((byte, at) => at === 10 ? 9 : byte)],
  ["a hello of somebody else's protocol", HELLO.map((byte, at) => at === 7 ? byte ^ 1 : byte)],
  ["a hello without an address", wordFrame({ kind: "hello", address: "" })],
  [
    "a hello with bytes too many",
    join(frame(HELLO.length - 3, ...HELLO.subarray(4)), frame(0).subarray(0, 1)),
  ],
  ["an address of 300 bytes", wordFrame({ kind: "hello", address: "x".repeat(300) })],
  ["an address that is not UTF-8", HELLO.map((byte, at) => at === 13 ? 0xff : byte)],
  ["a channel of number 0", join(HELLO, wordFrame({ kind: "channel", number: 0, name: "x" }))],
  [
    "a channel of number 256",
    join(HELLO, wordFrame({ kind: "channel", number: MAX_CHANNELS + 1, name: "x" })),
  ],
  ["a channel without a name", join(HELLO, wordFrame({ kind: "channel", number: 1, name: "" }))],
  ["an unknown word", join(HELLO, frame(2, 0, 99))],
  [
    "a body that its codec refuses",
    join(HELLO, joinFrames(NONE, [{ channel: "news", body: new Uint8Array([0xff]) }], new Map())),
  ],
];
for (const [what, bytes] of HOSTILE) {
  Deno.test(`a stranger who sends ${what} is sent away, and the node goes on`, async () => {
    await withNetwork(async (open) => {
      const node = open();
      const heard = new Heard();
      node.open(NEWS, heard.add);
      await say(node.address, bytes);
      assertEquals(node.counters.connectionsRefused, 1);
      assertEquals(heard.messages, []);
      await serves(node, heard, open);
    });
  });
}

Deno.test("a stranger who hangs up in the middle of a frame, at any byte, leaves nothing behind", async () => {
  await withNetwork(async (open) => {
    const node = open();
    const heard = new Heard();
    node.open(NEWS, heard.add);
    const whole = join(HELLO, news("hello"));
    for (let length = 0; length < whole.length; length++) {
      await say(node.address, whole.subarray(0, length), true);
    }
    await serves(node, heard, open);
    assertEquals(heard.messages.length, 1);
  });
});

Deno.test("a stranger who says nothing is sent away after the time for it, here 20 ms", async () => {
  await withNetwork(async (open) => {
    const node = open({ connectTimeoutMs: 20 });
    const greeting = await say(node.address, NOTHING);
    assertEquals(greeting, wordFrame({ kind: "hello", address: node.address }));
  });
});

Deno.test("no more than 3 strangers are let in at once; when one goes, there is a place again", async () => {
  await withNetwork(async (open) => {
    const node = open({ maxConnections: 3 });
    const heard = new Heard();
    node.open(NEWS, heard.add);
    const lives = [1, 2, 3].map(() => new AbortController());
    for (const { signal } of lives) {
      open({ address: null, signal }).open(NEWS, () => {}).send(node.address, "in");
    }
    await heard.reached(3);
    assertEquals(await say(node.address, HELLO), NOTHING);
    lives[1].abort();
    const late = open({ address: null }).open(NEWS, () => {});
    await until(() => {
      late.send(node.address, "late");
      return heard.messages.length > 3;
    });
    for (const life of lives) life.abort();
  });
});

for (let seed = 1; seed <= 3; seed++) {
  Deno.test(`frames come out as they went in, however the bytes are cut, and damaged ones throw WireError only (seed ${seed})`, () => {
    const random = seededRandom(seed).split("frames");
    for (let round = 0; round < 100; round++) {
      const messages = drawMessages(random);
      const bytes = joinFrames(NONE, messages, new Map());
      assertEquals(readAll(bytes, random), messages);
      const damaged = bytes.slice();
      for (let count = random.between(1, 4); count > 0; count--) {
        damaged[random.below(bytes.length)] ^= 1 << random.below(8);
      }
      try {
        readAll(damaged, random);
      } catch (error) {
        assert(error instanceof WireError, `${error}`);
      }
    }
  });
}

Deno.test("messages on all 255 channels of a line come out as they went in", () => {
  const messages = Array.from({ length: MAX_CHANNELS }, (_, at) => {
    return { channel: `channel ${at}`, body: new Uint8Array([at, 1, 2]) };
  });
  assertEquals(readAll(joinFrames(NONE, messages, new Map()), seededRandom(1)), messages);
});

function drawMessages(random: Random): Outgoing[] {
  return Array.from({ length: random.between(1, 20) }, () => {
    const body = new Uint8Array(random.chance(0.1) ? random.below(200_000) : random.below(50)).fill(
      random.below(256),
    );
    return { channel: `channel ${random.below(150)}`, body };
  });
}

function readAll(bytes: Uint8Array, random: Random): Outgoing[] {
  const reader = new FrameReader(1 << 20);
  const names = new Map<number, string>();
  const messages: Outgoing[] = [];
  for (let at = 0; at < bytes.length;) {
    const { space } = reader;
    const count = Math.min(
      space.length,
      bytes.length - at,
      random.chance(0.5) ? random.between(1, 9) : 1 << 16,
    );
    space.set(bytes.subarray(at, at + count));
    reader.took(count);
    at += count;
    for (let found = reader.next(); found !== null; found = reader.next()) {
      const name = names.get(found.channel);
      if (found.channel === 0) {
        const word = readWord(found.body);
        if (word.kind === "channel") names.set(word.number, word.name);
      } else messages.push({ channel: name ?? "?", body: found.body });
    }
  }
  return messages;
}

Deno.test("the reader's buffer grows with what has come, not with what a length promises, and shrinks again", () => {
  const reader = new FrameReader(64 << 20);
  const promise = frame(60 << 20, 1);
  reader.space.set(promise);
  reader.took(promise.length);
  assertEquals(reader.next(), null);
  let come = promise.length;
  for (let turn = 0; turn < 2000; turn++) {
    const { space } = reader;
    assert(
      space.buffer.byteLength <= Math.max(64 << 10, come * 2),
      `${space.buffer.byteLength} bytes for ${come}`,
    );
    const count = Math.min(space.length, 5000);
    reader.took(count);
    come += count;
  }
  while (come < (60 << 20) + 4) {
    const count = Math.min(reader.space.length, (60 << 20) + 4 - come);
    reader.took(count);
    come += count;
  }
  assertEquals(reader.next()?.body.length, (60 << 20) - 1);
  const small = frame(2, 1, 7);
  for (let turn = 0; turn < 20; turn++) {
    reader.space.set(small);
    reader.took(small.length);
    assertEquals(reader.next()?.body, new Uint8Array([7]));
  }
  assertEquals(reader.space.buffer.byteLength, 64 << 10);
});

Deno.test("a full outbox drops the oldest, or the newest; a message larger than the box still fits alone", () => {
  for (const overflow of ["dropOldest", "dropNewest"] as const) {
    let dropped = 0;
    const box = new Outbox(3 * 18, overflow, (count) => dropped += count);
    const message = (fill: number, length = 10) => ({
      channel: "c",
      body: new Uint8Array(length).fill(fill),
    });
    for (let fill = 1; fill <= 5; fill++) box.add(message(fill));
    assertEquals(dropped, 2);
    const kept = overflow === "dropOldest" ? [3, 4, 5] : [1, 2, 3];
    assertEquals(box.take().map(({ body }) => body[0]), kept);
    assert(box.empty);
    box.add(message(6, 1000));
    box.add(message(7));
    assertEquals(dropped, 3);
    assertEquals(box.take().map(({ body }) => body[0]), [overflow === "dropOldest" ? 7 : 6]);
    box.add(message(8));
    box.clear();
    assertEquals(dropped, 4);
    // What was taken or cleared takes up no room any more.
    for (let fill = 1; fill <= 3; fill++) box.add(message(fill));
    assertEquals([dropped, ...box.take().map(({ body }) => body[0])], [4, 1, 2, 3]);
  }
});
