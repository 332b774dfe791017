import { assert, assertEquals } from "@std/assert";
import { Handover } from "../../kv/handover.ts";
import { Clerk, Store } from "../../kv/mod.ts";
import { Group } from "./group.ts";
import { GOOD_NETWORK } from "./storm.ts";

interface Fleet {
  readonly group: Group<Store>;
  readonly handovers: Map<string, Handover>;
}

/** Three stores that hear of each other's orderly stops, as processes do. */
function fleet(seed: number): Fleet {
  const handovers = new Map<string, Handover>();
  const machine = () => new Store();
  const group = new Group({ servers: 3, world: { seed, conditions: GOOD_NETWORK }, machine });
  const members = new Map(group.names.map((name) => [name, name]));
  group.onOpen = (id, { replica }) => {
    const { runtime } = group.world.machine(id);
    const onLeaving = (address: string) => replica.node.suspect(address);
    const replicas = [replica];
    handovers.set(id, new Handover({ runtime, cluster: "test", id, members, replicas, onLeaving }));
  };
  return { group, handovers };
}

Deno.test("a leader that is told to stop answers all that it has taken, and nobody waits longer than 60 ms for the next one, 40 times out of 40", async () => {
  const windows: number[] = [];
  for (let seed = 1; seed <= 40; seed++) {
    const { group, handovers } = fleet(seed);
    const { world } = group;
    await world.play(async () => {
      const first = await group.untilLed();
      await world.clock.sleep(500);
      const { term } = group.server(first).replica.node.state();
      const clerks = group.names.map((name) =>
        group.on(`client of ${name}`, (runtime) => new Clerk({ runtime, servers: group.names }))
      );
      const { replica } = group.server(first);
      const taken = Array.from({ length: 5 }, () => replica.openSession());
      let over = false;
      let writtenMs = world.nowMs;
      let longestMs = 0;
      const writing = clerks.map(async (clerk, at) => {
        for (let count = 0; !over; count++) {
          // Whoever fails here has had an outcome that nobody knows.
          await clerk.put(`k${at}`, `${count}`);
          longestMs = Math.max(longestMs, world.nowMs - writtenMs);
          writtenMs = world.nowMs;
        }
      });
      await handovers.get(first)?.leave(1000);
      world.machine(first).crash();
      for (const clerk of clerks) clerk.client.link.suspect(first);
      await world.clock.sleep(300);
      over = true;
      await Promise.all(writing);
      assertEquals(new Set((await Promise.all(taken)).map(({ kind }) => kind)), new Set(["applied"]));
      const { leader } = group;
      assert(leader !== null && leader !== first);
      assertEquals(group.server(leader).replica.node.state().term, term + 1);
      windows.push(longestMs);
    });
    world.end();
  }
  windows.sort((left, right) => left - right);
  assert(windows[39] <= 60, `the longest took ${windows[39]} ms, the median ${windows[20]} ms`);
});

Deno.test("a member that leads nothing leaves at once, and a leader that nobody can succeed does not wait longer than it is told to", async () => {
  const { group, handovers } = fleet(1);
  const { world } = group;
  await world.play(async () => {
    const leader = await group.untilLed();
    await world.clock.sleep(500);
    const others = group.names.filter((name) => name !== leader);
    const from = world.nowMs;
    await handovers.get(others[0])?.leave(1000);
    assertEquals([world.nowMs, group.leader], [from, leader]);
    for (const name of others) world.machine(name).crash();
    await handovers.get(leader)?.leave(100);
    assert(world.nowMs - from >= 100 && world.nowMs - from < 110, `${world.nowMs - from} ms`);
    assertEquals(group.leader, null);
  });
  world.end();
});
