import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  acquireLock,
  Clerk,
  type HeldLock,
  LockLostError,
  RefusedError,
  UnknownOutcomeError,
} from "../../kv/mod.ts";
import { Cluster, mortal } from "./cluster.ts";
import { BAD_NETWORK, GOOD_NETWORK } from "./storm.ts";

/** A disk in the house that anybody may write to, and that keeps no lock: what a lock is there to protect. */
class SharedFile {
  readonly lines: string[] = [];
  #highest = 0;

  /** Believes whoever writes. */
  write(line: string): void {
    this.lines.push(line);
  }

  /** Refuses who comes with a smaller token than it has seen. */
  writeFenced(line: string, token: number): boolean {
    if (token < this.#highest) return false;
    this.#highest = token;
    this.lines.push(line);
    return true;
  }
}

Deno.test("why a token: a holder that was paused writes after its successor, unless the file is fenced", async () => {
  const cluster = new Cluster({ servers: 3, world: { seed: 3, conditions: GOOD_NETWORK } });
  const { world } = cluster;
  const unfenced = new SharedFile();
  const fenced = new SharedFile();
  const refused: string[] = [];
  /** Takes the lock, thinks for a second, and writes: as correct as a client can be. */
  const work = async (name: string, clerk: Clerk) => {
    await using held = await acquireLock(clerk, "file", { ttlMs: 2000 });
    const { clock } = clerk.client.link;
    await clock.sleep(500);
    // It looks once more whether it still holds the lock. Then its machine stops for ten seconds, and it cannot know.
    if (held.signal.aborted) return;
    if (name === "ann") world.machine("ann").pause();
    await clock.sleep(1);
    unfenced.write(`${name} writes`);
    if (!fenced.writeFenced(`${name} writes`, held.token)) refused.push(name);
  };
  const ann = cluster.clerk("ann");
  const bob = cluster.clerk("bob");
  await world.play(async () => {
    const first = work("ann", ann);
    await world.clock.sleep(1500);
    const second = work("bob", bob);
    await second;
    await world.clock.sleep(8500);
    world.machine("ann").resume();
    await first.catch(() => {});
  }, { untilMs: 60_000 });
  // The lock did its duty: bob got it when ann had been silent for too long. Yet ann wrote last, over bob's work.
  assertEquals(unfenced.lines, ["bob writes", "ann writes"]);
  assertEquals([fenced.lines, refused], [["bob writes"], ["ann"]]);
  world.end();
});

for (const [what, conditions] of [["a good", GOOD_NETWORK], ["a bad", BAD_NETWORK]] as const) {
  for (const seed of [1, 2, 3]) {
    Deno.test(`ten clients on ${what} network: never two holders, tokens rise, all get their turn (seed ${seed})`, async () => {
      const cluster = new Cluster({ servers: 3, world: { seed, conditions } });
      const { world } = cluster;
      let holder: string | null = null;
      let lastToken = 0;
      let turns = 0;
      const work = async (name: string) => {
        const clerk = cluster.clerk(name, { timeoutMs: 30_000 });
        for (let turn = 0; turn < 3; turn++) {
          const held = await acquireLock(clerk, "x", { ttlMs: 60_000 });
          assertEquals(holder, null, `${holder} holds the lock that ${name} has got`);
          holder = name;
          assert(held.token > lastToken, `token ${held.token} after ${lastToken}`);
          lastToken = held.token;
          turns++;
          await world.clock.sleep(10);
          holder = null;
          await held.release();
        }
      };
      await world.play(() => Promise.all(Array.from({ length: 10 }, (_, at) => work(`c${at}`))), {
        untilMs: 600_000,
      });
      assertEquals(turns, 30);
      world.end();
    });
  }
}

Deno.test("the lock of a holder that died falls to the next in line when its lease ends, leader changes or not", async () => {
  const cluster = new Cluster({ servers: 3, world: { seed: 5, conditions: GOOD_NETWORK } });
  const { world } = cluster;
  await world.play(async () => {
    const ann = cluster.clerk("ann");
    const bob = cluster.clerk("bob");
    await acquireLock(ann, "x", { ttlMs: 3000 });
    const diedAt = world.nowMs;
    world.machine("ann").crash();
    const leader = await cluster.untilLed();
    world.machine(leader).crash();
    world.loop.schedule(500, () => world.machine(leader).restart());
    await acquireLock(bob, "x", { ttlMs: 3000 });
    const waited = world.nowMs - diedAt;
    assert(waited > 2900 && waited < 10_000, `bob waited ${waited} ms`);
  }, { untilMs: 60_000 });
  world.end();
});

Deno.test("a holder that is cut off hears from its own clock, before anybody else can get the lock", async () => {
  const cluster = new Cluster({ servers: 3, world: { seed: 6, conditions: GOOD_NETWORK } });
  const { world } = cluster;
  await world.play(async () => {
    const ann = cluster.clerk("ann");
    const bob = cluster.clerk("bob");
    const held = await acquireLock(ann, "x", { ttlMs: 3000 });
    let lostAt = Infinity;
    held.signal.addEventListener("abort", () => lostAt = world.nowMs);
    world.network.partition("cut", { kind: "isolate", node: "ann", others: cluster.names });
    await acquireLock(bob, "x", { ttlMs: 3000 });
    assert(lostAt < world.nowMs, "bob has the lock and ann does not know that it is lost");
  }, { untilMs: 60_000 });
  world.end();
});

Deno.test("who gives up waiting leaves the line; locks of other names are other locks", async () => {
  const cluster = new Cluster({ servers: 3, world: { seed: 7, conditions: GOOD_NETWORK } });
  const { world } = cluster;
  await world.play(async () => {
    const ann = cluster.clerk("ann");
    const bob = cluster.clerk("bob");
    const other: HeldLock = await acquireLock(bob, "x/y");
    const held = await acquireLock(ann, "x");
    const patience = new AbortController();
    const waiting = acquireLock(bob, "x", { signal: patience.signal });
    await world.clock.sleep(1000);
    patience.abort(new RangeError("enough"));
    await assertRejects(() => waiting, RangeError, "enough");
    await world.clock.sleep(1000);
    const line = await ann.scan({ kind: "prefix", prefix: "lock/x/" });
    assertEquals(line.entries.length, 1);
    await held.release();
    await other.release();
    await acquireLock(bob, "x");
  }, { untilMs: 60_000 });
  world.end();
});

Deno.test("a lock is not taken by a caller whose lease ended while it waited", async () => {
  const cluster = new Cluster({ servers: 3, world: { seed: 8, conditions: GOOD_NETWORK } });
  const { world } = cluster;
  await world.play(async () => {
    const ann = cluster.clerk("ann");
    const bob = cluster.clerk("bob");
    await acquireLock(ann, "x", { ttlMs: 600_000 });
    const waiting = acquireLock(bob, "x", { ttlMs: 2000 });
    await world.clock.sleep(1000);
    world.network.partition("cut", { kind: "isolate", node: "bob", others: cluster.names });
    await assertRejects(() => waiting, LockLostError);
  }, { untilMs: 60_000 });
  world.end();
});

Deno.test("an owner whose end dies hears that the lock may be lost, and nothing is thrown about", async () => {
  const cluster = new Cluster({ servers: 3, world: { seed: 5, conditions: GOOD_NETWORK } });
  const { world } = cluster;
  const death = new AbortController();
  const clerk = cluster.on("ann", (runtime) => {
    return new Clerk({ runtime: mortal(runtime, death.signal), servers: cluster.names });
  });
  let why = "";
  await world.play(async () => {
    const held = await acquireLock(clerk, "file", { ttlMs: 3000 });
    held.signal.addEventListener("abort", () => why = String(held.signal.reason));
    await world.clock.sleep(100);
    death.abort(new Error("The node is dead"));
    await world.clock.sleep(100);
  });
  assert(why.endsWith("is over: its owner's end is dead"), why);
  world.end();
});

Deno.test("who closes the clerk at any of fifty moments of waiting for a lock hears at once that there is none", async () => {
  const cluster = new Cluster({ servers: 3, world: { seed: 5, conditions: GOOD_NETWORK } });
  const { world } = cluster;
  await world.play(async () => {
    const holder = cluster.clerk("holder");
    const held = await acquireLock(holder, "door", { ttlMs: 60_000 });
    let unknown = 0;
    for (let moment = 0; moment < 50; moment++) {
      const clerk = cluster.clerk(`c${moment}`);
      const waiting = assertRejects(() => acquireLock(clerk, "door"));
      await world.clock.sleep(moment / 5);
      clerk.close();
      const closedMs = world.nowMs;
      const error = await waiting;
      assertEquals(world.nowMs - closedMs < 1, true, `closed after ${moment / 5} ms`);
      // Before the lease was there the outcome of asking for it is unknown; after that nothing is lost but the place in line.
      if (error instanceof UnknownOutcomeError) unknown++;
      else assertEquals(error instanceof RefusedError && error.code, "closed");
    }
    assert(unknown < 50);
    await held.release();
  }, { untilMs: 120_000 });
  world.end();
});

Deno.test("who was cut off in the line while others wrote more than the store remembers still gets its turn", async () => {
  const cluster = new Cluster({ servers: 3, world: { seed: 6, conditions: GOOD_NETWORK } });
  const { world } = cluster;
  await world.play(async () => {
    const ann = cluster.clerk("ann");
    const bob = cluster.clerk("bob");
    const held = await acquireLock(ann, "file");
    const waiting = acquireLock(bob, "file", { ttlMs: 30_000 });
    await world.clock.sleep(1000);
    world.network.partition("cut", { kind: "isolate", node: "bob", others: cluster.names });
    const writes = Array.from({ length: 1000 }, (_, at) => {
      return { op: "put", key: `k${at}`, value: "", lease: 0 } as const;
    });
    // Longer than a server waits: what it says then, that nothing has happened so far, is lost.
    await world.clock.sleep(3000);
    for (let times = 0; times < 3; times++) await ann.batch([], writes);
    world.network.mendAll();
    await held.release();
    const next = await waiting;
    assertEquals(next.signal.aborted, false);
    await next.release();
  }, { untilMs: 60_000 });
  world.end();
});
