import { requireNames } from "../require_names.ts";
import { type Employer, Helper, threadsOfHost } from "../workers.ts";

let lend: (pool: WorkerPool, employer: Employer) => Helper[];
let take: (pool: WorkerPool, helper: Helper, usable: boolean) => void;

/**
 * Threads that are kept from check to check. Starting one takes some ten milliseconds, and code that has not run in it yet is
 * slow at first; whoever judges many histories keeps a pool. Threads are started when a check first needs them.
 *
 * @example
 * ```ts
 * import { checkInParallel, registerModel, WorkerPool } from "@flotilla/flotilla/porcupine";
 *
 * const pool = new WorkerPool({ workers: 1 });
 * for (const value of [1, 2]) {
 *   const verdict = await checkInParallel(registerModel(), [
 *     { client: 1, callAt: 0, input: { f: "write", value }, outcome: { status: "unknown" } },
 *   ], { pool });
 *   if (verdict.kind !== "ok") throw new Error(verdict.kind);
 * }
 * pool.end();
 * ```
 */
export class WorkerPool implements Disposable {
  /** How many threads it has at most, besides the one that asks. */
  readonly workers: number;
  readonly #resting: Helper[] = [];
  readonly #working = new Set<Helper>();
  /** The host does not let a thread start: it is not asked again at every turn of a search. */
  #isRefused = false;
  #isOver = false;

  /** `workers`: threads besides this one; one less than the machine has by default. */
  constructor(options: { readonly workers?: number } = {}) {
    requireNames("WorkerPool", options, { workers: true });
    this.workers = threadsOfHost() === 1 ? 0 : options.workers ?? threadsOfHost() - 1;
  }

  /** How many threads have been started. */
  get started(): number {
    return this.#resting.length + this.#working.size;
  }

  /** The same as `end`, for `using`. */
  [Symbol.dispose](): void {
    this.end();
  }

  /** Ends all threads; checks that are given the pool from now on do without. */
  end(): void {
    this.#isOver = true;
    for (const helper of [...this.#resting, ...this.#working]) helper.end();
    this.#resting.length = 0;
    this.#working.clear();
  }

  static {
    lend = (pool, employer) => pool.#lend(employer);
    take = (pool, helper, usable) => pool.#take(helper, usable);
  }

  #lend(employer: Employer): Helper[] {
    if (this.#isOver) return [];
    // One that has ended while it had nothing to do gives its place to a new one.
    for (const helper of this.#resting.splice(0)) if (!helper.isGone) this.#resting.push(helper);
    while (this.started < this.workers && !this.#isRefused) {
      const helper = new Helper();
      this.#isRefused = !helper.hasStarted;
      if (helper.hasStarted) this.#resting.push(helper);
    }
    const lent = this.#resting.splice(0);
    for (const helper of lent) {
      helper.employer = employer;
      this.#working.add(helper);
    }
    return lent;
  }

  #take(helper: Helper, usable: boolean): void {
    helper.employer = undefined;
    if (!this.#working.delete(helper)) return;
    if (usable) this.#resting.push(helper);
    else helper.end();
  }
}

/** Threads for one check: as many as are free. */
export function enlist(pool: WorkerPool, employer: Employer): Helper[] {
  return lend(pool, employer);
}

/** A check does not need a thread any more; `usable` unless it may go on working for that check without an end. */
export function release(pool: WorkerPool, helper: Helper, usable: boolean): void {
  take(pool, helper, usable);
}
