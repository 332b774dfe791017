import { assertEquals, assertRejects } from "@std/assert";
import type { Link } from "../../../mapreduce/mod.ts";
import { Lease, LeaseLost } from "../../../mapreduce/worker/lease.ts";
import { type Clock, RpcError } from "../../../runtime/mod.ts";
import { HandClock } from "../../runtime/hand_clock.ts";
import { attemptAt } from "./lone_worker.ts";

function leaseOn(clock: Clock, renew: Link["renew"]): Lease {
  const link: Link = {
    hello: () => Promise.reject(new TypeError("Nobody says hello")),
    ask: () => Promise.reject(new TypeError("Nobody asks")),
    report: () => Promise.resolve(true),
    renew,
    leave: () => Promise.resolve(),
    giveUp: () => {},
    close: () => {},
  };
  const { signal } = new AbortController();
  return new Lease({
    clock,
    signal,
    patienceMs: 20_000,
    link,
    job: "job",
    worker: "worker",
    ref: attemptAt(0, 0),
    leaseMs: 10_000,
  });
}

Deno.test("work that never waits takes breath every 100 ms, and not oftener, and meanwhile its lease is renewed", async () => {
  const clock = new HandClock();
  let renewals = 0;
  const lease = leaseOn(clock, () => Promise.resolve(++renewals > 0));
  for (; clock.nowMs < 10_000; clock.nowMs += 10) {
    if (lease.breathless) await lease.breathe();
  }
  lease.stop();
  assertEquals(clock.sleeps.length, 90);
  assertEquals(renewals, 9);
  assertEquals(clock.pending, []);
});

Deno.test("work on a task that somebody else has now ends at the next breath", async () => {
  const clock = new HandClock();
  const lease = leaseOn(clock, () => Promise.resolve(false));
  clock.nowMs = 1000;
  // The first lets the lease ask; what it hears counts at the next.
  await lease.breathe().catch(() => {});
  await assertRejects(() => lease.breathe(), LeaseLost);
  lease.stop();
  assertEquals(clock.pending, []);
});

Deno.test("a coordinator that refuses to know the task ends the work on it, one that does not answer does not", async () => {
  for (const code of ["refused", "timeout"] as const) {
    const clock = new HandClock();
    const lease = leaseOn(clock, () => Promise.reject(new RpcError(code, "no")));
    clock.nowMs = 1000;
    await lease.breathe();
    await null;
    if (code === "refused") await assertRejects(() => lease.breathe(), LeaseLost);
    else await lease.breathe();
    lease.stop();
  }
});
