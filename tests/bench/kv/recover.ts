/**
 * What many keys cost in memory; how long a follower takes to catch up with what it missed, and a store to come back when all of it was killed.
 * @module
 */

import type { Caller } from "./caller.ts";
import type { Contender } from "./contenders.ts";
import { pause } from "./failover.ts";
import { fill, fillFast, keyOf } from "./load.ts";

/** What it came to. */
export interface Recovery {
  /** Memory of the leader's own that is in use, without the pages of files, in MB; NaN where the system does not tell. */
  readonly memoryMb: number;
  /** The same of the follower that has most. */
  readonly followerMb: number;
  /** From the start of a follower's process until it has applied what was written while it was dead; NaN for a store of one. */
  readonly catchUpMs: number;
  /** From the start of all processes to the first write that succeeds. */
  readonly coldStartMs: number;
}

const SETTLE_MS = 3000;
const MOST_MS = 60_000;
/** Single puts that a follower misses. */
const MISSED = 100_000;
const MISSED_CLIENTS = 256;
const LOOK_MS = 20;
const PATIENCE_MS = 250;

/** Puts `keys` keys of 256 bytes, looks at the memory; kills a follower, goes on, starts it; kills everybody, starts them again. */
export async function recover(of: Contender, keys: number): Promise<Recovery> {
  await fillFast(of, keys);
  await pause(SETTLE_MS);
  await of.findLeader();
  const memoryMb = ownMemoryMb(of.leaderPid);
  const followers = of.pids.filter((pid) => pid !== of.leaderPid);
  const followerMb = Math.max(...followers.map(ownMemoryMb));
  const catchUpMs = followers.length === 0 ? NaN : await catchUp(of, followers[0], Math.min(MISSED, keys));
  await of.kill(of.pids);
  const from = performance.now();
  of.revive();
  await firstWrite(of, from + MOST_MS);
  const coldStartMs = performance.now() - from;
  await of.findLeader();
  return { memoryMb, followerMb, catchUpMs, coldStartMs };
}

async function catchUp(of: Contender, follower: number, missed: number): Promise<number> {
  const member = of.pids.indexOf(follower);
  await of.kill([follower]);
  await fill(of, missed, MISSED_CLIENTS);
  const wanted = await of.appliedAt(of.pids.indexOf(of.leaderPid));
  const from = performance.now();
  of.revive();
  while (performance.now() < from + MOST_MS) {
    if (await of.appliedAt(member).catch(() => -1) >= wanted) return performance.now() - from;
    await pause(LOOK_MS);
  }
  throw new Error(`A follower of ${of.name} has not caught up within ${MOST_MS / 1000} s`);
}

/** Asks every member in turn, all at the same time: the first answer counts. */
async function firstWrite(of: Contender, untilMs: number): Promise<void> {
  let done = false;
  const first = Promise.any(of.addresses.map(async (address) => {
    while (!done && performance.now() < untilMs) {
      if (await write(of, address)) return;
      await pause(5);
    }
    throw new Error("Too late");
  }));
  await first.catch(() => {
    throw new Error(`${of.name} took no write within ${MOST_MS / 1000} s of its start`);
  });
  done = true;
}

async function write(of: Contender, address: string): Promise<boolean> {
  let caller: Caller | null = null;
  try {
    caller = await of.connect(address);
    return await Promise.race([caller.ask("put", keyOf(0)), pause(PATIENCE_MS).then(() => false)]);
  } catch {
    // Not yet.
    return false;
  } finally {
    caller?.close();
  }
}

function ownMemoryMb(pid: number): number {
  try {
    const [, kilobytes] = /RssAnon:\s+(\d+) kB/.exec(Deno.readTextFileSync(`/proc/${pid}/status`)) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return NaN;
  }
}
