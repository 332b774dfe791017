import type { Value } from "../types.ts";
import { holdsNaN } from "./register_blocks.ts";
import { answerOf, type Sessions } from "./session.ts";
import type { Lag } from "./types.ts";

/** What can be told of a register's reads without a search: between which bounds `k` lies, and how late reads were. */
export interface Bounds {
  readonly atLeast: number;
  readonly atMost: number;
  readonly lag: Lag;
}

/** A write of a register whose values are all different, with what is known of when it took effect. */
interface Write {
  readonly call: number;
  /** Infinity if it never returned. */
  readonly ret: number;
  /** It took effect by then: it, or a read of its value, had returned. */
  readonly effect: number;
}

interface Read {
  readonly id: number;
  readonly call: number;
  /** -1: it saw the initial value. */
  readonly write: number;
}

/**
 * Bounds on `k` for a register with reads and writes of different values; `undefined` for anything else.
 *
 * - *At least*: take a read and the write that it saw. Any write that was called after that one had returned, and that returned
 *   before the read was called, stands between them in every order.
 * - *At most*: let every write take effect as late as it can (when it or a read of it returns), and every read as soon as it can.
 *   That order keeps real time, and its `k` can be counted.
 */
export function registerBounds<State, Input, Output>(
  sessions: Sessions<State, Input, Output>,
): Bounds | undefined {
  const table = tabulate(sessions);
  if (table === undefined) return undefined;
  const { writes, reads } = table;
  const newer = countNewer(writes, reads);
  const overwritten = firstOverwrite(writes);
  let longest = 0;
  let worst = -1;
  let stale = 0;
  for (let r = 0; r < reads.length; r++) {
    if (newer[r] === 0) continue;
    stale++;
    const late = reads[r].call - overwritten(reads[r].write < 0 ? -Infinity : writes[reads[r].write].ret);
    if (late <= longest && worst >= 0) continue;
    longest = late;
    worst = reads[r].id;
  }
  return {
    atLeast: 1 + newer.reduce((a, b) => Math.max(a, b), 0),
    atMost: 1 + countBetween(writes, reads),
    lag: { staleReads: stale, reads: reads.length, longest, worst },
  };
}

function tabulate<State, Input, Output>(
  { model, operations, ids }: Sessions<State, Input, Output>,
): { writes: Write[]; reads: Read[] } | undefined {
  const { kind } = model;
  if (kind?.type !== "register") return undefined;
  const makers = new Map<Value, { call: number; ret: number; effect: number }>();
  const seen: { id: number; call: number; ret: number; value: Value }[] = [];
  for (const id of ids) {
    const { input, callAt, outcome } = operations[id];
    const action = kind.view(input, answerOf(operations[id]));
    if (action === undefined || action.op === "cas" || holdsNaN(action)) return undefined;
    const ret = outcome.status === "ok" ? outcome.returnAt : Infinity;
    if (action.op === "read") seen.push({ id, call: callAt, ret, value: action.value });
    if (action.op !== "write") continue;
    if (makers.has(action.value) || action.value === kind.initial) return undefined;
    makers.set(action.value, { call: callAt, ret, effect: ret });
  }
  for (const { value, ret } of seen) {
    const maker = makers.get(value);
    // A read of what nobody wrote, or of what was written later: no k will do, and the search says so.
    if (value !== kind.initial && (maker === undefined || maker.call > ret)) return undefined;
    if (maker !== undefined) maker.effect = Math.min(maker.effect, ret);
  }
  // A write without an answer that nobody saw need not have taken place.
  const writes = [...makers].filter(([, { effect }]) => effect !== Infinity).sort(([, a], [, b]) =>
    a.effect - b.effect
  );
  const numbers = new Map(writes.map(([value], n) => [value, n]));
  const reads = seen.map(({ id, call, value }) => ({ id, call, write: numbers.get(value) ?? -1 }));
  return { writes: writes.map(([, write]) => write), reads };
}

/** For each read, how many writes were called after the one it saw had returned, and returned before it was called. */
function countNewer(writes: readonly Write[], reads: readonly Read[]): Int32Array {
  const byReturn = writes.filter(({ ret }) => ret !== Infinity).sort((a, b) => a.ret - b.ret);
  const calls = writes.map(({ call }) => call).sort((a, b) => a - b);
  const tally = new Tally(calls.length);
  const counts = new Int32Array(reads.length);
  const order = reads.map((_, r) => r).sort((a, b) => reads[a].call - reads[b].call);
  let returned = 0;
  for (const r of order) {
    const { call, write } = reads[r];
    for (; returned < byReturn.length && byReturn[returned].ret < call; returned++) {
      tally.add(firstOver(calls, byReturn[returned].call) - 1);
    }
    const since = write < 0 ? -Infinity : writes[write].ret;
    counts[r] = returned - tally.below(firstOver(calls, since));
  }
  return counts;
}

/** The most writes that stand between a read and what it saw in the order described above. */
function countBetween(writes: readonly Write[], reads: readonly Read[]): number {
  const effects = writes.map(({ effect }) => effect);
  let most = 0;
  for (const { call, write } of reads) {
    // Writes take effect in the order of their numbers; those before the read's call are before the read.
    const before = firstFromOver(effects, call);
    most = Math.max(most, before - 1 - write);
  }
  return most;
}

/** Answers when the first write that was called after an instant returned. */
function firstOverwrite(writes: readonly Write[]): (since: number) => number {
  const byCall = [...writes].sort((a, b) => a.call - b.call);
  const calls = byCall.map(({ call }) => call);
  const first = byCall.map(({ ret }) => ret);
  for (let i = first.length - 2; i >= 0; i--) first[i] = Math.min(first[i], first[i + 1]);
  return (since) => first[firstOver(calls, since)] ?? Infinity;
}

/** The index of the first entry greater than `value`. */
function firstOver(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The index of the first entry that is at least `value`. */
function firstFromOver(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Counts by position, with sums over all positions below one (Fenwick 1994). */
class Tally {
  readonly #sums: Int32Array;

  constructor(size: number) {
    this.#sums = new Int32Array(size + 1);
  }

  add(position: number): void {
    for (let i = position + 1; i < this.#sums.length; i += i & -i) this.#sums[i]++;
  }

  below(position: number): number {
    let sum = 0;
    for (let i = position; i > 0; i -= i & -i) sum += this.#sums[i];
    return sum;
  }
}
