import { assert, assertEquals } from "@std/assert";
import { RealCluster } from "./cluster.ts";
import { runTool } from "./tools.ts";

const EXAMPLE = new URL("../examples/job_queue_main.ts", import.meta.url);

Deno.test("the job queue of the examples, in fewer than 80 lines, does every job once although a worker dies with one", async () => {
  assert((await Deno.readTextFile(EXAMPLE)).split("\n").length <= 80);
  await using cluster = await RealCluster.start();
  const health = await cluster.health(await cluster.leader());
  const servers = cluster.nodes.map(({ peer }) => peer).join();
  const queue = async (...words: string[]) => {
    const args = [
      "run",
      "-A",
      "--no-check",
      "--quiet",
      EXAMPLE.href,
      servers,
      `kv/${health?.cluster}`,
      ...words,
    ];
    const ran = await runTool(Deno.execPath(), args, { timeoutMs: 40_000 });
    assert(ran !== null);
    return [ran.code, ran.err];
  };
  const jobs = Array.from({ length: 12 }, (_, at) => `job-${at}`);
  assertEquals(await queue("add", ...jobs), [0, ""]);
  assertEquals(await queue("die"), [9, ""]);
  assertEquals(await Promise.all([queue("work"), queue("work")]), [[0, ""], [0, ""]]);
  using client = await cluster.client(cluster.nodes[0]);
  assertEquals(
    await client.send("MGET", ...jobs.map((job) => `done/${job}`)),
    jobs.map((job) => job.toUpperCase()),
  );
});
