/**
 * Every way in which "safe" reads are known to have been stale, as a scenario of its own.
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Store } from "../../kv/mod.ts";
import { Gateway, type Settled } from "../../kv/gateway/gateway.ts";
import type { StepResult, TransactionResult } from "../../kv/store/steps.ts";
import { createCore, step } from "./raw_core.ts";
import type { Effect } from "../../raft/effect.ts";
import type { Message } from "../../raft/mod.ts";
import { RELIABLE } from "../sim/mod.ts";
import { seedsFrom } from "../wal/seeds.ts";
import { Group } from "./group.ts";
import { GOOD_NETWORK } from "./storm.ts";

function tokens(effects: readonly Effect[], type: "readReady" | "readFailed"): number[] {
  return effects.flatMap((effect) => effect.type === type ? [effect.token] : []);
}

/** A follower's sign of life for `round`, from a follower that has stored `matchIndex`. */
function heard(term: number, round: number, matchIndex: number): Message {
  return { type: "appendAccepted", term, round, matchIndex, incarnation: 7, counts: true };
}

Deno.test("a new leader answers no read before it has committed in its own term (etcd #7331)", () => {
  const { core, effects } = createCore("a", ["a", "b", "c"], { term: 1, entries: 1 });
  step(core, { type: "read", token: 1 }, effects);
  step(core, { type: "replicate" }, effects);
  step(core, { type: "message", from: "b", message: heard(core.term, 0, 1) }, effects);
  assertEquals(
    tokens(effects, "readReady"),
    [],
    "the entry of term 1 may be committed or not: this leader cannot know",
  );
  step(core, { type: "propose", commands: [new Uint8Array(1)] }, effects);
  step(core, { type: "replicate" }, effects);
  step(core, { type: "flushed", sequence: core.nextSequence - 1 }, effects);
  step(core, { type: "message", from: "b", message: heard(core.term, 0, 2) }, effects);
  assertEquals(tokens(effects, "readReady"), [], "committed, but nobody has confirmed it since");
  assert(core.role.type === "leader");
  step(core, { type: "message", from: "b", message: heard(core.term, core.role.round, 2) }, effects);
  assertEquals(effects.filter((one) => one.type === "readReady"), [{
    type: "readReady",
    token: 1,
    index: 2,
  }]);
});

Deno.test("late and repeated answers to an earlier round confirm no later read (etcd #20418)", () => {
  const { core, effects } = createCore("a", ["a", "b", "c"], { term: 1, entries: 0 });
  step(core, { type: "propose", commands: [new Uint8Array(1)] }, effects);
  step(core, { type: "replicate" }, effects);
  step(core, { type: "flushed", sequence: core.nextSequence - 1 }, effects);
  step(core, { type: "message", from: "b", message: heard(core.term, 0, 1) }, effects);
  step(core, { type: "read", token: 1 }, effects);
  step(core, { type: "replicate" }, effects);
  assert(core.role.type === "leader");
  const first = core.role.round;
  step(core, { type: "message", from: "b", message: heard(core.term, first, 1) }, effects);
  assertEquals(tokens(effects, "readReady"), [1]);
  // The same caller asks again; the network repeats what was said before the question, many times over.
  step(core, { type: "read", token: 2 }, effects);
  step(core, { type: "replicate" }, effects);
  for (let time = 0; time < 5; time++) {
    for (const from of ["b", "c"]) {
      step(core, { type: "message", from, message: heard(core.term, first, 1) }, effects);
    }
  }
  assertEquals(tokens(effects, "readReady"), [1]);
  step(core, { type: "message", from: "c", message: heard(core.term, first + 1, 1) }, effects);
  assertEquals(tokens(effects, "readReady"), [1, 2]);
});

Deno.test("reads that wait fail when leadership ends, and are not answered by a later one (tikv #9208, #9351)", () => {
  const { core, effects } = createCore("a", ["a", "b", "c"], { term: 1, entries: 0 });
  step(core, { type: "read", token: 1 }, effects);
  step(core, { type: "replicate" }, effects);
  step(core, {
    type: "message",
    from: "b",
    message: { type: "voteReply", term: core.term + 1, granted: false },
  }, effects);
  assertEquals(tokens(effects, "readFailed"), [1]);
  step(core, { type: "read", token: 2 }, effects);
  assertEquals([tokens(effects, "readFailed"), tokens(effects, "readReady")], [[1, 2], []]);
});

Deno.test("a new leader of a quiet group answers reads although nobody writes (redisraft #22)", async () => {
  const group = stores(1, GOOD_NETWORK);
  await group.world.play(async () => {
    const first = await group.untilLed();
    group.world.machine(first).crash();
    for (;;) {
      const leader = await group.untilLed();
      const outcome = await group.server(leader).replica.whenCurrent();
      if (outcome === null) break;
      await group.world.clock.sleep(20);
    }
  });
});

function stores(seed: number, conditions: typeof GOOD_NETWORK): Group<Store> {
  return new Group({ servers: 3, world: { seed, conditions }, machine: () => new Store() });
}

for (const seed of seedsFrom(Deno.args, 3)) {
  Deno.test(`a number that only grows is never seen to shrink, at any of three gateways, while every message may be repeated and late and leaders are cut off (seed ${seed})`, async () => {
    const conditions = {
      ...RELIABLE,
      duplicateRate: 0.7,
      delay: { kind: "uniform", lowMs: 0.1, highMs: 5 },
      holdBack: { rate: 0.1, minMs: 20, spreadMs: 600 },
    } as const;
    const group = stores(seed, conditions);
    const { world } = group;
    let acknowledged = 0;
    let looks = 0;
    await world.play(async () => {
      await group.untilLed();
      const gateways = group.names.map((name) =>
        new Gateway({
          replica: group.server(name).replica,
          store: group.machines.get(name) as Store,
          client: group.client(`client of ${name}`),
          clock: world.clock,
          afterTurn: (action) => void world.clock.setTimer(0, action),
          timeoutMs: 3000,
        })
      );
      const until = world.nowMs + 10_000;
      async function write(): Promise<void> {
        for (let at = 0; world.nowMs < until; at++) {
          const settled = await new Promise<Settled<TransactionResult>>((resolve) =>
            gateways[at % 3].write({ guards: [], steps: [{ op: "add", key: "n", by: 1n }] }, resolve)
          );
          if (settled.kind !== "done" || settled.value.kind !== "done") continue;
          const [result] = settled.value.results;
          assert(
            result.kind === "integer" && Number(result.value) > acknowledged,
            "a sum that was there before",
          );
          acknowledged = Number(result.value);
        }
      }
      async function look(at: number): Promise<void> {
        while (world.nowMs < until) {
          // An answer that took no time must not keep the world's clock from going on.
          await world.clock.sleep(1);
          const least = acknowledged;
          const settled = await new Promise<Settled<readonly StepResult[]>>((resolve) =>
            gateways[at].look([{ op: "get", key: "n" }], resolve)
          );
          if (settled.kind !== "done") continue;
          const [result] = settled.value;
          const seen = result.kind === "text" ? Number(result.value) : 0;
          assert(
            seen >= least,
            `${seen} was read at ${group.names[at]} after ${least} had been acknowledged (seed ${seed})`,
          );
          looks++;
        }
      }
      async function cutLeaders(): Promise<void> {
        while (world.nowMs < until) {
          await world.clock.sleep(1500);
          const { leader } = group;
          if (leader === null) continue;
          world.network.partition("cut", { kind: "isolate", node: leader, others: group.names });
          await world.clock.sleep(1200);
          world.network.mend("cut");
        }
      }
      await Promise.all([write(), cutLeaders(), ...gateways.keys().map(look)]);
    });
    assert(acknowledged > 50 && looks > 200, `too little happened: ${acknowledged} writes, ${looks} looks`);
  });
}
