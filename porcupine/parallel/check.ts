import { Budget, Expired } from "../budget.ts";
import { checkOperations, conclude, prepare, type Prepared } from "../check.ts";
import { decideQuickly, type Decision, searched, UNDECIDED } from "../decide.ts";
import { Questions, type Recorded, recorded } from "../parts.ts";
import { Competition, type Finish } from "../search/compete.ts";
import { compile } from "../search/problem.ts";
import { type CheckOptions, type Model, type Operation, PorcupineError, type Verdict } from "../types.ts";
import { breathe, Helper, threadsOfHost } from "../workers.ts";
import { checkAway } from "./away.ts";
import type { Reply, SentLimits } from "./messages.ts";

/** Limits and manners of a check that may use several threads. */
export interface ParallelOptions extends CheckOptions {
  /** Threads besides this one; one less than the machine has by default. 0: none. */
  readonly workers?: number;
}

/** Threads are started when a check has taken so long: starting one costs some ten milliseconds. */
const START_AFTER_MS = 25;
/** This thread listens to the others so often. */
const LISTEN_EVERY_MS = 8;

/**
 * The same as `checkOperations`, with Web Workers where the check is long enough to be worth them: they take over
 * partitions, and when only one is left, the two searches run against each other in two threads. The verdict and its
 * certificate are those of one thread.
 *
 * The model must say where it comes from (`source`), because a function cannot be sent to another thread; without it, and on
 * hosts without workers, one thread does it all. Throws a {@linkcode PorcupineError} of code `worker-failed` if a worker
 * cannot load the model.
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
  const workers = model.source === undefined || threadsOfHost() === 1
    ? 0
    : options.workers ?? threadsOfHost() - 1;
  if (options.signal !== undefined) {
    const settled = await checkAway(model, operations, { ...options, signal: options.signal, workers });
    if (settled !== undefined) return settled;
  } else if (workers < 1) return checkOperations(model, operations, options);
  return await checkShared(model, operations, options, workers);
}

/**
 * Judges a history with so many helpers. Between the turns of the searches this thread listens, to them and to whatever may
 * fire a signal.
 */
export async function checkShared<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions,
  workers: number,
): Promise<Verdict> {
  const budget = new Budget(options);
  const prepared = prepare(model, operations, budget);
  if ("kind" in prepared) return prepared;
  const history = recorded(operations);
  const team = new Team({ model, history, prepared, budget, options }, workers);
  try {
    const decisions = await team.decideAll();
    return conclude({ model, recorded: history, ...prepared, decisions, budget, options });
  } finally {
    // Not `using`: half of the browsers and Node before 24 could not even read this file.
    team.end();
  }
}

interface Assignment<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  readonly history: Recorded<Input, Output>;
  readonly prepared: Prepared;
  readonly budget: Budget;
  readonly options: CheckOptions;
}

/** The race for one partition: depth-first here, just-in-time there. */
interface Race {
  readonly task: number;
  readonly helper: Helper;
  /** Turns the helper has completed without an answer. */
  turns: number;
  finish: Finish | undefined;
}

class Team<State, Input, Output> {
  readonly #given: Assignment<State, Input, Output>;
  readonly #decisions: (Decision | undefined)[] = [];
  readonly #helpers: Helper[] = [];
  readonly #workers: number;
  readonly #startedAt: number;
  /** The first partition that nobody has taken, and one past the last. */
  #next = 0;
  #end: number;
  #race: Race | undefined;
  #failure: string | undefined;
  #wake: () => void = () => {};
  #listenedAt: number;

  constructor(given: Assignment<State, Input, Output>, workers: number) {
    this.#given = given;
    this.#workers = workers;
    this.#end = given.prepared.parts.length;
    this.#startedAt = this.#listenedAt = given.budget.time;
  }

  /** Decides the partitions in order; those behind the first illegal one are left out. */
  async decideAll(): Promise<Decision[]> {
    while (this.#next < this.#end) {
      const task = this.#next++;
      const decision = await this.#decide(task);
      this.#note(task, decision);
      if (decision.verdict !== "ok") this.#end = Math.min(this.#end, this.#next);
    }
    while (this.#pending()) await this.#news();
    const illegal = this.#decisions.findIndex((decision) => decision?.verdict === "illegal");
    const count = illegal < 0 ? this.#given.prepared.parts.length : illegal + 1;
    return Array.from({ length: count }, (_, task) => this.#decisions[task] ?? UNDECIDED);
  }

  /** Ends the threads. */
  end(): void {
    for (const helper of this.#helpers) helper.end();
  }

  /** Whether a worker still owes an answer that matters. */
  #pending(): boolean {
    const illegal = this.#decisions.findIndex((decision) => decision?.verdict === "illegal");
    const last = illegal < 0 ? this.#given.prepared.parts.length : illegal;
    for (let task = 0; task < last; task++) {
      if (this.#decisions[task] === undefined && this.#given.budget.stopped === undefined) return true;
    }
    return false;
  }

  #note(task: number, decision: Decision): void {
    this.#decisions[task] = decision;
  }

  async #decide(task: number): Promise<Decision> {
    const { model, history, prepared, budget, options } = this.#given;
    const questions = new Questions(history, prepared.parts[task]);
    try {
      const quick = options.strategy === "search" ? undefined : decideQuickly(model, questions, budget);
      if (quick !== undefined) {
        await this.#listen();
        return quick;
      }
      return searched((await this.#search(task, new Competition(compile(model, questions), budget))).result);
    } catch (error) {
      if (error instanceof Expired) return UNDECIDED;
      throw error;
    }
  }

  async #search(task: number, competition: Competition<State, Input, Output>): Promise<Finish> {
    for (;;) {
      const own = this.#race === undefined ? competition.round() : competition.depthTurn();
      if (own !== undefined) return await this.#settle(own);
      await this.#listen();
      if (this.#race === undefined) this.#beginRace(task);
      const other = this.#race?.finish;
      // The other search has won if it finished in a round that this one has completed.
      if (other !== undefined && other.round < competition.rounds.depth) return this.#endRace(other);
    }
  }

  /** This thread has finished: it has won unless the other one did so in an earlier round. */
  async #settle(own: Finish): Promise<Finish> {
    const race = this.#race;
    if (race === undefined) return own;
    while (race.finish === undefined && race.turns < own.round && own.result.verdict !== "unknown") {
      await this.#news();
    }
    return this.#endRace(race.finish !== undefined && race.finish.round < own.round ? race.finish : own);
  }

  #endRace(finish: Finish): Finish {
    const race = this.#race;
    this.#race = undefined;
    if (race !== undefined && race.finish === undefined) {
      // It is in the middle of its search, and does not listen.
      race.helper.end();
      this.#helpers.splice(this.#helpers.indexOf(race.helper), 1);
    }
    return finish;
  }

  #beginRace(task: number): void {
    const helper = this.#helpers.find(({ idle }) => idle);
    if (helper === undefined || this.#next < this.#end) return;
    if (this.#give(helper, "race", task)) this.#race = { task, helper, turns: 0, finish: undefined };
  }

  /** Now and then: lets messages in, starts workers when it is time, gives idle ones something to do. */
  async #listen(): Promise<void> {
    const now = this.#given.budget.time;
    if (now - this.#startedAt < START_AFTER_MS || now - this.#listenedAt < LISTEN_EVERY_MS) return;
    if (this.#helpers.length === 0) this.#start();
    await breathe();
    if (this.#failure !== undefined) throw new PorcupineError("worker-failed", this.#failure);
    this.#listenedAt = this.#given.budget.time;
    for (const helper of this.#helpers) {
      if (!helper.idle || this.#next >= this.#end) continue;
      if (this.#give(helper, "decide", this.#end - 1)) this.#end--;
    }
  }

  #start(): void {
    const { source } = this.#given.model;
    if (source === undefined) return;
    for (let i = 0; i < this.#workers; i++) {
      this.#helpers.push(
        new Helper(source, (reply) => this.#hear(reply), (message, unstarted) => {
          if (!unstarted) this.#fail(message);
        }),
      );
    }
  }

  #give(helper: Helper, kind: "decide" | "race", task: number): boolean {
    const { history: { operations }, prepared, options } = this.#given;
    const { key, ids, call, ret, returns, end } = prepared.parts[task];
    const own = Array.from(ids, (id) => operations[id]);
    const part = { key, ids: ids.map((_, k) => k), call, ret, returns, end };
    const strategy = options.strategy ?? "auto";
    return helper.give({ kind, task, part, operations: own, strategy, limits: this.#limits() });
  }

  #limits(): SentLimits {
    const { budget, options } = this.#given;
    const { timeLimitMs, memoryLimitBytes } = options;
    return {
      timeLeftMs: timeLimitMs === undefined
        ? null
        : Math.max(0, timeLimitMs - (budget.time - this.#startedAt)),
      memoryLimitBytes: memoryLimitBytes === undefined ? null : memoryLimitBytes,
    };
  }

  #hear(reply: Reply): void {
    const race = this.#race;
    switch (reply.kind) {
      case "decided":
        this.#note(reply.task, reply.decision);
        break;
      case "turn":
        if (race?.task === reply.task) race.turns = reply.turns;
        break;
      case "raced":
        if (race?.task === reply.task) race.finish = reply.finish;
        break;
    }
    this.#wake();
  }

  #fail(message: string): void {
    this.#failure = message;
    this.#wake();
  }

  /** Waits for a message, or until a limit strikes. */
  async #news(): Promise<void> {
    const heard = new Promise<void>((resolve) => this.#wake = resolve);
    await Promise.race([heard, breathe()]);
    this.#given.budget.expired();
    if (this.#failure !== undefined) throw new PorcupineError("worker-failed", this.#failure);
  }
}
