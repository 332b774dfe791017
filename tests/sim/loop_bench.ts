/**
 * What the empty world costs: events a second of the bare loop, with both drains. Run it with `deno run -A`.
 * @module
 */

import { realNowMs } from "./host.ts";
import { Loop, plainLoopOptions } from "./loop.ts";
import type { Drain } from "./loop.ts";

const TIMERS = 200;

async function measure(
  label: string,
  drain: Drain,
  events: number,
  handler: (tick: () => void) => void,
): Promise<void> {
  const loop = new Loop({ ...plainLoopOptions(1), drain });
  for (let timer = 0; timer < TIMERS; timer++) {
    const tick = () => {
      loop.schedule(1 + (timer * 7919) % 97, again);
    };
    const again = () => handler(tick);
    loop.schedule(timer % 31, again);
  }
  let left = events;
  const started = realNowMs();
  await loop.run({ until: () => left-- <= 0 });
  const seconds = (realNowMs() - started) / 1000;
  console.log(`${label.padEnd(52)} ${(events / seconds / 1e6).toFixed(2)} M events/s`);
}

for (let round = 0; round < 2; round++) {
  await measure("callbacks, synchronous drain", "auto", 3_000_000, (tick) => tick());
  await measure("one await in each handler, synchronous drain", "auto", 3_000_000, async (tick) => {
    await null;
    tick();
  });
  await measure("callbacks, one macrotask an event", "macrotask", 300_000, (tick) => tick());
}
