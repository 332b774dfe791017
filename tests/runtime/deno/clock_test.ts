import { assert, assertEquals, assertRejects } from "@std/assert";
import { denoClock } from "../../../runtime/deno.ts";
import { CountedDeath } from "../hand_clock.ts";

Deno.test("the real clock never goes back and lets a timer of 5 ms fire after 5 ms, and after its caller returned", async () => {
  const death = new AbortController();
  const clock = denoClock(death.signal);
  const before = clock.now();
  let fired = false;
  const elapsed = await new Promise<number>((resolve) => {
    clock.setTimer(5, () => {
      fired = true;
      resolve(clock.now() - before);
    });
    assert(!fired);
  });
  // Timers of the system may fire up to a millisecond early.
  assert(elapsed >= 4, `${elapsed}`);
  death.abort();
});

Deno.test("a cancelled timer does not fire, and cancelling one that has fired is harmless", async () => {
  const death = new AbortController();
  const clock = denoClock(death.signal);
  const fired: string[] = [];
  const cancelled = clock.setTimer(1, () => fired.push("cancelled"));
  const kept = clock.setTimer(0, () => fired.push("kept"));
  cancelled.cancel();
  await clock.sleep(5);
  kept.cancel();
  assertEquals(fired, ["kept"]);
  death.abort();
});

Deno.test("a sleeper wakes with the reason of its own signal, or with that of the clock's death", async () => {
  const death = new AbortController();
  const clock = denoClock(death.signal);
  const alarm = new AbortController();
  const one = assertRejects(() => clock.sleep(60_000, alarm.signal), Error, "enough");
  const two = assertRejects(() => clock.sleep(60_000), Error, "killed");
  alarm.abort(new Error("enough"));
  await one;
  await assertRejects(() => clock.sleep(1, alarm.signal), Error, "enough");
  death.abort(new Error("killed"));
  await two;
  await assertRejects(() => clock.sleep(1), Error, "killed");
});

Deno.test("death cancels every timer: the sanitizers see none left, and none set later fires", async () => {
  const death = new AbortController();
  const clock = denoClock(death.signal);
  let fired = 0;
  for (let at = 0; at < 50; at++) clock.setTimer(at < 25 ? 1 : 3e9, () => fired++);
  death.abort();
  clock.setTimer(0, () => fired++).cancel();
  const other = new AbortController();
  await denoClock(other.signal).sleep(5);
  other.abort();
  assertEquals(fired, 0);
});

Deno.test("a delay beyond the system's longest, 2^31 ms, does not fire at once", async () => {
  const death = new AbortController();
  const clock = denoClock(death.signal);
  let fired = 0;
  clock.setTimer(2 ** 31 + 5, () => fired++);
  clock.setTimer(Infinity, () => fired++);
  await clock.sleep(5);
  assertEquals(fired, 0);
  death.abort();
});

Deno.test("whoever has slept, woken or been woken leaves no listener on any signal, whatever their number", async () => {
  const [death, alarm] = [new CountedDeath(), new CountedDeath()];
  const clock = denoClock(death.signal);
  for (let at = 0; at < 20; at++) await clock.sleep(0, alarm.signal);
  assertEquals([death.listeners, alarm.listeners], [0, 0]);
  const late = assertRejects(() => clock.sleep(60_000, alarm.signal), Error, "enough");
  assertEquals([death.listeners, alarm.listeners], [1, 1]);
  alarm.abort(new Error("enough"));
  await late;
  assertEquals(death.listeners, 0);
  for (let at = 0; at < 20; at++) clock.setTimer(1, () => {}).cancel();
  assertEquals(death.listeners, 1);
  death.abort();
});

Deno.test("a timer that has fired is forgotten: death has nothing to clear", async () => {
  const death = new AbortController();
  const clock = denoClock(death.signal);
  let fired = 0;
  await new Promise<void>((resolve) => {
    for (let at = 0; at < 20; at++) clock.setTimer(0, () => ++fired === 20 && resolve());
  });
  const real = globalThis.clearTimeout;
  let cleared = 0;
  globalThis.clearTimeout = (id) => {
    cleared++;
    real(id);
  };
  try {
    death.abort();
  } finally {
    globalThis.clearTimeout = real;
  }
  assertEquals(cleared, 0);
});
