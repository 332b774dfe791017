import { Budget } from "../budget.ts";
import {
  checkUnnamed,
  conclude,
  decisionsOf,
  type Findings,
  type GlidedOver,
  glideOver,
  prepare,
  takeDown,
} from "../check.ts";
import { hostNow } from "../clock.ts";
import { survives } from "../copies.ts";
import type { Decision } from "../decision.ts";
import type { CheckOptions, Model, Operation, Verdict } from "../types.ts";
import { sweep } from "../search/sweep.ts";
import { CHECK_NAMES, type Names, requireNames } from "../require/names.ts";
import { requireArray } from "../require/history.ts";
import { requireModel } from "../require/model.ts";
import { requireWorkers } from "../require/options.ts";
import { named } from "../thrown.ts";
import { threadsOfHost } from "../workers.ts";
import { isLong, type Preparation, prepareTogether } from "./arrange.ts";
import type { Assignment } from "./assignment.ts";
import { checkAway } from "./away.ts";
import { WorkerPool } from "./pool.ts";
import { Team } from "./team.ts";
import { Texts } from "./texts.ts";
import { NOTHING_TRIED, type Start, tryFirst } from "./trial.ts";

/** Limits and manners of a check that may use several threads. */
export interface ParallelOptions extends CheckOptions {
  /**
   * Threads besides this one, a whole number; one less than the machine has by default. 0: none. Without a pool they are started
   * when the check has taken some 25 ms, and ended with it, whatever they are at.
   */
  readonly workers?: number;
  /**
   * Threads to use instead of starting some for this check alone; `workers` is then the pool's business. They outlive the check, but
   * for one that it leaves behind in a step that does not return: see {@linkcode WorkerPool}.
   */
  readonly pool?: WorkerPool;
}

const NAMES: Names<ParallelOptions> = CHECK_NAMES;

/**
 * The same as `checkOperations`, with Web Workers where the check is long enough to be worth them: they take over
 * partitions, and when only one is left, the two searches run against each other in two threads. The verdict and its
 * certificate are those of one thread.
 *
 * The model must say where it comes from (`source`), because a function cannot be sent to another thread; without it, and on
 * hosts without workers, one thread does it all. Throws a {@linkcode PorcupineError} of code `worker-failed` if a worker
 * cannot load the model, and of code `model-threw` if the model throws.
 *
 * A `signal` stops the check soon after it fired: a longer check is then made in another thread, while this one listens. Where
 * that cannot be, this thread listens between the turns of its searches.
 *
 * @example
 * ```ts
 * import { checkInParallel, registerModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = await checkInParallel(registerModel(), [
 *   { client: 1, callAt: 0, input: { f: "write", value: 1 }, outcome: { status: "unknown" } },
 * ], { timeLimitMs: 10_000, workers: 1 });
 * if (verdict.kind !== "ok") throw new Error(verdict.kind);
 * ```
 */
export async function checkInParallel<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: ParallelOptions = {},
): Promise<Verdict> {
  requireNames("checkInParallel", options, NAMES);
  requireWorkers(options.workers);
  requireArray(operations);
  try {
    requireModel(model);
    return await checkSomewhere(model, operations, options);
  } catch (error) {
    // In this thread, so that the error is the model's own and no copy.
    throw named(error, model, operations, (model) => checkUnnamed(model, operations, options));
  }
}

async function checkSomewhere<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: ParallelOptions,
): Promise<Verdict> {
  const most = options.pool?.workers ?? options.workers ?? threadsOfHost() - 1;
  // What makes the model must be there what it is here.
  const isAtHome = model.source === undefined || !survives(model.source);
  const workers = isAtHome || threadsOfHost() === 1 ? 0 : most;
  if (options.signal !== undefined) {
    const now = options.now ?? hostNow;
    const start = now();
    const settled = await checkAway(model, operations, { ...options, signal: options.signal, workers });
    if (settled !== undefined) return settled;
    // What was tried elsewhere was tried within the same limit.
    if (options.timeLimitMs !== undefined) {
      const timeLimitMs = Math.max(0, options.timeLimitMs - (now() - start));
      return await checkShared(model, operations, { ...options, timeLimitMs }, workers);
    }
  } else if (workers < 1) return checkUnnamed(model, operations, options);
  return await checkShared(model, operations, options, workers);
}

/**
 * Judges a history with so many helpers. Between the turns of the searches this thread listens, to them and to whatever may
 * fire a signal. What is over at once has its verdict at once: of a small history that is all, and waiting would be a tenth.
 */
export function checkShared<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: ParallelOptions,
  workers: number,
): Verdict | Promise<Verdict> {
  const clock = options.now ?? hostNow;
  let look: ((ms: number) => void) | undefined;
  const now = (): number => {
    const ms = clock();
    look?.(ms);
    return ms;
  };
  const budget = new Budget({ ...options, now });
  const check = { model, operations, options, workers, budget, heed: (one: Look) => look = one };
  const glided = glideAlone(check);
  if (glided?.verdict !== undefined) return glided.verdict;
  const { pool } = options;
  const isPrepared = glided?.prepared !== undefined;
  if (isPrepared || pool === undefined || workers < 1 || !isLong(model, operations)) {
    return decideShared(check, { arranged: undefined, glided });
  }
  return prepareTogether(model, operations, { budget, pool, isRead: options.strategy !== "search" })
    .then((arranged) => decideShared(check, { arranged, glided }));
}

/** Goes through a history in this thread, if it is one for that: to deal it out would take as long as to judge it. */
function glideAlone<State, Input, Output>(
  { model, operations, budget, options }: SharedCheck<State, Input, Output>,
): GlidedOver | undefined {
  let isOver = true;
  try {
    const glided = glideOver(model, operations, { budget, options });
    isOver = glided?.verdict !== undefined;
    return glided;
  } finally {
    if (isOver) budget.scratch.giveBack();
  }
}

type Look = (ms: number) => void;

interface SharedCheck<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  readonly operations: readonly Operation<Input, Output>[];
  readonly options: ParallelOptions;
  readonly workers: number;
  readonly budget: Budget;
  /** Is told who wants to know each time that the clock is read. */
  heed(look: Look): void;
}

/** What there is already: prepared with another thread, or by a glide. */
interface Beginning<Input, Output> {
  readonly arranged: Preparation<Input, Output> | undefined;
  readonly glided: GlidedOver | undefined;
}

function decideShared<State, Input, Output>(
  { model, operations, options, workers, budget, heed }: SharedCheck<State, Input, Output>,
  { arranged, glided }: Beginning<Input, Output>,
): Verdict | Promise<Verdict> {
  let isLong = false;
  try {
    const prepared = arranged?.prepared ?? glided?.prepared ?? prepare(model, operations, budget);
    if ("kind" in prepared) return prepared;
    const isRead = options.strategy !== "search";
    const swept = glided?.swept ?? (isRead ? sweep(model, operations, prepared, budget) : []);
    const history = arranged?.recorded ??
      takeDown(model, operations, { partitions: prepared.parts.length, isRead, budget });
    const given = { model, workers, history, prepared, swept, budget, options };
    const settled = decisionsOf(swept, budget);
    if (settled !== undefined) return conclude(findingsOf(given, settled));
    const start = arranged?.prepared !== undefined && Texts.of(given) !== undefined
      ? NOTHING_TRIED
      : tryFirst(given);
    if (!start.isAll) {
      isLong = true;
      return checkTogether(given, start, heed);
    }
    for (const { work } of start.findings) budget.spend(work);
    return conclude(findingsOf(given, start.findings.map(({ decision }) => decision)));
  } finally {
    if (!isLong) budget.scratch.giveBack();
  }
}

function findingsOf<State, Input, Output>(
  { model, history, prepared, budget, options }: Assignment<State, Input, Output>,
  decisions: readonly (Decision | undefined)[],
): Findings<State, Input, Output> {
  const { history: order, parts, first } = prepared;
  return { model, recorded: history, history: order, parts, first, budget, options, decisions };
}

async function checkTogether<State, Input, Output>(
  given: Assignment<State, Input, Output> & { readonly options: ParallelOptions },
  start: Start,
  heed: (look: Look) => void,
): Promise<Verdict> {
  const { options, workers, budget } = given;
  const pool = options.pool ?? new WorkerPool({ workers });
  const team = new Team(given, pool, start);
  heed((ms) => team.look(ms));
  try {
    return conclude(findingsOf(given, await team.decideAll()), team.reports);
  } finally {
    // Not `using`: half of the browsers and Node before 24 could not even read this file.
    team.end();
    if (options.pool === undefined) pool.end();
    budget.scratch.giveBack();
  }
}
