/**
 * Plans for real processes, damage at rest, and the laws of what processes tell.
 */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { Violation } from "../../check/violation.ts";
import { PlanError } from "../../nemesis/read_plan.ts";
import { CHURN } from "../../nemesis/churn.ts";
import { type FaultKind, FAULTS_OF, type RunPlan } from "../../nemesis/plan.ts";
import { drawPlan, WORKLOADS_OF } from "../../nemesis/swarm.ts";
import { seededRandom } from "../../../runtime/mod.ts";
import { parseArguments } from "../../chaos/cli/arguments.ts";
import { damageAtRest } from "./at_rest.ts";
import { againOf, leastOf } from "./command.ts";
import { EXIT } from "./orders.ts";
import { whyEnded } from "./proc.ts";
import { drawRealPlan, fitPlan } from "./real_plan.ts";
import { enoughStruck } from "./judge.ts";
import { ToldLaws } from "./told_laws.ts";

const CHOICE = {
  safetyMs: 60_000,
  layer: "all",
  workload: null,
  faults: null,
  nodes: 5,
  clients: null,
  perSecond: null,
} as const;

Deno.test("every seed's plan for a minute has more than a fault a second, enough of them such as take hold whatever else is wrong", () => {
  const kinds = new Set<string>();
  const workloads = new Set<string>();
  for (let seed = 1; seed <= 60; seed++) {
    const { plan } = drawRealPlan(seed, CHOICE);
    assert(plan.faults.length >= 90, `seed ${seed}: ${plan.faults.length} faults`);
    assert(plan.faults.every(({ atMs }, at) => at === 0 || atMs >= plan.faults[at - 1].atMs));
    for (const { kind } of plan.faults) kinds.add(kind);
    workloads.add(plan.workload);
    assertEquals(drawRealPlan(seed, CHOICE).plan, plan);
  }
  const possible = FAULTS_OF.kv.filter((kind) => !CHURN.includes(kind));
  assertEquals([...kinds].toSorted(), possible.toSorted());
  assertEquals([...workloads].toSorted(), [...WORKLOADS_OF.kv].toSorted());
});

Deno.test("every seed's plan for a minute of jobs has as many faults, a kill among them, of all kinds that a job can suffer", () => {
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 40; seed++) {
    const { plan } = drawRealPlan(seed, { ...CHOICE, nodes: null, layer: "mapreduce" });
    assert(plan.faults.length >= 90, `seed ${seed}: ${plan.faults.length} faults`);
    assert(plan.faults.some(({ kind }) => kind === "crash"), `seed ${seed}`);
    for (const { kind } of plan.faults) kinds.add(kind);
    assertEquals(fitPlan(plan), { plan, changes: [] });
  }
  assertEquals([...kinds].toSorted(), [...FAULTS_OF.mapreduce].toSorted());
});

Deno.test("the command that runs a plan again draws the same one, whatever its length, and goes on to no other", () => {
  for (const safetyMs of [2500, 10_000, 30_000]) {
    const choice = { ...CHOICE, safetyMs, faults: ["crash", "pause"] } as const;
    const [, words] = againOf(7, choice).split("chaos ");
    const args = parseArguments(words.split(" "), { seed: 0, workers: 1 });
    assert(args.command === "real");
    assertEquals([args.firstSeed, args.runs, args.choice], [7, 1, choice], words);
    assertEquals(drawRealPlan(args.firstSeed, args.choice), drawRealPlan(7, choice));
  }
});

Deno.test("of all kinds of faults one a second must take hold, of chosen ones one at all, and of none none", () => {
  const chosen: readonly (readonly FaultKind[] | null)[] = [null, [], ["wipe"], ["crash", "pause"]];
  assertEquals(chosen.map((kinds) => leastOf(kinds, 60_500)), [60, 0, 1, 1]);
});

Deno.test("what is chosen is kept: nodes, clients, pace, workload, faults, layer", () => {
  const { plan } = drawRealPlan(3, {
    ...CHOICE,
    nodes: 7,
    clients: 4,
    perSecond: 100,
    workload: "bank",
    faults: ["crash", "pause"],
  });
  assertEquals([plan.nodes, plan.load.clients, plan.load.pauseMs, plan.workload], [7, 4, 40, "bank"]);
  assertEquals(new Set(plan.faults.map(({ kind }) => kind)), new Set(["crash", "pause"]));
  assertEquals(drawRealPlan(3, { ...CHOICE, layer: "raft", workload: "log" }).plan.layer, "raft");
});

Deno.test("of a simulated plan what real machines cannot suffer is left out, and said; too many processes are refused", () => {
  const plan = drawPlan(7, { safetyMs: 5000, faults: ["crash"] });
  const strange: RunPlan = {
    ...plan,
    faults: [...plan.faults, { kind: "loseMap", atMs: 5, map: 1 }],
    knobs: { ...plan.knobs, electionMs: 150, heartbeatMs: 50, diskStallMs: 600 },
  };
  const fitted = fitPlan(strange);
  assertEquals(fitted.plan.faults, plan.faults);
  assertEquals(fitted.plan.knobs, { ...strange.knobs, electionMs: 300, diskStallMs: 1500 });
  assertEquals(
    fitted.changes[0],
    `fault ${plan.faults.length} (loseMap) is not possible on real machines: skipped`,
  );
  assertStringIncludes(fitted.changes.join(), "electionMs is 300 instead of 150");
  assertEquals(fitPlan(fitted.plan).changes, []);
  const shards = fitPlan(drawPlan(8, { safetyMs: 60_000, layer: "shard" })).plan;
  assert(
    shards.faults.every((fault) =>
      !("target" in fault) || typeof fault.target !== "number" || fault.target < shards.nodes
    ),
  );
  assert(shards.faults.every(({ kind }) => kind !== "crashGroup"));
  for (let seed = 1; seed <= 20; seed++) {
    // What the folder's disk suffers strikes those who use it, and nobody waits for a line between two workers.
    const jobs = fitPlan(drawPlan(seed, { safetyMs: 5000, layer: "mapreduce" })).plan.faults;
    for (const fault of jobs) {
      if ("from" in fault) assert(Math.min(fault.from, fault.to) === 1, `seed ${seed}: ${fault.kind}`);
      if ("target" in fault) {
        assert(fault.target !== 0 || fault.kind === "crash", `seed ${seed}: ${fault.kind}`);
      }
    }
  }
  assertThrows(() => fitPlan({ ...plan, nodes: 9 }), PlanError, "7 are the most");
});

Deno.test("members and versions stay as they are on real machines, and whoever asks for them is told so", () => {
  const { plan, changes } = drawRealPlan(3, { ...CHOICE, faults: ["members", "crash"] });
  assert(plan.faults.length > 0 && plan.faults.every(({ kind }) => kind === "crash"));
  assertEquals([plan.spares, plan.old], [0, []]);
  assertEquals(changes, ["the fault members is not possible on real machines: left out"]);
});

Deno.test("a run in which fewer faults took hold than are wanted shows nothing", () => {
  assertEquals(enoughStruck(60, 60, 60_000), { kind: "pass" });
  const few = enoughStruck(59, 60, 60_000);
  assertEquals(few, { kind: "vacuous", sentence: "59 faults took hold in 60 s, 60 are wanted." });
});

Deno.test("a bit flips or a sector strays in what is really used of a stored file, and nowhere else", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await damageAtRest(`${folder}/none`, "bit", seededRandom(1)), false);
  await Deno.mkdir(`${folder}/raft`);
  // Whose folder it is stands beside the logs, and is nobody's to damage.
  await Deno.writeTextFile(`${folder}/owner`, "n1");
  const content = new Uint8Array(20_000);
  content.fill(7, 0, 512).fill(8, 512, 1100);
  for (const how of ["bit", "sector"] as const) {
    await Deno.writeFile(`${folder}/raft/log`, content);
    assertEquals(await damageAtRest(folder, how, seededRandom(2)), true);
    assertEquals(await Deno.readTextFile(`${folder}/owner`), "n1");
    const damaged = await Deno.readFile(`${folder}/raft/log`);
    const changed = [...damaged.keys()].filter((at) => damaged[at] !== content[at]);
    assertEquals(damaged.length, content.length);
    assert(changed.length > 0 && changed.every((at) => at < 3 * 512), `${how}: ${changed}`);
    if (how === "bit") assertEquals(changed.length, 1);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a process that ends has died of what was done to it, or of a bug", () => {
  const well = { trapped: false, suspect: false, troubled: false };
  const [damaged, disk] = [{ code: EXIT.damaged, signal: null }, { code: EXIT.disk, signal: null }];
  const killed = { code: 137, signal: "SIGKILL" } as const;
  for (
    const [proc, end, why] of [
      [{ ...well, trapped: true }, killed, "trapped"],
      [well, killed, "unexplained"],
      [{ ...well, suspect: true }, damaged, "damaged"],
      [{ ...well, troubled: true }, damaged, "unexplained"],
      [{ ...well, troubled: true }, disk, "disk"],
      [well, disk, "unexplained"],
      [{ trapped: true, suspect: true, troubled: true }, { code: 1, signal: null }, "unexplained"],
      [{ ...well, trapped: true }, { code: 0, signal: null }, "unexplained"],
    ] as const
  ) assertEquals(whyEnded(proc, end), why);
});

Deno.test("two processes that say that they lead one term are found out, and a term that goes back in one life", () => {
  const found: Violation[] = [];
  const laws = new ToldLaws((violation) => found.push(violation));
  laws.hear("n1", { group: 0, role: "leader", term: 4, commit: 0 });
  laws.hear("n1", { group: 0, role: "leader", term: 4, commit: 9 });
  laws.hear("n2", { group: 0, role: "leader", term: 5, commit: 9 });
  laws.forget("n2");
  laws.hear("n2", { group: 0, role: "follower", term: 4, commit: 0 });
  assertEquals([found, laws.elections], [[], 2]);
  laws.hear("n2", { group: 0, role: "leader", term: 4, commit: 0 });
  laws.hear("n1", { group: 0, role: "follower", term: 3, commit: 0 });
  assertEquals(found.map(({ law, node }) => [law, node]), [["election-safety", "n2"], [
    "monotone-term",
    "n1",
  ]]);
});
