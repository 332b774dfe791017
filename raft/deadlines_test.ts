import { assertEquals } from "@std/assert";
import { HandClock } from "../tests/raft/clock.ts";
import { Deadlines } from "./deadlines.ts";

/** Deadlines on a clock that stands at 0, and what passed when. */
function bench() {
  const clock = new HandClock();
  const passed: string[] = [];
  const deadlines = new Deadlines(clock, (name) => void passed.push(`${name} ${clock.now()}`));
  return { clock, passed, deadlines };
}

Deno.test("each deadline passes once, when its time has come", () => {
  const { clock, passed, deadlines } = bench();
  deadlines.arm("election", 30);
  deadlines.arm("heartbeat", 10);
  deadlines.arm("quorum", 20);
  clock.advance(9);
  assertEquals(passed, []);
  clock.advance(100);
  assertEquals(passed, ["heartbeat 10", "quorum 20", "election 30"]);
});

Deno.test("a deadline that is armed again passes at its new time only, later or earlier", () => {
  const { clock, passed, deadlines } = bench();
  deadlines.arm("election", 30);
  clock.advance(20);
  deadlines.arm("election", 30);
  deadlines.arm("quiet", 90);
  deadlines.arm("quiet", 5);
  assertEquals(clock.waiting, 1, "the timer that would have come later is gone");
  clock.advance(100);
  assertEquals(passed, ["quiet 25", "election 50"]);
});

Deno.test("a deadline that was disarmed does not pass, and can be armed again", () => {
  const { clock, passed, deadlines } = bench();
  deadlines.arm("quorum", 10);
  deadlines.arm("heartbeat", 10);
  deadlines.disarm("quorum");
  clock.advance(50);
  assertEquals(passed, ["heartbeat 10"]);
  deadlines.arm("quorum", 10);
  clock.advance(50);
  assertEquals(passed, ["heartbeat 10", "quorum 60"]);
});

Deno.test("a thousand heartbeats that each postpone the election cost two timers a timeout, not two a message", () => {
  const { clock, passed, deadlines } = bench();
  for (let at = 0; at < 1000; at++) {
    deadlines.arm("election", 300);
    clock.advance(1);
  }
  assertEquals(passed, []);
  assertEquals([clock.timersSet <= 5, clock.waiting], [true, 1], `${clock.timersSet} timers were set`);
  clock.advance(1000);
  assertEquals(passed, ["election 1299"]);
});

Deno.test("two deadlines of one instant both pass, also when the first arms itself again", () => {
  const clock = new HandClock();
  const passed: string[] = [];
  const deadlines = new Deadlines(clock, (name) => {
    passed.push(`${name} ${clock.now()}`);
    if (name === "heartbeat") deadlines.arm("heartbeat", 10);
  });
  deadlines.arm("heartbeat", 10);
  deadlines.arm("quorum", 10);
  clock.advance(25);
  assertEquals(passed, ["heartbeat 10", "quorum 10", "heartbeat 20"]);
  assertEquals(clock.waiting, 1, "one timer serves them all");
});

Deno.test("a timer that fires a hair early is set again, and time does not stand still", () => {
  class EarlyClock extends HandClock {
    override setTimer(delayMs: number, callback: () => void) {
      return super.setTimer(delayMs > 1 ? delayMs - 1e-9 : delayMs, callback);
    }
  }
  const clock = new EarlyClock();
  const passed: number[] = [];
  const deadlines = new Deadlines(clock, () => void passed.push(clock.now()));
  deadlines.arm("election", 10);
  clock.advance(11);
  assertEquals([passed.length, clock.timersSet], [1, 2]);
  assertEquals(passed[0] >= 10, true, `it passed at ${passed[0]}`);
});

Deno.test("nothing passes after a stop: not what was armed, not what is armed later, not what was due beside it", () => {
  const clock = new HandClock();
  const passed: string[] = [];
  const deadlines = new Deadlines(clock, (name) => {
    passed.push(name);
    deadlines.stop();
  });
  deadlines.arm("election", 10);
  deadlines.arm("quorum", 10);
  clock.advance(10);
  assertEquals([passed, clock.waiting], [["election"], 0]);
  deadlines.arm("heartbeat", 1);
  assertEquals(clock.waiting, 0);
  clock.advance(100);
  assertEquals(passed, ["election"]);
});

Deno.test("a stop takes the timer back", () => {
  const { clock, passed, deadlines } = bench();
  deadlines.arm("election", 10);
  deadlines.stop();
  assertEquals(clock.waiting, 0);
  clock.advance(10);
  assertEquals(passed, []);
});
