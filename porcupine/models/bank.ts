import { type Answer, type Effect, ILLEGAL, type Illegal, type Model, PorcupineError } from "../types.ts";
import { badRequest, isItem, noAnswer, outputOf, unknownRequest } from "./answers.ts";
import { type Names, requireNames } from "../require/names.ts";
import { requireWord } from "../require/options.ts";

/** A request to a bank. `read` asks for every balance at one instant. */
export type BankInput =
  | { readonly f: "transfer"; readonly from: string; readonly to: string; readonly amount: number }
  | { readonly f: "balance"; readonly account: string }
  | { readonly f: "read" };

/** A bank's answer. A transfer that was not `done` found too little money, or an account that does not exist. */
export type BankOutput =
  | { readonly f: "transfer"; readonly done: boolean }
  | { readonly f: "balance"; readonly amount: number | null }
  | { readonly f: "read"; readonly balances: Readonly<Record<string, number>> };

/** What the bank looks like at the start, and what it allows. */
export interface BankOptions {
  /** The accounts with their first balances. */
  readonly accounts: Readonly<Record<string, number>>;
  /** Whether a balance may fall below 0; false by default: such a transfer is refused. */
  readonly overdraft?: boolean;
}

/** The balances, in the order of the accounts in the options. */
export type BankState = readonly number[];

const NAMES: Names<BankOptions> = { accounts: true, overdraft: true };

/**
 * Accounts between which money is moved; the total never changes.
 *
 * Whether a history of a bank is possible is an NP-complete question (which transfers add up to a balance?). On line
 * (`Checker`) it is searched: the time of an answer may double with each transfer that is open at once.
 *
 * @example
 * ```ts
 * import { bankModel, checkOperations } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(bankModel({ accounts: { ann: 10, bob: 0 } }), [
 *   { client: 1, callAt: 0, input: { f: "transfer", from: "ann", to: "bob", amount: 4 }, outcome: { status: "unknown" } },
 *   {
 *     client: 2,
 *     callAt: 1,
 *     input: { f: "read" },
 *     outcome: { status: "ok", returnAt: 2, output: { f: "read", balances: { ann: 6, bob: 0 } } },
 *   },
 * ]);
 * // Half a transfer was seen.
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function bankModel(options: BankOptions): Model<BankState, BankInput, BankOutput> {
  requireNames("bankModel", options, NAMES);
  requireWord("overdraft", options.overdraft, [true, false]);
  if (typeof options.accounts !== "object" || options.accounts === null) {
    const message =
      "bankModel has no accounts; give them with their first balances, as in { accounts: { ann: 10 } }";
    throw new PorcupineError("bad-limit", message);
  }
  const names = Object.keys(options.accounts);
  const bank: Bank = { names, overdraft: options.overdraft ?? false };
  return {
    name: "bank",
    source: { module: import.meta.url, name: "bankModel", arguments: [options] },
    init: () => Object.values(options.accounts),
    step: (state, input, answer) => stepBank(bank, state, input, answer),
    key: (state) => state.join(" "),
    tells: (state, input) => {
      if (input.f === "transfer") return transfer(bank, state, input) !== undefined;
      return input.f === "balance" ? state[names.indexOf(input.account)] : state.join(" ");
    },
    readOnly: (input) => input?.f !== "transfer",
    effect: effectOf,
    describeOperation,
    describeState: (state) => names.map((name, i) => `${name} ${state[i]}`).join(", "),
    sizeBytes: (state) => 32 + 8 * state.length,
  };
}

interface Bank {
  readonly names: readonly string[];
  readonly overdraft: boolean;
}

/** The answer, as `outputOf` has it; refuses what names no account, or has no number where one is counted with. */
function answerOf(input: BankInput, answer: Answer<BankOutput>): BankOutput | "unknown" | "foreign" {
  requireBank(input);
  const output = outputOf(input, answer);
  if (typeof output === "string") return output;
  switch (output.f) {
    case "transfer":
      return typeof output.done === "boolean" ? output : noAnswer(input, output, "done: true or false");
    case "balance":
      if (output.amount === null || typeof output.amount === "number") return output;
      return noAnswer(input, output, "amount: a number, or null for an account that does not exist");
    case "read":
      if (typeof output.balances === "object" && output.balances !== null) return output;
      return noAnswer(input, output, "balances: an object with a number for each account");
  }
}

function requireBank(input: BankInput): void {
  switch (input?.f) {
    case "transfer":
      if (isItem(input.from) && isItem(input.to) && typeof input.amount === "number") return;
      return badRequest(input, "from and to, two accounts, and amount: a number");
    case "balance":
      return isItem(input.account) ? undefined : badRequest(input, "account: its name");
    case "read":
      return;
    default:
      return unknownRequest(input, "bank", "transfer, balance, read");
  }
}

function stepBank(
  bank: Bank,
  state: BankState,
  input: BankInput,
  answer: Answer<BankOutput>,
): BankState | Illegal {
  const output = answerOf(input, answer);
  if (output === "foreign") return ILLEGAL;
  if (input.f === "transfer") {
    const next = transfer(bank, state, input);
    if (output !== "unknown" && output.f === "transfer" && output.done !== (next !== undefined)) {
      return ILLEGAL;
    }
    return next ?? state;
  }
  if (output === "unknown") return state;
  if (output.f === "balance" && input.f === "balance") {
    const at = bank.names.indexOf(input.account);
    return output.amount === (at < 0 ? null : state[at]) ? state : ILLEGAL;
  }
  return output.f === "read" && showsAll(bank, state, output.balances) ? state : ILLEGAL;
}

/** The balances afterwards; `undefined` if the bank refuses. */
function transfer(
  { names, overdraft }: Bank,
  state: BankState,
  { from, to, amount }: Extract<BankInput, { f: "transfer" }>,
): BankState | undefined {
  const source = names.indexOf(from);
  const target = names.indexOf(to);
  if (source < 0 || target < 0 || (!overdraft && state[source] < amount)) return undefined;
  const next = [...state];
  next[source] -= amount;
  next[target] += amount;
  return next;
}

function showsAll(
  { names }: Bank,
  state: BankState,
  balances: Readonly<Record<string, number>>,
): boolean {
  return Object.keys(balances).length === names.length &&
    names.every((name, i) => Object.hasOwn(balances, name) && balances[name] === state[i]);
}

function effectOf(input: BankInput, answer: Answer<BankOutput>): Effect {
  const output = answerOf(input, answer);
  if (input.f !== "transfer") return "read";
  if (output === "foreign") return "update";
  if (output === "unknown") return "blind";
  // A refused transfer leaves the balances alone wherever it is refused.
  return output.f === "transfer" && !output.done ? "read" : "update";
}

function describeOperation(input: BankInput, answer: Answer<BankOutput>): string {
  const output = answerOf(input, answer);
  const asked = input.f === "transfer"
    ? `transfer(${input.amount} from ${input.from} to ${input.to})`
    : input.f === "balance"
    ? `balance(${input.account})`
    : "read()";
  if (output === "unknown" || output === "foreign") return `${asked} -> ?`;
  if (output.f === "transfer") return output.done ? asked : `${asked} -> refused`;
  if (output.f === "balance") return `${asked} -> ${output.amount ?? "no such account"}`;
  return `${asked} -> ${
    Object.entries(output.balances).map(([name, amount]) => `${name} ${amount}`).join(", ")
  }`;
}
