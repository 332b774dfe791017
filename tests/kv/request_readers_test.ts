import { assert, assertEquals, assertThrows } from "@std/assert";
import { HttpProtocolError, HttpRequestReader } from "../../kv/http/mod.ts";
import { RequestReader, RespProtocolError } from "../../kv/resp/mod.ts";
import { type Random, seededRandom } from "../../runtime/mod.ts";
import { seedsFrom } from "../wal/seeds.ts";

const MAX_BODY_BYTES = 300_000;
const MAX_HEAD_BYTES = 16 << 10;
const encoder = new TextEncoder();

interface Reader {
  readonly space: Uint8Array;
  took(count: number): void;
}

/** Gives `bytes` to the reader, all at once as far as it has room. */
function give(reader: Reader, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    const { space } = reader;
    const count = Math.min(space.length, bytes.length - at);
    space.set(bytes.subarray(at, at + count));
    reader.took(count);
    at += count;
  }
}

/** A request and what it is to be read as. */
function drawRequest(random: Random, at: number) {
  const minor = random.below(2);
  const connection = ["", "close", "Keep-Alive"][random.below(3)];
  const newline = ["\r\n", "\n"][random.below(2)];
  const body = Uint8Array.from(
    { length: random.below(4) === 0 ? random.below(9000) : random.below(4) },
    () => random.below(256),
  );
  const lines = [
    `PUT /kv/${at}?x=%20 HTTP/1.${minor}`,
    `X-Name:  value ${at} `,
    `content-length: ${body.length}`,
  ];
  if (connection !== "") lines.push(`Connection: ${connection}`);
  const keepAlive = minor === 1 ? connection !== "close" : connection === "Keep-Alive";
  const head = encoder.encode(lines.join(newline) + newline + newline);
  const wanted = { method: "PUT", target: `/kv/${at}?x=%20`, name: `value ${at}`, keepAlive, body };
  return { bytes: [...head, ...body], wanted };
}

for (const seed of seedsFrom(Deno.args, 3)) {
  Deno.test(`HTTP requests come out as they went in, whatever pieces they come in (seed ${seed})`, () => {
    const random = seededRandom(seed).split("http pieces");
    for (let round = 0; round < 20; round++) {
      const requests = Array.from({ length: 20 }, (_, at) => drawRequest(random, at));
      const bytes = Uint8Array.from(requests.flatMap((request) => request.bytes));
      const reader = new HttpRequestReader(MAX_BODY_BYTES, () => {});
      const read = [];
      for (let at = 0; at < bytes.length;) {
        const count = Math.min(
          reader.space.length,
          bytes.length - at,
          1 + random.below(random.below(3) === 0 ? 5 : 3000),
        );
        reader.space.set(bytes.subarray(at, at + count));
        reader.took(count);
        at += count;
        for (let request = reader.next(); request !== null; request = reader.next()) {
          const { method, target, headers, keepAlive, body } = request;
          read.push({ method, target, name: headers.get("x-name"), keepAlive, body });
        }
        const whole = requests.slice(0, read.length).reduce((sum, request) => sum + request.bytes.length, 0);
        assertEquals(reader.halfway, at > whole, `after ${at} bytes`);
      }
      assertEquals(read, requests.map(({ wanted }) => wanted));
    }
  });
}

Deno.test("a client that waits for leave to send its body gets it once; one that has sent it already gets none", () => {
  let leave = 0;
  const head = "PUT /kv/a HTTP/1.1\r\nexpect: 100-Continue\r\ncontent-length: 2\r\n\r\n";
  const waits = new HttpRequestReader(MAX_BODY_BYTES, () => void leave++);
  for (const part of [head, "o"]) {
    give(waits, encoder.encode(part));
    assertEquals([waits.next(), waits.halfway, leave], [null, true, 1]);
  }
  give(waits, encoder.encode("k"));
  assertEquals([waits.next()?.body, leave], [encoder.encode("ok"), 1]);
  const hasSent = new HttpRequestReader(MAX_BODY_BYTES, () => void leave++);
  give(hasSent, encoder.encode(`${head}ok`));
  assertEquals([hasSent.next()?.body, leave], [encoder.encode("ok"), 1]);
});

Deno.test("a body of the greatest size is taken, and its room is given back afterwards", () => {
  const reader = new HttpRequestReader(MAX_BODY_BYTES, () => {});
  give(reader, encoder.encode(`PUT / HTTP/1.1\r\ncontent-length: ${MAX_BODY_BYTES}\r\n\r\n`));
  assertEquals(reader.next(), null);
  give(reader, new Uint8Array(MAX_BODY_BYTES));
  assertEquals(reader.next()?.body.length, MAX_BODY_BYTES);
  assert(reader.space.length <= 64 << 10);
});

Deno.test("a head that is too long is refused, however much of it comes at once", () => {
  for (const [excess, status] of [[0, null], [1, 431]]) {
    const reader = new HttpRequestReader(MAX_BODY_BYTES, () => {});
    // What came before has left it room for more than a head.
    give(reader, encoder.encode(`PUT / HTTP/1.1\r\ncontent-length: ${MAX_BODY_BYTES}\r\n\r\n`));
    give(reader, new Uint8Array(MAX_BODY_BYTES));
    reader.next();
    const start = "GET / HTTP/1.1\r\nx: ";
    const head = `${start}${"y".repeat(MAX_HEAD_BYTES - start.length - 4 + Number(excess))}\r\n\r\n`;
    give(reader, encoder.encode(head));
    if (status === null) assertEquals(reader.next()?.target, "/");
    else assertEquals(assertThrows(() => reader.next(), HttpProtocolError).status, status);
  }
});

Deno.test("a typed line is bound by the same limits as any other request", () => {
  const limits = { maxWords: 4, maxWordBytes: 10, maxRequestBytes: 30 };
  const fits = new RequestReader(limits);
  give(fits, encoder.encode("one two three 0123456789\r\n"));
  assertEquals(fits.next()?.length, 4);
  for (
    const [line, says] of [
      ["one two three four five\r\n", "too many words"],
      ["one 0123456789a\r\n", "at most 10"],
      [`one${" ".repeat(30)}\r\n`, "a line is too long"],
      ["x".repeat(31), "a line is too long"],
    ]
  ) {
    const reader = new RequestReader(limits);
    give(reader, encoder.encode(line));
    assertThrows(() => reader.next(), RespProtocolError, says);
  }
});
