import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import type { Runtime } from "../../runtime/mod.ts";
import { GOSSIP } from "./chatter.ts";
import { SimulationError } from "./errors.ts";
import { ProcessCrash } from "./process.ts";
import { World } from "./world.ts";

/** A program that notes the true time of each of its own 10 ms ticks. */
function ticker(world: World, ticks: number[]): (runtime: Runtime) => void {
  return ({ clock }) => {
    const tick = () => {
      ticks.push(world.nowMs);
      clock.setTimer(10, tick);
    };
    clock.setTimer(10, tick);
  };
}

Deno.test("a crash aborts the signal, stops the timers and lets nothing out", async () => {
  const world = new World({ seed: 1 });
  const heard: number[] = [];
  const ticks: number[] = [];
  world.machine("b").boot(({ network }) => {
    network.open(GOSSIP, (_from, { round }) => void heard.push(round));
  });
  const a = world.machine("a");
  a.boot((runtime) => {
    const port = runtime.network.open(GOSSIP, () => {});
    ticker(world, ticks)(runtime);
    runtime.signal.addEventListener("abort", () => port.send("b", { round: 2, rumour: 0 }));
    port.send("b", { round: 1, rumour: 0 });
    runtime.clock.setTimer(35, () => port.send("b", { round: 3, rumour: 0 }));
  });
  const { signal } = a.runtime;
  world.loop.schedule(25, () => a.crash());
  await world.run({ untilMs: 1000 });
  assertEquals([heard, ticks], [[1], [10, 20]]);
  assert(signal.aborted && signal.reason instanceof ProcessCrash);
  assertEquals([a.running, a.incarnation], [false, 1]);
});

Deno.test("a restart boots the same program with the disk as it was and chance of its own", async () => {
  const world = new World({ seed: 1 });
  const boots: { found: string[]; chance: number }[] = [];
  const machine = world.machine("a");
  machine.boot(async ({ disk, random }) => {
    boots.push({ found: await disk.list(""), chance: random.next() });
    await disk.create(`boot${boots.length}`);
    await disk.syncDirectory("");
  });
  world.loop.schedule(10, () => machine.restart());
  world.loop.schedule(20, () => machine.crash());
  world.loop.schedule(30, () => machine.restart());
  await world.run();
  assertEquals(boots.map(({ found }) => found), [[], ["boot1"], ["boot1", "boot2"]]);
  assertEquals(new Set(boots.map(({ chance }) => chance)).size, 3);
});

Deno.test("a pause holds timers, messages and acknowledgements, and the resume releases them in order", async () => {
  const world = new World({ seed: 1 });
  const log: string[] = [];
  const a = world.machine("a");
  a.boot(async ({ network, clock, disk }) => {
    network.open(GOSSIP, (_from, { round }) => void log.push(`message ${round} at ${world.nowMs}`));
    clock.setTimer(10, () => void log.push(`timer at ${world.nowMs}`));
    clock.setTimer(12, () => {}).cancel();
    const file = await disk.create("f");
    await file.sync();
    log.push(`synced at ${world.nowMs}`);
  });
  world.machine("b").boot(({ network, clock }) => {
    const port = network.open(GOSSIP, () => {});
    clock.setTimer(11, () => port.send("a", { round: 1, rumour: 0 }));
  });
  a.pause();
  assertEquals([a.running, a.paused], [true, true]);
  world.loop.schedule(50, () => a.resume());
  await world.run();
  assertEquals(log, ["synced at 50", "timer at 50", "message 1 at 50"]);
});

Deno.test("while a process is paused its disk still finishes what it was given", async () => {
  const world = new World({ seed: 1 });
  const a = world.machine("a");
  a.boot(async ({ disk }) => {
    const file = await disk.create("f");
    await disk.syncDirectory("");
    await file.write(0, new Uint8Array(5));
    file.sync();
    a.pause();
  });
  await world.run();
  assertEquals(a.disk.syncedBytes("f")?.length, 5);
  a.crash("lost");
  assertEquals(a.disk.syncedBytes("f")?.length, 5);
});

Deno.test("what was held for a paused process dies with it", async () => {
  const world = new World({ seed: 1 });
  const ticks: number[] = [];
  const a = world.machine("a");
  a.boot(ticker(world, ticks));
  world.loop.schedule(5, () => a.pause());
  world.loop.schedule(30, () => a.restart());
  await world.run({ untilMs: 55 });
  assertEquals([ticks, a.paused], [[40, 50], false]);
});

Deno.test("a clock that drifts measures other milliseconds than the world", async () => {
  const world = new World({ seed: 1, scatterClocks: false });
  const ticks: number[] = [];
  const a = world.machine("a");
  a.boot(ticker(world, ticks));
  await world.run({ untilMs: 15 });
  a.clock.drift(250_000);
  await world.run({ untilMs: 45 });
  assertEquals(ticks, [10, 19, 27, 35, 43]);
  assertEquals(a.runtime.clock.now(), 15 + 30 * 1.25);
  assertThrows(() => a.clock.drift(-1e6), RangeError);
});

Deno.test("a timer never fires before its own clock shows its time, whatever the drift", async () => {
  const world = new World({ seed: 3 });
  const a = world.machine("a");
  let checks = 0;
  a.boot(({ clock, random }) => {
    const arm = () => {
      const delayMs = random.below(1000) / 7;
      const due = clock.now() + Math.round(delayMs * 1000) / 1000;
      clock.setTimer(delayMs, () => {
        assert(clock.now() >= due - 1e-6, `${clock.now()} is before ${due}`);
        checks++;
        arm();
      });
    };
    arm();
  });
  for (const drift of [0, 333, -333, 123_457, -500_001]) {
    a.clock.drift(drift);
    await world.run({ untilMs: world.nowMs + 5000 });
  }
  assert(checks > 300);
});

Deno.test("a clock that jumps fires what is overdue, one that freezes fires nothing until it thaws", async () => {
  const world = new World({ seed: 1, scatterClocks: false });
  const ticks: number[] = [];
  const a = world.machine("a");
  a.boot(ticker(world, ticks));
  await world.run({ untilMs: 12 });
  a.clock.jump(100);
  assertEquals(a.runtime.clock.now(), 112);
  await world.run({ untilMs: 24 });
  a.clock.freeze();
  await world.run({ untilMs: 74 });
  assertEquals(a.runtime.clock.now(), 124);
  a.clock.thaw();
  await world.run({ untilMs: 90 });
  assertEquals(ticks, [10, 12, 22, 82]);
});

Deno.test("machines' clocks start at different times unless told otherwise", () => {
  const world = new World({ seed: 1 });
  const now = (name: string) => world.machine(name).boot(() => {}).clock.now();
  assertNotEquals(now("a"), now("b"));
});

Deno.test("an error in a program fails the run, the last words of a crashed one do not", async () => {
  const world = new World({ seed: 9 });
  const a = world.machine("a");
  a.boot(async ({ clock, signal, disk }) => {
    void clock.sleep(1e6, signal);
    const file = await disk.create("f");
    void file.sync();
    await clock.sleep(50, signal);
    throw new Error("never got here alive");
  });
  world.loop.schedule(0.01, () => a.crash());
  await world.run();
  a.restart();
  await assertRejects(() => world.run(), SimulationError, "never got here alive");
});

Deno.test("laws see every event after the promises it moved, and can stop the run", async () => {
  const world = new World({ seed: 1 });
  let settled = 0;
  world.machine("a").boot(async ({ clock }) => {
    for (;;) {
      await clock.sleep(1);
      await null;
      settled++;
    }
  });
  let events = 0;
  world.afterEvent = (event) => {
    assertEquals([event.node, settled], [0, ++events]);
    if (events === 100) world.stop("a hundred");
  };
  assertEquals((await world.run()).stopReason, "a hundred");
});

Deno.test("ending a world crashes everything in it", async () => {
  const world = new World({ seed: 1 });
  const machines = ["a", "b"].map((name) => world.machine(name));
  for (const machine of machines) machine.boot(ticker(world, []));
  await world.run({ untilMs: 100 });
  world.end();
  assert(machines.every((machine) => !machine.running));
  assertEquals((await world.run()).end, "idle");
});
