import type { Decision } from "./decision.ts";
import type { OrderedHistory } from "./history.ts";
import type { Part } from "./parts.ts";
import type { PartitionReport } from "./types.ts";

/**
 * What a verdict tells of each partition, and the orders of all of them as one of the whole history (Herlihy and Wing:
 * linearizability is local). Each operation gets the earliest instant its own order allows; by these instants they are put in
 * line. Each partition's share of that may be done as soon as it is decided.
 */
export class Reports {
  readonly #parts: readonly Part[];
  readonly #history: OrderedHistory;
  readonly #reports: (PartitionReport | undefined)[] = [];
  /**
   * Instants are ranks of calls. Each is that of one operation, and so of one partition, whose operations at that instant stand
   * together in its order: by the operation that is called then, the first of them; by operation, the next one.
   */
  #heads: Int32Array = new Int32Array(0);
  #nexts: Int32Array = new Int32Array(0);
  /** By partition: whether its order has been put in line. */
  readonly #isInLine: boolean[] = [];
  #count = 0;

  constructor(
    { parts, history }: { readonly parts: readonly Part[]; readonly history: OrderedHistory },
  ) {
    this.#parts = parts;
    this.#history = history;
  }

  /** A partition is found to be linearizable: that is final. */
  note(i: number, decision: Decision): void {
    this.of(i, decision);
    this.#putInLine(i, decision);
  }

  /**
   * What is told of a partition; `undefined`: nothing, even if it has been noted. Another one is illegal, and no thread alone would
   * have come to this one before.
   */
  of(i: number, decision: Decision | undefined): PartitionReport {
    if (decision === undefined) return report(this.#parts[i], undefined);
    return this.#reports[i] ??= report(this.#parts[i], decision);
  }

  /** The order of the whole history, of which each partition is linearizable. */
  merged(decisions: readonly (Decision | undefined)[]): readonly number[] {
    if (this.#parts.length === 1) return this.of(0, decisions[0]).linearization;
    for (const [i, decision] of decisions.entries()) if (decision !== undefined) this.#putInLine(i, decision);
    const { events } = this.#history;
    const heads = this.#heads;
    const nexts = this.#nexts;
    const merged: number[] = new Array(this.#count);
    let next = 0;
    for (let rank = 0; rank < events.length; rank++) {
      if ((events[rank] & 1) === 1) continue;
      for (let id = heads[events[rank] >>> 1]; id >= 0; id = nexts[id]) merged[next++] = id;
    }
    return merged;
  }

  #putInLine(i: number, { order }: Decision): void {
    if (this.#isInLine[i] === true || this.#parts.length === 1) return;
    this.#isInLine[i] = true;
    this.#count += order.length;
    const { call } = this.#history;
    if (this.#heads.length < call.length) {
      this.#heads = new Int32Array(call.length).fill(-1);
      this.#nexts = new Int32Array(call.length).fill(-1);
    }
    const heads = this.#heads;
    const nexts = this.#nexts;
    const { ids } = this.#parts[i];
    let at = -1;
    let before = -1;
    for (let j = 0; j < order.length; j++) {
      const id = ids[order[j]];
      if (call[id] > at) {
        at = call[id];
        heads[id] = id;
      } else nexts[before] = id;
      before = id;
    }
  }
}

function report(part: Part, decision: Decision | undefined): PartitionReport {
  const { key, ids } = part;
  // `Array.from` takes ten times as long.
  const operations: number[] = new Array(ids.length);
  for (let k = 0; k < ids.length; k++) operations[k] = ids[k];
  if (decision === undefined) return { key, operations, verdict: "skipped", linearization: [] };
  const { order, verdict } = decision;
  const linearization: number[] = new Array(order.length);
  for (let i = 0; i < order.length; i++) linearization[i] = ids[order[i]];
  return { key, operations, verdict, linearization };
}
