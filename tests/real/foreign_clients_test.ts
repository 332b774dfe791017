import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { RealCluster } from "./cluster.ts";
import { haveRedisTools, runTool } from "./tools.ts";

Deno.test("clients that nobody here wrote are served: redis-cli, redis-benchmark, curl, the Redis client of npm", async (t) => {
  // One node is the leader to the end: on a machine that is held up for half a second another one would take over.
  await using cluster = await RealCluster.start({ args: ["--election", "3000"] });
  const leader = await cluster.leader();
  const follower = cluster.nodes.find((node) => node !== leader);
  assert(follower !== undefined);
  const portOf = (address: string) => address.slice(address.lastIndexOf(":") + 1);
  const tools = await haveRedisTools();
  if (!tools) console.log("skipped: redis-tools are not installed and cannot be");

  if (tools) {
    await t.step(
      "redis-cli sets, gets, scans, runs a transaction from its standard input, and is told what is wrong",
      async () => {
        const cli = async (words: string[], stdin?: string) => {
          const args = ["-p", portOf(follower.resp), ...words];
          const ran = await runTool("redis-cli", args, stdin === undefined ? {} : { stdin });
          assert(ran !== null);
          return ran.out.trim();
        };
        assertEquals(await cli(["set", "greeting", "ahoy"]), "OK");
        assertEquals(await cli(["get", "greeting"]), "ahoy");
        assertEquals(await cli(["-3", "get", "greeting"]), "ahoy");
        assertEquals(await cli(["-3", "get", "nothing"]), "");
        assertEquals(await cli([], "MULTI\nINCR n\nAPPEND greeting !\nEXEC\n"), "OK\nQUEUED\nQUEUED\n1\n5");
        assertStringIncludes(await cli(["--scan", "--pattern", "gr*"]), "greeting");
        assertStringIncludes(await cli(["lpush", "l", "x"]), "unknown command");
        assertStringIncludes(await cli(["set", "x"]), "wrong number of arguments");
        assertStringIncludes(await cli(["info", "replication"]), "flotilla_leader");
      },
    );
    for (const node of [leader, follower]) {
      await t.step(
        `redis-benchmark runs all of its commands that there are, pipelined, at ${
          node === leader ? "the leader" : "a follower"
        }`,
        async () => {
          const args = [
            "-p",
            portOf(node.resp),
            "-t",
            "ping,set,get,incr,mset",
            "-n",
            "2000",
            "-c",
            "20",
            "-P",
            "4",
            "-r",
            "500",
            "--csv",
          ];
          const ran = await runTool("redis-benchmark", args, { timeoutMs: 40_000 });
          assert(ran !== null);
          assertEquals(ran.code, 0, ran.err);
          for (
            const name of ["PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "MSET"]
          ) assertStringIncludes(ran.out, `"${name}`);
        },
      );
    }
  }

  await t.step("curl reads, writes under a version, scans, watches, and is told what is wrong", async () => {
    const curl = async (path: string, ...words: string[]) => {
      const ran = await runTool("curl", ["-s", "-m", "10", `http://${follower.http}${path}`, ...words]);
      return ran === null ? null : ran.out === "" ? null : JSON.parse(ran.out.split("\n")[0]);
    };
    if (await runTool("curl", ["--version"]) === null) return console.log("skipped: curl is not installed");
    const put = (value: unknown) => ["-X", "PUT", "-d", JSON.stringify(value)];
    assertEquals((await curl("/kv/c%2Fé", ...put({ value: "1" }))).version, 1);
    assertEquals((await curl("/kv/c%2Fé")).value, "1");
    assertEquals((await curl("/kv/c%2Fé", ...put({ value: "2", version: 1 }))).version, 2);
    assertEquals((await curl("/kv/c%2Fé", ...put({ value: "2", version: 1 }))).kind, "conditionFailed");
    assertEquals((await curl("/kv/c%2Fé", "-d", '{"append":"!"}')).version, 3);
    assertEquals((await curl("/scan?prefix=c%2F")).entries[0].value, "2!");
    const writes = [{ op: "put", key: "d", value: "x" }, { op: "delete", key: "c/é" }];
    const done = await curl("/batch", "-d", JSON.stringify({ writes }));
    assertEquals(done.previousVersions, [0, 3]);
    assertEquals((await curl(`/watch?prefix=d&after=${done.revision - 1}`, "-N", "-m", "2")).key, "d");
    assertEquals((await curl("/kv/d", "-X", "DELETE")).deleted, true);
    assertEquals((await curl("/kv/d")).error.code, "noSuchKey");
    for (
      const [path, words, code] of [
        ["/kv/x", ["-X", "PUT", "-d", "{"], "malformed"],
        ["/kv/x", put({ valeu: "1" }), "malformed"],
        ["/kv/x", put({ value: "1", version: -1 }), "badNumber"],
        ["/kv/x", put({ value: 1 }), "malformed"],
        [`/kv/${"k".repeat(4097)}`, put({ value: "1" }), "keyTooLong"],
        ["/kv/%ff", [], "badText"],
        ["/nowhere", [], "noSuchRoute"],
        ["/kv/x", ["-X", "PATCH"], "badMethod"],
        ["/scan?limit=x", [], "badNumber"],
      ] as const
    ) assertEquals((await curl(path, ...words)).error.code, code, path);
    assertEquals((await curl("/scan")).entries.some((entry: { key: string }) => entry.key === "x"), false);
    const metrics = await runTool("curl", ["-s", "-m", "10", `http://${leader.http}/metrics`]);
    assertStringIncludes(metrics?.out ?? "", "\nflotilla_is_leader 1\n");
  });

  await t.step("the client of npm connects in both protocols and runs a transaction", async () => {
    const program = new URL("npm_client_main.ts", import.meta.url).href;
    const ran = await runTool(Deno.execPath(), [
      "run",
      "-A",
      "--no-check",
      "--quiet",
      program,
      `redis://${follower.resp}`,
    ], {
      timeoutMs: 40_000,
    });
    if (
      ran !== null && /Could not find npm package|error sending request|failed to load|tarball/i.test(ran.err)
    ) {
      return console.log("skipped: npm cannot be reached");
    }
    assertEquals(ran?.out.trim(), "ok", ran?.err);
  });
});
