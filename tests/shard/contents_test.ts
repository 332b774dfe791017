import { assert, assertEquals, assertThrows } from "@std/assert";
import { SnapshotError } from "../../kv/errors.ts";
import type { Caller, Replica } from "../../kv/mod.ts";
import { WireError } from "../../runtime/wire_error.ts";
import { encodeMap } from "../../shard/controller_codec.ts";
import { ShardGroup } from "../../shard/group.ts";
import {
  decodeGroupReply,
  encodeGroupCommand,
  encodeGroupQuestion,
  encodeGroupReply,
  type GroupCommand,
  type GroupReply,
} from "../../shard/group_codec.ts";
import { commitPlan, emptyMap, type ShardMap } from "../../shard/map.ts";
import { firstBytePlacement, planJoin, planMove } from "../../shard/mod.ts";
import { Mover } from "../../shard/mover.ts";
import { World } from "../sim/mod.ts";

const RULES = { ttlMs: 1000, maxSessions: 10 };
/** What came to be contents in some way: nothing of a shard, and a shard's that lost its end. */
const NO_CONTENTS = [new Uint8Array(0), new Uint8Array([0xff]), new Uint8Array(9)];

function machineOf(group: number): ShardGroup {
  return new ShardGroup({ group, placement: firstBytePlacement(1), store: { historyEvents: 0 } });
}

/** An entry that is in the log, however it came there. */
function apply(machine: ShardGroup, command: GroupCommand): GroupReply {
  return decodeGroupReply(machine.apply(encodeGroupCommand(command), { index: 1, timeMs: 0 }));
}

/** Map 1: groups 1 to 3, the shard at 1. Map 2: at 2. Map 3: at 3. */
function maps(): ShardMap[] {
  const members = new Map([1, 2, 3].map((group) => [group, [`server ${group}`]]));
  const all = [emptyMap(1)];
  all.push(commitPlan(planJoin(all[0], members), all[0]));
  for (const owner of [2, 3]) {
    all.push(commitPlan(planMove(all[all.length - 1], 0, owner), all[all.length - 1]));
  }
  return all;
}

/** Group 2, which waits for the shard, perhaps only to hand it on; and the contents that group 1 keeps for it. */
function waiting(movedOn: boolean): { machine: ShardGroup; contents: Uint8Array } {
  const [, one, two, three] = maps();
  const [old, machine] = [machineOf(1), machineOf(2)];
  for (const map of [one, two]) {
    for (const each of [old, machine]) apply(each, { op: "adopt", map });
    if (map === one) apply(old, { op: "open", shard: 0, rules: RULES });
  }
  if (movedOn) apply(machine, { op: "adopt", map: three });
  const kept = decodeGroupReply(old.query(encodeGroupQuestion({ op: "fetch", shard: 0, number: 2 })));
  assert(kept.kind === "contents");
  return { machine, contents: kept.contents };
}

Deno.test("an install of what is no shard's contents changes nothing where it stands in the log, no member dies of it, and the right contents are taken afterwards", () => {
  for (const movedOn of [false, true]) {
    const { machine, contents } = waiting(movedOn);
    const before = machine.snapshot();
    for (const bad of [...NO_CONTENTS, contents.subarray(0, -1)]) {
      assertEquals(apply(machine, { op: "install", shard: 0, number: 2, contents: bad }).kind, "absent");
      assertEquals(machine.snapshot(), before);
    }
    assertEquals(apply(machine, { op: "install", shard: 0, number: 2, contents }).kind, "done");
    assertEquals(machine.statesOf(0), movedOn ? ["gone", "leaving"] : ["serve"]);
  }
});

Deno.test("a group that is driven is given an empty shard by nothing but an install without contents", () => {
  const machine = machineOf(1);
  const before = machine.snapshot();
  for (const contents of NO_CONTENTS.slice(1)) {
    assertEquals(apply(machine, { op: "install", shard: 0, number: 1, contents }).kind, "absent");
    assertEquals(machine.snapshot(), before);
  }
  assertEquals(apply(machine, { op: "install", shard: 0, number: 1, contents: NO_CONTENTS[0] }).kind, "done");
  assertEquals(machine.statesOf(0), ["serve"]);
});

Deno.test("pieces that come to no shard's contents are dropped with the last one, and the shard is taken anew from its first byte on", () => {
  const { machine, contents } = waiting(false);
  const before = machine.snapshot();
  const sizeBytes = contents.length;
  const pieces = (from: Uint8Array) =>
    [[0, 2], [2, sizeBytes]].map(([offset, end]) =>
      apply(machine, {
        op: "installPart",
        shard: 0,
        number: 2,
        offset,
        sizeBytes,
        contents: from.subarray(offset, end),
      }).kind
    );
  assertEquals(pieces(new Uint8Array(sizeBytes).fill(0xff)), ["piece", "absent"]);
  assertEquals(machine.snapshot(), before);
  assertEquals(pieces(contents), ["piece", "done"]);
  assertEquals(machine.statesOf(0), ["serve"]);
});

Deno.test("contents of a later version stop the member that does not understand them: others may have taken them", () => {
  const { machine, contents } = waiting(false);
  // No sessions are open in a shard that nobody used: the layout of its store is the fourth byte.
  const [fresh, later] = [waiting(false).machine, new Uint8Array([0, 0, 0, 99])];
  assertThrows(
    () => apply(fresh, { op: "install", shard: 0, number: 2, contents: later }),
    SnapshotError,
    "upgrade",
  );
  assertEquals(apply(machine, { op: "install", shard: 0, number: 2, contents }).kind, "done");
});

Deno.test("what is no shard's contents does not enter a group's log", () => {
  const { machine, contents } = waiting(false);
  const check = (bytes: Uint8Array) =>
    machine.check(encodeGroupCommand({ op: "install", shard: 0, number: 2, contents: bytes }));
  assertThrows(() => check(new Uint8Array([0xff])), WireError);
  assertThrows(() => check(contents.subarray(0, -1)), SnapshotError, "does not decode");
  check(contents);
  // As a driver installs a shard that nobody had.
  check(new Uint8Array(0));
});

Deno.test("an old owner that gives no shard's contents, or none at all, is asked again ten times a second, and not before", async () => {
  for (const contents of NO_CONTENTS) {
    const world = new World({ seed: 1 });
    const runtime = world.machine("member").boot(() => {});
    const { machine } = waiting(false);
    const [, , latest] = maps();
    let asked = 0;
    const call: Caller["call"] = (server) => {
      if (server === "c") return Promise.resolve({ kind: "applied", reply: encodeMap(latest) });
      if (++asked > 500) throw new Error("asked without end");
      return Promise.resolve({ kind: "applied", reply: encodeGroupReply({ kind: "contents", contents }) });
    };
    const propose = (command: Uint8Array, options: { readonly checked?: boolean } = {}) => {
      try {
        if (options.checked !== true) machine.check(command);
      } catch {
        return Promise.resolve({ kind: "refused", code: "invalid", leader: null });
      }
      return Promise.resolve({ kind: "applied", reply: machine.apply(command, { index: 1, timeMs: 0 }) });
    };
    const replica = { node: { state: () => ({ isLeader: true }) }, propose } as unknown as Replica;
    const calls = { to: () => ({ call, close: () => {} }) };
    const mover = new Mover({ runtime, calls, replica, machine, controllers: ["c"], pollMs: 100, waitMs: 0 });
    await world.play(async () => {
      mover.start();
      await world.clock.sleep(1050);
      mover.stop();
    });
    world.end();
    assertEquals([asked, machine.statesOf(0)], [11, ["arriving"]]);
  }
});
