/**
 * What many keys cost in memory, and how long a store takes to come back with them when all of it was killed.
 * @module
 */

import type { Caller } from "./caller.ts";
import type { Contender } from "./contenders.ts";
import { pause } from "./failover.ts";
import { fill, keyOf } from "./load.ts";

/** What it came to. */
export interface Recovery {
  /** Memory of the leader's own that is in use, without the pages of files, in MB; NaN where the system does not tell. */
  readonly memoryMb: number;
  /** From the start of all processes to the first write that succeeds. */
  readonly coldStartMs: number;
}

const SETTLE_MS = 3000;
const MOST_MS = 60_000;

/** Puts `keys` keys of 256 bytes, looks at the leader's memory, kills everybody, and starts them again. */
export async function recover(of: Contender, keys: number): Promise<Recovery> {
  await fill(of, keys);
  await pause(SETTLE_MS);
  await of.findLeader();
  const memoryMb = ownMemoryMb(of.leaderPid);
  await of.kill(of.pids);
  const from = performance.now();
  of.revive();
  await firstWrite(of, from + MOST_MS);
  const coldStartMs = performance.now() - from;
  await of.findLeader();
  return { memoryMb, coldStartMs };
}

async function firstWrite(of: Contender, untilMs: number): Promise<void> {
  for (let at = 0; performance.now() < untilMs; at++) {
    let caller: Caller | null = null;
    try {
      caller = await of.connect(of.addresses[at % of.addresses.length]);
      const late = pause(500).then(() => false);
      if (await Promise.race([caller.ask("put", keyOf(0)), late])) return;
    } catch {
      // Not yet.
    } finally {
      caller?.close();
    }
    await pause(5);
  }
  throw new Error(`${of.name} took no write within ${MOST_MS / 1000} s of its start`);
}

function ownMemoryMb(pid: number): number {
  try {
    const [, kilobytes] = /RssAnon:\s+(\d+) kB/.exec(Deno.readTextFileSync(`/proc/${pid}/status`)) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return NaN;
  }
}
