/**
 * How long nobody can write when the leader is killed, stopped in the middle, or told to go.
 * @module
 */

import type { Caller } from "./caller.ts";
import type { Contender } from "./contenders.ts";
import { keyOf } from "./load.ts";

const CLIENTS = 16;
/** A client that has no answer for so long asks another member. */
const PATIENCE_MS = 250;
const BEFORE_MS = 1500;
const AFTER_MS = 4000;

/** How a leader goes: at once, by falling silent with all its connections open, or in good order. */
export const WAYS = { kill: "SIGKILL", stop: "SIGSTOP", term: "SIGTERM" } as const;
/** The name of one of them. */
export type Way = keyof typeof WAYS;

/** The longest stretch without a successful write, in milliseconds, when the leader goes under 16 writing clients. */
export async function windowWithoutWrites(of: Contender, way: Way): Promise<number> {
  await of.findLeader();
  const done: number[] = [];
  let over = false;
  const clients = Array.from(
    { length: CLIENTS },
    (_, at) => writeOn(of, at, () => over, () => done.push(performance.now())),
  );
  await pause(BEFORE_MS);
  const killedAt = performance.now();
  const { leaderPid } = of;
  of.signal(leaderPid, WAYS[way]);
  await pause(AFTER_MS);
  over = true;
  await Promise.all(clients);
  await of.kill([leaderPid]);
  of.revive();
  await of.findLeader();
  const times = [...done.filter((time) => time > killedAt - PATIENCE_MS), performance.now()].sort((a, b) =>
    a - b
  );
  let longest = 0;
  for (let at = 1; at < times.length - 1; at++) longest = Math.max(longest, times[at] - times[at - 1]);
  // Nobody could write at all afterwards.
  return done.some((time) => time > killedAt + 1) ? longest : Infinity;
}

/** Writes and writes, at whatever member answers. A member that says nothing must not keep the client for ever. */
async function writeOn(of: Contender, number: number, over: () => boolean, wrote: () => void): Promise<void> {
  let at = number;
  while (!over()) {
    let caller: Caller | null = null;
    try {
      caller = await of.connect(of.addresses[at % of.addresses.length]);
      while (!over() && await withPatience(caller.ask("put", keyOf(number)))) wrote();
    } catch {
      // The connection has ended, or there was none.
    }
    caller?.close();
    at++;
    // Not in a tight circle while nobody listens there.
    await pause(2);
  }
}

/** False also when the answer is late. */
async function withPatience(answer: Promise<boolean>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => timer = setTimeout(() => resolve(false), PATIENCE_MS));
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
