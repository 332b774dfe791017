import type { Operation, Transaction, TransactionInput, TransactionOutput } from "../../../porcupine/mod.ts";

/** A transaction as `transactionModel` takes it. */
export type Deal = Operation<TransactionInput, TransactionOutput>;

/** A history of transactions for `transactionModel`, index by index. */
export function asked(history: readonly Transaction[]): Deal[] {
  return history.map(({ process, callAt, operations, outcome }): Deal => {
    const own = { client: process, callAt, input: { f: "txn", operations } } as const;
    if (outcome.status === "unknown") return { ...own, outcome };
    const { returnAt } = outcome;
    const output = outcome.status === "ok"
      ? { f: "txn", committed: true, operations } as const
      : { f: "txn", committed: false } as const;
    return { ...own, outcome: { status: "ok", returnAt, output } };
  });
}

/** The same history by a clock that ticks so seldom that calls and returns meet. */
export function byCoarseClock(history: readonly Deal[], tick: number): Deal[] {
  const at = (time: number): number => Math.floor(time / tick);
  return history.map((deal): Deal => {
    const { callAt, outcome } = deal;
    if (outcome.status === "unknown") return { ...deal, callAt: at(callAt) };
    return { ...deal, callAt: at(callAt), outcome: { ...outcome, returnAt: at(outcome.returnAt) } };
  });
}
