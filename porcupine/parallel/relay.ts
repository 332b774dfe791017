import type { Budget } from "../budget.ts";
import { type ValueContest, type ValueFinding, WIDTHS } from "../search/values/decide.ts";
import { type Later, Marks, planOf } from "../search/values/relay.ts";
import type { Helper } from "../workers.ts";
import type { Crew } from "./crew.ts";
import type { Reply } from "./messages.ts";

/** After so many returns, as a rule, a search from the middle has what one from the beginning has there. */
const USUALLY_MET = 128;
/** Fewer are not worth it. */
const LEAST_LEVELS = 512;

/**
 * The search of one register whose values repeat: this thread begins at the beginning, a helper in the middle, and once this one
 * has come to where the other one has been it need not go on itself. What is found is what one thread finds: see `Marks`.
 */
export class Relay {
  readonly task: number;
  readonly #contest: ValueContest;
  readonly #startedAt: number;
  /** What the helper has found, by width. */
  readonly #laters: (Later | undefined)[] = [];
  #helper: Helper | undefined;
  /** The helper finds nothing more. */
  #isOver = false;

  constructor(task: number, contest: ValueContest, startedAt: number) {
    this.task = task;
    this.#contest = contest;
    this.#startedAt = startedAt;
  }

  /** Whether nobody has been asked to help. */
  get isAlone(): boolean {
    return this.#helper === undefined && !this.#isOver;
  }

  /** Who helps. */
  get helper(): Helper | undefined {
    return this.#helper;
  }

  /** Gives the later part to a helper that has nothing to do, if there is one; may be called in the middle of the search. */
  begin<State, Input, Output>(crew: Crew<State, Input, Output>, now: number): void {
    const seat = crew.idle;
    const { operations, level, widthIndex } = this.#contest;
    const last = operations.returns.length;
    if (seat === undefined || crew.cells.shared === null) return;
    if (last - level < LEAST_LEVELS || operations.values > WIDTHS[1]) {
      this.#isOver = true;
      return;
    }
    // Both are to be done at the same time: this thread is ahead, and it has to go a little into the other one's part.
    const levelMs = widthIndex > 0 || level === 0 ? 0 : (now - this.#startedAt) / level;
    const late = levelMs === 0 ? 0 : (seat.given === 0 ? LATE_MS : 0) / levelMs;
    const own = widthIndex > 0 ? 0 : level;
    const begin = Math.max(level, Math.floor((last + own + late - USUALLY_MET) / 2));
    if (last - begin < LEAST_LEVELS / 2) return;
    const plan = planOf(operations, begin, WIDTHS);
    const cells = new Int32Array(new SharedArrayBuffer(4 * Marks.room(plan)));
    const marks = new Marks(plan, cells);
    if (!crew.giveLater(seat, this.task, { operations, plan, marks: cells })) return;
    this.#helper = seat.helper;
    this.#contest.follow(marks);
  }

  /** What a helper says; false if that is not about this search. */
  hear(reply: Reply): boolean {
    if (this.#helper === undefined || reply.task !== this.task) return false;
    if (reply.kind === "relayed") this.#laters[reply.later.widthIndex] = reply.later;
    if (reply.kind === "declined") this.#isOver = true;
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
      while (this.#laters[contest.widthIndex] === undefined && !this.#isOver && await wait());
      const later = this.#laters[contest.widthIndex];
      found = later === undefined ? contest.run(budget) : contest.join(later, budget);
    }
    return found;
  }
}

/** So long a thread that has not worked for this check takes to begin: it may have to be started. */
const LATE_MS = 4;
