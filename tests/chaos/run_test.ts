import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { everyFaultPlan } from "../nemesis/every_fault.ts";
import { readPlan } from "../nemesis/read_plan.ts";
import { drawPlan } from "../nemesis/swarm.ts";
import type { RecordedRun } from "./result.ts";
import { runPlan } from "./run.ts";
import { runSeed } from "./seed_main.ts";

const SEED = 20_251_125;

let kept: Promise<RecordedRun> | null = null;

/** The run of `SEED` with every fault on: made once, compared with whatever should be equal to it. */
function everyFault(): Promise<RecordedRun> {
  return kept ??= runPlan(everyFaultPlan(SEED), { record: true });
}

Deno.test("with every fault on, a seed gives the same events and the same history twice in one process", async () => {
  const first = await everyFault();
  const second = await runPlan(everyFaultPlan(SEED), { record: true });
  assertEquals(first.result, second.result);
  assert(first.events === second.events && first.history === second.history, `seed ${SEED}`);
  const other = await runPlan(everyFaultPlan(SEED + 1), { record: false });
  assertNotEquals(other.result.hash, first.result.hash);
});

Deno.test("with every fault on, two other processes see the same events", async () => {
  const { events, result } = await everyFault();
  const main = new URL("./every_fault_main.ts", import.meta.url).href;
  const outputs = await Promise.all([1, 2].map(async () => {
    const args = ["run", "-A", "--no-check", main, String(SEED)];
    const { stdout, success } = await new Deno.Command(Deno.execPath(), { args }).output();
    assert(success, "the process failed");
    return new TextDecoder().decode(stdout).trimEnd();
  }));
  for (const output of outputs) {
    assert(output === events + result.hash, `seed ${SEED} differs in another process`);
  }
});

Deno.test("a plan that went through its file gives the same run", async () => {
  const plan = drawPlan(3, { safetyMs: 2000 });
  const again = readPlan(JSON.stringify(plan), "plan.json");
  const [left, right] = [await runPlan(plan, { record: false }), await runPlan(again, { record: false })];
  assertEquals(left.result, right.result);
});

Deno.test("removing the last fault changes nothing before it", async () => {
  const plan = everyFaultPlan(SEED);
  const last = plan.faults[plan.faults.length - 1];
  const whole = await everyFault();
  const less = await runPlan({ ...plan, faults: plan.faults.slice(0, -1) }, { record: true });
  const before = (events: string) =>
    events.split("\n").filter((line) => line !== "" && JSON.parse(line).timeUs < last.atMs * 1000).join("\n");
  assert(before(whole.events) === before(less.events));
  assert(whole.events !== less.events);
});

Deno.test("a hundred drawn seeds pass, half of them with their messages on the wire", async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const drawn = await runSeed(seed, { choice: { safetyMs: 3000, layer: "all" } });
    assertEquals(drawn.verdict, { kind: "pass" }, `replay: deno task chaos replay ${seed} --length 3`);
    const plan = { ...drawPlan(seed + 50, { safetyMs: 3000 }), isolation: "wire" as const };
    const { result } = await runPlan(plan, { record: false });
    assertEquals(result.verdict, { kind: "pass" }, `seed ${seed + 50} with isolation "wire", 3 s of faults`);
  }
});

Deno.test("the isolation of messages changes nothing about a run", async () => {
  const plan = drawPlan(7, { safetyMs: 3000 });
  const wire = await runPlan({ ...plan, isolation: "wire" }, { record: false });
  const copy = await runPlan({ ...plan, isolation: "copy" }, { record: false });
  assertEquals(wire.result.hash, copy.result.hash);
});

Deno.test("a leader whose clock stands still, and that hears nobody, does not keep a healed majority from leading", async () => {
  const { knobs, load, ...drawn } = drawPlan(1, { safetyMs: 2000, layer: "raft" });
  // Whoever leads is outside one of these majorities. Thirty clients ask it so often that its followers hear it again and again.
  for (const [seed, core] of [[1, [0, 1]], [1, [0, 2]], [1, [1, 2]], [3, [0, 2]]] as const) {
    const plan = {
      ...drawn,
      seed,
      nodes: 3,
      spares: 0,
      old: [],
      core,
      outside: "inbound" as const,
      knobs: { ...knobs, electionMs: 300, heartbeatMs: 60, preVote: true, checkQuorum: true },
      load: { ...load, clients: 30, pauseMs: 400 },
      faults: [0, 1, 2].map((target) => ({ kind: "clockFreeze", atMs: 1990, forMs: 20, target } as const)),
    };
    const { result: { verdict, recoveryMs } } = await runPlan(plan, { record: false });
    assertEquals(verdict, { kind: "pass" }, `seed ${seed}, core ${core}`);
    assert(recoveryMs < 1500, `seed ${seed}, core ${core}: ${recoveryMs} ms`);
  }
});

Deno.test("a run without any answer is vacuous, not passed", async () => {
  const plan = everyFaultPlan(SEED);
  const { result } = await runPlan({ ...plan, load: { ...plan.load, clients: 0 }, faults: [] }, {
    record: false,
  });
  // The probe and the final reads are answered: a run needs its own clients to show anything.
  assertEquals(result.verdict.kind, "vacuous");
});
