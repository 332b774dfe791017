import { assert } from "@std/assert";
import { encodeGroupCommand } from "../../shard/group_codec.ts";
import { commitPlan, emptyMap, NOBODY } from "../../shard/map.ts";
import { ShardFleet } from "../cluster/shard_fleet.ts";
import { LOCAL_AREA } from "../sim/mod.ts";

const GROUPS = [101, 102];
const SHARDS = 10;

function fleet(seed: number, waitMs: number): ShardFleet {
  const world = { seed, conditions: LOCAL_AREA };
  return new ShardFleet({ world, shards: SHARDS, groups: GROUPS, members: 3, follow: true, waitMs });
}

/** Plays `script` on a fleet whose groups have taken their first map on. */
async function play(ships: ShardFleet, script: () => Promise<void>): Promise<void> {
  try {
    await ships.world.play(async () => {
      const admin = ships.controllerClerk("founder");
      await adopted(ships, await admin.join(ships.groups(...GROUPS)));
      await script();
    }, { untilMs: 120_000 });
  } finally {
    ships.world.end();
  }
}

/** Milliseconds until every group has taken a map on. */
async function adopted(ships: ShardFleet, number: number): Promise<number> {
  const { clock } = ships.world;
  const sinceMs = clock.now();
  while (!GROUPS.every((group) => ships.machines(group).some(({ map }) => map.number >= number))) {
    await clock.sleep(0.5);
  }
  return clock.now() - sinceMs;
}

Deno.test("groups that wait at the controller take each of 20 maps on within 10 ms, whenever it comes (seed 6)", async () => {
  const ships = fleet(6, 500);
  await play(ships, async () => {
    const admin = ships.controllerClerk("admin");
    const random = ships.world.random("moves");
    for (let move = 0; move < 20; move++) {
      await ships.world.clock.sleep(random.between(50, 1500));
      const { owners } = await admin.query();
      const shard = random.below(SHARDS);
      const tookMs = await adopted(ships, await admin.move(shard, owners[shard] === 101 ? 102 : 101));
      assert(tookMs < 10, `move ${move} was taken on after ${tookMs} ms (seed 6)`);
    }
  });
});

async function messagesOfIdleness(waitMs: number): Promise<number> {
  const ships = fleet(4, waitMs);
  let messages = 0;
  await play(ships, async () => {
    const { network, clock } = ships.world;
    await clock.sleep(1000);
    const before = network.totals.messagesSent;
    await clock.sleep(5000);
    messages = network.totals.messagesSent - before;
  });
  return messages;
}

Deno.test("five idle seconds of two groups that wait take 300 messages less than of two that ask ten times a second, which take at most 2,000", async () => {
  const [waiting, asking] = [await messagesOfIdleness(500), await messagesOfIdleness(0)];
  assert(asking - waiting > 300, `${waiting} against ${asking}`);
  // Whoever takes the map that it has for news proposes it again and again.
  assert(asking <= 2000, `${asking}`);
});

/** The leader of the first group, as soon as there is one. */
async function firstLeader(ships: ShardFleet): Promise<NonNullable<ReturnType<ShardFleet["at"]>>> {
  for (;;) {
    const name = ships.leader(ships.servers.get(GROUPS[0]) ?? []);
    const leader = name === null ? null : ships.at(name);
    if (leader !== null) return leader;
    await ships.world.clock.sleep(20);
  }
}

Deno.test("a group that lives by another controller's maps looks at this one's ten times a second, and does not fill its log with them (seed 5)", async () => {
  const ships = fleet(5, 500);
  let entries = Infinity;
  try {
    await ships.world.play(async () => {
      const { replica } = await firstLeader(ships);
      const owners = new Array<number>(SHARDS).fill(NOBODY);
      const foreign = commitPlan(
        { kind: "plan", after: 0, owners, groups: ships.groups(GROUPS[0]) },
        emptyMap(SHARDS),
      );
      await replica.propose(encodeGroupCommand({ op: "adopt", map: foreign }));
      const admin = ships.controllerClerk("founder");
      await admin.join(ships.groups(...GROUPS));
      await admin.move((await admin.query()).owners.indexOf(GROUPS[1]), GROUPS[0]);
      const before = replica.node.applied;
      await ships.world.clock.sleep(5000);
      entries = replica.node.applied - before;
    }, { untilMs: 120_000 });
  } finally {
    ships.world.end();
  }
  assert(entries <= 60, `${entries} entries in five seconds (seed 5)`);
});
