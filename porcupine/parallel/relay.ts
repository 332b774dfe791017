import type { Budget } from "../budget.ts";
import type { ValueContest, ValueFinding } from "../search/values/decide.ts";
import { Marks, planOf } from "../search/values/marks.ts";
import type { Later } from "../search/values/relay.ts";
import type { Helper } from "../workers.ts";
import type { Crew } from "./crew.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Reply } from "./messages.ts";

/**
 * The helper begins so far on the way: it is to be done first, since it can begin again in between (see `Marks`), and this thread,
 * waiting for it, could do nothing.
 */
const BEGIN = 0.54;
/** A search that has come further than this share of the way is held to come to its end. */
const FAR = 0.25;
/** Fewer are not worth it. */
const LEAST_LEVELS = 512;
/** Of more values two searches do not meet: one that begins with each of them has too many to keep. */
const MOST_VALUES = 64;

/** What is needed of a crew. */
interface Lender extends Pick<Crew<unknown, unknown, unknown>, "idle" | "cells"> {
  readonly dispatch: Pick<Dispatch<unknown, unknown, unknown>, "later">;
}

/**
 * The search of one register whose values repeat: this thread begins at the beginning, a helper in the middle, and once this one
 * has come to where the other one has been it need not go on itself. What is found is what one thread finds: see `Marks`.
 */
export class Relay {
  readonly task: number;
  readonly #contest: ValueContest;
  /** What the helper has found. */
  readonly #laters: Later[] = [];
  #helper: Helper | undefined;
  #isOver = false;

  constructor(task: number, contest: ValueContest) {
    this.task = task;
    this.#contest = contest;
  }

  /** Whether nobody has been asked to help. */
  get isAlone(): boolean {
    return this.#helper === undefined && !this.#isOver;
  }

  /** Whether no helper finds anything more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Who helps. */
  get helper(): Helper | undefined {
    return this.#helper;
  }

  /** Gives the later part to a helper that has nothing to do, if there is one; may be called in the middle of the search. */
  begin(crew: Lender): void {
    const seat = crew.idle;
    const { operations, level } = this.#contest;
    const last = operations.returns.length;
    if (seat === undefined || crew.cells.shared === null) return;
    if (last - level < LEAST_LEVELS || operations.values > MOST_VALUES) {
      this.#isOver = true;
      return;
    }
    // How far this one has come does not matter before it is far: if the first width is not enough, both begin anew with the next,
    // which takes longer.
    const own = level > FAR * last ? level : 0;
    const begin = Math.max(level, Math.floor(own + BEGIN * (last - own)));
    if (last - begin < LEAST_LEVELS / 2) return;
    const plan = planOf(operations, begin);
    const cells = new Int32Array(new SharedArrayBuffer(4 * Marks.room(plan)));
    const marks = new Marks(plan, cells);
    if (!crew.dispatch.later(seat, this.task, { operations, plan, marks: cells })) return;
    this.#helper = seat.helper;
    this.#contest.follow(marks);
  }

  /** What a helper says; false if that is not about this search. */
  hear(reply: Reply): boolean {
    if (this.#helper === undefined || reply.task !== this.task) return false;
    if (reply.kind === "relayed") this.#laters.push(reply.later);
    // A task that was declined is no news: this thread has taken it back from whoever was to decide it, and searches it now.
    if (reply.kind === "relayOver") this.#isOver = true;
    return true;
  }

  /** The helper is gone. */
  desert(): void {
    if (this.#helper !== undefined) this.#isOver = true;
  }

  /** Searches; `wait` waits until there may be news, and answers false if there will be none. */
  async run(budget: Budget, wait: () => Promise<boolean>): Promise<ValueFinding | undefined> {
    const contest = this.#contest;
    let found = contest.run(budget);
    while (found === "met") {
      while (this.#met === undefined && !this.#isOver && await wait());
      const later = this.#met;
      found = later === undefined ? contest.run(budget) : contest.join(later, budget);
    }
    return found;
  }

  /** What the helper has found from where it was met. */
  get #met(): Later | undefined {
    return this.#laters.find((later) => later.piece === this.#contest.met?.piece);
  }
}
