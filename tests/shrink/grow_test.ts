import { assert, assertEquals } from "@std/assert";
import { everyFaultPlan } from "../nemesis/every_fault.ts";
import { LAYERS, type RunPlan } from "../nemesis/plan.ts";
import { readPlan } from "../nemesis/read_plan.ts";
import { drawPlan } from "../nemesis/swarm.ts";
import { grown } from "./grow.ts";
import { shrink } from "./shrink.ts";
import { GOAL, isSmall, sizeOf } from "./size.ts";

for (const layer of LAYERS) {
  Deno.test(`300 grown plans of the layer ${layer} can be carried out, are small, and have faults of its kinds or plain ones`, () => {
    for (let seed = 1; seed <= 30; seed++) {
      const large = drawPlan(seed, { safetyMs: 10_000, layer });
      const kinds = new Set<string>([
        "crash",
        "crashAll",
        "isolate",
        "badMessages",
        "pause",
        ...large.faults.map(({ kind }) => kind),
      ]);
      for (let nth = 0; nth < 10; nth++) {
        const plan = grown(large, { operations: GOAL.operations, nth, reads: nth % 2 === 0 });
        const name = `seed ${seed}, plan ${nth}`;
        assertEquals(readPlan(JSON.stringify(plan), name), plan);
        assertEquals(grown(large, { operations: GOAL.operations, nth, reads: nth % 2 === 0 }), plan, name);
        assert(isSmall(sizeOf(plan, plan.load.clients * plan.load.operationsEach)), name);
        assert(plan.faults.every(({ kind }) => kinds.has(kind)), name);
        // Otherwise the recovery of sound sources would fail: see how the swarm draws it.
        assert(plan.outside === "both" || (plan.knobs.preVote && plan.knobs.checkQuorum), name);
      }
    }
  });
}

Deno.test("faults that followed one another are tried as they stand, in their order (500 grown plans)", () => {
  const large = everyFaultPlan(1);
  const kinds = large.faults.map(({ kind }) => kind).join(" ");
  let rows = 0;
  for (let nth = 0; nth < 500; nth++) {
    const { faults } = grown(large, { operations: GOAL.operations, nth, reads: false });
    if (faults.length === 3 && kinds.includes(faults.map(({ kind }) => kind).join(" "))) rows++;
  }
  assert(rows >= 20, `${rows} rows`);
});

Deno.test("where one kind of fault was asked for it stays, and only a death may follow it (500 grown plans)", () => {
  const asked = drawPlan(1, { safetyMs: 10_000, layer: "shard", faults: ["failingSync"] });
  const deaths = new Set<number>();
  for (let nth = 0; nth < 500; nth++) {
    const { faults } = grown(asked, { operations: GOAL.operations, nth, reads: false });
    for (const [at, { kind }] of faults.entries()) {
      if (kind !== "failingSync") assert(kind === "crash" && at > 0, `plan ${nth}: ${kind} comes first`);
      if (kind === "crash") deaths.add(nth);
    }
  }
  assert(deaths.size >= 20, `${deaths.size} with a death`);
});

Deno.test("transactions are grown over several keys, and no plan has more keys than the one that it is grown from (300 plans)", () => {
  const plan = (keys: number, nth: number) => {
    const drawn = drawPlan(3, { safetyMs: 10_000, layer: "kv", workload: "txn" });
    const large = { ...drawn, load: { ...drawn.load, keys } };
    return grown(large, { operations: GOAL.operations, nth, reads: true });
  };
  const keys = Array.from({ length: 300 }, (_, nth) => plan(4, nth).load.keys);
  assert(keys.filter((count) => count > 1).length >= 100 && keys.includes(1), keys.join());
  for (let nth = 0; nth < 300; nth++) assertEquals(plan(1, nth).load.keys, 1);
});

Deno.test("where members change a leader is cut off after somebody has asked it, and before it has done all (600 grown plans)", () => {
  const large = drawPlan(1, { safetyMs: 10_000, layer: "raft", faults: ["members", "isolate", "crash"] });
  let between = 0;
  for (let nth = 0; nth < 600; nth++) {
    const { faults, spares } = grown(large, { operations: GOAL.operations, nth, reads: false });
    const [change, cut] = faults;
    if (spares > 0 || change?.kind !== "members" || cut?.kind !== "isolate" || cut.target !== "leader") {
      continue;
    }
    const looks = (cut.atMs - change.atMs) / change.everyMs;
    if (looks > 0.1 && looks < 1 && change.everyMs >= 30) between++;
  }
  assert(between >= 15, `${between} between two looks`);
});

/** A law that needs the moment: broken by many clients at any time, by few only if they ask within 100 ms of a crash. */
function brokenLaw({ load, faults }: RunPlan): string | null {
  const near = faults.some((fault) => fault.kind === "crash" && Math.abs(load.fromMs - fault.atMs) < 100);
  return near || load.clients >= 4 ? "planted" : null;
}

Deno.test("where one client less is one too few, a small plan is grown that meets the moment", async () => {
  const probe = (plan: RunPlan) =>
    Promise.resolve({
      law: brokenLaw(plan),
      endedMs: Math.max(1000, ...plan.faults.map(({ atMs }) => atMs + 200)),
      operations: plan.load.clients * (plan.load.operationsEach || 100),
      events: 100,
    });
  const faults = everyFaultPlan(1).faults.filter(({ kind }) => kind === "crash" || kind === "pause");
  const small = await shrink({ ...everyFaultPlan(1), faults }, probe, { isOver: () => false });
  assert(small !== null && isSmall(sizeOf(small.plan, small.operations)), JSON.stringify(small));
  assertEquals([small.law, small.plan.faults.map(({ kind }) => kind)], ["planted", ["crash"]]);
});
