import { assert, assertEquals, assertRejects } from "@std/assert";
import { CrossShardError, PlacementError } from "../../shard/mod.ts";
import { ShardFleet } from "../cluster/shard_fleet.ts";

const SHARDS = 10;
const KEYS = Array.from({ length: 40 }, (_, key) => `key ${key}`);

function fleet(seed: number, groups: readonly number[]): ShardFleet {
  return new ShardFleet({ world: { seed }, shards: SHARDS, groups, members: 3, follow: true });
}

/** Plays `script`, and throws the first broken law. */
async function play(ships: ShardFleet, script: () => Promise<void>): Promise<void> {
  try {
    await ships.world.play(script, { untilMs: 120_000 });
  } catch (error) {
    if (ships.violation === null) throw error;
  } finally {
    ships.world.end();
  }
  assertEquals(ships.violation, null);
}

Deno.test("40 keys survive joins, leaves and moves among 3 groups, also the leave of the last one, and old copies are deleted", async () => {
  const ships = fleet(1, [101, 102, 103]);
  await play(ships, async () => {
    const { world } = ships;
    const admin = ships.controllerClerk("admin");
    const clerk = ships.clerk("client");
    await admin.join(ships.groups(101));
    for (const key of KEYS) await clerk.put(key, "0 ");
    let round = 1;
    const changes = [
      () => admin.join(ships.groups(102, 103)),
      () => admin.leave([101]),
      () => admin.move(3, 102),
      () => admin.leave([102, 103]),
      () => admin.leave([101]),
      () => admin.join(ships.groups(103, 101)),
      () => admin.join(ships.groups(102)),
    ];
    for (const change of changes) {
      const number = await change();
      assertEquals((await admin.query(number)).number, number);
      const map = await admin.query();
      if (map.groups.size === 0) continue;
      for (const key of KEYS) await clerk.append(key, `${round} `);
      round++;
    }
    for (const key of KEYS) assertEquals(await clerk.get(key), "0 1 2 3 4 5 ");
    const page = await clerk.scan({ kind: "prefix", prefix: "key" }, { limit: 25 });
    assertEquals(page.entries.map(({ key }) => key), [...KEYS].sort().slice(0, 25));
    assert(page.more);
    const paged: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const next = await clerk.scan({ kind: "prefix", prefix: "key" }, { limit: 3, after });
      assert(next.entries.length > 0, "a page that is not the last has entries");
      for (const { key } of next.entries) paged.push(key);
      after = paged[paged.length - 1];
      more = next.more;
    }
    assertEquals(paged, [...KEYS].sort());
    await world.clock.sleep(2000);
    for (const group of [101, 102, 103]) {
      for (const machine of ships.machines(group)) {
        assertEquals(
          machine.transit.kept.size + machine.transit.debts.size + machine.transit.expected.size,
          0,
        );
      }
    }
  });
  assert(ships.laws.tally.deleted > 10, JSON.stringify(ships.laws.tally));
});

Deno.test("a batch in one shard happens at once, one in two shards is refused, and scatter tells what came of each part", async () => {
  const ships = fleet(2, [101, 102]);
  await play(ships, async () => {
    await ships.controllerClerk("admin").join(ships.groups(101, 102));
    const clerk = ships.clerk("client");
    const shard = ships.placement.shardOf("a");
    const same = KEYS.filter((key) => ships.placement.shardOf(key) === shard);
    const other = KEYS.filter((key) => ships.placement.shardOf(key) !== shard);
    const put = (key: string) => ({ op: "put", key, value: "x", lease: 0 }) as const;
    const result = await clerk.batch([{ kind: "version", key: "a", version: 0 }], [put("a"), put(same[0])]);
    assertEquals(result.kind, "done");
    await assertRejects(
      () => clerk.batch([], [put("a"), put(other[0])]),
      CrossShardError,
      "only keys of one shard",
    );
    const parts = await clerk.scatter([put("a"), ...other.map(put)]);
    assertEquals(parts.length, new Set(["a", ...other].map((key) => ships.placement.shardOf(key))).size);
    assert(parts.every((part) => part.kind === "answered" && part.result.kind === "done"));
    assertEquals(await clerk.putIfVersion("a", "y", 7), { kind: "versionMismatch", version: 2 });
    assertEquals(await clerk.putIfVersion("a", "y", 2), { kind: "written", version: 3 });
    assertEquals(await clerk.delete("a"), true);
    assertEquals(await clerk.entry("a"), null);
    const admin = ships.controllerClerk("admin 2");
    const error = await assertRejects(() => admin.move(3, 999), PlacementError);
    assertEquals(error.message, "Cannot move: group 999 is no member: let it join first");
  });
});
