import { assertEquals } from "@std/assert";
import { MemoryStorage } from "../../raft/mod.ts";
import type { Runtime } from "../../runtime/mod.ts";
import { encodeGroupCommand } from "../../shard/group_codec.ts";
import {
  commitPlan,
  ControllerClerk,
  controllerMaps,
  emptyMap,
  firstBytePlacement,
  groupName,
  openController,
  openGroup,
  type Plan,
  planJoin,
  planLeave,
  planMove,
  ShardClerk,
  ShardGroup,
  ShardPeer,
} from "../../shard/mod.ts";
import { LOCAL_AREA, World } from "../sim/mod.ts";

const PLACEMENT = firstBytePlacement(1);
const CONTROLLERS = ["ctl"];

/** Groups of one member each, whose storage may be carried to another machine. */
class Harbour {
  readonly world = new World({ seed: 1, conditions: LOCAL_AREA });
  readonly machines = new Map<string, ShardGroup>();
  readonly #storages = new Map<number, MemoryStorage>();

  constructor() {
    this.#boot("ctl", async (runtime) => {
      const options = { runtime, id: "m", members: new Map([["m", "ctl"]]), storage: new MemoryStorage() };
      await openController({ ...options, peer: new ShardPeer(runtime), shards: 1 });
    });
  }

  #boot(name: string, program: (runtime: Runtime) => Promise<void>): void {
    this.world.machine(name).boot(program);
  }

  /** Starts the member of `group` at an address, with what the group had on its disk elsewhere. */
  group(group: number, address: string): void {
    this.#boot(address, async (runtime) => {
      const storage = new MemoryStorage(this.#storages.get(group)?.image);
      this.#storages.set(group, storage);
      const members = new Map([["m", address]]);
      const place = { runtime, id: "m", members, storage, peer: new ShardPeer(runtime) };
      const options = { ...place, group, placement: PLACEMENT, controllers: CONTROLLERS };
      this.machines.set(address, (await openGroup(options)).machine);
    });
  }

  /** Somebody who answers whatever is asked of `group` in words that nobody knows. */
  stranger(group: number, address: string): void {
    this.#boot(address, (runtime) => {
      const answer = () => ({ kind: "applied", reply: new Uint8Array([99]) }) as const;
      const handlers = { open: answer, submit: answer, query: answer, watch: answer };
      new ShardPeer(runtime).serve(groupName(group), handlers);
      return Promise.resolve();
    });
  }

  state(address: string): string {
    return this.machines.get(address)?.statesOf(0).join("+") ?? "down";
  }
}

for (const when of ["before it was fetched", "before its old copy was deleted"] as const) {
  Deno.test(`a shard whose old group is started at other addresses ${when} moves all the same, once the map tells them`, async () => {
    const harbour = new Harbour();
    const { world } = harbour;
    await world.play(async () => {
      harbour.group(1, "old");
      harbour.group(2, "two");
      const runtime = world.machine("admin");
      runtime.boot(() => {});
      const calls = new ShardPeer(runtime.runtime);
      const own = { runtime: runtime.runtime, calls };
      const admin = new ControllerClerk({ ...own, controllers: CONTROLLERS });
      const maps = controllerMaps({ ...own, controllers: CONTROLLERS });
      const clerk = new ShardClerk({ ...own, maps, placement: PLACEMENT, timeoutMs: 20_000 });
      await admin.join(new Map([[1, ["old"]]]));
      await clerk.put("k", "1");
      await admin.join(new Map([[2, ["two"]]]));
      if (when === "before it was fetched") world.machine("old").crash();
      const moving = admin.move(0, 2);
      if (when === "before its old copy was deleted") {
        while (harbour.state("two") !== "serve") await world.clock.sleep(0.05);
        world.machine("old").crash();
        assertEquals(harbour.machines.get("two")?.transit.debts.size, 1);
      }
      await moving;
      await world.clock.sleep(3000);
      harbour.group(1, "new");
      await admin.join(new Map([[1, ["new"]]]));
      assertEquals(await clerk.get("k"), "1");
      await world.clock.sleep(10_000);
      assertEquals([harbour.state("new"), harbour.state("two")], ["gone", "serve"]);
      assertEquals(harbour.machines.get("two")?.transit.debts.size, 0);
    }, { untilMs: 120_000 });
    world.end();
  });
}

Deno.test("an old owner that left and joined again, elsewhere, is asked where it was: a new group may have its number", () => {
  const machine = new ShardGroup({ group: 2, placement: PLACEMENT });
  let map = emptyMap(1);
  const adopt = (plan: Plan) => {
    map = commitPlan(plan, map);
    machine.apply(encodeGroupCommand({ op: "adopt", map }), { index: map.number, timeMs: 0 });
    return machine.transit.expected.all.map(({ from }) => from.servers).flat();
  };
  adopt(planJoin(map, new Map([[1, ["old"]], [2, ["two"]]])));
  assertEquals(adopt(planMove(map, 0, 2)), ["old"]);
  assertEquals(adopt(planJoin(map, new Map([[1, ["new"]]]))), ["new"]);
  assertEquals(adopt(planLeave(map, [1])), ["new"]);
  assertEquals(adopt(planJoin(map, new Map([[1, ["another"]]]))), ["new"]);
});

for (const when of ["asked for a shard", "told to delete one"] as const) {
  Deno.test(`an old owner that is ${when} and answers in words of a later version ends no process, and is asked again`, async () => {
    const harbour = new Harbour();
    const { world } = harbour;
    await world.play(async () => {
      harbour.group(1, "old");
      harbour.group(2, "two");
      const runtime = world.machine("admin").boot(() => {});
      const admin = new ControllerClerk({ runtime, calls: new ShardPeer(runtime), controllers: CONTROLLERS });
      await admin.join(new Map([[1, ["old"]]]));
      await admin.join(new Map([[2, ["two"]]]));
      await world.clock.sleep(1000);
      if (when === "told to delete one") {
        const moving = admin.move(0, 2);
        while (harbour.state("two") !== "serve") await world.clock.sleep(0.05);
        world.machine("old").crash();
        await moving;
      } else {
        world.machine("old").crash();
        await admin.move(0, 2);
      }
      harbour.stranger(1, "old");
      await world.clock.sleep(5000);
      assertEquals(harbour.state("two"), when === "told to delete one" ? "serve" : "arriving");
      world.machine("old").crash();
      harbour.group(1, "old");
      await world.clock.sleep(10_000);
      assertEquals([harbour.state("old"), harbour.state("two")], ["gone", "serve"]);
    }, { untilMs: 120_000 });
    world.end();
  });
}
