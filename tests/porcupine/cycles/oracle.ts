import type {
  MicroOperation,
  Transaction,
  TransactionKey,
  TransactionValue,
} from "../../../porcupine/mod.ts";

/** Which orders count: any, those that keep each process's own, those that keep real time. */
export type Keeps = "any" | "process" | "realtime";

type State = Map<TransactionKey, TransactionValue | null | readonly TransactionValue[]>;

/**
 * Decides whether some order of the transactions explains what they read, by trying every order: nothing shared with the
 * checker. A transaction without an answer may be left out; one that failed is left out.
 */
export function someOrder(history: readonly Transaction[], keeps: Keeps): boolean {
  const all = history.filter(({ outcome }) => outcome.status !== "failed");
  if (all.length > 12) throw new RangeError(`${all.length} transactions are too many to try every order`);
  const before = all.map((later) => mask(all, (earlier) => precedes(earlier, later, keeps)));
  const answered = mask(all, ({ outcome }) => outcome.status === "ok");
  function extend(used: number, state: State): boolean {
    if ((answered & ~used) === 0) return true;
    for (let i = 0; i < all.length; i++) {
      if ((used & (1 << i)) !== 0 || (before[i] & ~used) !== 0) continue;
      const next = execute(state, all[i]);
      if (next !== null && extend(used | (1 << i), next)) return true;
    }
    return false;
  }
  return extend(0, new Map());
}

function mask(all: readonly Transaction[], holds: (one: Transaction) => boolean): number {
  return all.reduce((bits, one, i) => holds(one) ? bits | (1 << i) : bits, 0);
}

/** Whoever was not answered may take effect after everything. */
function precedes(earlier: Transaction, later: Transaction, keeps: Keeps): boolean {
  const { outcome } = earlier;
  if (earlier === later || keeps === "any" || outcome.status !== "ok") return false;
  const own = earlier.process === later.process && earlier.callAt < later.callAt;
  return own || (keeps === "realtime" && outcome.returnAt < later.callAt);
}

/** The state afterwards; `null` if the transaction cannot have read what it read. */
function execute(state: State, { operations, outcome }: Transaction): State | null {
  const next: State = new Map(state);
  for (const step of operations) {
    const held = next.get(step.key) ?? null;
    if (step.f === "append") {
      next.set(step.key, [...(held as readonly TransactionValue[] | null ?? []), step.value]);
    } else if (step.f === "write") next.set(step.key, step.value);
    else if (outcome.status === "ok" && !same(held, step.found)) return null;
  }
  return next;
}

function same(
  held: TransactionValue | null | readonly TransactionValue[],
  found: (MicroOperation & { f: "read" })["found"],
): boolean {
  if (found === null || held === null) return JSON.stringify(found ?? []) === JSON.stringify(held ?? []);
  return JSON.stringify(held) === JSON.stringify(found);
}
