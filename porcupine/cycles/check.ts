import { type Names, requireNames } from "../require/names.ts";
import { requireWord } from "../require/options.ts";
import { explainCycle } from "./explain.ts";
import { Findings } from "./findings.ts";
import { graphOf } from "./dependencies.ts";
import { ISOLATION_LEVELS, strengthOf } from "./levels.ts";
import { type ListOrders, orderLists } from "./lists.ts";
import { readAll } from "./reads.ts";
import { unorderedRegisters } from "./registers.ts";
import { worstCycle } from "./search.ts";
import { COMMITTED, tableOf, type TransactionTable } from "./table.ts";
import type {
  Anomaly,
  IsolationLevel,
  Transaction,
  TransactionFindings,
  TransactionOptions,
  TransactionVerdict,
} from "./types.ts";
import { wordsFor } from "./words.ts";

const NAMES: Names<TransactionOptions> = { level: true, linearizableKeys: true, nameOf: true };

/**
 * Judges transactions over lists and registers by the dependencies between them, as Elle does (Kingsbury and Alvaro, "Elle:
 * Inferring Isolation Anomalies from Experimental Observations", VLDB 2020): whatever must come before itself is an anomaly,
 * and anomalies rule out levels (Adya, 1999). Time and memory grow with the history, not with the number of orders: a
 * million micro-operations take about a second and some 250 bytes each, beside the history.
 *
 * `illegal` is a proof: no order of the transactions explains what they read, as far as the level demands one. `ok` says that
 * nothing was found that the level forbids; it is a proof, too, where `complete` is true. That is so of all histories of lists, for
 * the levels from `serializable` on and for `read-committed` and below, also where answers were lost and lists are not read
 * at the end; of the two levels between where nobody is left who was told that he had appended, and was never read; and of registers
 * whose values each were written after a read of the one before, or that were written once. Other registers are judged by
 * what can be known of the order of their values (see `unorderedKeys`).
 *
 * A lost answer counts as a commit if somebody saw a part of it, and as nothing at all otherwise. Reads of transactions that
 * are not known to be committed are not looked at. Throws a `PorcupineError` for a history that cannot be judged; its message
 * says which transaction and what to do.
 *
 * @example Two transactions that did not see each other
 * ```ts
 * import { checkTransactions, type Transaction } from "@flotilla/flotilla/porcupine";
 *
 * const skew: Transaction[] = [
 *   {
 *     process: "ann",
 *     callAt: 0,
 *     operations: [{ f: "read", key: "x", found: [] }, { f: "append", key: "y", value: 1 }],
 *     outcome: { status: "ok", returnAt: 10 },
 *   },
 *   {
 *     process: "bob",
 *     callAt: 5,
 *     operations: [{ f: "read", key: "y", found: [] }, { f: "append", key: "x", value: 2 }],
 *     outcome: { status: "ok", returnAt: 15 },
 *   },
 * ];
 * const verdict = checkTransactions(skew, { level: "serializable" });
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * if (verdict.strongest !== "snapshot-isolation" || verdict.anomaly.kind !== "G2-item") throw new Error(verdict.sentence);
 * if (checkTransactions(skew, { level: "snapshot-isolation" }).kind !== "ok") throw new Error("not allowed");
 * ```
 */
export function checkTransactions(
  history: readonly Transaction[],
  options: TransactionOptions = {},
): TransactionVerdict {
  requireNames("checkTransactions", options, NAMES);
  requireWord("level", options.level, ISOLATION_LEVELS);
  requireWord("linearizableKeys", options.linearizableKeys, [true, false]);
  const { level = "strict-serializable", linearizableKeys = false, nameOf = (t: number) => `T${t}` } =
    options;
  const table = tableOf(history);
  const words = wordsFor(table, nameOf);
  const findings = new Findings();
  const reads = readAll(words, findings);
  const orders = orderLists(words, reads, findings);
  const graph = graphOf({ words, reads, orders, linearizableKeys });
  const cycle = worstCycle(graph, history.length);
  if (cycle !== null) findings.add(explainCycle(words, orders, cycle));
  const unordered = unorderedRegisters({ table, reads });
  return verdictOf({
    level,
    anomalies: findings.list(),
    complete: unordered.length === 0 && (!isBetween(level) || !hasUnread(table, orders)),
    unorderedKeys: unordered.map((key) => table.keys[key]),
  });
}

function isBetween(level: IsolationLevel): boolean {
  return level === "consistent-view" || level === "snapshot-isolation";
}

/** Whether somebody appended, was committed, and nobody ever read it. */
function hasUnread({ keys, isList, keyOf, writer, state }: TransactionTable, { place }: ListOrders): boolean {
  for (let version = keys.length; version < writer.length; version++) {
    if (isList[keyOf[version]] === 1 && place[version] < 0 && state[writer[version]] === COMMITTED) {
      return true;
    }
  }
  return false;
}

/** The weakest level that something was found against is violated, and with it all stronger ones. */
function verdictOf(
  found: TransactionFindings & { readonly anomalies: readonly Anomaly[] },
): TransactionVerdict {
  const [worst] = found.anomalies;
  const held = worst === undefined ? ISOLATION_LEVELS.length : strengthOf(worst.rulesOut);
  const strongest = held === 0 ? "none" : ISOLATION_LEVELS[held - 1];
  if (strongest !== "none" && strengthOf(found.level) < held) return { kind: "ok", ...found, strongest };
  return { kind: "illegal", ...found, strongest, anomaly: worst, sentence: worst.sentence };
}
