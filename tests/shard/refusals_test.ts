import { assertEquals, assertThrows } from "@std/assert";
import { RefusedError, SnapshotError } from "../../kv/mod.ts";
import { ByteReader, ByteWriter } from "../../runtime/bytes.ts";
import { WireError } from "../../runtime/mod.ts";
import { found } from "../../shard/cli/founding.ts";
import { ShardController } from "../../shard/controller.ts";
import { ControllerClerk } from "../../shard/controller_clerk.ts";
import { encodeControllerCommand } from "../../shard/controller_codec.ts";
import { ShardGroup } from "../../shard/group.ts";
import { decodeGroupReply } from "../../shard/group_codec.ts";
import { emptyMap } from "../../shard/map.ts";
import { readMap, writeMap } from "../../shard/map_codec.ts";
import { firstBytePlacement, hashPlacement, MAX_SHARDS, taggedPlacement } from "../../shard/placement.ts";
import { World } from "../sim/mod.ts";

Deno.test(`a placement of fewer shards than 1, of more than ${MAX_SHARDS}, or of a part of one is refused`, () => {
  for (const make of [hashPlacement, taggedPlacement, firstBytePlacement]) {
    for (const shards of [0, -1, 1.5, NaN, MAX_SHARDS + 1]) {
      assertThrows(() => make(shards), RangeError, "a whole number from 1 to");
    }
    assertEquals(make(MAX_SHARDS).shards, MAX_SHARDS);
  }
});

Deno.test("a group without servers, and group 0, cannot join", () => {
  const join = (group: number, servers: string[]) =>
    encodeControllerCommand({ op: "join", groups: new Map([[1, ["s"]], [group, servers]]) });
  const controller = new ShardController(2);
  controller.check(join(2, ["t"]));
  assertThrows(() => controller.check(join(2, [])), RangeError, "Cannot join group 2 without servers");
  assertThrows(() => controller.check(join(0, ["t"])), RangeError, "Cannot join group 0");
});

Deno.test("a map of more shards than there can be is no map", () => {
  const bytesOf = (shards: number) => {
    const writer = new ByteWriter(MAX_SHARDS);
    writeMap(writer, emptyMap(shards));
    return writer.take();
  };
  assertEquals(readMap(new ByteReader(bytesOf(MAX_SHARDS))), emptyMap(MAX_SHARDS));
  assertThrows(() => readMap(new ByteReader(bytesOf(MAX_SHARDS + 1))), WireError, "a map of 65537 shards");
});

Deno.test("maps that are cut short, with bytes behind them, of another layout, or none at all are no snapshot, and nothing is changed", () => {
  const controller = new ShardController(2);
  controller.apply(encodeControllerCommand({ op: "join", groups: new Map([[1, ["s"]]]) }));
  const good = controller.snapshot();
  const restored = new ShardController(3);
  const restore = (bytes: Uint8Array) => () => restored.restore(bytes);
  for (let length = 0; length < good.length; length++) {
    assertEquals(assertThrows(restore(good.subarray(0, length)), SnapshotError).code, "malformed");
  }
  assertEquals(assertThrows(restore(new Uint8Array([...good, 0])), SnapshotError).code, "malformed");
  assertEquals(
    assertThrows(restore(new Uint8Array([0, ...good.subarray(1)])), SnapshotError).code,
    "malformed",
  );
  assertEquals(assertThrows(restore(new Uint8Array([2, ...good.subarray(1)])), SnapshotError).code, "newer");
  assertEquals(assertThrows(restore(new Uint8Array([1, 0])), SnapshotError).code, "malformed");
  assertEquals([restored.latest.number, restored.latest.owners.length], [0, 3]);
  restore(good)();
  assertEquals(restored.snapshot(), good);
});

Deno.test("what is no command for a group does not enter its log, and what is no question or answer is none", () => {
  const group = new ShardGroup({ group: 1, placement: hashPlacement(2) });
  const unknown = new Uint8Array([99, 0, 0]);
  assertThrows(() => group.check(unknown), WireError, "no command for a group");
  assertThrows(() => group.query(unknown), WireError, "no question to a group");
  assertThrows(() => decodeGroupReply(unknown), WireError, "no answer of a group");
});

Deno.test("whoever uses a controller's clerk by `using` has let go of its end when it is through", () => {
  const world = new World({ seed: 1 });
  const runtime = world.machine("client").boot(() => {});
  let closed = 0;
  const calls = {
    to: () => ({ call: () => Promise.reject(new Error("nobody is asked")), close: () => void closed++ }),
  };
  {
    using _ = new ControllerClerk({ runtime, calls, controllers: ["c"] });
  }
  world.end();
  assertEquals(closed, 1);
});

Deno.test("whoever founds a cluster and is refused at once asks again ten times a second, and ends when its process does", async () => {
  const world = new World({ seed: 1 });
  const death = new AbortController();
  let asked = 0;
  const refuse = () => {
    if (++asked > 100) throw new Error("asked without end");
    return Promise.reject(new RefusedError("closed", "this end is closed"));
  };
  const admin = { query: refuse, join: refuse } as unknown as ControllerClerk;
  await world.play(async () => {
    const founding = found(admin, new Map(), {
      clock: world.clock,
      signal: death.signal,
      leads: () => true,
    });
    await world.clock.sleep(1050);
    death.abort(new Error("over"));
    await founding;
  });
  world.end();
  assertEquals(asked, 11);
});
