import { type Budget, Expired } from "../budget.ts";
import { beginQuickly, foundByValues, UNDECIDED } from "../decide.ts";
import type { Decision } from "../decision.ts";
import { type Part, Questions } from "../parts.ts";
import { ValueContest } from "../search/values/decide.ts";
import { isSwept } from "../search/sweep.ts";
import { allowances, isPutOff } from "../rounds.ts";
import type { Assignment } from "./assignment.ts";
import type { Finding } from "./race.ts";

/** A partition is looked at with so much effort, and so much for each operation, before it is held to be hard. */
const TRIAL_WORK = { base: 4096, each: 2 };
/** So many operations are tried before anything is prepared for sharing: that would take longer than they do. */
const FEW = 8192;
/** In a partition of so many a search of its own is begun, too. */
const SHORT = 1024;

/** What little effort has come to: a finding, or none. */
export type Trial =
  | { readonly kind: "found"; readonly finding: Finding }
  /** `isUnfit`: that the fast path has no answer is known; otherwise it has not come to its end. */
  | { readonly kind: "hard"; readonly isUnfit: boolean; readonly work: number }
  /** There is a search of its own for it, which has not begun, or has not come to its end with this budget. */
  | { readonly kind: "contest"; readonly contest: ValueContest; readonly budget: Budget };

/** The first partitions of a check, tried one after the other. */
export interface Start {
  /** The partitions that are decided. */
  readonly findings: readonly Finding[];
  /** Whether those are all that matter. */
  readonly isAll: boolean;
  /** What came of the next one; `undefined` if it was not tried. */
  readonly next: Trial | undefined;
}

/** Nothing: there is so much to do that the others are given something first. */
export const NOTHING_TRIED: Start = { findings: [], isAll: false, next: undefined };

/** Decides a partition by its fast path, with little effort, so that hard ones can be shared out before they begin. */
export function tryPart<State, Input, Output>(given: Assignment<State, Input, Output>, task: number): Trial {
  const { history, prepared, budget, swept } = given;
  const found = swept[task];
  if (found !== undefined) {
    return { kind: "found", finding: { ...found, stopped: budget.stopped ?? null } };
  }
  const part = prepared.parts[task];
  const effort = TRIAL_WORK.base + TRIAL_WORK.each * part.ids.length;
  const trial = budget.within(effort);
  const begun = beginByKind(given, new Questions(history, part), trial);
  if (begun instanceof ValueContest) return tryContest(begun, given, { part, effort, spent: trial.work });
  if (begun === undefined || trial.stopped !== undefined) {
    // What the trial has not come to the end of is begun again.
    return { kind: "hard", isUnfit: trial.stopped === undefined, work: trial.work };
  }
  return { kind: "found", finding: { decision: begun, work: trial.work, stopped: null } };
}

/** Begins a search, if it is short: what little effort comes to no end with is gone on with, since to begin again takes as long. */
function tryContest<State, Input, Output>(
  contest: ValueContest,
  { budget: whole }: Assignment<State, Input, Output>,
  { part, effort, spent }: { readonly part: Part; readonly effort: number; readonly spent: number },
): Trial {
  const budget = whole.within(Infinity);
  budget.spend(spent);
  if (part.ids.length > SHORT) return { kind: "contest", contest, budget };
  const found = contest.runFor(budget, effort - spent);
  if (found === "met") return { kind: "contest", contest, budget };
  if (found === undefined || budget.stopped !== undefined) {
    return { kind: "hard", isUnfit: budget.stopped === undefined, work: budget.work };
  }
  return {
    kind: "found",
    finding: { decision: foundByValues(found, part), work: budget.work, stopped: null },
  };
}

/** Tries a few partitions at once: of a small history that is all there is to do. */
export function tryFirst<State, Input, Output>(given: Assignment<State, Input, Output>): Start {
  const most = allowancesOf(given, Array.from(given.prepared.parts.keys()), 0);
  const { parts } = given.prepared;
  const findings: Finding[] = [];
  let tried = 0;
  for (let task = 0; task < parts.length; task++) {
    if (given.swept[task] === undefined) tried += parts[task].ids.length;
    if (tried > FEW) return { findings, isAll: false, next: undefined };
    const next = tryPart(given, task);
    if (next.kind !== "found") return { findings, isAll: false, next };
    if (isPutOff(next.finding, most(task))) return { findings, isAll: false, next: undefined };
    findings.push(next.finding);
    if (next.finding.decision.verdict === "illegal") break;
  }
  return { findings, isAll: true, next: undefined };
}

/** What the decision of each task may cost in a round, of those that are open when it begins; see `allowances`. */
export function allowancesOf<State, Input, Output>(
  { model, prepared: { parts }, swept, options }: Assignment<State, Input, Output>,
  open: readonly number[],
  round: number,
): (task: number) => number {
  return allowances({ model, parts, swept, strategy: options.strategy ?? "auto" }, open, round);
}

/** The answer of a partition's fast path, or a search of its own; `undefined` if it has none. */
export function beginByKind<State, Input, Output>(
  { model, options, swept }: Assignment<State, Input, Output>,
  questions: Questions<Input, Output>,
  budget: Budget,
): Decision | ValueContest | undefined {
  // What a sweep has left undecided its lanes have no answer for; fast paths may have one.
  if (options.strategy === "search" || (swept.length > 0 && isSwept(model))) return undefined;
  try {
    return beginQuickly(model, questions, budget);
  } catch (error) {
    if (error instanceof Expired) return UNDECIDED;
    throw error;
  }
}
