import type { Budget } from "../budget.ts";
import type { ValueContest, ValueFinding } from "../search/values/decide.ts";
import { Assistance } from "../search/values/assistance.ts";
import { ASSISTED, Marks, planOf } from "../search/values/marks.ts";
import type { Later } from "../search/values/relay.ts";
import type { Helper } from "../workers.ts";
import type { Crew } from "./crew.ts";
import type { Dispatch } from "./dispatch.ts";
import { searchPiece } from "./later.ts";
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
/** Of what the helper is at so many levels must be left for this thread to search a part of it: it takes hundreds until two meet. */
const LEAST_LEFT = 1536;
/** What the helper says ends the waiting; so often this thread looks at its own limits. */
const WAIT_MS = 10;
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
  #marks: Marks | undefined;
  /** What this thread finds while it would have to wait; `undefined` once it has been used. */
  #assistance: Assistance | undefined;
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
    const room = Assistance.room(operations.count, marks.count);
    const assistance = new Int32Array(new SharedArrayBuffer(4 * room));
    if (!crew.dispatch.later(seat, this.task, { operations, plan, marks: cells, assistance })) return;
    this.#helper = seat.helper;
    this.#marks = marks;
    this.#assistance = new Assistance(assistance);
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
  async run(budget: Budget, wait: (ms: number) => Promise<boolean>): Promise<ValueFinding | undefined> {
    const contest = this.#contest;
    let found = contest.run(budget);
    while (found === "met") {
      // At first to hear what is on its way already.
      for (let ms = 0; this.#met === undefined && !this.#isOver; ms = WAIT_MS) {
        if (!await wait(ms)) break;
        if (this.#met === undefined && !this.#isOver) this.#assist(budget);
      }
      const later = this.#met;
      found = later === undefined ? contest.run(budget) : contest.join(later, budget);
    }
    return found;
  }

  /**
   * The helper is still at the piece that was met: from the middle of what it has left on this thread searches that, and the helper
   * is joined to it there. Once: what is left after that is little.
   */
  #assist(budget: Budget): void {
    const marks = this.#marks;
    const assistance = this.#assistance;
    if (marks === undefined || assistance === undefined) return;
    const { piece, level } = marks.later;
    if (this.#contest.met?.piece !== piece || piece !== this.#laters.length) return;
    const end = piece === 0 ? marks.plan.end : marks.beginOf(piece - 1);
    if (end - level < LEAST_LEFT) return;
    this.#assistance = undefined;
    const own = budget.within(Infinity);
    const mark = own.scratch.mark();
    assistance.begin();
    try {
      const later = searchPiece(this.#contest.operations, {
        marks,
        number: ASSISTED,
        begin: (level + end) >>> 1,
        found: (piece) => this.#laters[piece],
      }, own);
      assistance.end(later);
      if (later.progress !== "stopped") this.#laters.push(later);
    } finally {
      // Whatever happened here: nobody waits for it for ever.
      assistance.giveUp();
      own.scratch.backTo(mark);
    }
  }

  /** What the helper has found from where it was met. */
  get #met(): Later | undefined {
    return this.#laters.find((later) => later.piece === this.#contest.met?.piece);
  }
}
