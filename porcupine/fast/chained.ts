import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { Memory } from "../scratch.ts";
import { settleFailed } from "./failed_swaps.ts";
import { INITIAL, READ, type RegisterTable, SWAP, WRITE } from "./register_table.ts";
import type { FastResult } from "./result.ts";
import { Blocks, lineUp } from "./zones.ts";

/** Registers in which every value is written once at most, by chains of what replaced what (see `decideRegister`). */
export function decideChains(table: RegisterTable, part: Part, memory: Memory): FastResult | undefined {
  const used = findUsed(table, part, memory);
  if (!(used instanceof Uint8Array)) return used;
  const blocks = chain(table, used, { part, memory });
  if (!(blocks instanceof Blocks)) return blocks;
  const result = lineUp(blocks, part, memory);
  if (result.verdict !== "ok" || table.failed.length === 0) return result;
  return settleFailed({ table, blocks, part, memory });
}

/** The first read, by return, of a value that no operation called by then can have written; values may repeat. */
export function findUnwritten(
  { op, value, producers }: RegisterTable,
  { call, returns, ret }: Part,
): FastResult | undefined {
  for (let i = 0; i < returns.length; i++) {
    const k = returns[i];
    if (op[k] !== READ || value[k] === INITIAL) continue;
    const producer = producers[value[k]];
    if (producer >= 0 && call[producer] < ret[k]) continue;
    return {
      verdict: "illegal",
      suspects: [k],
      reason: "no operation called before its return can have written that value",
    };
  }
  return undefined;
}

/** Marks the writes and compare-and-sets that took effect: those that returned, and those whose value was needed. */
function findUsed(table: RegisterTable, part: Part, memory: Memory): Uint8Array | FastResult {
  const { count, op, value, from, producers } = table;
  const { call, ret } = part;
  const used = memory.uint8(count);
  const needed: number[] = [];
  const neededBy: number[] = [];
  let explained = true;
  for (let k = 0; k < count; k++) {
    if (op[k] === READ) {
      if (value[k] === INITIAL) continue;
      const producer = producers[value[k]];
      if (producer < 0 || call[producer] > ret[k]) explained = false;
      else if (used[producer] === 0 && ret[producer] === NEVER) {
        needed.push(value[k]);
        neededBy.push(k);
      }
      continue;
    }
    if ((op[k] !== WRITE && op[k] !== SWAP) || ret[k] === NEVER) continue;
    used[k] = 1;
    if (op[k] === WRITE) continue;
    needed.push(from[k]);
    neededBy.push(k);
  }
  const early = explained ? undefined : findUnwritten(table, part);
  if (early !== undefined) return early;
  while (needed.length > 0) {
    const wanted = needed.pop();
    const by = neededBy.pop();
    if (wanted === undefined || by === undefined || wanted === INITIAL) continue;
    const producer = producers[wanted];
    if (producer < 0) {
      const reason = "no operation can have written the value it found";
      return { verdict: "illegal", suspects: [by], reason };
    }
    if (used[producer] === 1) continue;
    used[producer] = 1;
    if (op[producer] !== SWAP) continue;
    needed.push(from[producer]);
    neededBy.push(producer);
  }
  return used;
}

/** Joins each value's write, reads and successful compare-and-set into blocks. */
function chain(
  table: RegisterTable,
  used: Uint8Array,
  { part, memory }: { readonly part: Part; readonly memory: Memory },
): Blocks | FastResult {
  const { count, op, value, from, values } = table;
  const replaced = memory.int32(values).fill(-1);
  // The reads of each value, by call.
  const firstRead = memory.int32(values).fill(-1);
  const nextRead = memory.int32(count);
  let isChained = false;
  for (let k = count - 1; k >= 0; k--) {
    if (op[k] === READ) {
      nextRead[k] = firstRead[value[k]];
      firstRead[value[k]] = k;
    }
    if (op[k] !== SWAP || used[k] === 0) continue;
    isChained = true;
    const rival = replaced[from[k]];
    if (rival >= 0) {
      return { verdict: "illegal", suspects: [k, rival], reason: "a value written once was replaced twice" };
    }
    replaced[from[k]] = k;
  }
  const blocks = new Blocks(part, memory);
  const reached = memory.uint8(isChained ? count : 0);
  /** From a value on: what wrote it, unless it is the initial one, its reads, what replaced it, and so on. */
  const follow = (head: number): void => {
    for (let now = INITIAL, next = head;; next = replaced[now]) {
      if (next >= 0) {
        blocks.add(next);
        blocks.nextGroup();
        if (isChained) reached[next] = 1;
        now = value[next];
      }
      blocks.addList(firstRead[now], nextRead);
      blocks.nextGroup();
      if (replaced[now] < 0) break;
    }
    blocks.close(head < 0);
  };
  follow(-1);
  for (let k = 0; k < count; k++) if (used[k] === 1 && op[k] === WRITE) follow(k);
  if (!isChained) return blocks;
  for (let k = 0; k < count; k++) {
    if (used[k] === 0 || reached[k] === 1) continue;
    const reason = "each of them replaced what another one wrote, in a cycle";
    return { verdict: "illegal", suspects: cycle(k, table), reason };
  }
  return blocks;
}

function cycle(start: number, { op, from, producers }: RegisterTable): number[] {
  const members = new Set<number>();
  for (let k = start; k >= 0 && !members.has(k);) {
    members.add(k);
    k = op[k] === SWAP ? producers[from[k]] : -1;
  }
  return [...members];
}
