import { assert, assertEquals, assertThrows } from "@std/assert";
import { HttpProtocolError, type HttpRequest, HttpRequestReader } from "../../kv/http/mod.ts";
import {
  CommandError,
  literalPrefix,
  matchesGlob,
  readCommand,
  renderReply,
  RequestReader,
  RespProtocolError,
} from "../../kv/resp/mod.ts";
import { type Random, seededRandom } from "../../runtime/mod.ts";
import { seedsFrom } from "../wal/seeds.ts";

const LIMITS = { maxWords: 64, maxWordBytes: 2000, maxRequestBytes: 8000 };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Reader<T> {
  readonly space: Uint8Array;
  took(count: number): void;
  next(): T | null;
}

/** Feeds `bytes` in pieces of drawn sizes; gives everything that comes out. */
function feed<T>(reader: Reader<T>, bytes: Uint8Array, random: Random, show: (item: T) => string): string[] {
  const out: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const { space } = reader;
    const count = Math.min(
      space.length,
      bytes.length - at,
      1 + random.below(random.below(4) === 0 ? 3 : 700),
    );
    space.set(bytes.subarray(at, at + count));
    reader.took(count);
    at += count;
    for (let item = reader.next(); item !== null; item = reader.next()) out.push(show(item));
  }
  return out;
}

function request(words: readonly string[]): string {
  return `*${words.length}\r\n${
    words.map((word) => `$${encoder.encode(word).length}\r\n${word}\r\n`).join("")
  }`;
}

const showWords = (words: readonly Uint8Array[]): string =>
  JSON.stringify(words.map((word) => decoder.decode(word)));
const WORDS = ["get", "SET", "é", "", "k".repeat(900), "\r\n", "*3\r\n$1\r\n", "mset", "10", "EX"];

for (const seed of seedsFrom(Deno.args, 3)) {
  Deno.test(`RESP requests come out as they went in, whatever pieces they come in (seed ${seed})`, () => {
    const random = seededRandom(seed).split("resp");
    for (let round = 0; round < 60; round++) {
      const wanted: string[] = [];
      let text = "";
      for (let at = 0; at < 20; at++) {
        const words = Array.from({ length: 1 + random.below(5) }, () => WORDS[random.below(WORDS.length)]);
        const typed = random.below(4) === 0;
        if (typed) words.splice(0, words.length, "ping", "a", "b");
        wanted.push(JSON.stringify(words));
        text += typed ? ` ${words.join("  ")}${random.below(2) === 0 ? "\r" : ""}\n` : request(words);
        if (random.below(5) === 0) text += ["\r\n", "*0\r\n"][random.below(2)];
      }
      const reader = new RequestReader(LIMITS);
      assertEquals(feed(reader, encoder.encode(text), random, showWords), wanted);
      assert(!reader.halfway);
    }
  });

  Deno.test(`20,000 damaged RESP streams bring requests or a protocol error, and every request a command or a sentence (seed ${seed})`, () => {
    const random = seededRandom(seed).split("damage");
    const tally = { streams: 0, refused: 0, commands: 0, mistakes: 0 };
    for (let round = 0; round < 20_000; round++) {
      const bytes = damaged(random);
      tally.streams++;
      try {
        feed(new RequestReader(LIMITS), bytes, random, (words) => {
          try {
            readCommand(words);
            tally.commands++;
          } catch (error) {
            assert(error instanceof CommandError, `${error}`);
            tally.mistakes++;
          }
          return "";
        });
      } catch (error) {
        if (!(error instanceof RespProtocolError)) throw error;
        tally.refused++;
      }
    }
    // A fuzzer that only ever takes one path tries nothing.
    assert(tally.refused > 1000 && tally.commands > 100 && tally.mistakes > 1000, JSON.stringify(tally));
  });

  Deno.test(`5,000 damaged HTTP streams bring requests or a status (seed ${seed})`, () => {
    const random = seededRandom(seed).split("http");
    const tally = { whole: 0, refused: 0 };
    for (let round = 0; round < 5000; round++) {
      const body = "x".repeat(random.below(200));
      let text = `PUT /kv/a HTTP/1.1\r\nhost: h\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
      text += "GET /health HTTP/1.0\n\n";
      const bytes = encoder.encode(text);
      for (let flips = random.below(3); flips > 0; flips--) {
        bytes[random.below(bytes.length)] = random.below(256);
      }
      try {
        const reader = new HttpRequestReader(1000, () => {});
        tally.whole += feed<HttpRequest>(reader, bytes, random, ({ target }) => target).length;
      } catch (error) {
        assert(error instanceof HttpProtocolError, `${error}`);
        assert(error.status >= 400 && error.status < 500);
        tally.refused++;
      }
    }
    assert(tally.whole > 3000 && tally.refused > 300, JSON.stringify(tally));
  });

  Deno.test(`globs match what a plain search says they match (seed ${seed})`, () => {
    const random = seededRandom(seed).split("globs");
    for (let round = 0; round < 5000; round++) {
      const pattern = Array.from(
        { length: random.below(7) },
        () => ["a", "b", "*", "?", "[ab]", "[^a]", "[a-c]", "\\*"][random.below(8)],
      ).join("");
      const text = Array.from({ length: random.below(7) }, () => "abc*"[random.below(4)]).join("");
      const source = pattern.replaceAll(
        /\\\*|\*|\?/g,
        (part) => part === "*" ? "[^]*" : part === "?" ? "[^]" : "\\*",
      );
      assertEquals(matchesGlob(pattern, text), new RegExp(`^${source}$`).test(text), `${pattern} on ${text}`);
      if (matchesGlob(pattern, text)) assert(text.startsWith(literalPrefix(pattern)));
    }
  });
}

function damaged(random: Random): Uint8Array {
  if (random.below(10) === 0) return Uint8Array.from({ length: random.below(300) }, () => random.below(256));
  let text = "";
  for (let at = random.below(3); at >= 0; at--) {
    text += request(Array.from({ length: 1 + random.below(4) }, () => WORDS[random.below(WORDS.length)]));
  }
  const bytes = encoder.encode(text);
  for (let flips = random.below(4); flips > 0; flips--) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

for (
  const [text, says] of [
    ["*65\r\n", "too many words"],
    ["*1\r\n$2001\r\n", "at most 2000"],
    ["*1\r\n$-1\r\n", "at most 2000"],
    [`*9\r\n${`$1999\r\n${"x".repeat(1999)}\r\n`.repeat(5)}`, "request too long"],
    ["*x\r\n", "no number"],
    ["*99999999999999999999\r\n", "a line is too long"],
    ["*1\r\nGET\r\n", "expected '$'"],
    ["*1\r\n$3\r\nGETxx", "does not end"],
    ["x".repeat(70_000), "a line is too long"],
  ] as const
) {
  Deno.test(`a RESP stream that begins ${JSON.stringify(text.slice(0, 24))} is refused: ${says}`, () => {
    const reader = new RequestReader(LIMITS);
    assertThrows(
      () => feed(reader, encoder.encode(text), seededRandom(1), showWords),
      RespProtocolError,
      says,
    );
  });
}

for (
  const [text, status] of [
    ["GET / HTTP/2\r\n\r\n", 400],
    ["GET /\r\n\r\n", 400],
    ["GET / HTTP/1.1\r\nbad header\r\n\r\n", 400],
    ["GET / HTTP/1.1\r\na: b\r\n c\r\n\r\n", 400],
    ["GET / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400],
    ["GET / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400],
    ["GET / HTTP/1.1\r\ncontent-length: 1001\r\n\r\n", 413],
    ["GET / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n", 411],
    [`GET / HTTP/1.1\r\nx: ${"y".repeat(20_000)}`, 431],
  ] as const
) {
  Deno.test(`an HTTP request ${JSON.stringify(text.slice(0, 50))} is answered with ${status}`, () => {
    const reader = new HttpRequestReader(1000, () => {});
    const error = assertThrows(
      () => feed(reader, encoder.encode(text), seededRandom(1), () => ""),
      HttpProtocolError,
    );
    assertEquals(error.status, status);
  });
}

Deno.test("a message in an error cannot pass for a second reply", () => {
  const reply = { kind: "error", code: "ERR", message: "unknown\r\n+OK\r\n" } as const;
  assertEquals(renderReply(reply, 2).indexOf("\r\n"), renderReply(reply, 2).length - 2);
});

Deno.test("empty lines before a request are forgiven, whether they end as they should or with a line feed alone", () => {
  const text = "\r\n\n\r\nGET /a HTTP/1.1\r\nhost: x\r\n\r\n\n\nGET /b HTTP/1.1\r\nhost: x\r\n\r\n";
  const reader = new HttpRequestReader(1000, () => {});
  const random = seededRandom(1).split("lines");
  assertEquals(feed<HttpRequest>(reader, encoder.encode(text), random, ({ target }) => target), ["/a", "/b"]);
});
