import { Budget, Expired } from "./budget.ts";
import { UNDECIDED } from "./decide.ts";
import type { Decision } from "./decision.ts";
import { explainedAs } from "./fast/text_register.ts";
import { explain } from "./explain/explain.ts";
import { CHECK_NAMES, requireNames } from "./require/names.ts";
import { requireModel } from "./require/model.ts";
import { firstState, requireSound } from "./require/trial.ts";
import { operationsFromEvents, orderHistory } from "./history.ts";
import { type Part, partition, type Recorded, recorded } from "./parts.ts";
import { accusedOf, stopReason, unknownOf, verdictOf } from "./gliding.ts";
import { readAlong } from "./readings.ts";
import { Reports } from "./reports.ts";
import { decideInRounds } from "./rounds.ts";
import { glide, type Glided } from "./search/glide.ts";
import { isSkimmed, skim } from "./search/skim.ts";
import type { Swept } from "./search/stroll.ts";
import { isSwept, sweep } from "./search/sweep.ts";
import { askOf, type GlidedOver, type Prepared } from "./skimming.ts";
import { naming } from "./thrown.ts";
import type { CheckOptions, HistoryEvent, Model, Operation, PartitionReport, Verdict } from "./types.ts";

export type { GlidedOver, Prepared } from "./skimming.ts";

/**
 * Judges whether a history, given as operations with times, is linearizable (Herlihy and Wing 1990): whether there is an order
 * of the operations that keeps real time and that the model accepts step by step, in which each operation that returned stands,
 * and each other one may. The numbers in the verdict are indices into `operations`.
 *
 * Throws a {@linkcode PorcupineError} if there is nothing to judge: a time that is not finite, a return before its call, a limit
 * below 0, an unknown option, something that is no model; and, of code `model-threw`, if the model throws: the message names the
 * function and the operation, and the model's own error is the `cause`.
 *
 * @example
 * ```ts
 * import { checkOperations, registerModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(registerModel(), [
 *   { client: 1, callAt: 0, input: { f: "write", value: 1 }, outcome: { status: "ok", returnAt: 1, output: { f: "write" } } },
 *   { client: 1, callAt: 2, input: { f: "read" }, outcome: { status: "ok", returnAt: 3, output: { f: "read", value: null } } },
 * ], { timeLimitMs: 10_000 });
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function checkOperations<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions = {},
): Verdict {
  requireNames("checkOperations", options, CHECK_NAMES);
  return naming(model, operations, (model) => checkUnnamed(model, operations, options));
}

/** The same for who names what a model throws himself: in a history of which this is a part. */
export function checkUnnamed<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions,
): Verdict {
  const budget = new Budget(options);
  try {
    return checkWithin(model, operations, { budget, options });
  } finally {
    budget.scratch.giveBack();
  }
}

function checkWithin<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { budget, options }: { readonly budget: Budget; readonly options: CheckOptions },
): Verdict {
  const strategy = options.strategy ?? "auto";
  const glided = glideOver(model, operations, { budget, options });
  if (glided?.verdict !== undefined) return glided.verdict;
  const prepared = glided?.prepared ?? prepare(model, operations, budget);
  if ("kind" in prepared) return prepared;
  const history = takeDown(model, operations, {
    partitions: prepared.parts.length,
    isRead: strategy === "auto",
    budget,
  });
  const swept = glided?.swept ?? (strategy === "auto" ? sweep(model, operations, prepared, budget) : []);
  const settled = decisionsOf(swept, budget);
  const decisions = settled ??
    decideInRounds({ model, recorded: history, ...prepared, swept, budget, strategy });
  return conclude({ model, recorded: history, ...prepared, decisions, budget, options });
}

/** Goes through a history at once, if it is one for that: models that are swept, and times in order of calls. */
export function glideOver<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { budget, options }: { readonly budget: Budget; readonly options: CheckOptions },
): GlidedOver | undefined {
  requireModel(model);
  if (options.strategy === "search" || budget.expired()) return undefined;
  let prepared: Prepared | Verdict | undefined;
  let first: string | undefined;
  try {
    const isForSkim = isSkimmed(model, operations);
    if (!isForSkim && !isSwept(model)) return undefined;
    first = firstState(model);
    const partsOf = (): readonly Part[] | undefined => {
      prepared ??= prepare(model, operations, budget);
      return "kind" in prepared ? undefined : prepared.parts;
    };
    const glided = isForSkim
      ? skim(model, operations, budget, { partsOf, ask: askOf(model, operations, budget) })
      : glide(model, operations, budget, partsOf);
    if (prepared !== undefined && !("kind" in prepared)) prepared = { ...prepared, first };
    if (glided === undefined) return { verdict: undefined, prepared, swept: undefined };
    if (glided.end === "some") return { verdict: undefined, prepared, swept: glided.found };
    requireSound(model, operations, { budget, first });
    return { verdict: toldOf(glided, { model, operations, budget, options }), prepared, swept: undefined };
  } catch (error) {
    // What is wrong with the history is told first, wherever it stands.
    orderHistory(operations);
    throw error;
  }
}

/** The verdict, where nothing is left for a search. */
function toldOf<State, Input, Output>(
  glided: Exclude<Glided<State, Input, Output>, { readonly end: "some" }>,
  { model, operations, budget, options }: {
    readonly model: Model<State, Input, Output>;
    readonly operations: readonly Operation<Input, Output>[];
    readonly budget: Budget;
    readonly options: CheckOptions;
  },
): Verdict {
  const { course } = glided;
  if (glided.end === "all") return verdictOf(course);
  if (glided.end === "limit") return unknownOf(course, operations, stopReason(budget));
  const { part, swept: { decision, work }, partition } = glided;
  budget.work = work;
  const from = { model, recorded: recorded(operations), budget, options };
  return accuse(from, { part, decision }, accusedOf(course, partition));
}

/** Takes a history down for whoever decides its partitions: read along, where that is worth it. */
export function takeDown<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { partitions, isRead, budget }: {
    readonly partitions: number;
    /** False where no fast path is to be tried. */
    readonly isRead: boolean;
    readonly budget: Budget;
  },
): Recorded<Input, Output> {
  const history = recorded(operations);
  if (!isRead) return history;
  return { ...history, readings: readAlong(model, operations, { budget, partitions }) };
}

/**
 * The decisions, if a sweep has found a partition to be illegal: the others do not matter. What the verdict took is what that one
 * took, whether the history had to be brought into order for it or not: how long it is explained goes by that.
 */
export function decisionsOf(
  swept: readonly (Swept | undefined)[],
  budget: Budget,
): (Decision | undefined)[] | undefined {
  const guilty = swept.find((one) => one?.decision.verdict === "illegal");
  if (guilty === undefined) return undefined;
  budget.work = guilty.work;
  return swept.map((one) => one?.decision);
}

/** Brings a history into order; if a limit strikes before that is done, that is the verdict. */
export function prepare<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  budget: Budget,
): Prepared | Verdict {
  requireModel(model);
  try {
    // A signal that fired before the check, or no time at all: then not even what is quickly found is looked for.
    if (budget.expired()) throw new Expired();
    const history = orderHistory(operations, budget);
    return { history, parts: partition(model, operations, history, budget), first: firstState(model) };
  } catch (error) {
    if (!(error instanceof Expired)) throw error;
    return { kind: "unknown", reason: stopReason(budget), linearizableUpTo: -1, partitions: [] };
  }
}

/**
 * The same as {@linkcode checkOperations} for a history given as a sequence of events. A call that never returns in it is an
 * operation whose answer was lost. The numbers in the verdict count the calls, from 0. Throws a {@linkcode PorcupineError} on a
 * return without a call and on an operation that is called twice, too.
 *
 * @example
 * ```ts
 * import { checkEvents, registerModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkEvents(registerModel(), [
 *   { kind: "call", operation: 1, client: "ann", input: { f: "write", value: 7 } },
 *   { kind: "call", operation: 2, client: "bob", input: { f: "read" } },
 *   { kind: "return", operation: 2, output: { f: "read", value: 7 } },
 *   // Ann never hears of her write, but bob saw it.
 * ]);
 * if (verdict.kind !== "ok" || verdict.linearization.join() !== "0,1") throw new Error(verdict.kind);
 * ```
 */
export function checkEvents<State, Input, Output>(
  model: Model<State, Input, Output>,
  events: readonly HistoryEvent<Input, Output>[],
  options: CheckOptions = {},
): Verdict {
  requireNames("checkEvents", options, CHECK_NAMES);
  return checkOperations(model, operationsFromEvents(events), options);
}

/** Everything a verdict is made of. */
export interface Findings<State, Input, Output> extends Prepared {
  readonly model: Model<State, Input, Output>;
  readonly recorded: Recorded<Input, Output>;
  /** Parallel to `parts`; what is `undefined` was not decided, because another one is illegal. */
  readonly decisions: readonly (Decision | undefined)[];
  readonly budget: Budget;
  readonly options: CheckOptions;
}

/** Makes the verdict on a history from the decisions on its partitions; `reports`: what is told of some of them already. */
export function conclude<State, Input, Output>(
  findings: Findings<State, Input, Output>,
  reports: Reports = new Reports(findings),
): Verdict {
  const { parts, decisions } = findings;
  const partitions = parts.map((_, i) => reports.of(i, decisions[i]));
  requireSound(findings.model, findings.recorded.operations, findings);
  const guilty = decisions.findIndex((decision) => decision?.verdict === "illegal");
  if (guilty >= 0) {
    return accuse(findings, { part: parts[guilty], decision: decisions[guilty] ?? UNDECIDED }, partitions);
  }
  if (decisions.some((decision) => decision?.verdict === "unknown")) {
    const reason = stopReason(findings.budget);
    const linearizableUpTo = lastExplained(findings);
    return { kind: "unknown", reason, linearizableUpTo, partitions };
  }
  return { kind: "ok", linearization: reports.merged(decisions), partitions };
}

/** Explains why a partition is illegal; `partitions`: what is told of all of them beside that. */
function accuse<State, Input, Output>(
  { model, recorded, budget, options }: Pick<
    Findings<State, Input, Output>,
    "model" | "recorded" | "budget" | "options"
  >,
  { part, decision }: { readonly part: Part; readonly decision: Decision },
  partitions: readonly PartitionReport[],
): Verdict {
  const effort = options.explain ?? "full";
  // Whoever explains does not believe every answer; what has been read along the history does.
  const doubted = { ...recorded, readings: undefined };
  const told = explainedAs(model, doubted, { part, memory: budget.scratch });
  const why = explain({ model: told, recorded: doubted, part, budget, effort, decision });
  const { core, coreIsMinimal, coreStandsAlone, firstImpossible, sentence, longest } = why;
  return {
    kind: "illegal",
    partition: part.key,
    core,
    coreIsMinimal,
    coreStandsAlone,
    firstImpossible,
    sentence,
    partitions: partitions.map((one) => (one.key === part.key ? { ...one, linearization: longest } : one)),
  };
}

/** The last operation, by return, up to which every partition is explained; -1 if there is none. */
function lastExplained<State, Input, Output>(
  { parts, decisions, history }: Findings<State, Input, Output>,
): number {
  let bound = Infinity;
  for (let i = 0; i < parts.length; i++) {
    const { returns, ids } = parts[i];
    const reached = decisions[i]?.verdict === "ok" ? returns.length : decisions[i]?.reached ?? 0;
    if (reached < returns.length) bound = Math.min(bound, history.ret[ids[returns[reached]]]);
  }
  for (let rank = Math.min(bound, history.events.length) - 1; rank >= 0; rank--) {
    if ((history.events[rank] & 1) === 1) return history.events[rank] >>> 1;
  }
  return -1;
}
