import { NEVER } from "../history.ts";
import type { Evidence } from "./evidence.ts";

/** One choice: for each version its maker and the instant at which it begins. */
export interface Course {
  readonly makers: Int32Array;
  readonly begins: Int32Array;
}

/** Puts everything in order: the makers at their instants, the reads and the refused where their version allows. */
export function layOut(evidence: Evidence, { makers, begins }: Course): Int32Array {
  const { part: { ids, call, ret, end }, reads, refusable, limit } = evidence;
  const count = ids.length;
  // At one instant: what a version refuses before it begins, its maker, its reads, and so on, version by version.
  const last = 4 * makers.length + 7;
  const line = new Line(count, end);
  const put = (k: number, instant: number, rank: number): void => line.put(k, instant, rank);
  const made = new Uint8Array(count);
  for (let v = 1; v < makers.length; v++) {
    made[makers[v]] = 1;
    put(makers[v], begins[v], 4 * v);
  }
  for (let version = 0; version < limit; version++) {
    const exists = version < makers.length;
    for (let i = reads.start(version); i < reads.end(version); i++) {
      put(reads.items[i], Math.max(call[reads.items[i]], begins[version]), 4 * version + 1);
    }
    for (let i = refusable.start(version); i < refusable.end(version); i++) {
      const k = refusable.items[i];
      if (made[k] === 1 || ret[k] === NEVER) continue;
      if (!exists || call[k] < begins[version]) put(k, call[k], last);
      else if (call[k] === begins[version]) put(k, call[k], 4 * version - 1);
      else {
        const next = begins[version + 1];
        put(k, Math.max(call[k], next), call[k] > next ? last : 4 * version + 6);
      }
    }
  }
  return line.inOrder();
}

/** Operations to be put in line by instant, and by rank at one instant, where there are few. */
class Line {
  readonly #operations: Int32Array;
  readonly #ranks: Int32Array;
  readonly #nexts: Int32Array;
  /** By instant, from -1 on: the last one put there; those before it follow. */
  readonly #heads: Int32Array;
  #count = 0;

  constructor(count: number, end: number) {
    this.#operations = new Int32Array(count);
    this.#ranks = new Int32Array(count);
    this.#nexts = new Int32Array(count);
    this.#heads = new Int32Array(end + 1).fill(-1);
  }

  /** Puts an operation at an instant; ranks are kept in order, equal ones as they come. */
  put(operation: number, instant: number, rank: number): void {
    const item = this.#count++;
    this.#operations[item] = operation;
    this.#ranks[item] = rank;
    let before = -1;
    let at = this.#heads[instant + 1];
    for (; at >= 0 && this.#ranks[at] > rank; at = this.#nexts[at]) before = at;
    this.#nexts[item] = at;
    if (before < 0) this.#heads[instant + 1] = item;
    else this.#nexts[before] = item;
  }

  /** All of them. */
  inOrder(): Int32Array {
    const order = new Int32Array(this.#count);
    // Each instant's list goes down, so the line is filled from its end.
    let free = this.#count;
    for (let instant = this.#heads.length - 1; instant >= 0; instant--) {
      for (let at = this.#heads[instant]; at >= 0; at = this.#nexts[at]) order[--free] = this.#operations[at];
    }
    return order;
  }
}
