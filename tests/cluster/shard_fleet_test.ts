import { assertEquals } from "@std/assert";
import { ShardFleet } from "./shard_fleet.ts";

Deno.test("in a fleet of nine members a group everybody has a name of his own", () => {
  const fleet = new ShardFleet({
    world: { seed: 1 },
    shards: 4,
    groups: [101, 102],
    members: 9,
    follow: true,
  });
  assertEquals(new Set(fleet.names).size, 27);
  assertEquals([fleet.controllers[8], fleet.servers.get(102)?.[8]], ["ctl-i", "g102i"]);
  fleet.world.end();
});
