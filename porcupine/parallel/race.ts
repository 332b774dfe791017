import type { Budget } from "../budget.ts";
import { searched, UNDECIDED } from "../decide.ts";
import type { Decision } from "../decision.ts";
import type { Competition } from "../search/compete.ts";
import type { Finish } from "../search/result.ts";
import type { Helper } from "../workers.ts";
import type { Reply } from "./messages.ts";

/** What is known of a partition. */
export interface Finding {
  readonly decision: Decision;
  /** What one thread would have spent on it. */
  readonly work: number;
  /** The limit that struck, if one did. */
  readonly stopped: string | null;
}

/** In place of a limit: whoever worked at it is gone, and it has to be begun again. */
export const DESERTED = "deserted";

/**
 * A helper that has done this share of what this thread has done of its search will soon have caught up, since it does nothing else.
 * One that is further behind is not relied upon: a turn is as long as all before it, so that one turn may be half of the way, and if
 * the search ends in the next one this thread has the answer long before.
 */
const NEARLY = 3 / 4;

/** The part of a competition that this thread needs. */
type Contest = Pick<Competition<unknown, unknown, unknown>, "depthTurn" | "frontierTurn" | "rounds">;

/**
 * The search of one partition: both searches take turns here, until a helper, which takes over the just-in-time one from its
 * beginning, has come nearly as far with it as this thread: its code may be cold, and its processor another's. Who finishes in the
 * lower round wins, depth-first if both finish in one: as in one thread, at the same cost.
 */
export class Race {
  /** Who runs the other search. */
  helper: Helper | undefined = undefined;
  /** Turns the other search has completed without an answer. */
  otherTurns = 0;

  readonly #competition: Contest;
  readonly #budget: Budget;
  readonly #base: number;
  #task = -1;
  #own: Finish | undefined;
  /** Whether the just-in-time search has finished here. */
  #isOwnFrontier = false;
  #other: Finish | undefined;
  /** The limit that struck the helper. */
  #otherStopped: string | null = null;
  /** This thread has given up, since the other one is known to have won, though its answer is still on the way. */
  #hasConceded = false;
  /** What each search had spent by the end of each of its turns. */
  readonly #depthWorks: number[] = [];
  #frontierWorks: readonly number[] = [];

  constructor(competition: Contest, budget: Budget) {
    this.#competition = competition;
    this.#budget = budget;
    this.#base = budget.work;
  }

  /** Whether this thread does it all. */
  get isAlone(): boolean {
    return this.helper === undefined;
  }

  /** Whether the helper has nothing more to do. */
  get isOtherDone(): boolean {
    return this.isAlone || this.#other !== undefined || this.#otherStopped !== null;
  }

  /** A helper takes over the just-in-time search. */
  begin(task: number, helper: Helper): void {
    this.#task = task;
    this.helper = helper;
  }

  /** The helper is gone. What it has said stays so: if it has won, the depth-first search must not be told for that. */
  desert(): void {
    if (!this.isOtherDone) this.#otherStopped = DESERTED;
  }

  /** What a helper says; false if that is not about this race. */
  hear(reply: Reply): boolean {
    if (this.isAlone || reply.task !== this.#task) return false;
    if (reply.kind === "turn") this.otherTurns = reply.turns;
    if (reply.kind === "raced") {
      this.#other = reply.finish;
      this.#frontierWorks = reply.works;
    }
    if (reply.kind === "raced" || reply.kind === "decided") this.#otherStopped = reply.stopped;
    return true;
  }

  /**
   * The other search is finished, in this round. If depth-first has completed that, it has lost: whatever it finds now is of a later
   * round. So it stops in the middle of its turn, which may be a tenth of all that there is to do.
   */
  concede(round: number): void {
    if (this.isAlone || round >= this.#competition.rounds.depth) return;
    this.#hasConceded = true;
    this.#own = undefined;
    this.#budget.giveUp();
  }

  /** The next turn, or turns; true once it is known here who has won. */
  turn(): boolean {
    const competition = this.#competition;
    // What was heard since the last turn may have settled it.
    if (this.#other !== undefined && this.#other.round < competition.rounds.depth) return true;
    const isOver = this.#takeTurns(competition);
    if (this.#hasConceded) this.#own = undefined;
    return isOver || this.#hasConceded;
  }

  #takeTurns(competition: Contest): boolean {
    this.#own = this.#count(this.#depthWorks, () => competition.depthTurn());
    if (this.#own !== undefined) return true;
    // If its ration was used up, that of both is once this one has come as far.
    if (this.#otherStopped !== null && this.#otherStopped !== "effort") return true;
    // The other search has won if it finished in a round that this one has completed.
    if (this.#other !== undefined) return this.#other.round < competition.rounds.depth;
    // Cells tell of one that was here before, and is gone, too: then nobody takes the other search's turns but this thread.
    if (!this.isAlone && this.#isOtherNear) return false;
    const works = [...this.#frontierWorks];
    this.#own = this.#count(works, () => competition.frontierTurn());
    this.#frontierWorks = works;
    return this.#isOwnFrontier = this.#own !== undefined;
  }

  /**
   * Whether the helper has come about as far as this thread with its search, or further, so that its turns are not taken here. Which
   * of the two takes them is nothing to the result: it goes by the round in which each search finishes.
   */
  get #isOtherNear(): boolean {
    const { otherTurns } = this;
    // Of a thread of which nothing was heard it is not known whether anything will be.
    if (otherTurns === 0) return false;
    if (otherTurns >= this.#competition.rounds.frontier) return true;
    // Where depth-first rests (see `Opening`) its turns cost nothing, and this thread comes as far as alone: it must not wait for one
    // that began later.
    if (this.#depthWorks.length > 1 && this.#depthWorks.at(-1) === this.#depthWorks.at(-2)) return false;
    return this.#frontierWorks[otherTurns - 1] >= NEARLY * (this.#frontierWorks.at(-1) ?? 0);
  }

  /** Whether the other search may have finished in an earlier round than this one. */
  get mustWait(): boolean {
    if (this.#hasConceded) return !this.isOtherDone;
    const own = this.#own;
    if (own === undefined || this.#isOwnFrontier || this.isOtherDone) return false;
    const turns = Math.max(this.otherTurns, this.#competition.rounds.frontier);
    // The ration of both is used up if this one's is, unless the other one had finished before.
    return turns < own.round && (own.result.verdict !== "unknown" || this.#budget.stopped === "effort");
  }

  /** Whether it is not known what the other search had spent until this one finished. */
  get lacksWorks(): boolean {
    const own = this.#own;
    return own !== undefined && !this.isOtherDone && this.#frontierWorks.length < own.round;
  }

  /** What came of it. */
  finding(): Finding {
    const own = this.#own;
    const other = this.#other;
    if (
      other !== undefined && this.#otherStopped === null && (own === undefined || other.round < own.round)
    ) {
      const work = this.#worth(other.round, other.round);
      return { decision: searched(other.result), work, stopped: null };
    }
    // The helper was stopped by a limit before anything was known.
    if (own === undefined || this.#isUnsettled) {
      return { decision: UNDECIDED, work: this.#budget.work, stopped: this.#otherStopped };
    }
    // If it was the just-in-time search that finished here it has one turn more.
    const work = this.#worth(own.round, this.#isOwnFrontier ? own.round : own.round - 1);
    return { decision: searched(own.result), work, stopped: this.#budget.stopped ?? null };
  }

  /**
   * A helper that is gone might have finished in an earlier round than this thread, or has not said what it had spent: then it is all
   * begun again, since what one thread would have found, and at what cost, is not known.
   */
  get #isUnsettled(): boolean {
    const own = this.#own;
    if (own === undefined || this.#isOwnFrontier || this.#otherStopped !== DESERTED) return false;
    return own.result.verdict !== "unknown" && this.#frontierWorks.length < own.round;
  }

  #worth(depthRound: number, frontierRound: number): number {
    const depth = this.#depthWorks[Math.min(depthRound, this.#depthWorks.length - 1)] ?? 0;
    const frontier = this.#frontierWorks[Math.min(frontierRound, this.#frontierWorks.length - 1)] ?? 0;
    return this.#base + depth + (frontierRound < 0 ? 0 : frontier);
  }

  /** Takes a turn, and notes what it has cost, on top of the turns before. */
  #count(works: number[], turn: () => Finish | undefined): Finish | undefined {
    const before = this.#budget.work;
    const finish = turn();
    works.push((works.at(-1) ?? 0) + this.#budget.work - before);
    return finish;
  }
}
