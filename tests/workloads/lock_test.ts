import { assert, assertEquals } from "@std/assert";
import { KvServer } from "../../kv/mod.ts";
import { MemoryStorage } from "../../raft/mod.ts";
import { World } from "../sim/mod.ts";
import { SureClerk } from "./lock.ts";

Deno.test("a lease is surely kept from when it was asked for, not from when the answer came, however late a machine hears its own alarm", async () => {
  const world = new World({ seed: 1, conditions: slow(100) });
  world.machine("store").boot(async (runtime) => {
    const members = new Map([["store", "store"]]);
    await KvServer.open({ runtime, id: "store", members, storage: new MemoryStorage() });
  });
  const runtime = world.machine("client").boot(() => {});
  const clerk = new SureClerk(world, { runtime, servers: ["store"] });
  await world.play(async () => {
    assertEquals(clerk.sureUntilMs, Infinity);
    // Opens the session and finds the leader, so that what follows takes one answer's time.
    await clerk.put("k", "v");
    const askedMs = world.nowMs;
    const lease = await clerk.grantLease(1000);
    assert(world.nowMs - askedMs >= 200, "the answer came at once");
    assertEquals(clerk.sureUntilMs, askedMs + 1000);
    const keptMs = world.nowMs;
    assert(await clerk.keepLease(lease));
    assertEquals(clerk.sureUntilMs, keptMs + 1200);
    await clerk.revokeLease(lease);
    const sureUntilMs = clerk.sureUntilMs;
    assertEquals([await clerk.keepLease(lease), clerk.sureUntilMs], [false, sureUntilMs]);
  });
  world.end();
});

function slow(ms: number) {
  const holdBack = { rate: 0, minMs: 0, spreadMs: 0 };
  const delay = { kind: "fixed", ms } as const;
  return { lossRate: 0, duplicateRate: 0, delay, holdBack, bytesPerSecond: 0, inOrder: true };
}
