import {
  checkTransactions,
  ISOLATION_LEVELS,
  type IsolationLevel,
  type MicroOperation,
  type Transaction,
} from "../../../porcupine/mod.ts";
import { Random } from "../fuzz/random.ts";
import { type Keeps, someOrder } from "./oracle.ts";
import { historyOf, type HistorySize, type StoreName, STORES } from "./stores.ts";

/** What each store promises, at least. */
const PROMISES: Readonly<Record<StoreName, IsolationLevel | "none">> = {
  strict: "strict-serializable",
  stale: "serializable",
  snapshot: "snapshot-isolation",
  lossy: "read-committed",
  committed: "read-committed",
  uncommitted: "none",
};

const ORDERS: readonly (readonly [IsolationLevel, Keeps])[] = [
  ["serializable", "any"],
  ["strong-session-serializable", "process"],
  ["strict-serializable", "realtime"],
];

/** A small history from a seed, of some store, now and then with an answer changed. */
export function smallHistory(seed: number): { readonly store: StoreName; readonly history: Transaction[] } {
  const random = new Random(seed);
  const store = STORES[random.below(STORES.length)];
  const lists = random.below(3);
  const processes = 2 + random.below(3);
  const size: HistorySize = {
    processes,
    // With more, trying every order takes longer than it is worth.
    each: processes === 2 ? 1 + random.below(3) : 1 + Math.min(1, random.below(3)),
    lists,
    registers: lists === 0 ? 1 + random.below(2) : random.below(3) - 1 > 0 ? 1 : 0,
    steps: 1 + random.below(3),
    lost: [0, 15, 30][random.below(3)],
    failed: [0, 10, 30][random.below(3)],
    finalReads: random.below(3) === 0,
  };
  return { store, history: historyOf(store, size, random) };
}

/** Compares the checker with every order, and with what the store of a seed promises; a text says what is wrong. */
export function againstOrders(seed: number): string | undefined {
  const { store, history } = smallHistory(seed);
  const promised = PROMISES[store];
  const { strongest, sentence } = strongestOf(history);
  if (promised !== "none" && strength(strongest) < strength(promised)) {
    return `a ${store} store, and the checker says ${strongest}: ${sentence}\n${tell(history)}`;
  }
  for (const version of [history, twisted(history, new Random(seed + 0.5))]) {
    const fault = faultOf(version);
    if (fault !== undefined) return `${fault}\n${tell(version)}`;
  }
  return undefined;
}

/** What is wrong with the checker's word on a small history; `undefined` if nothing. */
export function faultOf(history: readonly Transaction[]): string | undefined {
  for (const [level, keeps] of ORDERS) {
    const verdict = checkTransactions(history, { level });
    const possible = someOrder(history, keeps);
    if (verdict.kind === "illegal" && possible) {
      return `${level} holds, and the checker says ${verdict.sentence}`;
    }
    if (verdict.kind === "ok" && verdict.complete && !possible) {
      return `${level} does not hold, and nothing was found`;
    }
    const lists = history.every(({ operations }) => operations.every(({ key }) => `${key}`.startsWith("l")));
    if (lists && !verdict.complete) return `a history of lists is not judged completely for ${level}`;
  }
  return undefined;
}

/** Whether some level is missed that some order rules out, though nothing was found: only registers may do that. */
export function missed(history: readonly Transaction[]): boolean {
  return ORDERS.some(([level, keeps]) =>
    checkTransactions(history, { level }).kind === "ok" && !someOrder(history, keeps)
  );
}

/** The strongest level that nothing was found against. */
export function strongestOf(
  history: readonly Transaction[],
): { readonly strongest: IsolationLevel | "none"; readonly sentence: string } {
  const verdict = checkTransactions(history);
  return { strongest: verdict.strongest, sentence: verdict.anomalies[0]?.sentence ?? "" };
}

function strength(level: IsolationLevel | "none"): number {
  return level === "none" ? -1 : ISOLATION_LEVELS.indexOf(level);
}

/** A history as lines. */
export function tell(history: readonly Transaction[]): string {
  return history.map((one, i) => `T${i} ${JSON.stringify(one)}`).join("\n");
}

/** The history with one answer changed: an element missing, a list backwards, another value, another outcome. */
export function twisted(history: readonly Transaction[], random: Random): Transaction[] {
  const all = [...history];
  const at = random.below(all.length);
  const one = all[at];
  if (random.below(6) === 0) {
    const { outcome } = one;
    if (outcome.status === "ok") {
      all[at] = { ...one, outcome: { status: "failed", returnAt: outcome.returnAt } };
    }
    return all;
  }
  const values = history.flatMap(({ operations }) => operations).filter((step) => step.f !== "read");
  const operations = one.operations.map((step): MicroOperation => {
    if (step.f !== "read") return step;
    const others = values.filter(({ key }) => key === step.key);
    // What one transaction appended, in another order, makes no cycle.
    if (Array.isArray(step.found) && step.found.length > 1 && random.below(4) === 0) {
      return { ...step, found: [...step.found].reverse() };
    }
    if (Array.isArray(step.found) && step.found.length > 0 && random.below(3) > 0) {
      const cut = step.found.slice(0, random.below(step.found.length));
      return { ...step, found: cut };
    }
    if (`${step.key}`.startsWith("l")) {
      const more = others.length === 0 ? 77 : others[random.below(others.length)].value;
      return { ...step, found: [...(Array.isArray(step.found) ? step.found : []), more] };
    }
    return { ...step, found: others.length === 0 ? null : others[random.below(others.length)].value };
  });
  all[at] = { ...one, operations };
  return all;
}

/** A store is not accused of more than it does, on a history too long for the oracle. */
export function promiseKept(seed: number): string | undefined {
  const random = new Random(seed);
  const store = STORES[seed % STORES.length];
  const history = historyOf(store, {
    processes: 2 + random.below(8),
    each: 10 + random.below(20),
    lists: 1 + random.below(4),
    registers: random.below(4),
    steps: 1 + random.below(4),
    lost: [0, 10][random.below(2)],
    failed: [0, 10][random.below(2)],
    finalReads: random.below(2) === 0,
  }, random);
  const { strongest, sentence } = strongestOf(history);
  const promised = PROMISES[store];
  if (promised === "none" || strength(strongest) >= strength(promised)) return undefined;
  return `a ${store} store, and the checker says ${strongest}: ${sentence}`;
}

/** The same history in other names and in another order. */
export function relabelled(history: readonly Transaction[], random: Random): Transaction[] {
  const shift = 1 + random.below(5);
  const value = <Value>(old: Value): Value | string => old === null ? old : `value ${Number(old) * shift}`;
  const other = history.map((one): Transaction => ({
    ...one,
    process: `process ${one.process}`,
    operations: one.operations.map((step): MicroOperation => {
      const key = `${step.key}`.startsWith("l") ? `l and ${step.key}` : `r and ${step.key}`;
      if (step.f !== "read") return { ...step, key, value: `${value(step.value)}` };
      return {
        ...step,
        key,
        found: Array.isArray(step.found) ? step.found.map((v) => `${value(v)}`) : value(step.found),
      };
    }),
  }));
  return other.sort((a, b) => `${a.process}`.length - `${b.process}`.length || b.callAt - a.callAt);
}
