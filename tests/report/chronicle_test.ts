import { assertEquals, assertStringIncludes } from "@std/assert";
import { runPlan } from "../chaos/run.ts";
import { everyFaultPlan } from "../nemesis/every_fault.ts";
import { Chronicle } from "./chronicle.ts";

Deno.test("spans begin and end on their lanes, what concerns everybody comes first, and what is open ends last", () => {
  let now = 0;
  const chronicle = new Chronicle(() => now);
  chronicle.begin("n1 leads", "n1", "leads", "leads term 1");
  now = 5;
  chronicle.begin("fault 0", "faults", "fault", "crash");
  now = 7;
  chronicle.begin("n1 leads", "n1", "leads", "leads term 2");
  now = 9;
  chronicle.mark("n1", "violation", "election-safety");
  chronicle.end("fault 1");
  const spans = chronicle.annotations().map(({ lane, at, until, text }) => [lane, at, until, text]);
  assertEquals(spans, [
    ["faults", 5, 9, "crash"],
    ["n1", 0, 7, "leads term 1"],
    ["n1", 7, 9, "leads term 2"],
    ["n1", 9, undefined, "election-safety"],
  ]);
});

Deno.test("a fault ends when everything is healed, if not before; lines are healed first", () => {
  let now = 0;
  const chronicle = new Chronicle(() => now);
  chronicle.faultBegins(0, { kind: "halves", atMs: 0, forMs: 900, left: [0] });
  chronicle.faultBegins(1, { kind: "pause", atMs: 0, forMs: 900, target: 1 });
  chronicle.faultBegins(2, { kind: "clockJump", atMs: 0, target: 1, jumpMs: 5 });
  now = 10;
  chronicle.linesHeal();
  now = 20;
  chronicle.allHeals();
  now = 30;
  assertEquals(chronicle.faults.map(({ fault, untilMs }) => [fault.kind, untilMs]), [
    ["halves", 10],
    ["pause", 20],
    ["clockJump", -1],
  ]);
});

Deno.test("a recorded run leaves a page with its seed, its phases, its faults and who led; another run none", async () => {
  const plan = everyFaultPlan(9);
  const { report } = await runPlan(plan, { record: true, again: "deno task chaos replay here/plan.json" });
  for (
    const words of [
      "deno task chaos replay here/plan.json",
      "liveness: a majority is well",
      "failingRead",
      "leads term 1",
    ]
  ) {
    assertStringIncludes(report, words);
  }
  assertEquals((await runPlan(plan, { record: false })).report, "");
});
