import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  BadInputError,
  Clerk,
  CompactedError,
  RefusedError,
  type StoreEvent,
  UnknownOutcomeError,
} from "../../kv/mod.ts";
import { Link } from "../../kv/link.ts";
import { Cluster, mortal } from "./cluster.ts";
import { BAD_NETWORK, GOOD_NETWORK } from "./storm.ts";

/** Runs `script` in a cluster of three servers. */
async function inCluster(
  seed: number,
  script: (cluster: Cluster) => Promise<void>,
  conditions = GOOD_NETWORK,
) {
  const cluster = new Cluster({ servers: 3, world: { seed, conditions } });
  await cluster.world.play(() => script(cluster), { untilMs: 600_000 });
  cluster.world.end();
}

Deno.test("a redirect carries an address: a clerk that knows one server only finds the leader through it", async () => {
  await inCluster(1, async (cluster) => {
    const leader = await cluster.untilLed();
    const follower = cluster.names.find((name) => name !== leader) ?? "";
    // The followers have to hear of the leader first.
    await cluster.world.clock.sleep(200);
    const clerk = cluster.on("c", (runtime) => new Clerk({ runtime, servers: [follower] }));
    const began = cluster.world.nowMs;
    await clerk.put("k", "v");
    assert(cluster.world.nowMs - began < 20, `it took ${cluster.world.nowMs - began} ms`);
    assertEquals(clerk.client.link.target, leader);
  });
});

Deno.test("the leader is kept: a hundred calls in a row ask nobody else", async () => {
  await inCluster(2, async (cluster) => {
    const clerk = cluster.clerk("c");
    await clerk.put("k", "0");
    const { network } = cluster.world.machine("c").runtime;
    const before = network.counters.messagesSent;
    for (let at = 0; at < 100; at++) await clerk.append("k", "+");
    assertEquals(network.counters.messagesSent - before, 100);
  });
});

Deno.test("two hundred calls at once take hardly longer than one, and each is executed once", async () => {
  await inCluster(3, async (cluster) => {
    const clerk = cluster.clerk("c");
    await clerk.put("k", "");
    const began = cluster.world.nowMs;
    await Promise.all(Array.from({ length: 200 }, (_, at) => clerk.append("k", `[${at}]`)));
    const took = cluster.world.nowMs - began;
    assert(took < 20, `they took ${took} ms`);
    const value = await clerk.get("k") ?? "";
    for (let at = 0; at < 200; at++) assertEquals(value.split(`[${at}]`).length, 2);
  });
});

Deno.test("more calls than the window holds wait for their turn, and their deadline counts meanwhile", async () => {
  await inCluster(4, async (cluster) => {
    const clerk = cluster.clerk("c", { window: 4 });
    await clerk.put("k", "");
    await Promise.all(Array.from({ length: 50 }, (_, at) => clerk.append("k", `[${at}]`)));
    assertEquals((await clerk.entry("k"))?.version, 51);
    cluster.world.network.partition("cut", { kind: "isolate", node: "c", others: cluster.names });
    const stuck = Array.from(
      { length: 4 },
      () => clerk.append("k", "?", { timeoutMs: 5000 }).catch((error) => error),
    );
    await cluster.world.clock.sleep(1);
    const began = cluster.world.nowMs;
    const error = await assertRejects(() => clerk.append("k", "!", { timeoutMs: 1000 }), RefusedError);
    const waited = cluster.world.nowMs - began;
    assert(error.code === "timeout" && waited > 990 && waited <= 1000, `${error.code} after ${waited} ms`);
    for (const outcome of await Promise.all(stuck)) assert(outcome instanceof UnknownOutcomeError);
  });
});

Deno.test("a deadline or a signal ends a write as unknown, a read as refused; a signal that has fired sends nothing", async () => {
  await inCluster(5, async (cluster) => {
    const clerk = cluster.clerk("c");
    await clerk.put("k", "v");
    const { network, clock } = cluster.world;
    network.partition("cut", { kind: "isolate", node: "c", others: cluster.names });
    const began = cluster.world.nowMs;
    await assertRejects(() => clerk.put("k", "w", { timeoutMs: 300 }), UnknownOutcomeError);
    assert(cluster.world.nowMs - began <= 300);
    const late = await assertRejects(() => clerk.get("k", { timeoutMs: 300 }), RefusedError);
    assertEquals(late.code, "timeout");
    const patience = new AbortController();
    const write = clerk.put("k", "w", { signal: patience.signal });
    const read = clerk.get("k", { signal: patience.signal });
    clock.setTimer(50, () => patience.abort(new RangeError("enough")));
    const unknown = await assertRejects(() => write, UnknownOutcomeError);
    assert(unknown.cause instanceof RangeError);
    assertEquals((await assertRejects(() => read, RefusedError)).code, "aborted");
    const sent = cluster.world.machine("c").runtime.network.counters.messagesSent;
    const never = await assertRejects(() => clerk.put("k", "x", { signal: patience.signal }), RefusedError);
    assertEquals(never.code, "aborted");
    assertEquals(cluster.world.machine("c").runtime.network.counters.messagesSent, sent);
    network.mendAll();
    assertEquals(await clerk.get("k"), "v");
  });
});

Deno.test("a write that was given up and arrives late is not executed after a later one of the same clerk", async () => {
  await inCluster(6, async (cluster) => {
    const clerk = cluster.clerk("c");
    await clerk.put("k", "first");
    const { network } = cluster.world;
    // Held on its way, not lost.
    network.clog("held", cluster.names.map((name) => ["c", name] as const));
    await assertRejects(() => clerk.put("k", "given up", { timeoutMs: 100 }), UnknownOutcomeError);
    const later = clerk.put("k", "later", { timeoutMs: 20_000 });
    await cluster.world.clock.sleep(10);
    network.mend("held");
    await later;
    await cluster.world.clock.sleep(3000);
    assertEquals(await clerk.get("k"), "later");
  });
});

Deno.test("a closed clerk refuses at once what had not been sent, and what had been is unknown", async () => {
  await inCluster(7, async (cluster) => {
    const clerk = cluster.clerk("c");
    await clerk.put("k", "v");
    const write = clerk.put("k", "w").catch((error) => error);
    await Promise.resolve();
    await cluster.world.clock.sleep(0);
    clerk.close();
    assert(await write instanceof UnknownOutcomeError);
    assertEquals((await assertRejects(() => clerk.get("k"), RefusedError)).code, "closed");
    assertEquals((await assertRejects(() => clerk.put("k", "x"), RefusedError)).code, "closed");
    const brief = cluster.clerk("d");
    {
      using used = brief;
      await used.get("k");
    }
    assertEquals((await assertRejects(() => brief.get("k"), RefusedError)).code, "closed");
  });
});

Deno.test("a call whose end dies at any of fifty moments, also between two tries, says so and throws nothing", async () => {
  await inCluster(8, async (cluster) => {
    // The one that is left says at once that it is no leader, and a link waits for longer and longer before it asks again.
    for (const name of cluster.names.slice(1)) cluster.world.machine(name).crash();
    const calls = Array.from({ length: 50 }, async (_, at) => {
      const death = new AbortController();
      const link = cluster.on(`c${at}`, (runtime) => {
        return new Link({ runtime: mortal(runtime, death.signal), servers: cluster.names.slice(0, 1) });
      });
      const call = link.ask("open", null, { deadlineMs: Infinity });
      await cluster.world.clock.sleep(500 + 40 * at);
      death.abort(new Error("The node is dead"));
      const asked = await call;
      assertEquals([asked.kind, asked.kind === "ended" && asked.why], ["ended", "closed"]);
    });
    await Promise.all(calls);
  });
});

Deno.test("the store by a clerk: versions, conditions, deletes, pages, leases", async () => {
  await inCluster(8, async (cluster) => {
    const clerk = cluster.clerk("c");
    assertEquals(await clerk.put("a", "1"), { version: 1, revision: 1 });
    assertEquals(await clerk.append("a", "2"), { version: 2, revision: 2 });
    assertEquals(await clerk.putIfVersion("a", "3", 1), { kind: "versionMismatch", version: 2 });
    assertEquals(await clerk.putIfVersion("a", "3", 2), { kind: "written", version: 3, revision: 3 });
    assertEquals(await clerk.putIfVersion("b", "1", 0), { kind: "written", version: 1, revision: 4 });
    assertEquals([await clerk.delete("a"), await clerk.delete("a")], [true, false]);
    assertEquals([await clerk.get("a"), await clerk.entry("a")], [null, null]);
    for (let at = 0; at < 5; at++) await clerk.put(`p/${at}`, `${at}`);
    const page = await clerk.scan({ kind: "prefix", prefix: "p/" }, { limit: 2, after: "p/1" });
    assertEquals([page.entries.map(({ value }) => value), page.more], [["2", "3"], true]);
    const lease = await clerk.grantLease(1000);
    await clerk.put("leased", "1", { lease });
    await cluster.world.clock.sleep(900);
    assertEquals([await clerk.keepLease(lease), await clerk.get("leased")], [true, "1"]);
    // Nobody asks for anything: the leader itself sees to it that time passes in the log.
    await cluster.world.clock.sleep(1200);
    assertEquals([await clerk.get("leased"), await clerk.keepLease(lease)], [null, false]);
    const gone = await assertRejects(() => clerk.put("leased", "2", { lease }), BadInputError);
    assertEquals(gone.code, "leaseUnknown");
    const other = await clerk.grantLease(100_000);
    await clerk.put("leased", "3", { lease: other });
    assertEquals([await clerk.revokeLease(other), await clerk.get("leased")], [true, null]);
  });
});

Deno.test("bad input rejects with a typed error, and nothing is sent", async () => {
  await inCluster(9, async (cluster) => {
    const clerk = cluster.clerk("c");
    const codes: string[] = [];
    const calls = [
      () => clerk.put("k".repeat(5000), "v"),
      () => clerk.put("k", "v".repeat(9 << 20)),
      () => clerk.putIfVersion("k", "v", -1),
      () => clerk.putIfVersion("k", "v", 0.5),
      () => clerk.get("\ud800"),
      () => clerk.grantLease(-1),
      () => clerk.scan({ kind: "prefix", prefix: "" }, { limit: 0 }),
      () => clerk.batch([{ kind: "colour", key: "k" } as never], []),
      () => clerk.batch([], [{ op: "turn", key: "k" } as never]),
      () => clerk.watch({ kind: "prefix", prefix: "" }, { afterRevision: -1 }).next(),
    ];
    for (const call of calls) codes.push((await assertRejects(call, BadInputError)).code);
    assertEquals(codes, [
      "keyTooLong",
      "valueTooLong",
      "negativeVersion",
      "negativeVersion",
      "badText",
      "badNumber",
      "badNumber",
      "unknownCondition",
      "unknownOperation",
      "badNumber",
    ]);
    assertEquals(cluster.world.machine("c").runtime.network.counters.messagesSent, 0);
  });
});

Deno.test("leases neither end early nor stay for ever while leaders come and go", async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    await inCluster(seed, async (cluster) => {
      const clerk = cluster.clerk("c", { timeoutMs: 60_000 });
      const lease = await clerk.grantLease(4000);
      const granted = cluster.world.nowMs;
      await clerk.put("leased", "1", { lease });
      let present = true;
      while (present) {
        const leader = await cluster.untilLed();
        cluster.world.machine(leader).crash();
        await cluster.world.clock.sleep(300);
        cluster.world.machine(leader).restart();
        present = await clerk.get("leased") !== null;
        if (!present) assert(cluster.world.nowMs - granted >= 4000, "the lease ended early");
        await cluster.world.clock.sleep(2000);
        assert(cluster.world.nowMs - granted < 60_000, "the lease does not end");
      }
    });
  }
});

for (const seed of [1, 2, 3, 4]) {
  Deno.test(`a watch over crashes, partitions and new leaders has every revision, once and in order (seed ${seed})`, async () => {
    await inCluster(seed, async (cluster) => {
      const { world } = cluster;
      const writer = cluster.clerk("w", { timeoutMs: 60_000 });
      const watcher = cluster.clerk("r");
      const events: StoreEvent[] = [];
      const stop = new AbortController();
      const watching = (async () => {
        for await (
          const event of watcher.watch({ kind: "prefix", prefix: "" }, {
            afterRevision: 0,
            signal: stop.signal,
          })
        ) {
          events.push(event);
        }
      })().catch((error) => error);
      for (let at = 0; at < 200; at++) {
        await writer.put(`k${at % 7}`, `${at}`);
        const leader = cluster.leader ?? "s1";
        if (at % 40 === 20) {
          world.machine(leader).crash();
          world.loop.schedule(800, () => world.machine(leader).restart());
        }
        if (at % 40 === 35) {
          world.network.partition("cut", { kind: "isolate", node: leader, others: cluster.names });
          world.loop.schedule(1500, () => world.network.mend("cut"));
        }
      }
      const { revision } = await writer.revision();
      assertEquals(revision, 200);
      while (events.length < revision) await world.clock.sleep(100);
      await world.clock.sleep(2000);
      assertEquals(events.map((event) => event.revision), Array.from({ length: 200 }, (_, at) => at + 1));
      assertEquals(
        events.map((event) => event.kind === "put" && event.value),
        events.map((_, at) => `${at}`),
      );
      stop.abort(new RangeError("enough"));
      assert(await watching instanceof RangeError);
    }, seed % 2 === 0 ? BAD_NETWORK : GOOD_NETWORK);
  });
}

Deno.test("a watch begins at present unless told where, and says so when it asks for what is gone", async () => {
  const cluster = new Cluster({
    servers: 3,
    world: { seed: 1, conditions: GOOD_NETWORK },
    store: { historyEvents: 10 },
  });
  await cluster.world.play(async () => {
    const clerk = cluster.clerk("c");
    const everything = { kind: "prefix", prefix: "" } as const;
    for (let at = 0; at < 20; at++) await clerk.put("k", `${at}`);
    const watch = clerk.watch();
    const next = watch.next();
    await cluster.world.clock.sleep(50);
    await clerk.put("k", "new");
    const { value } = await next;
    assert(value?.kind === "put" && value.value === "new");
    await watch.return();
    const error = await assertRejects(
      () => clerk.watch(everything, { afterRevision: 5 }).next(),
      CompactedError,
    );
    assertEquals([error.code, error.compacted], ["compacted", 11]);
    const { compacted } = await clerk.revision();
    const rest = clerk.watch(everything, { afterRevision: compacted });
    const first = await rest.next();
    assertEquals(first.value?.revision, 12);
    await rest.return();
  }, { untilMs: 60_000 });
  cluster.world.end();
});

Deno.test("every use of a clerk's signal is let go: a thousand calls leave no listener behind", async () => {
  await inCluster(12, async (cluster) => {
    const clerk = cluster.clerk("c", { window: 2 });
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
    await Promise.all(Array.from({ length: 1000 }, (_, at) => clerk.put(`k${at % 3}`, `${at}`, { signal })));
    assertEquals(listeners, 0);
  });
});
