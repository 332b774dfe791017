import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runPlan } from "../chaos/run.ts";
import type { RunPlan } from "../nemesis/plan.ts";
import { drawPlan } from "../nemesis/swarm.ts";
import type { PageData } from "./page/data.ts";
import { dataOf, largePage } from "./pages.ts";

/** What machine `node` was at, in order. */
function statesOf({ states, stateWords, nodes }: PageData, node: string) {
  return states.filter(([, at]) => nodes[at] === node).map(([, , look, short, words]) => ({
    look,
    short,
    words: stateWords[words],
  }));
}

async function pageOf(plan: RunPlan): Promise<{ readonly report: string; readonly data: PageData }> {
  const { report } = await runPlan(plan, { record: true });
  return { report, data: dataOf(report) };
}

Deno.test("the page of a fleet shows each group's members with role, term, commit and the shards they hold, and where a group ends", async () => {
  const plan = drawPlan(3, { safetyMs: 3000, layer: "shard", workload: "moves", faults: ["crash"] });
  const { data } = await pageOf(plan);
  assertEquals(data.groups, Array.from({ length: plan.groups }, (_, at) => (at + 1) * plan.nodes));
  assertEquals(data.nodes.length, (plan.groups + 1) * plan.nodes);
  for (const group of [0, ...data.groups]) {
    const members = data.nodes.slice(group, group + plan.nodes).map((name) => statesOf(data, name));
    assert(members.flat().some(({ look }) => look === "leader"), `nobody leads ${data.nodes[group]}`);
    for (const states of members) assert(states.some(({ short }) => /t[1-9]\d* c\d/.test(short)));
  }
  const served = data.stateWords.filter((words) =>
    /term \d+, commit \d+, map \d+, shards: .*serves/.test(words)
  );
  assert(served.length > 1, data.stateWords.slice(0, 20).join("\n"));
  assert(data.states.some(([, , look]) => look === "down"), "nobody is ever down");
});

Deno.test("the page of a job shows how far the coordinator is, and at which task each worker works", async () => {
  const plan = drawPlan(5, { safetyMs: 3000, layer: "mapreduce", workload: "wordcount", faults: ["crash"] });
  const { data } = await pageOf(plan);
  assertEquals([data.groups, data.nodes.slice(0, 2)], [[2], ["server", "coordinator"]]);
  const phases = statesOf(data, "coordinator").map(({ look, short }) => `${look} ${short.split(" ")[0]}`);
  const order = [...new Set(phases.filter((phase) => !phase.startsWith("down") && phase !== "waiting "))];
  assertEquals(order, ["mapping maps", "reducing reduces", "over the"]);
  const workers = data.nodes.slice(2).flatMap((name) => statesOf(data, name));
  for (const look of ["mapping", "reducing", "waiting", "over"]) {
    assert(workers.some((state) => state.look === look), `no worker is ever ${look}`);
  }
  assert(
    workers.some(({ short }) => /^map \d+$/.test(short)) &&
      workers.some(({ short }) => /^reduce \d+$/.test(short)),
  );
  assert(
    data.states.every(([at], number) => number === 0 || data.states[number - 1][0] <= at),
    "not in order",
  );
});

Deno.test("of thousands of commits that nobody could see most are left out, and no change of role, nor anything of the last second", () => {
  const data = dataOf(largePage(20_000));
  assert(data.states.length < 5 * 1600, `${data.states.length} states`);
  assert(data.states.some(([, , look]) => look === "candidate"));
  const last = data.states.filter(([at, node]) => node === 0 && at >= data.endMs - 1000);
  assertEquals(last.length, 20);
});

Deno.test("a page says with which options a run was made", async () => {
  const plan = drawPlan(9, { safetyMs: 1500, workload: "cas" });
  const { report } = await pageOf(plan);
  const { knobs, load } = plan;
  for (
    const words of [
      "deno task chaos replay plan.json",
      `elections after ${knobs.electionMs} ms`,
      `${knobs.maxAppendEntries} entries a message`,
      `chunks of ${knobs.snapshotChunkBytes}`,
      `${load.clients} on ${load.keys} keys`,
      `patience of ${load.timeoutMs} ms`,
      "a sync takes",
    ]
  ) assertStringIncludes(report, words);
});
