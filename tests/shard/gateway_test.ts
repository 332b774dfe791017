import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Settle } from "../../kv/gateway/gateway.ts";
import { Absences } from "../../kv/cli/absences.ts";
import { askNodeInfo, refuseNodeInfo } from "../../kv/cli/node_info.ts";
import { RefusedError } from "../../kv/mod.ts";
import type { Step, StepResult, Transaction, TransactionResult } from "../../kv/store/steps.ts";
import { MemoryStorage } from "../../raft/mod.ts";
import type { Runtime } from "../../runtime/mod.ts";
import { found } from "../../shard/cli/founding.ts";
import { ShardGateway } from "../../shard/gateway.ts";
import {
  ControllerClerk,
  controllerMaps,
  openController,
  openGroup,
  ShardClerk,
  ShardPeer,
  taggedPlacement,
} from "../../shard/mod.ts";
import { LOCAL_AREA, World } from "../sim/mod.ts";

const PLACEMENT = taggedPlacement(8);
const GROUPS = [1, 2, 3];
const NAMES = ["p1", "p2", "p3"];
const MEMBERS = new Map(NAMES.map((name) => [name, name]));

async function runProcess(runtime: Runtime, name: string): Promise<void> {
  const peer = new ShardPeer(runtime, "fleet");
  const common = { runtime, peer, id: name, members: MEMBERS };
  await openController({ ...common, storage: new MemoryStorage(), shards: PLACEMENT.shards });
  for (const group of GROUPS) {
    const settings = { group, placement: PLACEMENT, controllers: NAMES };
    await openGroup({ ...common, ...settings, storage: new MemoryStorage() });
  }
}

interface Stage {
  readonly world: World;
  readonly admin: ControllerClerk;
  readonly gateway: ShardGateway;
}

/** Three processes with three groups, and a gateway in front of them. */
async function onStage(script: (stage: Stage) => Promise<void>): Promise<void> {
  const world = new World({ seed: 3, conditions: LOCAL_AREA });
  const stages: Stage[] = [];
  world.machine("front").boot((runtime) => {
    const calls = new ShardPeer(runtime, "fleet");
    const maps = controllerMaps({ runtime, calls, controllers: NAMES });
    const clerk = new ShardClerk({ runtime, calls, maps, placement: PLACEMENT });
    stages.push({
      world,
      admin: new ControllerClerk({ runtime, calls, controllers: NAMES }),
      gateway: new ShardGateway({
        router: clerk.router,
        placement: PLACEMENT,
        afterTurn: (action) => void runtime.clock.setTimer(0, action),
      }),
    });
  });
  const [stage] = stages;
  try {
    await world.play(async () => {
      for (const name of NAMES) {
        world.machine(name).boot((runtime) => runProcess(runtime, name));
        // Processes that start together would ask for the next map together, and nobody would have to wait for a shard.
        await world.clock.sleep(35);
      }
      await stage.admin.join(serversOf(1));
      await script(stage);
    }, { untilMs: 60_000 });
  } finally {
    world.end();
  }
}

const serversOf = (...groups: number[]) => new Map(groups.map((group) => [group, NAMES]));

function settled<T>(ask: (settle: Settle<T>) => void): Promise<T> {
  return new Promise((resolve, reject) =>
    ask((end) => end.kind === "done" ? resolve(end.value) : reject(end.error))
  );
}

const write = ({ gateway }: Stage, transaction: Transaction) =>
  settled<TransactionResult>((settle) => gateway.write(transaction, settle));
const look = ({ gateway }: Stage, ...steps: Step[]) =>
  settled<readonly StepResult[]>((settle) => gateway.look(steps, settle));
const set = (key: string, value: string): Step => ({
  op: "set",
  key,
  value,
  when: "always",
  expiry: { kind: "none" },
  previous: false,
});

Deno.test("a gateway of a sharded store looks at keys of all shards, and changes those of one", async () => {
  await onStage(async (stage) => {
    await stage.admin.join(serversOf(2, 3));
    const keys = Array.from({ length: 20 }, (_, number) => `key ${number}`);
    await Promise.all(keys.map((key) => write(stage, { guards: [], steps: [set(key, key)] })));
    assertEquals(await look(stage, { op: "getAll", keys }, { op: "size" }), [
      { kind: "list", values: keys },
      { kind: "integer", value: 20 },
    ]);
    assertEquals(await look(stage, { op: "keys", prefix: "", after: "key 18", limit: 2 }), [
      { kind: "keys", keys: ["key 19", "key 2"], more: true },
    ]);
    const together = [set("{t}a", "1"), set("{t}b", "2")];
    assertEquals((await write(stage, { guards: [], steps: together })).kind, "done");
    const apart = await write(stage, { guards: [], steps: [set("key 1", "x"), set("key 2", "x")] })
      .catch((error: unknown) => error);
    assert(apart instanceof RefusedError && apart.code === "invalid");
    assertStringIncludes(apart.message, "give the keys a common {tag}");
    assertEquals(await look(stage, { op: "getAll", keys: ["key 1", "key 2"] }), [
      { kind: "list", values: ["key 1", "key 2"] },
    ]);
    const [revision] = await look(stage, { op: "revisionOf", key: "{t}a" });
    assert(revision.kind === "integer");
    const guard = { key: "{t}a", revision: Number(revision.value) };
    assertEquals((await write(stage, { guards: [guard], steps: [set("{t}a", "3")] })).kind, "done");
    assertEquals((await write(stage, { guards: [guard], steps: [set("{t}a", "4")] })).kind, "guardFailed");
    const { scattered, calls, failed } = stage.gateway.counters;
    assert(scattered >= 2 && calls > 0 && failed === 1, JSON.stringify(stage.gateway.counters));
  });
});

Deno.test("writes of one key that come one after the other, none waiting for the last, are executed in that order while its shard moves to and fro", async () => {
  await onStage(async (stage) => {
    const { world, admin, gateway } = stage;
    const shard = PLACEMENT.shardOf("k");
    await admin.join(serversOf(2, 3));
    let goOn = true;
    const moving = (async () => {
      for (let round = 0; goOn; round++) {
        await admin.move(shard, 1 + round % 3);
        await world.clock.sleep(150);
      }
    })();
    const ends: Promise<TransactionResult>[] = [];
    const lengths: number[] = [];
    for (let nth = 0; nth < 300; nth++) {
      ends.push(
        settled((settle) =>
          gateway.write({ guards: [], steps: [{ op: "append", key: "k", value: `${nth} ` }] }, settle)
        ),
      );
      if (nth % 50 === 49) {
        // As a look behind writes on one connection is asked: it must see all of them, and none behind it.
        const both = settled<TransactionResult>((settle) =>
          gateway.write({ guards: [], steps: [{ op: "getAll", keys: ["k", "other"] }] }, settle)
        );
        ends.push(both.then((result) => {
          const [seen] = result.kind === "done" ? result.results : [];
          if (seen?.kind === "list") lengths.push((seen.values[0] ?? "").split(" ").length - 1);
          return result;
        }));
      }
      await world.clock.sleep(10);
    }
    await Promise.all(ends);
    goOn = false;
    await moving;
    const wanted = Array.from({ length: 300 }, (_, nth) => `${nth} `).join("");
    assertEquals(await look(stage, { op: "get", key: "k" }), [{ kind: "text", value: wanted }]);
    assertEquals(lengths, [50, 100, 150, 200, 250, 300]);
    assert((await admin.query()).number > 10, "the shard moved");
  });
});

Deno.test("a group takes no transaction whose keys are in another shard", async () => {
  await onStage(async (stage) => {
    const { gateway } = stage;
    // Another cut of the keys than the groups', as of a client of a cluster that was set up otherwise.
    const wrong = new ShardGateway({
      ...optionsOf(gateway, stage),
      placement: { shards: 8, shardOf: (key) => (PLACEMENT.shardOf(key) + 1) % 8 },
    });
    const refused = await settled<TransactionResult>((settle) =>
      wrong.write({ guards: [], steps: [set("k", "1")] }, settle)
    ).catch((error: unknown) => error);
    assert(refused instanceof RefusedError && refused.code === "invalid", `${refused}`);
    assertEquals(await look(stage, { op: "size" }), [{ kind: "integer", value: 0 }]);
  });
});

Deno.test("every group joins a new cluster by itself, once: one that was let go does not come back when the processes do", async () => {
  await onStage(async ({ world, admin }) => {
    const { runtime } = world.machine("front");
    const options = { clock: world.clock, signal: runtime.signal, leads: () => true };
    await found(admin, serversOf(1, 2, 3), options);
    assertEquals([...(await admin.query()).groups.keys()], [1]);
  });
});

Deno.test("of a member whose processes are started at other addresses the map is told, once; not for their order alone, and of nobody who is no member", async () => {
  await onStage(async ({ world, admin }) => {
    const { runtime } = world.machine("front");
    const options = { clock: world.clock, signal: runtime.signal, leads: () => true };
    const before = await admin.query();
    const numbers: number[] = [];
    for (const servers of [["x", "y"], ["x", "y"], ["y", "x"], ["x"]]) {
      await found(admin, new Map([[1, servers], [2, servers]]), options);
      const { number, groups, owners } = await admin.query();
      numbers.push(number - before.number);
      assertEquals([[...groups.keys()], owners], [[1], before.owners]);
    }
    assertEquals(numbers, [1, 1, 1, 2]);
    assertEquals((await admin.query()).groups.get(1), ["x"]);
  });
});

Deno.test("processes of another cluster that are called by mistake do not understand, and are not understood", async () => {
  await onStage(async ({ world, admin }) => {
    const runtime = world.machine("lost").boot(() => {});
    const calls = new ShardPeer(runtime, "another fleet");
    const other = new ControllerClerk({ runtime, calls, controllers: NAMES, timeoutMs: 2000 });
    const refused = await other.query().catch((error: unknown) => error);
    assert(refused instanceof RefusedError && refused.code === "timeout", `${refused}`);
    assertEquals((await admin.query()).number, 1);
  });
});

Deno.test("a client of stores that are not cut into shards is told that this is none of them", async () => {
  await onStage(async ({ world }) => {
    const node = world.machine("node").boot(() => {});
    refuseNodeInfo(node, "Cannot ask this way");
    const client = world.machine("plain client").boot(() => {});
    const refused = await askNodeInfo(client, ["node"], { timeoutMs: 1000, absences: new Absences() }).catch((
      error: unknown,
    ) => error);
    assert(refused instanceof AggregateError);
    assertEquals(refused.errors.map(({ code, message }) => [code, message]), [[
      "refused",
      "Cannot ask this way",
    ]]);
  });
});

function optionsOf(
  _gateway: ShardGateway,
  { world }: Stage,
): Omit<ConstructorParameters<typeof ShardGateway>[0], "placement"> {
  const runtime = world.machine("stranger").boot(() => {});
  const calls = new ShardPeer(runtime, "fleet");
  const maps = controllerMaps({ runtime, calls, controllers: NAMES });
  const clerk = new ShardClerk({ runtime, calls, maps, placement: PLACEMENT });
  return { router: clerk.router, afterTurn: (action) => void runtime.clock.setTimer(0, action) };
}
