import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { SimulationError } from "./errors.ts";
import { Loop, plainLoopOptions } from "./loop.ts";
import type { Drain } from "./loop.ts";

const DRAINS: readonly Drain[] = ["auto", "macrotask"];

function loopWith(drain: Drain): Loop {
  return new Loop({ ...plainLoopOptions(42), drain });
}

Deno.test("events happen in the order of their times, and equal times in the order of scheduling", async () => {
  for (const drain of DRAINS) {
    const loop = loopWith(drain);
    const seen: string[] = [];
    const at = (ms: number, name: string) =>
      loop.schedule(ms, () => void seen.push(`${name}@${loop.clock.now()}`));
    at(5, "late");
    at(1, "first");
    at(1, "second");
    loop.schedule(1, () => at(0, "third"));
    at(0.001, "microsecond");
    assertEquals((await loop.run()).end, "idle");
    assertEquals(seen, ["microsecond@0.001", "first@1", "second@1", "third@1", "late@5"]);
  }
});

Deno.test("a thousand awaits in a row cost no virtual time, with either drain", async () => {
  for (const drain of DRAINS) {
    const loop = loopWith(drain);
    let finishedAt = -1;
    loop.schedule(1, async () => {
      for (let turn = 0; turn < 1000; turn++) await null;
      finishedAt = loop.clock.now();
    });
    loop.schedule(1.001, () => {});
    await loop.run();
    assertEquals(finishedAt, 1);
  }
});

Deno.test("a cancelled timer never fires, however many are cancelled", async () => {
  const loop = loopWith("auto");
  let fired = 0;
  const timers = Array.from({ length: 1000 }, (_, n) => loop.schedule(n % 37, () => void fired++));
  timers.forEach((timer, n) => n % 10 === 0 || timer.cancel());
  assertEquals(loop.pending, 100);
  loop.schedule(3, () => timers.forEach((timer) => timer.cancel()));
  const order: number[] = [];
  for (let n = 0; n < 200; n++) loop.schedule((n * 7919) % 101, () => void order.push(loop.clock.now()));
  await loop.run();
  assertEquals(order, [...order].sort((a, b) => a - b));
  assertEquals(order.length, 200);
  assertEquals(fired, Array.from({ length: 100 }, (_, n) => n * 10 % 37).filter((ms) => ms <= 3).length);
});

Deno.test("a run ends at its limit and the next one goes on from there", async () => {
  const loop = loopWith("auto");
  let count = 0;
  const tick = () => {
    count++;
    loop.schedule(10, tick);
  };
  loop.schedule(10, tick);
  assertEquals(await loop.run({ untilMs: 95 }), { end: "time", stopReason: "", events: 9, nowMs: 95 });
  assertEquals((await loop.run({ until: () => count === 12 })).nowMs, 120);
  loop.schedule(35, () => loop.stop("enough"));
  const stopped = await loop.run();
  assertEquals([stopped.end, stopped.stopReason, stopped.nowMs], ["stopped", "enough", 155]);
  const error = await assertRejects(() => loop.run({ maxEvents: 5 }), SimulationError);
  assertEquals(error.code, "budget");
});

Deno.test("what a callback throws, a law throws or nobody handles fails the run and names seed and time", async () => {
  for (const drain of DRAINS) {
    const plans: ((loop: Loop) => void)[] = [
      (loop) => {
        throw new Error(`planted at ${loop.clock.now()}`);
      },
      (loop) => void Promise.reject(new Error(`planted at ${loop.clock.now()}`)),
      (loop) => loop.fail(new Error(`planted at ${loop.clock.now()}`)),
      (loop) => {
        loop.afterEvent = () => {
          throw new Error(`planted at ${loop.clock.now()}`);
        };
      },
      (loop) => {
        const controller = new AbortController();
        controller.signal.addEventListener("abort", () => {
          throw new Error(`planted at ${loop.clock.now()}`);
        });
        controller.abort();
      },
    ];
    for (const plan of plans) {
      const loop = loopWith(drain);
      loop.schedule(7, () => plan(loop));
      const error = await assertRejects(() => loop.run(), SimulationError);
      assertEquals(error.code, "failed");
      assertStringIncludes(error.message, "seed 42");
      assertStringIncludes(error.message, "planted at 7");
    }
  }
});

Deno.test("a script plays inside the simulation and hands out its value or its error", async () => {
  for (const drain of DRAINS) {
    const loop = loopWith(drain);
    const value = await loop.play(async () => {
      await loop.clock.sleep(1000);
      await loop.clock.sleep(500);
      return loop.clock.now();
    });
    assertEquals(value, 1500);
    await assertRejects(() => loop.play(() => Promise.reject(new RangeError("mine"))), RangeError, "mine");
    const stuck = await assertRejects(() => loop.play(() => new Promise(() => {})), SimulationError);
    assertEquals(stuck.code, "standstill");
    const slow = await assertRejects(
      () => loop.play(() => loop.clock.sleep(5000), { untilMs: 3000 }),
      SimulationError,
    );
    assertStringIncludes(slow.message, "had to end by then");
  }
});

Deno.test("sleep can be interrupted and tells why", async () => {
  const loop = loopWith("auto");
  const controller = new AbortController();
  loop.schedule(10, () => controller.abort(new RangeError("enough slept")));
  await assertRejects(
    () => loop.play(() => loop.clock.sleep(100, controller.signal)),
    RangeError,
    "enough slept",
  );
  assertEquals(loop.clock.now(), 10);
  await assertRejects(
    () => loop.play(() => loop.clock.sleep(100, controller.signal)),
    RangeError,
    "enough slept",
  );
  assertEquals(loop.pending, 0);
});

Deno.test("two simulations at once in one realm are refused", async () => {
  const first = loopWith("auto").run();
  const error = await assertRejects(() => loopWith("auto").run(), SimulationError);
  assertEquals(error.code, "busy");
  assertEquals((await first).end, "idle");
});

Deno.test("a delay that is no time is refused", () => {
  const loop = loopWith("auto");
  for (const delayMs of [-1, NaN, Infinity]) assertThrows(() => loop.schedule(delayMs, () => {}), RangeError);
  assert(loop.pending === 0);
});
