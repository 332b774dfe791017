/**
 * A bank: money moves between accounts in batches under conditions, and every balance is read at one instant.
 * @module
 */

import { type Clerk, RefusedError, type StoreEntry } from "../../kv/mod.ts";
import {
  bankCodec,
  type BankInput,
  bankModel,
  type BankOutput,
  type BankState,
  type Operation,
} from "../../porcupine/mod.ts";
import type { Violation } from "../check/violation.ts";
import { clerkAt } from "./register.ts";
import type { WorkloadParts } from "./workload.ts";

/** Few accounts with little money: transfers meet, and some are refused. */
const ACCOUNTS: Readonly<Record<string, number>> = { ann: 20, bob: 20, cyd: 20 };
const NAMES = Object.keys(ACCOUNTS);
const TOTAL = Object.values(ACCOUNTS).reduce((sum, amount) => sum + amount, 0);
/**
 * A bank cannot be judged account by account. So few answers may be missing: each that is doubles what has to be thought of. Clients
 * wait so many times as long as elsewhere.
 */
const PATIENCE = 8;
const RANGE = { kind: "prefix", prefix: "bank/" } as const;

/** See the module's page. */
export const bankWorkload: WorkloadParts<BankState, BankInput, BankOutput, Clerk> = {
  name: "bank",
  summary: "transfers in batches under conditions, balances read at one instant",
  checker: "porcupine, one bank; the sum of all balances never changes",
  uniqueCommands: false,
  codec: bankCodec,
  model: () => bankModel({ accounts: ACCOUNTS }),
  facts: { accounts: ACCOUNTS },
  connect: clerkAt,
  think({ random, load }) {
    if (!random.chance(load.putShare + load.appendShare)) {
      return random.chance(0.7)
        ? { f: "read" }
        : { f: "balance", account: NAMES[random.below(NAMES.length)] };
    }
    const from = random.below(NAMES.length);
    const to = (from + 1 + random.below(NAMES.length - 1)) % NAMES.length;
    return { f: "transfer", from: NAMES[from], to: NAMES[to], amount: 1 + random.below(15) };
  },
  async ask(clerk, input, asking) {
    const timeoutMs = asking.timeoutMs * PATIENCE;
    switch (input.f) {
      case "read": {
        const { entries } = await clerk.scan(RANGE, { timeoutMs });
        const found = new Map(entries.map((entry) => [entry.key, entry]));
        const balances = NAMES.map((name) => [name, amountOf(name, found.get(keyOf(name)) ?? null)] as const);
        return { f: "read", balances: Object.fromEntries(balances) };
      }
      case "balance": {
        const entry = await clerk.entry(keyOf(input.account), { timeoutMs });
        return { f: "balance", amount: amountOf(input.account, entry) };
      }
      case "transfer":
        return { f: "transfer", done: await transfer(clerk, input, timeoutMs) };
    }
  },
  probe: { f: "transfer", from: "ann", to: "ann", amount: 0 },
  audit: () => [{ f: "read" }],
  auditAfterMs: 0,
  ghosts: () => [],
  sessions: () => null,
  laws: totalKept,
};

function keyOf(account: string): string {
  return `${RANGE.prefix}${account}`;
}

/** An account that was never touched has what it began with. */
function amountOf(account: string, entry: StoreEntry | null): number {
  return entry === null ? ACCOUNTS[account] : Number(entry.value);
}

async function transfer(
  clerk: Clerk,
  { from, to, amount }: { readonly from: string; readonly to: string; readonly amount: number },
  timeoutMs: number,
): Promise<boolean> {
  const source = await clerk.entry(keyOf(from), { timeoutMs });
  const target = await clerk.entry(keyOf(to), { timeoutMs });
  const left = amountOf(from, source) - amount;
  if (left < 0) return false;
  const received = amountOf(to, target) + (from === to ? 0 : amount);
  const result = await clerk.batch(
    [
      { kind: "version", key: keyOf(from), version: source?.version ?? 0 },
      { kind: "version", key: keyOf(to), version: target?.version ?? 0 },
    ],
    [
      { op: "put", key: keyOf(from), value: `${left}`, lease: 0 },
      { op: "put", key: keyOf(to), value: `${received}`, lease: 0 },
    ],
    { timeoutMs },
  );
  // Somebody was faster: nothing happened, and the bank's rules say nothing about it.
  if (result.kind !== "done") throw new RefusedError("aborted", "Another transfer came between");
  return true;
}

/** No list of balances has another sum. Follows from the model, and says it in fewer words. */
export function totalKept(operations: readonly Operation<BankInput, BankOutput>[]): Violation | null {
  for (const { client, outcome } of operations) {
    if (outcome.status !== "ok" || outcome.output.f !== "read") continue;
    const sum = Object.values(outcome.output.balances).reduce((total, amount) => total + amount, 0);
    if (sum === TOTAL) continue;
    return {
      law: "bank-total",
      node: "",
      sentence: `${client} read balances that add up to ${sum} instead of ${TOTAL}.`,
    };
  }
  return null;
}
