/**
 * What the empty world costs, in real microseconds: the loop with both drains, timers, messages, syncs.
 * Run it with `deno run --allow-all tests/sim/loop_bench.ts`.
 * @module
 */

import type { Channel, Runtime } from "../../runtime/mod.ts";
import { LOCAL_AREA, RELIABLE, STORM, UNRELIABLE_REQUEST } from "./conditions.ts";
import type { LinkConditions } from "./conditions.ts";
import { realNowMs } from "./host.ts";
import { Loop, plainLoopOptions } from "./loop.ts";
import type { Drain } from "./loop.ts";
import { World } from "./world.ts";

const NAMES = ["s1", "s2", "s3", "s4", "s5"];

/** A channel whose codec costs nothing, so that only the world is measured. */
const FREE: Channel<Uint8Array> = {
  name: "free",
  codec: { encode: (bytes) => bytes, decode: (bytes) => bytes, copy: (bytes) => bytes },
};

function report(label: string, count: number, startedMs: number): void {
  const micros = (realNowMs() - startedMs) * 1000 / count;
  console.log(`${label.padEnd(56)} ${micros.toFixed(3)} µs  ${(1 / micros).toFixed(2)} M/s`);
}

async function bareLoop(
  label: string,
  drain: Drain,
  count: number,
  handler: (tick: () => void) => void,
): Promise<void> {
  const loop = new Loop({ ...plainLoopOptions(1), drain });
  for (let timer = 0; timer < 200; timer++) {
    const tick = () => void loop.schedule(1 + (timer * 7919) % 97, again);
    const again = () => handler(tick);
    loop.schedule(timer % 31, again);
  }
  let left = count;
  const started = realNowMs();
  await loop.run({ until: () => left-- <= 0 });
  report(label, count, started);
}

/** Boots `program` on five machines and runs until it has called `done` often enough. */
async function measure(
  label: string,
  count: number,
  conditions: LinkConditions,
  program: (runtime: Runtime, done: () => void) => void,
): Promise<void> {
  const world = new World({ seed: 1, isolation: "copy", conditions });
  let left = count;
  for (const name of NAMES) world.machine(name).boot((runtime) => program(runtime, () => left--));
  const started = realNowMs();
  await world.run({ until: () => left <= 0 });
  report(label, count, started);
}

function pingPong({ network, clock }: Runtime, done: () => void): void {
  const port = network.open(FREE, (from, message) => {
    done();
    port.send(from, message);
  });
  const serve = () => {
    for (const name of NAMES) if (name !== network.address) port.send(name, new Uint8Array(1));
    clock.setTimer(20, serve);
  };
  for (let ball = 0; ball < 10; ball++) serve();
}

function heartbeat({ clock }: Runtime, done: () => void): void {
  let election = clock.setTimer(300, () => {});
  const beat = () => {
    done();
    election.cancel();
    election = clock.setTimer(300, () => {});
    clock.setTimer(1, beat);
  };
  for (let beats = 0; beats < 10; beats++) beat();
}

async function appendAndSync({ disk }: Runtime, done: () => void): Promise<void> {
  const line = new Uint8Array(200);
  for (let segment = 0;; segment++) {
    const file = await disk.create(`log${segment % 2}`);
    await disk.syncDirectory("");
    for (let size = 0; size < 1_000_000; size += line.length) {
      await file.write(size, line);
      await file.sync();
      done();
    }
  }
}

for (let round = 1; round <= 2; round++) {
  console.log(`round ${round}`);
  await bareLoop("event, synchronous drain", "auto", 3_000_000, (tick) => tick());
  await bareLoop("event with one await, synchronous drain", "auto", 3_000_000, async (tick) => {
    await null;
    tick();
  });
  await bareLoop("event, one macrotask each", "macrotask", 300_000, (tick) => tick());
  await measure("timer: fire, cancel one, arm two", 1_000_000, RELIABLE, heartbeat);
  await measure("message: send and deliver, reliable", 1_000_000, RELIABLE, pingPong);
  await measure("message: local network, in order", 1_000_000, LOCAL_AREA, pingPong);
  await measure("message: 10 % loss, 0 to 26 ms", 500_000, UNRELIABLE_REQUEST, pingPong);
  await measure("message: storm", 500_000, STORM, pingPong);
  await measure("disk: append 200 bytes and sync", 500_000, RELIABLE, appendAndSync);
}
