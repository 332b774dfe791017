import {
  type Answer,
  type ClientId,
  type Effect,
  ILLEGAL,
  type Illegal,
  type Model,
  type Operation,
  PorcupineError,
  type StepContext,
} from "../types.ts";
import { badRequest, noAnswer, outputOf, unknownRequest } from "../models/answers.ts";
import { contradictionOf } from "./contradiction.ts";
import { CutShort, type Patience, patienceOf } from "./patience.ts";
import { sameSteps } from "./steps.ts";
import { suggestOrder } from "./suggest.ts";
import { isValues } from "./table.ts";
import type { MicroOperation, Transaction, TransactionKey, TransactionValue } from "./types.ts";
import { showSteps } from "./words.ts";

/** A transaction as it is asked for: what its reads found is not known yet. */
export interface TransactionInput {
  /** There is one kind of request. */
  readonly f: "txn";
  /** Its steps; `found` of a read means nothing here. */
  readonly operations: readonly MicroOperation[];
}

/** What came of it: the steps with what the reads found, or the word that nothing happened. */
export type TransactionOutput =
  | { readonly f: "txn"; readonly committed: true; readonly operations: readonly MicroOperation[] }
  | { readonly f: "txn"; readonly committed: false };

/** What every list and register holds, written out. */
export type TransactionState = ReadonlyMap<TransactionKey, string>;

/**
 * Lists and registers that are changed by transactions, as one object: linearizable by this model is the same as strict
 * serializable. `checkTransactions` judges the same faster, and says what weaker level holds; this decides what the order
 * of registers leaves open there: an order that keeps to all dependencies is tried, what contradicts itself is illegal, and then there is
 * a search.
 *
 * @example
 * ```ts
 * import { checkOperations, transactionModel } from "@flotilla/flotilla/porcupine";
 *
 * const steps = [{ f: "write", key: "r", value: 1 }] as const;
 * const read = [{ f: "read", key: "r", found: null }] as const;
 * const verdict = checkOperations(transactionModel(), [
 *   {
 *     client: "ann",
 *     callAt: 0,
 *     input: { f: "txn", operations: steps },
 *     outcome: { status: "ok", returnAt: 1, output: { f: "txn", committed: true, operations: steps } },
 *   },
 *   {
 *     client: "bob",
 *     callAt: 2,
 *     input: { f: "txn", operations: read },
 *     outcome: { status: "ok", returnAt: 3, output: { f: "txn", committed: true, operations: read } },
 *   },
 * ]);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function transactionModel(): Model<TransactionState, TransactionInput, TransactionOutput> {
  return {
    name: "transactions",
    source: { module: import.meta.url, name: "transactionModel" },
    init: () => new Map(),
    step,
    key: (state) => Array.from(state, ([key, held]) => `${textOf(key)}:${held}`).sort().join(";"),
    readOnly: (input) => onlyReads(stepsOf(input)),
    effect: effectOf,
    suggest: (operations, context) =>
      within(context, (patience) => alone(operations, patience, suggestOrder)),
    contradiction: (operations, context) =>
      within(
        context,
        (patience) => foreignAmong(operations, patience) ?? alone(operations, patience, contradictionOf),
      ),
    describeOperation: describe,
    describeState: (state) => `{${[...state].map(([key, held]) => `${key}: ${held}`).join(", ")}}`,
    sizeBytes: (state) => [...state].reduce((sum, [, held]) => sum + 80 + 2 * held.length, 64),
  };
}

/**
 * What is known of transactions, each in a process of its own: for a search two of one client that meet at one instant overlap, and so do
 * any that a client has open at once.
 */
function alone(
  operations: readonly Operation<TransactionInput, TransactionOutput>[],
  patience: Patience,
  know: (history: readonly Transaction[], patience: Patience) => readonly number[] | undefined,
): readonly number[] | undefined {
  const isReadable = (operation: Operation<TransactionInput, TransactionOutput>): boolean => {
    patience();
    return readingOf(operation) === "own";
  };
  if (!operations.every(isReadable)) return undefined;
  return know(transactionsOf(operations).map((one, process) => ({ ...one, process })), patience);
}

/** What is known; nothing, once a limit has struck: of 100,000 transactions it takes a second. */
function within(
  context: StepContext,
  know: (patience: Patience) => readonly number[] | undefined,
): readonly number[] | undefined {
  try {
    return know(patienceOf(context));
  } catch (error) {
    if (error instanceof CutShort) return undefined;
    throw error;
  }
}

/** What is asked for; refuses what is no request. */
function stepsOf(input: TransactionInput): readonly MicroOperation[] {
  if (input?.f !== "txn") return unknownRequest(input, "transactions", "txn");
  return areSteps(input.operations, false) ? input.operations : badRequest(input, `operations: ${STEPS}`);
}

/**
 * The answer, as `outputOf` has it; refuses one that does not say what came of it. One that tells of other steps than were asked
 * for is the answer to another request: the hints go by what was asked, and would promise of it what its steps do not keep.
 */
function answerOf(
  input: TransactionInput,
  answer: Answer<TransactionOutput>,
): TransactionOutput | "unknown" | "foreign" {
  const asked = stepsOf(input);
  const output = outputOf(input, answer);
  if (typeof output === "string" || output.committed === false) return output;
  if (output.committed === true && areSteps(output.operations, true)) {
    return sameSteps(output.operations, asked) ? output : "foreign";
  }
  return noAnswer(input, output, `committed: false, or committed: true and operations: ${STEPS}`);
}

/** Whose its answer is; what is no transaction is for the step to refuse, which is asked about each by itself. */
function readingOf(
  { input, outcome }: Operation<TransactionInput, TransactionOutput>,
): "own" | "foreign" | "refused" {
  try {
    const answer = outcome.status === "ok" ? { known: true, output: outcome.output } as const : UNKNOWN;
    return answerOf(input, answer) === "foreign" ? "foreign" : "own";
  } catch (error) {
    if (error instanceof PorcupineError) return "refused";
    throw error;
  }
}

/** An answer to another request contradicts itself: no state allows it. `undefined` if there is none, or the step refuses one. */
function foreignAmong(
  operations: readonly Operation<TransactionInput, TransactionOutput>[],
  patience: Patience,
): readonly number[] | undefined {
  const readings = operations.map((operation) => {
    patience();
    return readingOf(operation);
  });
  const foreign = readings.indexOf("foreign");
  return foreign < 0 || readings.includes("refused") ? undefined : [foreign];
}

const UNKNOWN = { known: false } as const;

const STEPS = "an array of append, write and read, each with its key and value, or what it found";

function areSteps(operations: unknown, isAnswered: boolean): boolean {
  return Array.isArray(operations) && operations.every((step) => isStep(step, isAnswered));
}

/** What a read found means something only if it was answered. */
function isStep(step: MicroOperation | null | undefined, isAnswered: boolean): boolean {
  if (typeof step?.key !== "string" && typeof step?.key !== "number") return false;
  if (step.f === "append" || step.f === "write") return isHeld(step.value);
  if (step.f !== "read" || !isAnswered || step.found === null) return step.f === "read";
  return isValues(step.found) ? step.found.every(isHeld) : isHeld(step.found);
}

/** Whether a key may hold it. */
function isHeld(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function onlyReads(operations: readonly MicroOperation[]): boolean {
  return operations.every(({ f }) => f === "read");
}

function step(
  state: TransactionState,
  input: TransactionInput,
  answer: Answer<TransactionOutput>,
): TransactionState | Illegal {
  const output = answerOf(input, answer);
  if (output === "foreign") return ILLEGAL;
  if (output !== "unknown" && !output.committed) return state;
  const known = output !== "unknown";
  const operations = known ? output.operations : input.operations;
  let next: Map<TransactionKey, string> | undefined;
  for (const one of operations) {
    const held = (next ?? state).get(one.key);
    if (one.f === "read") {
      if (known && (held ?? "") !== written(one.found)) return ILLEGAL;
      continue;
    }
    next ??= new Map(state);
    const value = textOf(one.value);
    next.set(one.key, one.f === "write" ? value : held === undefined ? `[${value}` : `${held},${value}`);
  }
  return next ?? state;
}

/** A list without its last bracket, so that an append adds to its end; nothing for what nobody wrote. */
function written(found: (MicroOperation & { f: "read" })["found"]): string {
  if (found === null || (isValues(found) && found.length === 0)) return "";
  return isValues(found) ? `[${found.map(textOf).join(",")}` : textOf(found);
}

/** A text that stands for one value, or key, alone: in JSON the infinite numbers would be `null`, each of them. */
function textOf(value: TransactionValue | TransactionKey): string {
  return typeof value === "number" ? `${value}` : JSON.stringify(value);
}

function effectOf(input: TransactionInput, answer: Answer<TransactionOutput>): Effect {
  const output = answerOf(input, answer);
  if (output === "foreign") return "update";
  if (onlyReads(input.operations) || (output !== "unknown" && !output.committed)) return "read";
  return output === "unknown" || input.operations.every(({ f }) => f !== "read") ? "blind" : "update";
}

function describe(input: TransactionInput, answer: Answer<TransactionOutput>): string {
  const output = answerOf(input, answer);
  if (output === "unknown" || output === "foreign") return `{${showSteps(input.operations, false)}} -> ?`;
  return output.committed
    ? `{${showSteps(output.operations, true)}}`
    : `{${showSteps(input.operations, false)}} -> not committed`;
}

/**
 * A history of {@linkcode transactionModel} as {@linkcode checkTransactions} takes it, index by index. A client that comes back
 * after an answer that was lost gets another name, `3#2`.
 *
 * @example
 * ```ts
 * import { checkTransactions, loadHistory, transactionCodec, transactionsOf } from "@flotilla/flotilla/porcupine";
 *
 * const text = `{"format":"linhist-1","model":"txn"}
 * {"c":1,"f":"txn","v":[["append","x",1]],"o":[["append","x",1]],"s":0,"e":1}
 * {"c":2,"f":"txn","v":[["r","x",null]],"o":[["r","x",[]]],"s":2,"e":3}
 * `;
 * const { operations } = await loadHistory(transactionCodec("txn"), "small.jsonl", [new TextEncoder().encode(text)]);
 * const verdict = checkTransactions(transactionsOf(operations), { level: "strict-serializable" });
 * if (verdict.kind !== "illegal" || verdict.strongest !== "strong-session-serializable") throw new Error(verdict.kind);
 * ```
 */
export function transactionsOf(
  operations: readonly Operation<TransactionInput, TransactionOutput>[],
): Transaction[] {
  const lives = new Map<ClientId, number>();
  const order = operations.map((_, i) => i).sort((a, b) => operations[a].callAt - operations[b].callAt);
  const all = new Array<Transaction>(operations.length);
  for (const i of order) {
    const { client, callAt, input, outcome } = operations[i];
    const life = lives.get(client) ?? 1;
    const process = life === 1 ? client : `${client}#${life}`;
    if (outcome.status === "unknown") {
      lives.set(client, life + 1);
      all[i] = { process, callAt, operations: input.operations, outcome };
    } else {
      const { output, returnAt } = outcome;
      const status = output.committed ? "ok" : "failed";
      const steps = output.committed ? output.operations : input.operations;
      all[i] = { process, callAt, operations: steps, outcome: { status, returnAt } };
    }
  }
  return all;
}
