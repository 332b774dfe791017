import { type BankInput, bankModel, type BankOutput, type BankState } from "../../models/bank.ts";
import {
  type Codec,
  isList,
  mismatch,
  requireBoolean,
  requireFields,
  requireNumber,
  unknownOperation,
} from "../codec.ts";
import type { Datum } from "../raw.ts";

const OPERATIONS = {
  transfer: "transfer (v: {from, to, amount}, answers true or false)",
  balance: "balance (v: the account, answers a number, null if there is no such account)",
  read: "read (answers {account: balance})",
};

/** A bank. The header's `accounts` are the first balances; its `overdraft` allows balances below 0. */
export const bankCodec: Codec<BankState, BankInput, BankOutput> = {
  name: "bank",
  summary: "accounts with transfer, balance, read; the header's accounts at the start",
  operations: OPERATIONS,
  model: (setting) => {
    const { accounts, overdraft } = setting?.facts ?? {};
    const balances = balancesOf(
      accounts ?? null,
      'the first balances in the header, as "accounts":{"a":10,"b":0}',
    );
    return bankModel({
      accounts: numbers(balances, "in accounts in the header"),
      overdraft: overdraft === undefined ? false : requireBoolean(overdraft, "overdraft in the header"),
    });
  },
  input: (raw) => {
    switch (raw.f) {
      case "transfer": {
        const { from, to, amount } = requireFields(raw.argument, "the transfer, as {from, to, amount}");
        return {
          f: "transfer",
          from: account(from ?? null),
          to: account(to ?? null),
          amount: requireNumber(amount ?? null, "amount"),
        };
      }
      case "balance":
        return { f: "balance", account: account(raw.argument) };
      case "read":
        return { f: "read" };
      default:
        return unknownOperation(OPERATIONS, raw.f);
    }
  },
  output: (value, { f }) => {
    switch (f) {
      case "transfer":
        // Jepsen repeats the transfer in the answer of one that was done.
        return { f, done: typeof value === "boolean" ? value : requireDone(value) };
      case "balance":
        return { f, amount: value === null ? null : requireNumber(value, "the balance") };
      case "read":
        return { f, balances: numbers(balancesOf(value, "the balances"), "among the balances") };
    }
  },
  recordInput: (input) => {
    const base = { key: null, version: undefined };
    switch (input.f) {
      case "transfer":
        return { ...base, f: input.f, argument: { from: input.from, to: input.to, amount: input.amount } };
      case "balance":
        return { ...base, f: input.f, argument: input.account };
      case "read":
        return { ...base, f: input.f, argument: undefined };
    }
  },
  recordOutput: (output) => {
    switch (output.f) {
      case "transfer":
        return output.done;
      case "balance":
        return output.amount;
      case "read":
        return output.balances;
    }
  },
  mark: (_input, answer) =>
    answer.known && answer.output.f === "transfer" && !answer.output.done ? "failed" : "plain",
};

function requireDone(value: Datum): boolean {
  if (value === null) return true;
  requireFields(value, "whether the transfer was done (true, false)");
  return true;
}

/** Balances by account; a list, as some tests of jepsen read them, holds those of the accounts 0, 1, 2 ... */
function balancesOf(value: Datum, what: string): { readonly [name: string]: Datum } {
  return requireFields(isList(value) ? { ...value } : value, what);
}

function account(value: Datum): string {
  return typeof value === "string" || typeof value === "number"
    ? String(value)
    : mismatch("an account's name", value);
}

function numbers(fields: { readonly [name: string]: Datum }, where: string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, requireNumber(value, `${name} ${where}`)]),
  );
}
