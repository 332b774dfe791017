import { NEVER } from "../history.ts";
import { argsort } from "../sort.ts";
import type { Evidence } from "./evidence.ts";

/** One choice: for each version its maker and the instant at which it begins. */
export interface Course {
  readonly makers: Int32Array;
  readonly begins: Int32Array;
}

/** Puts everything in order: the makers at their instants, the reads and the refused where their version allows. */
export function layOut(evidence: Evidence, { makers, begins }: Course): Int32Array {
  const { part: { ids, call, ret }, reads, refusable, limit } = evidence;
  const count = ids.length;
  const operations = new Int32Array(count);
  const keys = new Float64Array(count);
  let placed = 0;
  // At one instant: what a version refuses before it begins, its maker, its reads, and so on, version by version.
  const width = 4 * makers.length + 8;
  const put = (k: number, instant: number, rank: number): void => {
    operations[placed] = k;
    keys[placed++] = (instant + 1) * width + rank;
  };
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
      if (!exists || call[k] < begins[version]) put(k, call[k], width - 1);
      else if (call[k] === begins[version]) put(k, call[k], 4 * version - 1);
      else {
        const next = begins[version + 1];
        put(k, Math.max(call[k], next), call[k] > next ? width - 1 : 4 * version + 6);
      }
    }
  }
  const order = argsort(keys.subarray(0, placed));
  return order.map((i) => operations[i]);
}
