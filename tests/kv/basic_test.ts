import { assertEquals } from "@std/assert";
import { Cluster } from "./cluster.ts";

Deno.test("three servers: what was put and appended is read back by another clerk", async () => {
  const cluster = new Cluster({ servers: 3, world: { seed: 1 } });
  const ann = cluster.clerk("ann");
  const bob = cluster.clerk("bob");
  await cluster.world.play(async () => {
    assertEquals(await ann.get("k"), null);
    await ann.put("k", "1");
    await bob.append("k", "2");
    assertEquals(await ann.get("k"), "12");
    assertEquals(await bob.get("k"), "12");
  }, { untilMs: 60_000 });
  cluster.world.end();
});
