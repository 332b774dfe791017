/**
 * What makes a real process suffer by itself, tried on a simulated machine, where time and disk are at hand.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Codec, DiskError, type Runtime, seededRandom } from "../../../runtime/mod.ts";
import type { DenoRuntime } from "../../../runtime/deno.ts";
import { World } from "../../sim/mod.ts";
import { FaultyClock } from "./faulty_clock.ts";
import { FaultyWorld } from "./faulty_world.ts";
import { heldBackDisk } from "./held_back_disk.ts";
import { type Orders, WELL } from "./orders.ts";
import { Ways } from "./ways.ts";

const TEXT: Codec<string> = {
  encode: (words) => new TextEncoder().encode(words),
  decode: (bytes) => new TextDecoder().decode(bytes),
  copy: (words) => words,
};

/** Runs `script` on a machine of a world of its own. */
async function on(script: (runtime: Runtime, world: World) => Promise<void>): Promise<void> {
  const world = new World({ seed: 1, scatterClocks: false });
  try {
    const runtime = world.machine("a").boot(() => {});
    await world.play(() => script(runtime, world));
  } finally {
    world.end();
  }
}

function faulty(inner: Runtime, die: () => void = () => {}): FaultyWorld {
  const counters = { ...inner.network.counters, messagesDropped: 0, connectionsRefused: 0 };
  const { address } = inner.network;
  const network: DenoRuntime["network"] = {
    address,
    counters,
    open: (channel, receive) => inner.network.open(channel, receive),
  };
  return new FaultyWorld({
    unsynced: "keptBack",
    inner: { ...inner, network },
    random: seededRandom(1),
    ways: new Ways({ real: "line" }),
    die,
  });
}

function disk(change: Partial<Orders["disk"]>): Orders {
  return { ...WELL, disk: { ...WELL.disk, ...change } };
}

Deno.test("a clock gains what it is told to, leaps and stands still, and its timers with it", () =>
  on(async ({ clock: real }) => {
    const clock = new FaultyClock(real, () => true);
    const rang: [string, number][] = [];
    const startMs = real.now();
    const ring = (name: string, delayMs: number) =>
      clock.setTimer(delayMs, () => rang.push([name, Math.round(real.now() - startMs)]));
    ring("drift", 100);
    clock.obey({ ppm: 250_000, frozen: false, leaptMs: 0 });
    await real.sleep(200);
    assertEquals(clock.now() - startMs, 250);
    ring("leap", 500);
    clock.obey({ ppm: 0, frozen: false, leaptMs: 400 });
    assertEquals(clock.now() - startMs, 650);
    await real.sleep(200);
    ring("frozen", 50);
    ring("cancelled", 50).cancel();
    clock.obey({ ppm: 0, frozen: true, leaptMs: 400 });
    await real.sleep(1000);
    assertEquals(clock.now() - startMs, 850);
    clock.obey({ ppm: 0, frozen: false, leaptMs: 400 });
    await real.sleep(1000);
    assertEquals(rang, [["drift", 80], ["leap", 300], ["frozen", 1450]]);
  }));

Deno.test("a disk is slow, hung, full or failing as long as it is told to, and nothing that failed was handed on whole", () =>
  on(async (inner) => {
    const world = faulty(inner);
    const { disk: files } = world.runtime;
    const file = await files.create("f");
    const write = (byte: number) => file.write(0, new Uint8Array([byte, byte]));
    await write(1);
    await file.sync();

    world.obey(disk({ syncDelay: { kind: "fixed", ms: 500 } }));
    const beforeMs = inner.clock.now();
    await file.sync();
    assert(inner.clock.now() - beforeMs >= 500);

    world.obey(disk({ hung: true }));
    let synced = false;
    const hung = file.sync().then(() => synced = true);
    await inner.clock.sleep(5000);
    assertEquals(synced, false);
    world.obey(WELL);
    await hung;

    world.obey(disk({ full: true }));
    assertEquals((await assertRejects(() => write(2), DiskError)).code, "full");
    assertEquals((await assertRejects(() => files.create("g"), DiskError)).code, "full");
    world.obey(disk({ failing: "sync" }));
    assertEquals((await assertRejects(() => file.sync(), DiskError)).code, "failed");
    world.obey(disk({ failing: "write" }));
    assertEquals((await assertRejects(() => write(3), DiskError)).code, "failed");
    world.obey(WELL);
    const [, second] = await files.readFile("f");
    assert(second === 1, `a write that failed is there as a whole: ${second}`);
    await write(4);
    await file.sync();
    assertEquals([...await files.readFile("f")], [4, 4]);
  }));

for (const [point, kept] of [["sync", [1]], ["synced", [2]]] as const) {
  Deno.test(`who is told to die at its second "${point}" dies there: nothing follows, and the disk holds ${kept}`, () =>
    on(async (inner) => {
      let deaths = 0;
      const world = faulty(inner, () => deaths++);
      const file = await world.runtime.disk.create("f");
      world.obey({ ...WELL, trap: { number: 1, point, nth: 2, loss: "lost" } });
      let steps = 0;
      void (async () => {
        for (const byte of [1, 2, 3]) {
          await file.write(0, new Uint8Array([byte]));
          await file.sync();
          steps++;
        }
      })();
      await inner.clock.sleep(5000);
      assertEquals([deaths, steps], [1, 1]);
      await assertRejects(
        () =>
          Promise.race([
            world.runtime.disk.create("g"),
            inner.clock.sleep(100).then(() => Promise.reject(new Error("never"))),
          ]),
        Error,
        "never",
      );
      assertEquals([...await inner.disk.readFile("f")], [...kept]);
    }));
}

for (const [loss, wanted] of [["kept", [1, 2, 3]], ["lost", [1]]] as const) {
  Deno.test(`a loss of power that is told to leave ${loss} leaves ${wanted}`, () =>
    on(async (inner) => {
      const never = { ...seededRandom(1), below: () => 1 };
      const held = heldBackDisk(inner.disk, never);
      const file = await held.create("f");
      await file.write(0, new Uint8Array([1]));
      await file.sync();
      await file.write(1, new Uint8Array([2]));
      await file.write(2, new Uint8Array([3]));
      await held.loseAll(loss, seededRandom(1));
      assertEquals([...await inner.disk.readFile("f")], [...wanted]);
    }));
}

Deno.test("a node is called and heard over the lines of whoever calls it, and known by its one address: lines are handed on to nobody", () =>
  on(async (inner, world) => {
    const channel = { name: "words", codec: TEXT };
    const heard: string[] = [];
    const line = world.machine("line").boot(() => {}).network.open(channel, (from, words) => {
      heard.push(`line: ${words} of ${from}`);
      line.send(from, "answer");
    });
    const { network } = faulty(inner).runtime;
    const port = network.open(
      channel,
      (from, words) => heard.push(`${network.address}: ${words} of ${from}`),
    );
    port.send("real", "question");
    await inner.clock.sleep(1000);
    assertEquals(heard, ["line: question of a", "a: answer of real"]);

    const hints: string[] = [];
    const options = { address: null, folder: "f", signal: new AbortController().signal };
    const { onPeerClosed, onPeerUnreached } = new Ways({ real: "line" }).hinting({
      ...options,
      onPeerClosed: (peer) => hints.push(`${peer} closed`),
      onPeerUnreached: (peer) => hints.push(`${peer} unreached`),
    });
    for (const peer of ["line", "other"]) [onPeerClosed, onPeerUnreached].forEach((hint) => hint?.(peer));
    assertEquals(hints, ["real closed", "real unreached", "other closed", "other unreached"]);
    assertEquals(new Ways({}).hinting(options), options);
  }));
