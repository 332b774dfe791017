/**
 * Whoever waits for a shard, a map or a change of the groups when its process is killed hears of it, and nothing is left behind.
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  type ChangeDriver,
  ControllerClerk,
  controllerMaps,
  planJoin,
  planMove,
  ShardClerk,
  ShardPeer,
} from "../../shard/mod.ts";
import { ShardFleet } from "../cluster/shard_fleet.ts";
import { type MortalRuntime, mortalRuntime } from "../kv/mortal_runtime.ts";
import { LOCAL_AREA } from "../sim/mod.ts";
import { seedsFrom } from "../wal/seeds.ts";

const NOTHING = { timers: 0, sleeps: 0, listeners: 0 };

/** Plays `script` on two groups, of which the first has everything. */
async function play(
  seed: number,
  follow: boolean,
  script: (fleet: ShardFleet, founded: Founded) => Promise<void>,
): Promise<void> {
  const world = { seed, conditions: LOCAL_AREA };
  const fleet = new ShardFleet({ world, shards: 6, groups: [101, 102], members: 3, follow });
  try {
    await fleet.world.play(async () => {
      const runtime = fleet.on("client", mortalRuntime);
      const peer = new ShardPeer(runtime);
      const driver = fleet.driver(runtime, peer);
      const admin = new ControllerClerk({ runtime, calls: peer, controllers: fleet.controllers });
      const maps = follow ? controllerMaps({ runtime, calls: peer, controllers: fleet.controllers }) : driver;
      const clerk = new ShardClerk({ runtime, calls: peer, maps, placement: fleet.placement });
      if (follow) await admin.join(fleet.groups(101));
      else await driver.change(planJoin(await driver.current(), fleet.groups(101)));
      await clerk.put("a", "1");
      await script(fleet, { runtime, driver, admin, clerk });
    }, { untilMs: 120_000 });
  } finally {
    fleet.world.end();
  }
}

interface Founded {
  readonly runtime: MortalRuntime;
  readonly driver: ChangeDriver;
  readonly admin: ControllerClerk;
  readonly clerk: ShardClerk;
}

/** Begins everything that may wait, while shards are on their way; `ended` hears of each once. */
function begin(
  { driver, admin, clerk }: Founded,
  fleet: ShardFleet,
  follow: boolean,
): Map<string, Promise<unknown>> {
  const calls = new Map<string, Promise<unknown>>();
  const call = (what: string, ask: () => Promise<unknown>) => calls.set(what, ask().catch((error) => error));
  if (follow) {
    call("join", () => admin.join(fleet.groups(102)));
    call("leave", () => admin.leave([101]));
    call("move", () => admin.move(1, 102));
    call("query", () => admin.query());
  } else {
    call("change", async () => await driver.change(planJoin(await driver.current(), fleet.groups(102))));
    call("move", async () => await driver.change(planMove(await driver.current(), 1, 101)));
    call("recover", () => driver.recover());
  }
  for (let at = 0; at < 12; at++) call(`put ${at}`, () => clerk.put(`${at}`, "x"));
  for (let at = 0; at < 12; at++) call(`get ${at}`, () => clerk.get(`${at}`));
  call("scan", () => clerk.scan());
  return calls;
}

for (const seed of seedsFrom(Deno.args, 15)) {
  for (const follow of [true, false]) {
    for (const gone of ["every group is there", "a group has gone"] as const) {
      const design = follow ? "groups that follow maps" : "a driver of changes";
      Deno.test(`a client of ${design} that is killed at any moment of a move, when ${gone}: every call has ended, and nothing is left (seed ${seed})`, async () => {
        await play(seed, follow, async (fleet, founded) => {
          const { world } = fleet;
          const random = world.random("kill");
          if (gone === "a group has gone") {
            for (const name of fleet.servers.get(102) ?? []) fleet.crash(name);
          }
          const calls = begin(founded, fleet, follow);
          await world.clock.sleep(random.next() * random.next() * 3000);
          founded.runtime.die();
          const open = new Set(calls.keys());
          for (const [what, call] of calls) call.then(() => open.delete(what));
          await world.clock.sleep(1);
          assertEquals([[...open], founded.runtime.left()], [[], NOTHING]);
        });
      });
    }
  }
}
