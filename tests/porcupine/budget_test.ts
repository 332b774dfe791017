/** What a check may still spend: when the clock is looked at, and what may be made while little memory is left. */
import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";

const MIB = 2 ** 20;

Deno.test("a table that would not fit beside the old one is not made", () => {
  let held = 0;
  const budget = new Budget({ memoryLimitBytes: 512 * MIB, now: () => 0, heldBytes: () => held });
  held = 400 * MIB;
  assertEquals(budget.allow(40 * MIB), true);
  assertEquals(budget.allow(240 * MIB), false);
  assertEquals(budget.stopped, "memory");
});

for (const what of ["rounds", "steps"] as const) {
  Deno.test(`when little memory is left it is looked at often, at whatever pace ${what} came before`, () => {
    const clock = { now: 0 };
    let held = 50 * MIB;
    const options = { memoryLimitBytes: 100 * MIB, now: () => clock.now, heldBytes: () => held };
    const budget = new Budget(options);
    const goOn = (): boolean => (what === "rounds" ? budget.goOn() : budget.mayStep());
    held += 80 * MIB;
    // So quick that looks become rare; thousands of rounds go by until the next one.
    for (let i = 0; i < 100_000; i++, clock.now += 1e-4) assert(goOn());
    clock.now += 20;
    for (let i = 0; i < 5000; i++) assert(goOn());
    // Then each takes a third of a millisecond, and as many megabytes.
    while (goOn()) {
      held += MIB / 3;
      clock.now += 1 / 3;
      assert(held <= 160 * MIB, "the limit was overrun by more than a tenth");
    }
    assertEquals(budget.stopped, "memory");
  });
}

for (const stepMiB of [3, 12, 30, 60]) {
  Deno.test(`of steps that make ${stepMiB} MiB each none is taken that would overrun the limit by more than a tenth`, () => {
    const clock = { now: 0 };
    let held = 50 * MIB;
    const options = { memoryLimitBytes: 100 * MIB, now: () => clock.now, heldBytes: () => held };
    const budget = new Budget(options);
    let steps = 0;
    for (; steps < 1000 && budget.mayStep(); steps++, clock.now += 20) held += stepMiB * MIB;
    assertEquals(budget.stopped, "memory");
    assert(held <= 160 * MIB, `${held / MIB - 50} MiB`);
    // Nor is it given up while there is room for one more.
    assert(held + stepMiB * MIB > 150 * MIB, `${held / MIB - 50} MiB`);
  });
}

Deno.test("what was taken before the first step, or for the search's own tables, is no step's", () => {
  const clock = { now: 0 };
  let held = 0;
  const options = { memoryLimitBytes: 100 * MIB, now: () => clock.now, heldBytes: () => held };
  const budget = new Budget(options);
  held += 60 * MIB;
  clock.now += 20;
  assert(budget.goOn() && !budget.expired());
  for (let i = 0; i < 20; i++, clock.now += 20) assert(budget.mayStep());
  assert(budget.allow(30 * MIB));
  held += 30 * MIB;
  for (let i = 0; i < 20; i++, clock.now += 20) assert(budget.mayStep());
});

Deno.test("an array of a megabyte is asked for before it is made", () => {
  let held = 0;
  const budget = new Budget({ memoryLimitBytes: 100 * MIB, now: () => 0, heldBytes: () => held });
  assertEquals(budget.allow(10 * MIB), true);
  held = 99 * MIB;
  assertEquals(budget.allow(11.5 * MIB), false);
  assertEquals(budget.stopped, "memory");
});

Deno.test("a round that takes as long as thousands is not waited for: the clock is looked at in the midst of it", () => {
  let now = 0;
  const budget = new Budget({ timeLimitMs: 20, now: () => now++ });
  // The pace of quick rounds: thousands between two looks.
  let quick = 0;
  while (now < 15 && quick < 100_000 && budget.goOn()) quick++;
  let slow = 0;
  while (slow < 1000 && budget.pass(5_000)) slow++;
  assertEquals(budget.stopped, "time");
  assert(slow < 20, `it went on for ${slow} rounds`);
  assertEquals(budget.work, quick);
});

Deno.test("what has stopped a check stays what it was, though a table would not fit any more", () => {
  const clock = { now: 0 };
  const options = { timeLimitMs: 10, memoryLimitBytes: 100 * MIB, now: () => clock.now, heldBytes: () => 0 };
  const budget = new Budget(options);
  clock.now = 20;
  assertEquals([budget.expired(), budget.stopped], [true, "time"]);
  budget.reserve(500 * MIB);
  assertEquals(budget.stopped, "time");
});
