import type { Decision } from "./decision.ts";
import { type Budget, Expired } from "./budget.ts";
import { decideBag } from "./fast/bag.ts";
import { ANYWHERE, insertReads } from "./fast/insert.ts";
import { decideLog } from "./fast/log.ts";
import { decidePriorityQueue } from "./fast/priority_queue.ts";
import { decideQueue } from "./fast/queue.ts";
import { findUnwritten } from "./fast/chained.ts";
import { decideRegister } from "./fast/register.ts";
import { type RegisterTable, SWAP, tabulate } from "./fast/register_table.ts";
import type { FastInput, FastResult } from "./fast/result.ts";
import { decideSet } from "./fast/set.ts";
import { decideStack } from "./fast/stack.ts";
import { decideWritten, readTexts } from "./fast/text.ts";
import { registerOf } from "./fast/text_register.ts";
import { APPEND } from "./fast/tokens.ts";
import { decideVersions } from "./fast/versions.ts";
import { type Part, Questions, type Recorded } from "./parts.ts";
import { Competition, type Contest, toEnd } from "./search/compete.ts";
import type { SearchResult } from "./search/result.ts";
import { compile } from "./search/problem.ts";
import { stroll } from "./search/stroll.ts";
import { isSwept } from "./search/sweep.ts";
import { ValueContest, type ValueFinding } from "./search/values/decide.ts";
import { searchLog } from "./search/logs/decide.ts";
import { searchText, type TextQuestion } from "./search/texts/decide.ts";
import { contradicted } from "./contradicted.ts";
import { suggested } from "./suggested.ts";
import type { Model, ModelKind } from "./types.ts";

/** Of so few operations that are open at once a search looks at fewer configurations than it takes to give them to writers. */
const FEW_OPEN = 12;
/** And of so few in all it does not matter how many are open. */
const FEW = 256;

/** How to decide. */
export interface DecideOptions {
  /** `auto` lets declared kinds use their fast paths. */
  readonly strategy: "auto" | "search";
  /** Which searches compete. */
  readonly contest: Contest;
}

/** Decides one partition: by the fast path of its kind where its conditions hold, otherwise by search. */
export function decide<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: Recorded<Input, Output>,
  part: Part,
  budget: Budget,
  options: DecideOptions,
): Decision {
  // Of thousands of partitions those that come after a limit has struck would each be made ready for a search: seconds.
  if (budget.stopped !== undefined) return UNDECIDED;
  try {
    const begun = begin(model, history, part, budget, options.strategy);
    return begun instanceof Competition ? searched(toEnd(begun, options.contest)) : begun;
  } catch (error) {
    if (error instanceof Expired) return UNDECIDED;
    throw error;
  }
}

/** The same, but the general search is only prepared. Throws `Expired`. */
export function begin<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: Recorded<Input, Output>,
  part: Part,
  budget: Budget,
  strategy: DecideOptions["strategy"],
): Decision | Competition<State, Input, Output> {
  const questions = new Questions(history, part);
  const quick = strategy === "auto" ? decideQuickly(model, questions, budget) : undefined;
  return quick ?? new Competition(compile(model, questions), budget);
}

/**
 * What the model makes short work of: the fast path of its kind, or, for a register whose values repeat and are swapped, a search of its
 * own; or an order that it suggests, or answers that it knows to contradict each other. `undefined` if it does not come to an answer. Throws `Expired`.
 */
export function decideQuickly<State, Input, Output>(
  model: Model<State, Input, Output>,
  questions: Questions<Input, Output>,
  budget: Budget,
): Decision | undefined {
  return foundAlone(beginQuickly(model, questions, budget), questions.part, budget);
}

/** What a search that was only prepared comes to in one thread. */
export function foundAlone(
  begun: Decision | ValueContest | undefined,
  part: Part,
  budget: Budget,
): Decision | undefined {
  if (!(begun instanceof ValueContest)) return begun;
  const found = begun.run(budget);
  if (found === "met") throw new TypeError("there is no other thread to meet");
  return found === undefined ? undefined : foundByValues(found, part);
}

/** The same, but a search of a register is only prepared. A text to which nothing is appended is a register. */
export function beginQuickly<State, Input, Output>(
  model: Model<State, Input, Output>,
  questions: Questions<Input, Output>,
  budget: Budget,
): Decision | ValueContest | undefined {
  const { part, operations } = questions;
  if (isSwept(model)) {
    const swept = stroll(model, operations, part, budget);
    budget.spend(swept?.work ?? 0);
    return swept?.decision;
  }
  if (model.kind === undefined) {
    return suggested(model, questions, budget) ?? contradicted(model, questions, budget);
  }
  const { kind } = model;
  if (kind.type === "text") {
    const written = readTexts(kind, { questions, budget });
    const found = written && decideAsText({ written, initial: kind.initial, part }, budget);
    if (found !== undefined) return found;
  } else if (kind.type !== "register") {
    const quick = decisionOf(decideFast(kind, { questions, budget }), part);
    if (quick !== undefined || kind.type !== "log") return quick;
    const found = searchLog(kind, { questions, budget });
    return found && foundByValues(found, part);
  }
  return beginRegister(kind.type === "text" ? registerOf(kind) : kind, questions, budget);
}

/** The same for a register; where its operations have been read, they are not looked at themselves. */
export function beginRegister<Input, Output>(
  kind: Extract<ModelKind<Input, Output>, { type: "register" }>,
  questions: Questions<Input, Output>,
  budget: Budget,
): Decision | ValueContest | undefined {
  const { part } = questions;
  const table = tabulate(kind, { questions, budget });
  if (table === undefined) return undefined;
  if (table.unique || !table.swaps) {
    return decisionOf(decideRegister(table, part, budget), part) ?? ValueContest.of(table, part, budget);
  }
  return beginSwapped(table, part, budget);
}

/** A text: by its tokens; or, if something is appended to it, by a search of its own. */
export function decideAsText(question: TextQuestion, budget: Budget): Decision | undefined {
  const { written, initial, part } = question;
  const quick = initial === "" ? decideWritten(written, part, budget) : undefined;
  if (quick !== undefined) return decisionOf(quick, part);
  const found = written.op.includes(APPEND) ? searchText(question, budget) : undefined;
  return found && foundByValues(found, part);
}

/**
 * Registers whose values repeat and are swapped. What was found is given to writers; but where few operations are open, or there are few of
 * them, a glance comes first. Those that are mostly swapped are searched: chains are long there, so is everything that is asked
 * of them, and a search has little to choose from.
 */
function beginSwapped(table: RegisterTable, part: Part, budget: Budget): Decision | ValueContest | undefined {
  const unwritten = findUnwritten(table, part);
  if (unwritten !== undefined) return decisionOf(unwritten, part);
  const contest = ValueContest.of(table, part, budget);
  if (contest !== undefined) {
    if (isMostlySwapped(table)) return contest;
    const isQuick = contest.operations.slots <= FEW_OPEN || table.count <= FEW;
    const found = isQuick ? contest.glance(budget) : undefined;
    if (found !== undefined) return foundByValues(found, part);
  }
  return decisionOf(decideRegister(table, part, budget), part) ?? contest;
}

function isMostlySwapped({ makers, op }: RegisterTable): boolean {
  let swaps = 0;
  for (const k of makers) if (op[k] === SWAP) swaps++;
  return 2 * swaps > makers.length;
}

/** What a search of a register's values has found, as a decision. */
export function foundByValues(found: ValueFinding, part: Part): Decision {
  const order = found.verdict === "ok" ? withIdlers(found.order, part) : found.order;
  return { ...found, order, suspects: [], areCore: false, reason: "" };
}

/** What a fast path has found, as a decision. */
export function decisionOf(quick: FastResult | undefined, part: Part): Decision | undefined {
  if (quick === undefined) return undefined;
  if (quick.verdict === "illegal") return { ...quick, areCore: false, order: NO_ORDER, reached: 0 };
  if (quick.verdict === "refuted") {
    const { core, reason } = quick;
    return { verdict: "illegal", suspects: core, areCore: true, reason, order: NO_ORDER, reached: 0 };
  }
  const order = withIdlers(quick.order, part);
  return { verdict: "ok", order, reached: part.returns.length, suspects: [], areCore: false, reason: "" };
}

/** The decision that a search came to. */
export function searched({ verdict, order, reached }: SearchResult): Decision {
  return { verdict, order: new Int32Array(order), reached, suspects: [], areCore: false, reason: "" };
}

/** Nothing has its place. */
const NO_ORDER = new Int32Array(0);

/** Nothing is known, because a limit struck before the search began. */
export const UNDECIDED: Decision = {
  verdict: "unknown",
  order: NO_ORDER,
  reached: 0,
  suspects: [],
  areCore: false,
  reason: "",
};

/** Operations that returned and did nothing are no part of a fast path's business, but belong into the order. */
export function withIdlers(order: Int32Array, part: Part): Int32Array {
  if (order.length >= part.ids.length) return order;
  const present = new Uint8Array(part.ids.length);
  for (let i = 0; i < order.length; i++) present[order[i]] = 1;
  const idlers = part.returns.filter((k) => present[k] === 0);
  if (idlers.length === 0) return order;
  const result = insertReads(order, Array.from(idlers), part, ANYWHERE);
  if (result?.verdict !== "ok") throw new TypeError("an operation that does nothing fits anywhere");
  return result.order;
}

/** The fast path of a kind, or `undefined` where its conditions do not hold. */
function decideFast<Input, Output>(
  kind: Exclude<ModelKind<Input, Output>, { type: "register" | "text" }>,
  input: FastInput<Input, Output>,
): FastResult | undefined {
  switch (kind.type) {
    case "versioned":
      return decideVersions(kind, input);
    case "queue":
      return decideQueue(kind, input);
    case "bag":
      return decideBag(kind, input);
    case "stack":
      return decideStack(kind, input);
    case "priorityQueue":
      return decidePriorityQueue(kind, input);
    case "log":
      return decideLog(kind, input);
    case "wholeSet":
      return decideSet(kind, input);
    case "set":
      // Without requests for all members each value is a partition of its own, and that is a small matter for the search.
      return undefined;
  }
}
