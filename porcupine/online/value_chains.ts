import { FAILED, READ, SWAP, WRITE } from "../fast/register_table.ts";
import type { Value } from "../types.ts";
import type { ValueEntry } from "./value_entry.ts";

/** A write, what replaced its value by swaps, one after the other, and the reads between: it stands together, in this order. */
interface Chain {
  /** By place in the order. */
  readonly members: number[];
  /** The first return, and the last call. */
  from: number;
  to: number;
  /** The instant that it is put at. */
  at: number;
}

/**
 * Another order of a few operations of a register from a value on, where each value is brought about by one of them only;
 * `undefined` if none is found, which proves nothing. Those with an answer must be in it, of the others those that are needed: as in
 * `fast/register.ts` the values say what stands together, and the zones of that where; so nothing is searched for.
 *
 * What it answers is an order of all that must be in it, in which nothing stands before what had returned when it was called: that is
 * looked at again at the end. Whether the values follow from one another is for the caller to see.
 */
export function orderInChains<Input, Output>(
  value: Value,
  entries: readonly ValueEntry<Input, Output>[],
): readonly ValueEntry<Input, Output>[] | undefined {
  const makers = makersOf(value, entries);
  const used = makers && findUsed(value, entries, makers);
  const chains = used && chainsOf(value, entries, used);
  if (chains === undefined || !putInLine(chains)) return undefined;
  const order = withFailed(value, entries, chains.flatMap(({ members }) => members));
  return order !== undefined && isInTime(entries, order) ? order.map((k) => entries[k]) : undefined;
}

/** Who brings each value about; `undefined`: two of them the same one, or one of them the value that is there. */
function makersOf(
  value: Value,
  entries: readonly ValueEntry<unknown, unknown>[],
): Map<Value, number> | undefined {
  const makers = new Map<Value, number>();
  let made = 0;
  for (let k = 0; k < entries.length; k++) {
    const { op, value: mine } = entries[k];
    if (op !== WRITE && op !== SWAP) continue;
    if (mine === value || makers.set(mine, k).size === made) return undefined;
    made++;
  }
  return makers;
}

/** Which of them took effect: those with an answer, and those whose value was needed. */
function findUsed(
  value: Value,
  entries: readonly ValueEntry<unknown, unknown>[],
  makers: ReadonlyMap<Value, number>,
): Uint8Array | undefined {
  const used = new Uint8Array(entries.length);
  for (let k = 0; k < entries.length; k++) {
    if (entries[k].watched.status !== "returned") continue;
    for (let now: number | undefined = k; now !== undefined && used[now] === 0;) {
      used[now] = 1;
      const { op, value: mine, from } = entries[now];
      if (op === WRITE || op === FAILED) break;
      const wanted: Value = op === READ ? mine : from;
      if (wanted === value) break;
      now = makers.get(wanted);
      if (now === undefined) return undefined;
    }
  }
  return used;
}

/** What stands together; `undefined`: a value was replaced twice. The first chain is the one of the value that is there. */
function chainsOf(
  value: Value,
  entries: readonly ValueEntry<unknown, unknown>[],
  used: Uint8Array,
): Chain[] | undefined {
  const readers = new Map<Value, number[]>();
  const swaps = new Map<Value, number>();
  const writes: number[] = [];
  for (let k = 0; k < entries.length; k++) {
    if (used[k] === 0) continue;
    const { op, value: mine, from } = entries[k];
    if (op === WRITE) writes.push(k);
    else if (op === SWAP) {
      if (swaps.has(from)) return undefined;
      swaps.set(from, k);
    } else if (op === READ) {
      const others = readers.get(mine);
      if (others === undefined) readers.set(mine, [k]);
      else others.push(k);
    }
  }
  const follow = (head: number): Chain => {
    const chain: Chain = { members: [], from: head < 0 ? -1 : Infinity, to: -1, at: -1 };
    for (let next: number | undefined = head; next !== undefined;) {
      if (next >= 0) take(chain, next, entries);
      const now: Value = next < 0 ? value : entries[next].value;
      const others = readers.get(now);
      if (others !== undefined) { for (const k of others) take(chain, k, entries); }
      next = swaps.get(now);
    }
    return chain;
  };
  return [follow(-1), ...writes.map(follow)];
}

function take(chain: Chain, k: number, entries: readonly ValueEntry<unknown, unknown>[]): void {
  const { call, ret } = entries[k].watched;
  chain.members.push(k);
  if (ret < chain.from) chain.from = ret;
  if (call > chain.to) chain.to = call;
}

/**
 * Puts chains one after the other, each as late as can be: who failed because a value was gone finds another one the sooner, the later
 * that value came. False if they cannot be put in line.
 */
function putInLine(chains: Chain[]): boolean {
  const forward = chains.filter(({ from, to }) => from < to).sort((left, right) => left.from - right.from);
  for (let i = 1; i < forward.length; i++) if (forward[i].from < forward[i - 1].to) return false;
  for (const chain of chains) {
    chain.at = chain.from;
    if (chain.from < chain.to) continue;
    for (const { from, to } of forward) {
      if (from >= chain.at) break;
      if (to < chain.at) continue;
      // Within that one's zone: so just before it.
      if (from < chain.to) return false;
      chain.at = from - 0.5;
      break;
    }
  }
  chains.sort((left, right) => left.at - right.at || left.from - right.from);
  return true;
}

/** Puts those that failed where the order allows, as late as can be; `undefined`: one of them finds no place. */
function withFailed(
  value: Value,
  entries: readonly ValueEntry<unknown, unknown>[],
  order: readonly number[],
): readonly number[] | undefined {
  const placed: { readonly k: number; readonly at: number }[] = [];
  // By place: the last call before it.
  const lastCalls = new Float64Array(order.length + 1).fill(-1);
  for (let at = 0; at < order.length; at++) {
    lastCalls[at + 1] = Math.max(lastCalls[at], entries[order[at]].watched.call);
  }
  for (let k = 0; k < entries.length; k++) {
    const { op, from, watched: { call, ret, status } } = entries[k];
    if (op !== FAILED || status !== "returned") continue;
    let found = false;
    for (let at = order.length; at >= 0 && !found; at--) {
      found = lastCalls[at] < ret && valueAt(value, entries, order, at) !== from;
      if (found) placed.push({ k, at });
      if (at > 0 && entries[order[at - 1]].watched.ret < call) break;
    }
    if (!found) return undefined;
  }
  if (placed.length === 0) return order;
  placed.sort((left, right) =>
    left.at - right.at || entries[left.k].watched.call - entries[right.k].watched.call
  );
  const whole: number[] = [];
  for (let at = 0, next = 0; at <= order.length; at++) {
    for (; next < placed.length && placed[next].at === at; next++) whole.push(placed[next].k);
    if (at < order.length) whole.push(order[at]);
  }
  return whole;
}

/** The value before a place of the order: each of them reads one, or brings one about. */
function valueAt(
  value: Value,
  entries: readonly ValueEntry<unknown, unknown>[],
  order: readonly number[],
  at: number,
): Value {
  return at === 0 ? value : entries[order[at - 1]].value;
}

/** Whether all that have an answer are in an order, and nothing stands before what had returned when it was called. */
function isInTime(entries: readonly ValueEntry<unknown, unknown>[], order: readonly number[]): boolean {
  let owed = 0;
  for (const { watched } of entries) if (watched.status === "returned") owed++;
  let lastCall = -1;
  for (const k of order) {
    const { call, ret, status } = entries[k].watched;
    if (ret < lastCall) return false;
    if (call > lastCall) lastCall = call;
    if (status === "returned") owed--;
  }
  return owed === 0;
}
