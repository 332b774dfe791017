import { assertEquals } from "@std/assert";
import { World } from "../sim/world.ts";
import { counted, deathsBy, onClock } from "./strike.ts";

Deno.test("only who lived before and is dead afterwards counts as killed", () => {
  const world = new World({ seed: 1 });
  const machines = ["a", "b", "c"].map((name) => world.machine(name));
  for (const machine of machines.slice(0, 2)) machine.boot(() => {});
  assertEquals(deathsBy(machines, () => machines[0].crash()), 1);
  assertEquals(deathsBy(machines, () => machines[0].crash()), 0);
  assertEquals(deathsBy(machines, () => {}), 0);
});

Deno.test("what an injector counts is felt once it has counted something, also after its end", () => {
  const felt = { count: 0 };
  const strike = counted(felt, () => {});
  strike.end();
  assertEquals(strike.felt(), false);
  felt.count++;
  assertEquals(strike.felt(), true);
});

Deno.test("a clock that shows another time than it would have was upset, whatever happens to it later", async () => {
  const world = new World({ seed: 1 });
  const { clock } = world.machine("a");
  const idle = onClock(clock, () => {}, () => {});
  await world.run({ untilMs: 100 });
  idle.end();
  const frozen = onClock(clock, () => clock.freeze(), () => clock.thaw());
  assertEquals([idle.felt(), frozen.felt()], [false, false]);
  await world.run({ untilMs: 200 });
  frozen.end();
  assertEquals([idle.felt(), frozen.felt()], [false, true]);
});
