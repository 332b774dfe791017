import { assert, assertEquals } from "@std/assert";
import { MemoryStorage } from "../../raft/mod.ts";
import type { Runtime } from "../../runtime/mod.ts";
import {
  ControllerClerk,
  controllerMaps,
  hashPlacement,
  openController,
  openGroup,
  ShardClerk,
  ShardPeer,
} from "../../shard/mod.ts";
import { LOCAL_AREA, World } from "../sim/mod.ts";

const PLACEMENT = hashPlacement(64);
const GROUPS = [1, 2, 3, 4];
const NAMES = ["p1", "p2", "p3"];
const MEMBERS = new Map(NAMES.map((name) => [name, name]));
/** No operation may take longer while shards move. */
const LONGEST_MS = 1000;

/** A process: a member of the controller and of every group, behind one end. */
async function runProcess(runtime: Runtime, name: string): Promise<void> {
  const peer = new ShardPeer(runtime);
  const common = { runtime, peer, id: name, members: MEMBERS };
  await openController({ ...common, storage: new MemoryStorage(), shards: PLACEMENT.shards });
  for (const group of GROUPS) {
    await openGroup({
      ...common,
      storage: new MemoryStorage(),
      group,
      placement: PLACEMENT,
      controllers: NAMES,
    });
  }
}

Deno.test(`three processes, each a member of the controller and of 4 groups of 64 shards: no write fails or takes longer than ${LONGEST_MS} ms while groups join and leave`, async () => {
  const world = new World({ seed: 1, conditions: LOCAL_AREA });
  let slowestMs = 0;
  let written = 0;
  const clerks: { admin: ControllerClerk; clerk: ShardClerk }[] = [];
  world.machine("client").boot((runtime) => {
    const calls = new ShardPeer(runtime);
    const maps = controllerMaps({ runtime, calls, controllers: NAMES });
    clerks.push({
      admin: new ControllerClerk({ runtime, calls, controllers: NAMES }),
      clerk: new ShardClerk({ runtime, calls, maps, placement: PLACEMENT }),
    });
  });
  const [{ admin, clerk }] = clerks;
  const servers = (...groups: number[]) => new Map(groups.map((group) => [group, NAMES]));
  await world.play(async () => {
    for (const name of NAMES) {
      world.machine(name).boot((runtime) => runProcess(runtime, name));
      // Processes that start together would ask for the next map together, and hand over in no time.
      await world.clock.sleep(35);
    }
    await admin.join(servers(1));
    let goOn = true;
    const write = async (number: number) => {
      for (let nth = 0; goOn; nth++) {
        const beganMs = world.nowMs;
        await clerk.append(`key ${number} ${nth % 8}`, "x");
        slowestMs = Math.max(slowestMs, world.nowMs - beganMs);
        written++;
        await world.clock.sleep(20);
      }
      return number;
    };
    await clerk.put("warm", "up");
    const writing = [1, 2, 3, 4, 5, 6].map(write);
    for (
      const change of [
        () => admin.join(servers(2, 3)),
        () => admin.join(servers(4)),
        () => admin.leave([1]),
        () => admin.join(servers(1)),
      ]
    ) {
      await world.clock.sleep(700);
      await change();
    }
    await world.clock.sleep(1500);
    goOn = false;
    await Promise.all(writing);
    const { entries } = await clerk.scan();
    assertEquals(entries.reduce((sum, { value }) => sum + value.length, 0), written + 2);
    const { owners } = await admin.query();
    assertEquals(GROUPS.map((group) => owners.filter((owner) => owner === group).length), [16, 16, 16, 16]);
  }, { untilMs: 60_000 });
  world.end();
  assert(written > 500, `${written} writes`);
  assert(slowestMs < LONGEST_MS, `a write took ${slowestMs} ms`);
});
