import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  defineService,
  encodeValue,
  RpcError,
  type RpcErrorCode,
  RpcPeer,
  type RpcRuntime,
  seededRandom,
  WireError,
} from "../../runtime/mod.ts";
import { RELIABLE, World, type WorldOptions } from "../sim/mod.ts";
import { CountedDeath } from "./hand_clock.ts";

type Bank = {
  add: { request: { readonly amount: number }; reply: { readonly total: number } };
  slow: { request: number; reply: string };
  odd: { request: string; reply: string };
};
const BANK = defineService<Bank>("bank", ["add", "slow", "odd"]);
const SOON = { timeoutMs: 1000 };

/** A world with a server that adds up, and clients. */
class Town {
  readonly world: World;
  readonly totals: number[] = [];
  peer: RpcPeer<Bank> | null = null;

  constructor(options: Partial<WorldOptions> = {}) {
    this.world = new World({ seed: 1, ...options });
    this.world.machine("server").boot((runtime) => {
      this.peer = new RpcPeer(runtime, BANK, {
        add: ({ amount }) => {
          this.totals.push((this.totals.at(-1) ?? 0) + amount);
          return { total: this.totals.at(-1) as number };
        },
        slow: async (delayMs) => {
          await runtime.clock.sleep(delayMs);
          return `${delayMs} ms later`;
        },
        odd: (what) => {
          if (what === "undefined") return undefined as unknown as string;
          if (what === "half") throw new Error("half a pair: \ud800");
          if (what === "thing") throw "not an error";
          return what;
        },
      });
    });
  }

  client(name: string): { readonly peer: RpcPeer<Bank>; readonly runtime: RpcRuntime } {
    const machine = this.world.machine(name);
    machine.boot(() => {});
    return { peer: new RpcPeer(machine.runtime, BANK, null), runtime: machine.runtime };
  }

  async play(script: () => Promise<void>): Promise<void> {
    await this.world.play(script);
    this.world.end();
  }
}

async function fails(code: RpcErrorCode, call: Promise<unknown>, message = ""): Promise<void> {
  assertEquals((await assertRejects(() => call, RpcError, message)).code, code);
}

Deno.test("a call is answered, and request and reply are copies at both ends, encoded or not", async () => {
  for (const isolation of ["wire", "copy"] as const) {
    const town = new Town({ isolation });
    const { peer } = town.client("client");
    await town.play(async () => {
      const request = { amount: 5 };
      const call = peer.call("server", "add", request, SOON);
      request.amount = 500;
      assertEquals(await call, { total: 5 });
    });
  }
});

Deno.test("a call without an answer ends at its deadline of 1000 ms, and not before", async () => {
  const town = new Town();
  const { peer, runtime } = town.client("client");
  await town.play(async () => {
    const before = runtime.clock.now();
    await fails("timeout", peer.call("nowhere", "add", { amount: 1 }, SOON), "within 1000 ms");
    assertEquals(Math.round(runtime.clock.now() - before), 1000);
    await fails("timeout", peer.call("server", "slow", 2000, SOON));
    assertEquals(await peer.call("server", "slow", 900, SOON), "900 ms later");
  });
});

Deno.test("a call ends with its caller's signal, before or after it was made, and its late answer goes nowhere", async () => {
  const town = new Town();
  const { peer, runtime } = town.client("client");
  await town.play(async () => {
    const controller = new AbortController();
    const call = fails(
      "aborted",
      peer.call("server", "slow", 50, { timeoutMs: 1000, signal: controller.signal }),
    );
    await runtime.clock.sleep(10);
    controller.abort();
    await call;
    await fails(
      "aborted",
      peer.call("server", "slow", 50, { timeoutMs: 1000, signal: controller.signal }),
      "before it began",
    );
    await runtime.clock.sleep(2000);
    assertEquals(peer.counters.made, { ...peer.counters.made, calls: 1, replyBytes: 0 });
  });
});

Deno.test("what a handler throws, and a reply that cannot travel, reach the caller; the server goes on", async () => {
  for (const isolation of ["wire", "copy"] as const) {
    const town = new Town({ isolation });
    const { peer } = town.client("client");
    await town.play(async () => {
      await fails("refused", peer.call("server", "odd", "thing", SOON), "not an error");
      await fails("refused", peer.call("server", "odd", "half", SOON), "half a pair: \ufffd");
      await fails("refused", peer.call("server", "odd", "undefined", SOON), "Cannot send undefined");
      assertEquals(await peer.call("server", "odd", "fine", SOON), "fine");
    });
  }
});

Deno.test("a request that cannot travel is refused at the caller, leaves no timer, and is not counted", async () => {
  const town = new Town();
  const { peer } = town.client("client");
  await town.world.play(async () => {
    const bad = { amount: undefined as unknown as number };
    await assertRejects(() => peer.call("server", "add", bad, SOON), WireError, "Cannot send undefined");
    await assertRejects(
      () => peer.call("server", "nonsense" as "add", { amount: 1 }, SOON),
      TypeError,
      "no such method",
    );
    assertEquals(peer.counters.made.calls, 0);
  });
  await town.world.run();
  // Nothing was left to wait for: a forgotten deadline would have taken its second.
  assert(town.world.nowMs < 1000, `${town.world.nowMs}`);
  town.world.end();
});

Deno.test("an end that only calls refuses to serve, with its name", async () => {
  const town = new Town();
  const [one, two] = [town.client("one").peer, town.client("two").peer];
  await town.play(async () => {
    assertEquals(two.counters.served.calls, 0);
    await fails("refused", one.call("two", "add", { amount: 1 }, SOON), "two does not serve");
  });
});

Deno.test("answers that come twice, late or out of order settle each call once, with its own answer", async () => {
  const town = new Town({
    conditions: { ...RELIABLE, duplicateRate: 1, delay: { kind: "uniform", lowMs: 0, highMs: 30 } },
  });
  const { peer } = town.client("client");
  await town.play(async () => {
    const calls = Array.from({ length: 50 }, (_, at) => peer.call("server", "odd", `${at}`, SOON));
    assertEquals(await Promise.all(calls), calls.map((_, at) => `${at}`));
  });
  // The network repeats requests, too, and nothing here hides that from the handler.
  assert((town.peer?.counters.served.calls ?? 0) > 50);
});

Deno.test("a restarted caller does not take the answer to its former self's call of the same number", async () => {
  const town = new Town();
  const machine = town.world.machine("client");
  let peer: RpcPeer<Bank> | null = null;
  machine.boot((runtime) => void (peer = new RpcPeer(runtime, BANK, null)));
  const present = () => peer as unknown as RpcPeer<Bank>;
  await town.play(async () => {
    const { clock } = town.world;
    const before = assertRejects(() => present().call("server", "slow", 100, SOON));
    await clock.sleep(10);
    machine.crash();
    machine.restart();
    await before;
    assertEquals(await present().call("server", "slow", 300, SOON), "300 ms later");
  });
});

Deno.test("an answer from somebody else than who was asked is not believed", async () => {
  const town = new Town();
  const { peer, runtime } = town.client("client");
  const impostor = town.world.machine("impostor");
  impostor.boot(() => {});
  await town.play(async () => {
    const call = peer.call("server", "slow", 100, SOON);
    const life = runtime.random.split("rpc bank").below(4294967296);
    const forged = encodeValue([1, life, 1, 0, "forged"]);
    const raw = { name: "rpc:bank", codec: { encode: () => forged, decode: () => null, copy: () => null } };
    impostor.runtime.network.open(raw, () => {}).send("client", null);
    assertEquals(await call, "100 ms later");
  });
});

Deno.test("when an end dies its open calls fail with closed, nothing is served, and later calls fail at once", async () => {
  const town = new Town();
  const { peer } = town.client("client");
  const third = town.client("third").peer;
  await town.play(async () => {
    const open = fails("closed", peer.call("server", "slow", 500, SOON));
    peer.close();
    peer.close();
    await open;
    await fails("closed", peer.call("server", "odd", "x", SOON));
    town.peer?.close();
    await fails("timeout", third.call("server", "odd", "x", SOON));
  });
});

Deno.test("an end that was closed while it served says nothing any more, and listens for no death", async () => {
  const town = new Town();
  const { peer, runtime } = town.client("client");
  const death = new CountedDeath();
  const caller = new CountedDeath();
  await town.play(async () => {
    const late = peer.call("server", "slow", 500, SOON);
    await town.world.clock.sleep(100);
    town.peer?.close();
    await fails("timeout", late);
    peer.close();
    const other = new RpcPeer({ ...runtime, signal: death.signal }, BANK, null);
    await fails("timeout", other.call("server", "odd", "one", { ...SOON, signal: caller.signal }));
    assertEquals([death.listeners, caller.listeners], [1, 0]);
    other.close();
    assertEquals(death.listeners, 0);
  });
});

Deno.test("an end made for a dead node is closed from the start", async () => {
  const town = new Town();
  const { runtime } = town.client("client");
  const dead = AbortSignal.abort(new Error("dead"));
  const other = defineService<Bank>("other", ["add"]);
  const peer = new RpcPeer({ ...runtime, signal: dead }, other, null);
  await town.play(() => fails("closed", peer.call("server", "add", { amount: 1 }, SOON)));
});

Deno.test("calls and bytes are counted per server and in total, at both ends", async () => {
  const town = new Town();
  town.world.machine("other").boot((runtime) => {
    new RpcPeer(runtime, BANK, { add: () => ({ total: 0 }), slow: () => "", odd: (what) => what });
  });
  const { peer, runtime } = town.client("client");
  await town.play(async () => {
    for (let amount = 1; amount <= 3; amount++) await peer.call("server", "add", { amount }, SOON);
    await peer.call("other", "odd", "four", SOON);
    await fails("timeout", peer.call("nobody", "odd", "five", SOON));
  });
  const [server, other, nobody] = ["server", "other", "nobody"].map((name) => peer.countersFor(name));
  const { made } = peer.counters;
  assertEquals([server.calls, other.calls, nobody.calls, made.calls], [3, 1, 1, 5]);
  assertEquals(town.peer?.counters.served, server);
  assertEquals(server.requestBytes + other.requestBytes + nobody.requestBytes, made.requestBytes);
  assertEquals(server.replyBytes + other.replyBytes, made.replyBytes);
  assertEquals(runtime.network.counters.bytesSent, made.requestBytes);
  assertEquals(runtime.network.counters.bytesReceived, made.replyBytes);
  assertEquals(nobody.replyBytes, 0);
  assertEquals(peer.countersFor("never asked"), { calls: 0, requestBytes: 0, replyBytes: 0 });
});

for (const seed of [1, 2, 3]) {
  Deno.test(`200 calls over an unreliable network each end in an answer of their own or at the deadline (seed ${seed})`, async () => {
    const town = new Town({
      seed,
      conditions: {
        ...RELIABLE,
        lossRate: 0.1,
        duplicateRate: 0.1,
        delay: { kind: "uniform", lowMs: 0, highMs: 27 },
      },
    });
    const { peer } = town.client("client");
    const random = seededRandom(seed).split("calls");
    const outcomes = { answered: 0, timeout: 0 };
    await town.play(async () => {
      await Promise.all(Array.from({ length: 200 }, async (_, at) => {
        try {
          const text = `call ${at}, ${random.below(1000)}`;
          assertEquals(await peer.call("server", "odd", text, SOON), text);
          outcomes.answered++;
        } catch (error) {
          assert(error instanceof RpcError && error.code === "timeout", `seed ${seed}: ${error}`);
          outcomes.timeout++;
        }
      }));
    });
    assert(outcomes.answered > 100 && outcomes.timeout > 5, `seed ${seed}: ${JSON.stringify(outcomes)}`);
  });
}
