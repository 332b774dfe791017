/**
 * How long those wait who ask a gateway whose group cannot answer.
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { RefusedError, Store, UnknownOutcomeError } from "../../kv/mod.ts";
import { Gateway, type Settled } from "../../kv/gateway/gateway.ts";
import type { StepResult, TransactionResult } from "../../kv/store/steps.ts";
import { RELIABLE } from "../sim/mod.ts";
import { Group } from "./group.ts";

const TIMEOUT_MS = 3000;

Deno.test("a leader whose followers answer but whose disks hang: writes end as unknown in 3 s, looks go on, later writes are taken again", async () => {
  const group = new Group({
    servers: 3,
    world: { seed: 1, conditions: RELIABLE },
    machine: () => new Store(),
  });
  const { world } = group;
  await world.play(async () => {
    await group.untilLed();
    const leader = group.names.find((name) => group.server(name).replica.node.state().isLeader);
    assert(leader !== undefined);
    const gateway = new Gateway({
      replica: group.server(leader).replica,
      store: group.machines.get(leader) as Store,
      client: group.client("client"),
      clock: world.clock,
      afterTurn: (action) => void world.clock.setTimer(0, action),
      timeoutMs: TIMEOUT_MS,
    });
    const put = (value: string) =>
      new Promise<Settled<TransactionResult>>((resolve) =>
        gateway.write({
          guards: [],
          steps: [{
            op: "set",
            key: "k",
            value,
            when: "always",
            expiry: { kind: "none" },
            previous: false,
          }],
        }, resolve)
      );
    const look = () =>
      new Promise<Settled<readonly StepResult[]>>((resolve) =>
        gateway.look([{ op: "get", key: "k" }], resolve)
      );
    assertEquals((await put("1")).kind, "done");
    for (const name of group.names) if (name !== leader) group.writeDelaysMs.set(name, 20_000);
    const from = world.nowMs;
    // More at once than there are ways to the log: those that wait behind them must not wait for ever either.
    const late = await Promise.all(["2", "3", "4", "5"].map(put));
    assert(world.nowMs - from < 3 * TIMEOUT_MS, `${world.nowMs - from} ms`);
    for (const settled of late) {
      assert(settled.kind === "failed" && settled.error instanceof UnknownOutcomeError);
      assertStringIncludes(settled.error.message, "within 3000 ms");
    }
    assertEquals(gateway.counters.failed, late.length);
    assertEquals(await look(), { kind: "done", value: [{ kind: "text", value: "1" }] });
    for (const name of group.names) group.writeDelaysMs.set(name, 0);
    await world.clock.sleep(25_000);
    assertEquals((await put("6")).kind, "done");
    assertEquals(await look(), { kind: "done", value: [{ kind: "text", value: "6" }] });
  });
});

Deno.test("a leader that no follower hears any more: looks are refused or answered elsewhere, none waits for ever", async () => {
  const group = new Group({
    servers: 3,
    world: { seed: 2, conditions: RELIABLE },
    machine: () => new Store(),
    // A leader without a majority that is not told so: only the gateway's own patience ends the wait.
    server: { checkQuorum: false },
  });
  const { world } = group;
  await world.play(async () => {
    await group.untilLed();
    const leader = group.names.find((name) => group.server(name).replica.node.state().isLeader);
    assert(leader !== undefined);
    const gateway = new Gateway({
      replica: group.server(leader).replica,
      store: group.machines.get(leader) as Store,
      client: group.client("client"),
      clock: world.clock,
      afterTurn: (action) => void world.clock.setTimer(0, action),
      timeoutMs: TIMEOUT_MS,
    });
    for (const name of group.names) if (name !== leader) world.machine(name).crash();
    const from = world.nowMs;
    const settled = await new Promise<Settled<readonly StepResult[]>>((resolve) =>
      gateway.look([{ op: "get", key: "k" }], resolve)
    );
    assert(settled.kind === "failed" && settled.error instanceof RefusedError);
    assertEquals(settled.error.code, "timeout");
    assert(world.nowMs - from < 2 * TIMEOUT_MS);
  });
});

Deno.test("clients that were answered together, and ask again within a few turns of the event loop, share one entry each time", async () => {
  const group = new Group({
    servers: 3,
    world: { seed: 3, conditions: RELIABLE },
    machine: () => new Store(),
  });
  const { world } = group;
  await world.play(async () => {
    await group.untilLed();
    const leader = group.names.find((name) => group.server(name).replica.node.state().isLeader);
    assert(leader !== undefined);
    const turn = () => new Promise<void>((resolve) => void world.clock.setTimer(0, resolve));
    const gateway = new Gateway({
      replica: group.server(leader).replica,
      store: group.machines.get(leader) as Store,
      client: group.client("client"),
      clock: world.clock,
      afterTurn: (action) => void world.clock.setTimer(0, action),
    });
    const put = (key: string) =>
      new Promise<Settled<TransactionResult>>((resolve) =>
        gateway.write({
          guards: [],
          steps: [{
            op: "set",
            key,
            value: "v",
            when: "always",
            expiry: { kind: "none" },
            previous: false,
          }],
        }, resolve)
      );
    const rounds = 20;
    await Promise.all(Array.from({ length: 32 }, async (_, client) => {
      for (let round = 0; round < rounds; round++) {
        // Answers are on their way for unequal times.
        for (let left = (client + round) % 3; left > 0; left--) await turn();
        assertEquals((await put(`k${client}`)).kind, "done");
      }
    }));
    const { writes, writeBatches } = gateway.counters;
    assertEquals(writes, 32 * rounds);
    assert(writeBatches <= rounds + 3, `${writeBatches} entries for ${rounds} rounds of 32 writes`);
    // Nobody waits for those who do not come again.
    const from = world.nowMs;
    assertEquals((await put("alone")).kind, "done");
    assert(world.nowMs - from < 20, `${world.nowMs - from} ms`);
    // Those who come one by one while a command is on its way share the next.
    const before = gateway.counters.writeBatches;
    const stragglers: Promise<Settled<TransactionResult>>[] = [];
    for (let at = 0; at < 30; at++) {
      stragglers.push(put(`late ${at}`));
      await turn();
    }
    for (const { kind } of await Promise.all(stragglers)) assertEquals(kind, "done");
    const commands = gateway.counters.writeBatches - before;
    assert(commands <= 10, `${commands} entries for 30 writes that came one by one`);
  });
});

Deno.test("who becomes leader writes at once, however many commands of its clients hang at a member that is dead", async () => {
  const group = new Group({
    servers: 3,
    world: { seed: 4, conditions: RELIABLE },
    machine: () => new Store(),
  });
  const { world } = group;
  const leads = (name: string) => group.server(name).replica.node.state().isLeader;
  await world.play(async () => {
    await group.untilLed();
    const first = group.names.find(leads) ?? "";
    const others = group.names.filter((name) => name !== first).map((name) => ({
      name,
      gateway: new Gateway({
        replica: group.server(name).replica,
        store: group.machines.get(name) as Store,
        client: group.client(`client of ${name}`),
        clock: world.clock,
        afterTurn: (action) => void world.clock.setTimer(0, action),
      }),
    }));
    const put = (gateway: Gateway, key: string) =>
      new Promise<Settled<TransactionResult>>((resolve) =>
        gateway.write({
          guards: [],
          steps: [{ op: "set", key, value: key, when: "always", expiry: { kind: "none" }, previous: false }],
        }, resolve)
      );
    for (const { name, gateway } of others) {
      // Whoever asks from there is never heard.
      world.machine(`client of ${name}`).crash();
      for (const key of ["a", "b", "c"]) {
        void put(gateway, key);
        await world.clock.sleep(5);
      }
    }
    world.machine(first).crash();
    let heir = others.find(({ name }) => leads(name));
    for (; heir === undefined; heir = others.find(({ name }) => leads(name))) await world.clock.sleep(10);
    const from = world.nowMs;
    const settled = await put(heir.gateway, "d");
    assertEquals(settled.kind, "done");
    assert(world.nowMs - from < 100, `it took ${world.nowMs - from} ms`);
  });
  world.end();
});
