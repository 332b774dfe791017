import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { AppendLoad } from "./append_load.ts";
import { ShardedCluster } from "./sharded_cluster.ts";

const KEYS = Array.from({ length: 24 }, (_, number) => `key ${number}`);

Deno.test("three processes with 3 groups of 12 shards: groups leave and join, a shard is moved and a process killed, while clients append at every node; no acknowledged append is lost or doubled", async (t) => {
  await using cluster = await ShardedCluster.start({ groups: 3, shards: 12 });
  const must = async (...words: string[]) => {
    const { code, out, err } = await cluster.shards(...words);
    assertEquals(code, 0, `${words.join(" ")}: ${out} ${err}`);
    return out;
  };
  assertEquals(await cluster.shardsOf(1), { 1: 4, 2: 4, 3: 4 });
  const connects = [1, 2, 3].map((node) => () => cluster.client(node));

  await t.step("a leave, a join and a move under load", async () => {
    const load = new AppendLoad(KEYS, connects);
    assertStringIncludes(await must("leave", "1"), "map 2: 4 shards move: 1 > 2: ");
    assertEquals(await cluster.shardsOf(2), { 2: 6, 3: 6 });
    assertStringIncludes(await must("join", "1"), "everything has moved, and the old copies are deleted");
    assertEquals(await cluster.shardsOf(3), { 1: 4, 2: 4, 3: 4 });
    const moved = (await must("move", "7", "1", "--json")).split("\n").map((line) => JSON.parse(line));
    assertEquals(moved.map(({ event }) => event), ["changed", "settled"]);
    assertEquals(moved[0].owners[7], 1);
    await load.stop();
    const { answered, errors, cut } = load.tally;
    // A machine that hangs for longer than a client waits may have these; the audit takes them at their word.
    assertEquals([...errors.keys()].filter((code) => code !== "TRYAGAIN" && code !== "UNKNOWN"), []);
    assertEquals(cut, 0);
    assert(answered > 0);
    using reader = await cluster.client(2);
    assertEquals(await load.audit(reader), []);
    for (const key of KEYS) await reader.must("DEL", key);
  });

  await t.step(
    "the same while a process is killed and comes back: what was acknowledged is there",
    async () => {
      const load = new AppendLoad(KEYS, connects);
      const killing = cluster.killNode(2);
      await must("leave", "2", "3");
      await must("join", "3", "2");
      await killing;
      await load.stop();
      assert(load.tally.answered > 0);
      using reader = await cluster.client(1);
      assertEquals(await load.audit(reader), []);
    },
  );

  await t.step("HTTP and RESP at any node answer for any key", async () => {
    using line = await cluster.client(3);
    for (const [number, key] of KEYS.entries()) {
      const url = `http://127.0.0.1:${cluster.httpPort(1 + number % 3)}/kv/${encodeURIComponent(key)}`;
      const put = await fetch(url, { method: "PUT", body: JSON.stringify({ value: `value ${number}` }) });
      assertEquals(put.status, 200, await put.text());
      assertEquals(await line.must("GET", key), `value ${number}`);
    }
    assertEquals(await line.must("DBSIZE"), KEYS.length);
    await line.must("MULTI");
    await line.must("SET", "{t}a", "1");
    await line.must("INCR", "{t}n");
    assertEquals(await line.must("EXEC"), ["OK", 1]);
    await line.must("MULTI");
    await line.must("SET", KEYS[0], "x");
    await line.must("SET", KEYS[1], "x");
    assertStringIncludes(`${await line.send("EXEC")}`, "only keys of one shard change together");
    assertEquals(await line.must("MGET", "{t}n", KEYS[0], KEYS[1]), ["1", "value 0", "value 1"]);
    await line.must("DEL", "{t}a", "{t}n");
    const page = await (await fetch(`http://127.0.0.1:${cluster.httpPort(2)}/scan?limit=3`)).json();
    assertEquals(page.entries.map(({ key }: { key: string }) => key), [...KEYS].sort().slice(0, 3));
    const metrics = await (await fetch(`http://127.0.0.1:${cluster.httpPort(1)}/metrics`)).text();
    assert(/^flotilla_group_shards\{group="3"\} \d+$/m.test(metrics), metrics);
    const info = `${await line.must("INFO", "shards")}`;
    assert(/flotilla_shards:12\r\nflotilla_groups:3\r\nflotilla_map:\d/.test(info), info);
    const watched = await fetch(`http://127.0.0.1:${cluster.httpPort(2)}/watch`);
    assertStringIncludes(await watched.text(), "Cannot watch a store that is cut into shards");
    assertEquals(watched.status, 400);
    const writes = KEYS.slice(0, 3).map((key) => ({ op: "put", key, value: "x" }));
    const batch = await fetch(`http://127.0.0.1:${cluster.httpPort(1)}/batch`, {
      method: "POST",
      body: JSON.stringify({ conditions: [], writes }),
    });
    assertStringIncludes(await batch.text(), "only keys of one shard change at once");
    assertEquals(batch.status, 400);
  });

  await t.step("what cannot be is told in a sentence, and changes nothing", async () => {
    const refused = await cluster.shards("join", "9");
    assertEquals([refused.code, refused.err], [
      2,
      "Cannot join group 9: this cluster has the groups 1, 2, 3",
    ]);
    const wrong = await cluster.run("cluster", "--groups", "2", "--shards", "12", "--data", cluster.folder);
    assertEquals(wrong.code, 64);
    assertStringIncludes(wrong.err, "is of a cluster of 12 shards, 3 groups, 3 nodes");
  });
});
