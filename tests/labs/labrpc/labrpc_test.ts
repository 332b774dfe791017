import { assert, assertEquals } from "@std/assert";
import { World } from "../../sim/mod.ts";
import { LabNetwork } from "./mod.ts";
import type { LabEnd, LabHandlers } from "./mod.ts";

/** The handlers of the official network's own tests. */
class JunkServer {
  readonly strings: string[] = [];
  readonly numbers: number[] = [];

  handlers(world: World): LabHandlers {
    return {
      Handler1: (text: string) => {
        this.strings.push(text);
        return Number(text);
      },
      Handler2: (number: number) => {
        this.numbers.push(number);
        return `handler2-${number}`;
      },
      Handler3: async (number: number) => {
        await world.clock.sleep(20_000);
        return -number;
      },
      Handler4: (args: { readonly x: number }) => ({ x: `pointer ${args.x}` }),
      Handler6: (text: string) => text.length,
      Handler7: (length: number) => "y".repeat(length),
    };
  }
}

interface Bench {
  readonly world: World;
  readonly network: LabNetwork;
  readonly server: JunkServer;
  readonly end: (name: string) => LabEnd;
}

/** Runs `script` with one server, `server99`, and ends connected to it. */
async function withServer(seed: number, script: (bench: Bench) => Promise<void>): Promise<World> {
  const world = new World({ seed });
  const network = new LabNetwork(world.loop);
  const server = new JunkServer();
  network.addServer("server99", server.handlers(world));
  const end = (name: string): LabEnd => {
    const made = network.makeEnd(name);
    network.connect(name, "server99");
    network.enable(name, true);
    return made;
  };
  await world.play(() => script({ world, network, server, end }));
  world.end();
  return world;
}

Deno.test("TestBasic: arguments and replies of two handlers travel through one end", async () => {
  await withServer(1, async ({ end, server }) => {
    const one = end("end1-99");
    assertEquals(await one.call("Handler2", 111), "handler2-111");
    assertEquals(await one.call("Handler1", "9099"), 9099);
    assertEquals([server.numbers, server.strings], [[111], ["9099"]]);
  });
});

Deno.test("TestTypes: values arrive as copies, and what is no plain value is refused to the caller", async () => {
  await withServer(1, async ({ end, network }) => {
    const one = end("end1-99");
    assertEquals(await one.call("Handler4", { x: 3 }), { x: "pointer 3" });
    let kept: { list: number[] } = { list: [] };
    network.addServer("server99", {
      keep: (value: { list: number[] }) => {
        kept = value;
        return value;
      },
    });
    const sent = { list: [1] };
    const reply = await one.call("keep", sent);
    sent.list.push(2);
    kept.list.push(3);
    assertEquals(reply, { list: [1] });
    for (const wrong of [undefined, () => 1, new Map(), { at: NaN }]) {
      assertEquals(await one.call("keep", wrong).then(() => "sent", (error) => error.code), "unencodable");
    }
  });
});

Deno.test("TestDisconnect: a call on a disabled end brings nothing, after at most 99 ms; enabled, it works", async () => {
  await withServer(1, async ({ end, network, server, world }) => {
    const one = end("end1-99");
    network.enable("end1-99", false);
    assertEquals(await one.call("Handler2", 111), null);
    assert(world.nowMs < 100);
    network.enable("end1-99", true);
    assertEquals(await one.call("Handler1", "9099"), 9099);
    assertEquals(server.numbers, []);
  });
});

Deno.test("TestCounts: 17 calls are 17 at the server and 17 in total; a failed one counts in total only", async () => {
  await withServer(1, async ({ end, network }) => {
    const one = end("end1-99");
    for (let at = 0; at < 17; at++) assertEquals(await one.call("Handler2", at), `handler2-${at}`);
    assertEquals([network.count("server99"), network.totalCount], [17, 17]);
    network.enable("end1-99", false);
    await one.call("Handler2", 1);
    assertEquals([network.count("server99"), network.totalCount], [17, 18]);
  });
});

Deno.test("TestBytes: 17 calls of 284 characters take 4828 to 6000 bytes, 17 replies of 107 take 1800 to 2500", async () => {
  await withServer(1, async ({ end, network }) => {
    const one = end("end1-99");
    const text = "x".repeat(284);
    for (let at = 0; at < 17; at++) assertEquals(await one.call("Handler6", text), 284);
    const requests = network.totalBytes;
    assert(requests >= 4828 && requests <= 6000, `${requests}`);
    for (let at = 0; at < 17; at++) assertEquals(await one.call("Handler7", 107), "y".repeat(107));
    const replies = network.totalBytes - requests;
    assert(replies >= 1800 && replies <= 2500, `${replies}`);
  });
});

Deno.test("TestConcurrentMany: 20 ends with 10 calls each, at once", async () => {
  await withServer(1, async ({ end, network }) => {
    const callers = Array.from({ length: 20 }, async (_, who) => {
      const one = end(`end${who}`);
      for (let at = 0; at < 10; at++) {
        assertEquals(await one.call("Handler2", who * 100 + at), `handler2-${who * 100 + at}`);
      }
    });
    await Promise.all(callers);
    assertEquals(network.count("server99"), 200);
  });
});

Deno.test("TestUnreliable: of 300 single calls some succeed and some do not, about 81 in 100, within 27 ms", async () => {
  await withServer(1, async ({ end, network, server, world }) => {
    network.reliable = false;
    const replies = await Promise.all(
      Array.from({ length: 300 }, (_, who) => end(`end${who}`).call("Handler2", who)),
    );
    const good = replies.filter((reply) => reply !== null).length;
    assert(good > 0 && good < 300);
    assert(good > 300 * 0.81 - 30 && good < 300 * 0.81 + 30, `${good} of 300`);
    // One in ten ran without its caller knowing.
    const silent = server.numbers.length - good;
    assert(silent > 10 && silent < 50, `${silent} ran and were not answered`);
    assert(world.nowMs < 28);
  });
});

Deno.test("TestConcurrentOne: 20 calls at once on one end all arrive, not in the order of the calls", async () => {
  await withServer(1, async ({ end, network, server }) => {
    const one = end("end1-99");
    const replies = await Promise.all(Array.from({ length: 20 }, (_, at) => one.call("Handler2", at)));
    assertEquals(replies, Array.from({ length: 20 }, (_, at) => `handler2-${at}`));
    assertEquals(network.count("server99"), 20);
    const inOrder = [...server.numbers].sort((a, b) => a - b);
    assertEquals(inOrder, Array.from({ length: 20 }, (_, at) => at));
    assert(server.numbers.some((number, at) => number !== at), "calls overtake each other");
  });
});

Deno.test("TestRegression1: 20 calls on a disabled end do not hold up one made 100 ms later, after it was enabled", async () => {
  await withServer(1, async ({ end, network, world }) => {
    const one = end("end1-99");
    network.enable("end1-99", false);
    const early = Array.from({ length: 20 }, (_, at) => one.call("Handler2", at));
    await world.clock.sleep(100);
    network.enable("end1-99", true);
    const began = world.nowMs;
    assertEquals(await one.call("Handler2", 99), "handler2-99");
    assert(world.nowMs - began < 30);
    assertEquals(await Promise.all(early), Array.from({ length: 20 }, () => null));
    assertEquals(network.count("server99"), 1);
  });
});

Deno.test("TestKilled: a call waits for its handler, and ends within 100 ms when the server is deleted after 1.1 s", async () => {
  await withServer(1, async ({ end, network, world }) => {
    let reply: unknown = "waits";
    end("end1-99").call("Handler3", 99).then((value) => reply = value);
    await world.clock.sleep(1100);
    assertEquals(reply, "waits");
    network.deleteServer("server99");
    await world.clock.sleep(100);
    assertEquals(reply, null);
  });
});

Deno.test("a call fails within 100 ms when its end is disabled while the handler works", async () => {
  await withServer(1, async ({ end, network, world }) => {
    let reply: unknown = "waits";
    end("end1-99").call("Handler3", 99).then((value) => reply = value);
    await world.clock.sleep(250);
    network.enable("end1-99", false);
    await world.clock.sleep(100);
    assertEquals(reply, null);
  });
});

Deno.test("a handler that ends after its server was replaced has run, but nobody hears of it", async () => {
  await withServer(1, async ({ end, network, world }) => {
    let ran = false;
    network.addServer("server99", {
      slow: async () => {
        await world.clock.sleep(50);
        ran = true;
        return 1;
      },
    });
    const call = end("end1-99").call("slow", null);
    await world.clock.sleep(20);
    network.addServer("server99", { slow: () => 2 });
    assertEquals([await call, ran], [null, true]);
  });
});

Deno.test("TestBenchmark: 100,000 calls, one after the other, all answered", async () => {
  await withServer(1, async ({ end, network }) => {
    const one = end("end1-99");
    for (let at = 0; at < 100_000; at++) assertEquals(await one.call("Handler2", 111), "handler2-111");
    assertEquals(network.count("server99"), 100_000);
  });
});

Deno.test("TestLongDelayRace: long delays switched while calls run; calls to nobody last up to 6,999 ms", async () => {
  await withServer(1, async ({ end, network, world }) => {
    const one = end("end1-99");
    network.enable("end1-99", false);
    const lasted: number[] = [];
    const calls: Promise<void>[] = [];
    for (let at = 0; at < 200; at++) {
      network.longDelays = at % 2 === 0;
      const began = world.nowMs;
      calls.push(one.call("Handler2", at).then(() => void lasted.push(world.nowMs - began)));
      await world.clock.sleep(1);
    }
    await Promise.all(calls);
    const long = lasted.filter((ms) => ms > 99);
    assert(long.length > 90 && long.length <= 100, `${long.length} of 100 lasted more than 99 ms`);
    assert(Math.max(...lasted) > 6000 && Math.max(...lasted) <= 6999);
  });
});

Deno.test("long reordering holds two replies in three back, for 200 to 2,199 ms", async () => {
  await withServer(1, async ({ end, network, world }) => {
    network.longReordering = true;
    const lasted = await Promise.all(Array.from({ length: 600 }, async (_, at) => {
      await end(`end${at}`).call("Handler2", at);
      return world.nowMs;
    }));
    const held = lasted.filter((ms) => ms >= 200);
    assert(held.length > 350 && held.length < 450, `${held.length} of 600`);
    assert(Math.max(...held) < 2200);
    assert(lasted.filter((ms) => ms < 200).every((ms) => ms < 1));
    const mean = held.reduce((sum, ms) => sum + ms, 0) / held.length;
    assert(mean > 600 && mean < 800, `${mean} ms on average`);
  });
});

Deno.test("requests arrive twice or seconds late where that is switched on, and the caller gets one answer", async () => {
  await withServer(1, async ({ end, network, server, world }) => {
    network.requestFaults = { duplicateRate: 1, lateRate: 0, lateMaxMs: 200 };
    assertEquals(await end("twice").call("Handler2", 7), "handler2-7");
    await world.clock.sleep(1);
    assertEquals([server.numbers, network.count("server99"), network.totalCount], [[7, 7], 2, 1]);
    network.requestFaults = { duplicateRate: 0, lateRate: 1, lateMaxMs: 4000 };
    const began = world.nowMs;
    assertEquals(await end("late").call("Handler2", 8), "handler2-8");
    assert(world.nowMs - began >= 200 && world.nowMs - began < 4001);
  });
});

Deno.test("an end whose replies are lost carries requests only", async () => {
  await withServer(1, async ({ end, network, server }) => {
    const one = end("one-way");
    network.loseReplies("one-way", true);
    assertEquals([await one.call("Handler2", 7), server.numbers], [null, [7]]);
    network.loseReplies("one-way", false);
    assertEquals(await one.call("Handler2", 8), "handler2-8");
  });
});

for (const [what, method] of [["no server answers", "Nonsense"], ["throws", "Throws"]]) {
  Deno.test(`a call of a method that ${what} ends the run with an error that names it`, async () => {
    const failure = await withServer(1, async ({ end, network }) => {
      network.addServer("server99", {
        Throws: () => {
          throw new RangeError("out of cheese");
        },
      });
      await end("end1-99").call(method, 1);
    }).then(() => "", (error) => `${error.message}`);
    assert(failure.includes("server99") && failure.includes(method), failure);
    assert(method !== "Throws" || failure.includes("RangeError: out of cheese"), failure);
  });
}

Deno.test("the same seed gives the same run, event by event; another seed another one", async () => {
  const hashes: string[] = [];
  for (const seed of [5, 5, 6]) {
    const world = await withServer(seed, async ({ end, network, world }) => {
      network.reliable = false;
      network.longReordering = true;
      const ends = Array.from({ length: 10 }, (_, who) => end(`end${who}`));
      await Promise.all(ends.map(async (one) => {
        for (let at = 0; at < 20; at++) await one.call("Handler2", at);
      }));
      await world.clock.sleep(3000);
    });
    hashes.push(world.trace.hash);
  }
  assertEquals(hashes[0], hashes[1]);
  assert(hashes[0] !== hashes[2]);
});
