import { requireNames } from "../require/names.ts";
import { requireWorkers } from "../require/options.ts";
import { after, type Employer, Helper, threadsOfHost } from "../workers.ts";

/**
 * A thread that its check has told to stop and that is still at work after so long is within a step that does not return, or loads
 * a module that never comes to its end. Long, because a thread that has just been started may first have to load its model.
 */
const GRACE_MS = 3000;

/** Whether a thread is still at what a check that is over has given it. */
type IsAtWork = () => boolean;

let lend: (pool: WorkerPool, employer: Employer) => Helper[];
let take: (pool: WorkerPool, helper: Helper, state: "usable" | "lost" | IsAtWork) => void;

/** A thread that was given back in the middle of its work. */
interface Late {
  readonly isAtWork: IsAtWork;
  readonly cancel: () => void;
  /** It had its time, but works for another check by now, as that believes. */
  isDue: boolean;
}

/**
 * Threads that are kept from check to check. Starting one takes some ten milliseconds, and code that has not run in it yet is
 * slow at first; whoever judges many histories keeps a pool. Threads are started when a check first needs them. One that
 * a check has left behind in a step that does not return is ended after three seconds, and the next check starts another.
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
  readonly #late = new Map<Helper, Late>();
  /** The host does not let a thread start: it is not asked again at every turn of a search. */
  #isRefused = false;
  #isOver = false;

  /** `workers`: threads besides this one; one less than the machine has by default. */
  constructor(options: { readonly workers?: number } = {}) {
    requireNames("WorkerPool", options, { workers: true });
    requireWorkers(options.workers);
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
    for (const { cancel } of this.#late.values()) cancel();
    this.#late.clear();
    this.#resting.length = 0;
    this.#working.clear();
  }

  static {
    lend = (pool, employer) => pool.#lend(employer);
    take = (pool, helper, state) => pool.#take(helper, state);
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

  #take(helper: Helper, state: "usable" | "lost" | IsAtWork): void {
    helper.employer = undefined;
    if (!this.#working.delete(helper)) return;
    const late = this.#late.get(helper);
    if (state === "lost" || (late?.isDue === true && late.isAtWork())) {
      this.#forget(helper);
      helper.end();
      return;
    }
    this.#resting.push(helper);
    if (state === "usable" || !state()) return;
    // Who was late before, and still is, is not given his time anew by each check that has him meanwhile.
    if (late?.isAtWork() !== true) this.#watch(helper, state);
  }

  /** A thread has some time to come to the end of what it is at: otherwise it would keep a processor busy for ever, for nobody. */
  #watch(helper: Helper, isAtWork: IsAtWork): void {
    this.#forget(helper);
    const cancel = after(GRACE_MS, () => {
      if (!isAtWork()) {
        this.#forget(helper);
      } else if (this.#working.has(helper)) {
        // To end it now would make its check begin again what others of its threads are at.
        late.isDue = true;
      } else {
        this.#forget(helper);
        this.#resting.splice(this.#resting.indexOf(helper), 1);
        helper.end();
      }
    });
    const late: Late = { isAtWork, cancel, isDue: false };
    this.#late.set(helper, late);
  }

  #forget(helper: Helper): void {
    this.#late.get(helper)?.cancel();
    this.#late.delete(helper);
  }
}

/** Threads for one check: as many as are free. */
export function enlist(pool: WorkerPool, employer: Employer): Helper[] {
  return lend(pool, employer);
}

/**
 * A check does not need a thread any more: `lost` if nobody can use it again; otherwise it may still be at what that check gave it,
 * which it has been told to leave.
 */
export function release(pool: WorkerPool, helper: Helper, state: "usable" | "lost" | IsAtWork): void {
  take(pool, helper, state);
}
