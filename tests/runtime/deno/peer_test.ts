/** Those that are called, and lines that take and give what they like: alone, by a clock that the test moves. */

import { assertEquals } from "@std/assert";
import { Connection } from "../../../runtime/deno/connection.ts";
import { FrameReader } from "../../../runtime/deno/frames.ts";
import type { Door, Line } from "../../../runtime/deno/line.ts";
import { Outbox } from "../../../runtime/deno/outbox.ts";
import { Peer, type PeerContext } from "../../../runtime/deno/peer.ts";
import { Reception } from "../../../runtime/deno/reception.ts";
import { SilenceWatch } from "../../../runtime/deno/silence.ts";
import { seededRandom } from "../../../runtime/mod.ts";
import { CountedDeath, HandClock } from "../hand_clock.ts";
import { turns } from "./strangers.ts";

/** A line whose other end is the test. */
class TestLine implements Line {
  readonly written: number[] = [];
  closed = false;
  readonly #end = Promise.withResolvers<null>();
  readonly #mostBytes: number;

  /** It takes so many bytes at once. */
  constructor(mostBytes = Infinity) {
    this.#mostBytes = mostBytes;
  }

  read(): Promise<null> {
    return this.#end.promise;
  }

  write(bytes: Uint8Array): Promise<number> {
    const taken = bytes.subarray(0, this.#mostBytes);
    this.written.push(...taken);
    return Promise.resolve(taken.length);
  }

  close(): void {
    this.closed = true;
    this.#end.resolve(null);
  }

  /** The other end hangs up. */
  hangUp(): void {
    this.#end.resolve(null);
  }
}

function boxOf(): Outbox {
  return new Outbox(1 << 20, "dropOldest", () => {});
}

const MESSAGE = { channel: "news", body: new Uint8Array([1, 2, 3]) };

/** What a peer calls by, and what was told of it. */
class Scene {
  readonly clock = new HandClock();
  readonly death = new CountedDeath();
  readonly told: string[] = [];
  readonly peer: Peer;

  constructor(call: PeerContext["call"]) {
    this.peer = new Peer("p:1", { hostname: "p", port: 1 }, this.context(call), boxOf());
  }

  context(call: PeerContext["call"]): PeerContext {
    return {
      address: "me:1",
      clock: this.clock,
      // Pauses are not spread.
      random: Object.assign(seededRandom(1), { next: () => 1 }),
      signal: this.death.signal,
      maxFrameBytes: 1 << 20,
      connectTimeoutMs: 3000,
      silenceMs: 3000,
      backoffMs: { first: 20, most: 500 },
      call,
      receive: () => {},
      ended: () => this.told.push("ended"),
      unreached: () => this.told.push("unreached"),
      idle: () => this.told.push("idle"),
      named: () => {},
    };
  }
}

Deno.test("a peer that cannot be reached is called after 20, 40 ... 500, 500 ms, and nothing is left of the attempts", async () => {
  const scene = new Scene(() => Promise.reject(new Error("nobody there")));
  const pauses: number[] = [];
  scene.peer.send(MESSAGE);
  for (let attempt = 1; attempt <= 7; attempt++) {
    await turns(1);
    pauses.push(...scene.clock.pending);
    assertEquals(scene.death.listeners, 0);
    scene.peer.send(MESSAGE);
    scene.clock.advance(scene.clock.pending[0]);
  }
  assertEquals(pauses, [20, 40, 80, 160, 320, 500, 500]);
  await turns(1);
  scene.peer.close();
  assertEquals(scene.clock.pending, []);
  assertEquals(scene.told, Array(8).fill("unreached"));
});

Deno.test("a peer that hangs up within 500 ms is called after ever longer pauses, one that stayed longer after the first", async () => {
  const pauses: number[] = [];
  let line = new TestLine();
  const scene = new Scene(() => Promise.resolve(line = new TestLine()));
  for (const stayedMs of [0, 500, 501, 0]) {
    scene.peer.send(MESSAGE);
    await turns(2);
    scene.clock.advance(stayedMs);
    line.hangUp();
    await turns(2);
    pauses.push(Math.min(...scene.clock.pending));
    scene.clock.advance(pauses.at(-1) ?? 0);
  }
  assertEquals(pauses, [20, 40, 20, 40]);
  assertEquals(scene.death.listeners, 0);
});

Deno.test("a line that comes about when its caller has died is closed, and nothing is said on it", async () => {
  const call = Promise.withResolvers<Line>();
  const scene = new Scene(() => call.promise);
  scene.peer.send(MESSAGE);
  scene.death.abort();
  const line = new TestLine();
  call.resolve(line);
  await turns(2);
  assertEquals([line.closed, line.written.length, scene.told], [true, 0, []]);
});

Deno.test("a line that takes 3 bytes at a time gets all of them, in order", async () => {
  const line = new TestLine(3);
  const outbox = boxOf();
  const events = { hello: () => {}, message: () => {}, ended: () => {} };
  const connection = new Connection(line, {
    address: "me:1",
    outbox,
    events,
    maxFrameBytes: 1 << 20,
    silence: null,
  });
  for (let at = 0; at < 3; at++) outbox.add({ channel: "news", body: new Uint8Array(50).fill(at) });
  connection.flushSoon();
  await turns(2);
  const frames = new FrameReader(1 << 20);
  frames.space.set(line.written);
  frames.took(line.written.length);
  const bodies: (number | undefined)[] = [];
  for (let frame = frames.next(); frame !== null; frame = frames.next()) {
    if (frame.channel > 0) bodies.push(frame.body.length, frame.body.at(-1));
  }
  assertEquals(bodies, [50, 0, 50, 1, 50, 2]);
  connection.close();
});

Deno.test("a door that fails is tried again after 100 ms, and not in a tight circle", async () => {
  const scene = new Scene(() => Promise.reject(new Error("nobody there")));
  let tries = 0;
  const door: Door = {
    address: "me:1",
    accept: () => {
      // A tight circle must have an end, or nobody would hear of it.
      if (++tries > 50) scene.death.abort();
      return Promise.reject(new Error("too many open files"));
    },
    close: () => {},
  };
  const reception = new Reception(scene.context(() => Promise.reject(new Error("no"))), {
    maxConnections: 1,
    makeOutbox: boxOf,
    ended: () => {},
  });
  const accepting = reception.accept(door);
  for (let round = 1; round <= 3; round++) {
    await turns(2);
    assertEquals([tries, scene.clock.pending], [round, [100]]);
    if (round === 3) scene.death.abort();
    scene.clock.advance(100);
  }
  await accepting;
  assertEquals(tries, 3);
});

Deno.test("only who owes an answer is asked for a sign of life, once, and given up if none comes", () => {
  const clock = new HandClock();
  const told: string[] = [];
  const watch = new SilenceWatch(clock, 100, { ask: () => told.push("ask"), lost: () => told.push("lost") });
  watch.sent();
  watch.heard();
  clock.advance(100);
  assertEquals([told, clock.pending], [[], []]);
  watch.sent();
  clock.advance(100);
  watch.heard();
  clock.advance(100);
  assertEquals([told, clock.pending], [["ask"], []]);
  watch.sent();
  clock.advance(100);
  clock.advance(100);
  assertEquals(told, ["ask", "ask", "lost"]);
  watch.sent();
  watch.stop();
  assertEquals(clock.pending, []);
});
