import { argsort } from "../sort.ts";
import { EDGE, type Edges } from "./graph.ts";
import { COMMITTED, type TransactionTable, turnsOf } from "./table.ts";

/** The order in which each process asked. */
export function addProcessEdges({ history, state }: TransactionTable, edges: Edges): void {
  for (const own of turnsOf(history).values()) {
    let before = -1;
    for (const t of own) {
      if (state[t] !== COMMITTED) continue;
      if (before >= 0) edges.add(before, t, { kind: EDGE.process, scope: 1, about: -1 });
      before = t;
    }
  }
}

/** What ended, and when, in the order of the ends. */
export interface Ends {
  /** Transactions. */
  readonly who: Int32Array;
  /** When each of them ended. */
  readonly at: Float64Array;
}

/** The ends of all committed transactions. */
function endsOf({ history }: TransactionTable): Ends {
  let count = 0;
  for (const { outcome } of history) if (outcome.status === "ok") count++;
  const all = new Int32Array(count);
  const times = new Float64Array(count);
  count = 0;
  for (let t = 0; t < history.length; t++) {
    const { outcome } = history[t];
    if (outcome.status !== "ok") continue;
    all[count] = t;
    times[count++] = outcome.returnAt;
  }
  const order = argsort(times);
  const who = new Int32Array(count);
  const at = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    who[i] = all[order[i]];
    at[i] = times[order[i]];
  }
  return { who, at };
}

/**
 * Real time with as many edges as there are transactions: behind every end stands a node that leads to the next one, and a
 * transaction that is called comes after the last node by then. The nodes begin at `first`; answers how many there are.
 */
export function addTimeEdges(table: TransactionTable, edges: Edges, first: number): number {
  const { history, state } = table;
  const { who, at } = endsOf(table);
  for (let i = 0; i < who.length; i++) {
    edges.add(who[i], first + i, { kind: EDGE.realtime, scope: 2, about: -1 });
    if (i > 0) edges.add(first + i - 1, first + i, { kind: EDGE.through, scope: 2, about: -1 });
  }
  const calls = new Float64Array(history.length);
  for (let t = 0; t < history.length; t++) calls[t] = history[t].callAt;
  let ended = 0;
  for (const t of argsort(calls)) {
    if (state[t] !== COMMITTED) continue;
    // Two at the same instant overlap: only what had ended strictly before comes first.
    while (ended < at.length && at[ended] < calls[t]) ended++;
    if (ended > 0) edges.add(first + ended - 1, t, { kind: EDGE.through, scope: 2, about: -1 });
  }
  return who.length;
}
