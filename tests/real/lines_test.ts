/**
 * What lines between nodes do to messages, without any line.
 */
import { assert, assertEquals } from "@std/assert";
import { messageCodec } from "../../raft/codec.ts";
import { joinFrames, wordFrame } from "../../runtime/deno/frames.ts";
import { seededRandom } from "../../runtime/mod.ts";
import { RELIABLE } from "../sim/conditions.ts";
import { frameSlicer } from "./frame_slicer.ts";
import { LinkWeather } from "./link_weather.ts";
import type { Piece } from "./proxy.ts";

const VOTE = { type: "voteReply", term: 3, round: 0, granted: true } as const;

function pieceOf(kind: string, bytes = 10): Piece {
  return { bytes: new Uint8Array(bytes), message: true, kind, words: kind };
}

Deno.test("what nodes say is cut into whole messages whose kinds are known, in whatever portions it comes; what is not theirs passes", () => {
  const hello = wordFrame({ kind: "hello", address: "127.0.0.1:1" });
  const messages = [
    { channel: "raft:kv/wired", body: messageCodec.encode(VOTE) },
    { channel: "service", body: new Uint8Array([1, 2, 3]) },
    { channel: "raft:kv/wired", body: messageCodec.encode(VOTE) },
  ];
  const bytes = joinFrames([hello], messages, new Map());
  for (const portion of [1, 7, bytes.length]) {
    const slice = frameSlicer();
    const pieces: Piece[] = [];
    for (let at = 0; at < bytes.length; at += portion) {
      pieces.push(...slice(bytes.subarray(at, at + portion)));
    }
    assertEquals(pieces.filter(({ message }) => message).map(({ kind }) => kind), [
      "voteReply",
      "call",
      "voteReply",
    ]);
    assertEquals(pieces.flatMap((piece) => [...piece.bytes]), [...bytes]);
    assertEquals(pieces.find(({ message }) => message)?.words, "voteReply of term 3: yes");
  }
  const foreign = new TextEncoder().encode("\u0004\u0000\u0000\u0000GET / HTTP/1.1\r\n\r\n");
  const passed = frameSlicer()(foreign);
  assertEquals(passed.flatMap((piece) => [...piece.bytes]), [...foreign]);
  assert(passed.every(({ message }) => !message));
});

Deno.test("bad weather loses, repeats, delays and holds back as it says, and only the kind of message that it names", () => {
  const weather = new LinkWeather(seededRandom(1));
  const fates = (conditions: typeof RELIABLE, only: string | null, kind = "voteReply") =>
    Array.from({ length: 400 }, () => weather.fate(pieceOf(kind), [{ conditions, only }], 0));
  const lost =
    fates({ ...RELIABLE, lossRate: 0.5 }, "voteReply").filter((copies) => copies.length === 0).length;
  assert(lost > 140 && lost < 260, `${lost} of 400`);
  assertEquals(fates({ ...RELIABLE, lossRate: 1 }, "voteReply", "call").flat(), new Array(400).fill(0));
  assertEquals(
    fates({ ...RELIABLE, duplicateRate: 1 }, null).map(({ length }) => length),
    new Array(400).fill(2),
  );
  const late = fates({ ...RELIABLE, delay: { kind: "uniform", lowMs: 20, highMs: 60 } }, null).flat();
  assert(late.every((ms) => ms >= 20 && ms <= 60) && new Set(late).size > 100);
  const held = fates({ ...RELIABLE, holdBack: { rate: 0.5, minMs: 50, spreadMs: 800 } }, null).flat();
  assert(
    held.some((ms) => ms === 0) && held.some((ms) => ms > 50) && held.every((ms) => ms === 0 || ms >= 50),
  );
});

Deno.test("a slow line passes so many bytes a second, and on a line in order nothing overtakes", () => {
  const slow = new LinkWeather(seededRandom(1));
  const conditions = { ...RELIABLE, bytesPerSecond: 1000 };
  const dues = [0, 0, 0].map(() => slow.fate(pieceOf("call", 100), [{ conditions, only: null }], 0)[0]);
  assertEquals(dues.map(Math.round), [100, 200, 300]);
  const ordered = new LinkWeather(seededRandom(1));
  const delay = { kind: "uniform", lowMs: 0, highMs: 100 } as const;
  const at = Array.from(
    { length: 50 },
    () =>
      ordered.fate(
        pieceOf("call"),
        [{ conditions: { ...RELIABLE, delay, inOrder: true }, only: null }],
        0,
      )[0],
  );
  assertEquals(at, at.toSorted((left, right) => left - right));
});
