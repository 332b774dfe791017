import { assert, assertEquals } from "@std/assert";
import type { Caller, Replica } from "../../kv/mod.ts";
import { encodeBatchResult } from "../../kv/store/command_codec.ts";
import { RpcError } from "../../runtime/mod.ts";
import { decodeMapQuestion, encodeMap } from "../../shard/controller_codec.ts";
import { ShardGroup } from "../../shard/group.ts";
import {
  decodeGroupCommand,
  encodeGroupReply,
  encodeSessionId,
  type GroupReply,
} from "../../shard/group_codec.ts";
import {
  commitPlan,
  emptyMap,
  firstBytePlacement,
  planJoin,
  ShardClerk,
  type ShardMap,
} from "../../shard/mod.ts";
import { Mover } from "../../shard/mover.ts";
import { FRESH_MS } from "../../shard/shard_session.ts";
import { World } from "../sim/mod.ts";

const WRITTEN = encodeBatchResult({ kind: "done", revision: 1, previousVersions: [0] });
const PLACEMENT = firstBytePlacement(2);
const NOBODYS = emptyMap(2);
const ONE = commitPlan(planJoin(NOBODYS, new Map([[1, ["s"]]])), NOBODYS);
/** More than anybody asks who pauses. Whoever does not would let no time pass, and no test end. */
const ENDLESS = 500;

Deno.test("a group whose question for the next map is refused at once asks again ten times a second, and not before", async () => {
  const world = new World({ seed: 1 });
  const runtime = world.machine("member").boot(() => {});
  let asked = 0;
  const call = () => {
    if (++asked > ENDLESS) throw new Error("asked without end");
    return Promise.reject(new RpcError("refused", "no such service here"));
  };
  const replica = { node: { state: () => ({ isLeader: true }) } } as unknown as Replica;
  const machine = new ShardGroup({ group: 1, placement: PLACEMENT });
  const calls = { to: () => ({ call, close: () => {} }) };
  for (const waitMs of [0, 500]) {
    const mover = new Mover({ runtime, calls, replica, machine, controllers: ["c"], pollMs: 100, waitMs });
    asked = 0;
    await world.play(async () => {
      mover.start();
      await world.clock.sleep(1050);
      mover.stop();
    });
    assertEquals(asked, 11);
  }
  world.end();
});

Deno.test("a group that is five maps behind takes them all on at once; told at once that there is no next one, it asks again ten times a second", async () => {
  const all = [NOBODYS, ONE];
  for (let server = 2; server <= 5; server++) {
    const last = all[all.length - 1];
    all.push(commitPlan(planJoin(last, new Map([[1, [`s${server}`]]])), last));
  }
  for (const waitMs of [0, 500]) {
    const world = new World({ seed: 1 });
    const runtime = world.machine("member").boot(() => {});
    const machine = new ShardGroup({ group: 1, placement: PLACEMENT });
    const propose = async (command: Uint8Array) => {
      await world.clock.sleep(1);
      return { kind: "applied", reply: machine.apply(command, { index: 1, timeMs: 0 }) };
    };
    const replica = { node: { state: () => ({ isLeader: true }) }, propose } as unknown as Replica;
    let asked = 0;
    const call: Caller["call"] = (_to, _method, request) => {
      if (++asked > ENDLESS) throw new Error("asked without end");
      const question = request instanceof Uint8Array
        ? request
        : (request as { question: Uint8Array }).question;
      const map = all[decodeMapQuestion(question) ?? 0] ?? all[5];
      return Promise.resolve({ kind: "applied", reply: encodeMap(map) });
    };
    const calls = { to: () => ({ call, close: () => {} }) };
    const mover = new Mover({ runtime, calls, replica, machine, controllers: ["c"], pollMs: 100, waitMs });
    await world.play(async () => {
      await world.clock.sleep(1000);
      mover.start();
      await world.clock.sleep(50);
      assertEquals([machine.map.number, asked], [5, 6]);
      await world.clock.sleep(1000);
      mover.stop();
    });
    world.end();
    assertEquals(asked, 16);
  }
});

/** How often a map and a group are asked by a read that has a second, where both answer at once. */
async function askedInASecond(map: ShardMap, reply: GroupReply): Promise<{ maps: number; group: number }> {
  const world = new World({ seed: 1 });
  const runtime = world.machine("client").boot(() => {});
  const asked = { maps: 0, group: 0 };
  const count = (whom: "maps" | "group") => {
    if (++asked[whom] > ENDLESS) throw new Error(`asked without end: ${whom}`);
  };
  const call: Caller["call"] = () => {
    count("group");
    return Promise.resolve({ kind: "applied", reply: encodeGroupReply(reply) });
  };
  const maps = {
    latest: () => {
      count("maps");
      return Promise.resolve(map);
    },
  };
  const calls = { to: () => ({ call, close: () => {} }) };
  const clerk = new ShardClerk({ runtime, calls, maps, placement: PLACEMENT, timeoutMs: 1000 });
  let code = "";
  await world.play(async () => {
    await clerk.get("a").catch((error) => code = error.code ?? error.message);
    assert(world.clock.now() >= 999, code);
  });
  world.end();
  assertEquals(code, "timeout");
  return asked;
}

Deno.test("a read pauses before it asks again, while a group is behind, while its shard is on its way, and while nobody owns it", async () => {
  const behind = await askedInASecond(ONE, { kind: "wrongGroup", map: null });
  assert(behind.group > 10 && behind.group < 40, JSON.stringify(behind));
  const onItsWay = await askedInASecond(ONE, { kind: "arriving" });
  assert(onItsWay.group > 10 && onItsWay.group < 40, JSON.stringify(onItsWay));
  const nobodys = await askedInASecond(NOBODYS, { kind: "arriving" });
  assert(nobodys.maps > 10 && nobodys.maps < 40, JSON.stringify(nobodys));
});

Deno.test("a session in a shard that was not used for half an hour is not used again: its shard may have forgotten it", async () => {
  const world = new World({ seed: 1 });
  const runtime = world.machine("client").boot(() => {});
  let opened = 0;
  const call: Caller["call"] = (_to, _method, request) => {
    const bytes = request !== null && "command" in request ? request.command : new Uint8Array(0);
    const isOpening = decodeGroupCommand(bytes).op === "open";
    if (isOpening) opened++;
    const reply: GroupReply = isOpening
      ? { kind: "done", reply: encodeSessionId(opened) }
      : { kind: "done", reply: WRITTEN };
    return Promise.resolve({ kind: "applied", reply: encodeGroupReply(reply) });
  };
  const maps = { latest: () => Promise.resolve(ONE) };
  const clerk = new ShardClerk({
    runtime,
    calls: { to: () => ({ call, close: () => {} }) },
    maps,
    placement: PLACEMENT,
  });
  const openedAfter: number[] = [];
  await world.play(async () => {
    for (const idleMs of [0, FRESH_MS - 1, FRESH_MS - 1, FRESH_MS]) {
      await world.clock.sleep(idleMs);
      await clerk.put("a", "1");
      openedAfter.push(opened);
    }
  }, { untilMs: 4 * FRESH_MS });
  world.end();
  assertEquals(openedAfter, [1, 1, 1, 2]);
});
