import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { RealCluster } from "./cluster.ts";
import { RespClient, RespError, type RespReply } from "./resp_client.ts";

async function errorOf(reply: Promise<RespReply>): Promise<string> {
  const got = await reply;
  assert(got instanceof RespError, `not an error: ${JSON.stringify(got)}`);
  return got.message;
}

Deno.test("three processes serve RESP at every node: commands, transactions, pipelines, bad input, death and return", async (t) => {
  await using cluster = await RealCluster.start();
  const leader = await cluster.leader();
  const followers = cluster.nodes.filter((node) => node !== leader);

  for (const [what, node] of [["the leader", leader], ["a follower", followers[0]]] as const) {
    await t.step(`every command does at ${what} what Redis does`, async () => {
      using client = await cluster.client(node);
      const k = `${what} `;
      const cases: [(string | number)[], RespReply][] = [
        [["PING"], "PONG"],
        [["ECHO", "é"], "é"],
        [["SELECT", 0], "OK"],
        [["GET", `${k}a`], null],
        [["SET", `${k}a`, "1", "XX"], null],
        [["SET", `${k}a`, "1", "NX"], "OK"],
        [["SET", `${k}a`, "2", "NX"], null],
        [["SET", `${k}a`, "2", "GET"], "1"],
        [["GET", `${k}a`], "2"],
        [["APPEND", `${k}a`, "é"], 3],
        [["STRLEN", `${k}a`], 3],
        [["INCR", `${k}n`], 1],
        [["INCRBY", `${k}n`, 41], 42],
        [["DECRBY", `${k}n`, 2], 40],
        [["MSET", `${k}b`, "x", `${k}c`, "y"], "OK"],
        [["MGET", `${k}b`, `${k}zz`, `${k}c`], ["x", null, "y"]],
        [["EXISTS", `${k}b`, `${k}b`, `${k}zz`], 2],
        [["TTL", `${k}b`], -1],
        [["TTL", `${k}zz`], -2],
        [["EXPIRE", `${k}b`, 100], 1],
        [["PERSIST", `${k}b`], 1],
        [["TTL", `${k}b`], -1],
        [["SET", `${k}t`, "v", "PX", 300], "OK"],
        [["DEL", `${k}b`, `${k}zz`], 1],
      ];
      for (const [words, wanted] of cases) assertEquals(await client.send(...words), wanted, words.join(" "));
      assertEquals(await client.send("EXPIRE", `${k}c`, 1000), 1);
      const left = await client.send("TTL", `${k}c`);
      // However slow this machine is, a quarter of an hour has not passed.
      assert(typeof left === "number" && left > 100 && left <= 1000, `${left} s left`);
      assertEquals(await client.send("PERSIST", `${k}c`), 1);
      // It lasts at least as long as promised; how much longer is the leader's business.
      while (await client.send("GET", `${k}t`) !== null) await new Promise((ok) => setTimeout(ok, 50));
      assertEquals(await client.send("MULTI"), "OK");
      assertEquals(await client.send("INCR", `${k}n`), "QUEUED");
      assertEquals(await client.send("INCR", `${k}a`), "QUEUED");
      assertEquals(await client.send("GET", `${k}c`), "QUEUED");
      const [sum, failed, text] = await client.must("EXEC") as RespReply[];
      assertEquals([sum, text], [41, "y"]);
      assert(failed instanceof RespError);
      using other = await cluster.client(node === leader ? followers[1] : leader);
      assertEquals(await client.send("WATCH", `${k}n`), "OK");
      assertEquals(await other.send("INCR", `${k}n`), 42);
      assertEquals(await client.send("MULTI"), "OK");
      assertEquals(await client.send("SET", `${k}n`, "0"), "QUEUED");
      assertEquals(await client.send("EXEC"), null, "a watched key was written");
      assertEquals(await client.send("GET", `${k}n`), "42");
      const found = new Set<string>();
      let cursor = "0";
      do {
        const [next, keys] = await client.must("SCAN", cursor, "MATCH", `${k}*`, "COUNT", 2) as [
          string,
          string[],
        ];
        for (const key of keys) found.add(key);
        cursor = next;
      } while (cursor !== "0");
      assertEquals([...found].sort(), [`${k}a`, `${k}c`, `${k}n`]);
      assertStringIncludes(await client.send("INFO") as string, "redis_version");
    });
  }

  await t.step("what cannot be done is said in a sentence, and changes nothing", async () => {
    using client = await cluster.client(leader);
    const size = await client.send("DBSIZE");
    for (
      const [words, says] of [
        [["FLUSHALL"], "unknown command"],
        [["GET"], "wrong number of arguments"],
        [["GET", "a", "b"], "wrong number of arguments"],
        [["SET", "q", "1", "EX"], "syntax error"],
        [["SET", "q", "1", "EX", "0"], "invalid expire time"],
        [["SET", "q", "1", "NX", "XX"], "syntax error"],
        [["SET", "k".repeat(5000), "1"], "at most 4096"],
        [["INCRBY", "q", "x"], "not an integer"],
        [["SELECT", "1"], "one database"],
        [["EXEC"], "without MULTI"],
        [["SCAN", "123456789"], "invalid cursor"],
        [["HELLO", "9"], "NOPROTO"],
        [["EXPIRE", "q", "10", "NX"], "does not take"],
        [["CLIENT", "KILL"], "CLIENT knows"],
      ] as const
    ) assertStringIncludes(await errorOf(client.send(...words)), says, words.join(" "));
    await client.send("MULTI");
    await errorOf(client.send("NONSENSE"));
    await client.send("SET", "q", "1");
    assertStringIncludes(await errorOf(client.send("EXEC")), "EXECABORT");
    assertEquals(await client.send("DBSIZE"), size);
  });

  await t.step(
    "requests of one pipeline see those before them and none behind, writes and looks mixed",
    async () => {
      using client = await cluster.client(followers[0]);
      const replies: Promise<RespReply>[] = [];
      const wanted: RespReply[] = [];
      for (let at = 0; at < 300; at++) {
        replies.push(
          client.send("SET", "pipe", at),
          client.send("GET", "pipe"),
          client.send("PING"),
          client.send("GET", "pipe"),
        );
        wanted.push("OK", `${at}`, "PONG", `${at}`);
      }
      assertEquals(await Promise.all(replies), wanted);
    },
  );

  await t.step(
    "the leader is killed: every acknowledged write is at the others; it comes back and catches up",
    async () => {
      using client = await cluster.client(followers[0]);
      for (let at = 0; at < 50; at++) await client.must("SET", `kept ${at}`, at);
      const before = await cluster.leader();
      await cluster.signal(before, "SIGKILL");
      const other = cluster.nodes.find((node) => node !== before);
      assert(other !== undefined);
      using second = await RespClient.connect(other.resp);
      for (let at = 0; at < 50; at++) assertEquals(await second.send("GET", `kept ${at}`), `${at}`);
      await second.must("SET", "while it was away", "yes");
      await cluster.startNode(before);
      using third = await RespClient.connect(before.resp);
      assertEquals(await third.send("GET", "while it was away"), "yes");
    },
  );

  await t.step("all are killed at once and started again: nothing acknowledged is lost", async () => {
    await Promise.all(cluster.nodes.map((node) => cluster.signal(node, "SIGKILL")));
    await Promise.all(cluster.nodes.map((node) => cluster.startNode(node)));
    using client = await RespClient.connect((await cluster.leader()).resp);
    for (let at = 0; at < 50; at++) assertEquals(await client.send("GET", `kept ${at}`), `${at}`);
  });
});
