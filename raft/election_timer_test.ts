import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../runtime/mod.ts";
import { type DeadlineName, Deadlines } from "./deadlines.ts";
import { ElectionTimer } from "./election_timer.ts";

const TIMING = { heartbeatMs: 50, electionMs: 150, diskStallMs: 1000 };

/** What was armed, in order, as `[name, delay]`. */
function bench(): { readonly timer: ElectionTimer; readonly armed: [DeadlineName, number][] } {
  const armed: [DeadlineName, number][] = [];
  class Watched extends Deadlines {
    override arm(name: DeadlineName, delayMs: number): void {
      armed.push([name, delayMs]);
    }
  }
  const idle = { now: () => 0, setTimer: () => ({ cancel: () => {} }), sleep: () => Promise.resolve() };
  const deadlines = new Watched(idle, () => {});
  return { timer: new ElectionTimer(deadlines, { timing: TIMING, random: seededRandom(1) }), armed };
}

Deno.test("the wait is one to two election timeouts, drawn anew each time", () => {
  const { timer, armed } = bench();
  for (let round = 0; round < 200; round++) timer.arm();
  const delays = armed.map(([, delayMs]) => delayMs);
  assert(delays.every((delayMs) => delayMs >= 150 && delayMs < 300));
  assert(new Set(delays).size > 190 && Math.max(...delays) - Math.min(...delays) > 130);
});

Deno.test("a leader that is heard postpones the election and the moment at which it counts as quiet", () => {
  const { timer, armed } = bench();
  timer.heard();
  assertEquals(armed.map(([name]) => name), ["quiet", "election"]);
  assertEquals(armed[0][1], 150);
});

Deno.test("after a hint the node stands within a fifth of a heartbeat, and hastily three times at most", () => {
  const { timer, armed } = bench();
  timer.hint();
  assert(armed[0][1] < 10, `${armed[0][1]} ms`);
  for (let election = 0; election < 4; election++) {
    timer.arm(true);
    timer.passed();
  }
  const waits = armed.slice(1).map(([, delayMs]) => delayMs < 100 ? "hasty" : "usual");
  assertEquals(waits, ["hasty", "hasty", "hasty", "usual"]);
});

Deno.test("whoever gave its vote away, or hears a leader, waits as usual", () => {
  const { timer, armed } = bench();
  timer.hint();
  timer.arm(false);
  timer.heard();
  timer.arm(true);
  const elections = armed.filter(([name]) => name === "election").slice(1);
  assertEquals(elections.map(([, delayMs]) => delayMs >= 150), [true, true, true]);
});
