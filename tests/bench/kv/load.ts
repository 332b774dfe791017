/**
 * Closed loops: every client asks, waits, asks again.
 * @module
 */

import type { Caller, Op } from "./caller.ts";
import type { Contender } from "./contenders.ts";

/** What is asked: `mixed` is half puts, half gets. */
export type Mix = Op | "mixed";

/** What one run came to. */
export interface Cell {
  /** Requests a second. */
  readonly rate: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU of all servers for one request, in microseconds; NaN where the system does not tell. */
  readonly cpuUs: number;
}

/** One run. */
export interface Load {
  readonly mix: Mix;
  readonly clients: number;
  readonly seconds: number;
  /** Clients that speak RESP share so many connections, as those of one program would; `Infinity` for one each. */
  readonly connections: number;
}

const KEYS = 10_000;
const WARM_MS = 500;
/**
 * Keys of one request of etcd's. No more: it keeps the last 100,000 requests in memory, however large they are, so that large ones would be held
 * against it; and a million keys in fives end just behind where it lets go of them.
 */
const ETCD_AT_ONCE = 5;
/** Keys of one request for the others, whose memory does not depend on it. */
const RESP_AT_ONCE = 50;
const FILLERS = { etcd: 128, resp: 32 };
const PATIENCE = 50;
const AGAIN_MS = 200;
/** Clients of etcd share connections, as those of one program do: a stream is a client there. */
const MAX_STREAMS_CONNECTIONS = 16;

/** Keys are drawn from these. */
export function keyOf(number: number): string {
  return `key${String(number).padStart(8, "0")}`;
}

/** CPU seconds that processes have used so far; NaN where the system does not tell. */
export function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    try {
      const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1].split(" ");
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      return NaN;
    }
  }
  return ticks / 100;
}

/** Puts every key once, so that gets find something. */
export async function fill(to: Contender, keys = KEYS, clients = 64): Promise<void> {
  const callers = await open(to, clients, Infinity);
  let next = 0;
  await Promise.all(Array.from({ length: clients }, async (_, at) => {
    while (next < keys) await callers[at % callers.length].ask("put", keyOf(next++));
  }));
  for (const caller of callers) caller.close();
}

/** Puts `keys` keys, several with each request. */
export async function fillFast(to: Contender, keys: number): Promise<void> {
  const fillers = to.streams ? FILLERS.etcd : FILLERS.resp;
  const callers = await open(to, fillers, Infinity);
  const most = to.streams ? ETCD_AT_ONCE : RESP_AT_ONCE;
  let next = 0;
  await Promise.all(Array.from({ length: fillers }, async (_, client) => {
    const caller = callers[client % callers.length];
    while (next < keys) {
      const first = next;
      next = Math.min(keys, first + most);
      const names = Array.from({ length: next - first }, (_, at) => keyOf(first + at));
      await insist(to, caller, names);
    }
  }));
  for (const caller of callers) caller.close();
}

/** A leader may change in the middle: the same puts again do no harm. */
async function insist(to: Contender, caller: Caller, names: readonly string[]): Promise<void> {
  for (let left = PATIENCE; left > 0; left--) {
    if (await caller.putMany(names)) return;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
  throw new Error(`${to.name} refused ${names.length} puts at once ${PATIENCE} times`);
}

/** Runs one load against the contender's leader. Rejects if a request failed: such a run is no measurement. */
export async function run(to: Contender, load: Load): Promise<Cell> {
  const { mix, clients, seconds } = load;
  const callers = await open(to, clients, load.connections);
  const times: number[] = [];
  const warmUntil = performance.now() + WARM_MS;
  const until = warmUntil + seconds * 1000;
  let cpuFrom = NaN;
  const timer = setTimeout(() => cpuFrom = cpuSeconds(to.pids), WARM_MS);
  try {
    await Promise.all(Array.from({ length: clients }, async (_, at) => {
      const caller = callers[at % callers.length];
      for (let now = performance.now(); now < until;) {
        const op = mix === "mixed" ? (Math.random() < 0.5 ? "put" : "get") : mix;
        if (!await caller.ask(op, keyOf(Math.floor(Math.random() * KEYS)))) {
          throw new Error(`${to.name} refused a ${op}`);
        }
        const end = performance.now();
        if (now >= warmUntil) times.push(end - now);
        now = end;
      }
    }));
  } finally {
    clearTimeout(timer);
    for (const caller of callers) caller.close();
  }
  const cpu = cpuSeconds(to.pids) - cpuFrom;
  times.sort((left, right) => left - right);
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? NaN;
  return {
    rate: times.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuUs: cpu / times.length * 1e6,
  };
}

function open(to: Contender, clients: number, most: number): Promise<Caller[]> {
  const connections = Math.min(clients, to.streams ? MAX_STREAMS_CONNECTIONS : most);
  return Promise.all(Array.from({ length: connections }, () => to.connect(to.address)));
}
