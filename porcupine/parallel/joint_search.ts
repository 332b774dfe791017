import type { Budget } from "../budget.ts";
import { foundByValues } from "../decide.ts";
import type { Decision } from "../decision.ts";
import type { Problem } from "../search/problem.ts";
import type { ValueContest } from "../search/values/decide.ts";
import type { Assignment } from "./assignment.ts";
import { type Alike, MOST_CODES } from "./columns.ts";
import type { Crew } from "./crew.ts";
import type { Reply } from "./messages.ts";
import type { Finding, Race } from "./race.ts";
import { Relay } from "./relay.ts";

/**
 * One partition is searched for so long, and so long for each of its operations, before the other search is given to another
 * thread: several times as long as it takes to send it there. `alikeMs`: for each operation where it is known which are alike, so that
 * little is sent: until the other thread has caught up this one does the work of both.
 */
const RACE_AFTER = { leastMs: 3, eachMs: 0.004, alikeMs: 0.0002 };

/** Turns of another thread are told in shared memory, not by a message: whoever waits for them looks so often. */
const TURNS_EVERY_MS = 1;

/** A search in the middle of a register is given away after so long: sending it takes a tenth of that. */
const RELAY_AFTER_MS = 3;

/** A race, who may join it, and what it is about. */
interface Raced<State, Input, Output> {
  readonly race: Race;
  readonly crew: Crew<State, Input, Output>;
  readonly task: number;
  readonly problem: Problem<State, Input, Output>;
}

/** The search of a register whose values repeat, and who may join it. */
interface Relayed<State, Input, Output> {
  readonly contest: ValueContest;
  readonly crew: Crew<State, Input, Output>;
  readonly task: number;
  readonly budget: Budget;
}

/** The search that this thread is in, of one partition, which another thread may join: a `Race`, or a `Relay`, or none. */
export class JointSearch<State, Input, Output> {
  readonly #given: Assignment<State, Input, Output>;
  readonly #share: (operations: number, from: number) => Promise<void>;
  readonly #isLast: (task: number) => boolean;
  #raced: Raced<State, Input, Output> | undefined;
  #relay: Relay | undefined;
  /** When the race began; when a relay may be shared out. */
  #at = Infinity;

  constructor(
    given: Assignment<State, Input, Output>,
    { share, isLast }: {
      /** Between two turns of a search of so many operations, begun at `from`: hears the others, and gives them something to do. */
      readonly share: (operations: number, from: number) => Promise<void>;
      /** Whether no partition behind one matters. */
      readonly isLast: (task: number) => boolean;
    },
  ) {
    this.#given = given;
    this.#share = share;
    this.#isLast = isLast;
  }

  /** The search of a register whose values repeat, together with another thread that begins in the middle. */
  async relayed(search: Relayed<State, Input, Output>): Promise<Decision | undefined> {
    const { contest, crew, task, budget } = search;
    const relay = new Relay(task, contest);
    this.#relay = relay;
    this.#at = budget.time + RELAY_AFTER_MS;
    try {
      const found = await relay.run(budget, async (ms) => {
        await crew.news(ms);
        return this.#given.budget.stopped === undefined;
      });
      return found === undefined ? undefined : foundByValues(found, this.#given.prepared.parts[task]);
    } finally {
      this.#relay = undefined;
      if (relay.helper !== undefined) crew.cells.end(task);
    }
  }

  /** The two searches, in turns here, or the depth-first one here and the other one in another thread. */
  async raced(raced: Raced<State, Input, Output>): Promise<Finding> {
    const { race, crew, task, problem } = raced;
    const { budget } = this.#given;
    const from = budget.time;
    this.#raced = raced;
    this.#at = from;
    try {
      while (!race.turn()) {
        await this.#share(problem.count, from);
        race.otherTurns = Math.max(race.otherTurns, crew.cells.turnsOf(task));
      }
      // This thread has finished: it has won unless the other one did so in an earlier round.
      while (race.mustWait && budget.stopped === undefined) {
        await crew.news(TURNS_EVERY_MS);
        race.otherTurns = Math.max(race.otherTurns, crew.cells.turnsOf(task));
      }
      crew.cells.end(task);
      // What the loser had spent by then is part of what one thread would have spent: an explanation, of this partition or of a later
      // one, is rationed by that.
      const isIllegal = race.finding().decision.verdict === "illegal";
      const counts = crew.cells.shared !== null && (isIllegal || !this.#isLast(task));
      while (counts && race.lacksWorks && budget.stopped === undefined) await crew.news();
      return race.finding();
    } finally {
      this.#raced = undefined;
      if (race.helper !== undefined) crew.stop(race.helper, task);
    }
  }

  /** Gives up a race that is known to be lost, in the middle of a turn. */
  concede(): void {
    if (this.#raced === undefined || this.#raced.race.isAlone) return;
    const { race, crew, task } = this.#raced;
    race.concede(crew.cells.finishOf(task));
  }

  /** Whether this thread is alone in a search that is long enough for another one to join. */
  isDue(now: number): boolean {
    const search = this.#raced?.race ?? this.#relay;
    return search?.isAlone === true && now >= this.#shareAt;
  }

  /** Has a helper join that has nothing to do, if there is one; may be called in the middle of the search. */
  invite(crew: Crew<State, Input, Output>): void {
    if (crew.operationsLeft > 0) return;
    if (this.#raced === undefined) {
      this.#relay?.begin(crew);
      return;
    }
    const { race, task } = this.#raced;
    const seat = crew.idle;
    if (seat !== undefined && crew.dispatch.race(seat, task, this.#alike)) race.begin(task, seat.helper);
  }

  /** What a helper says; false if that is not about this search. */
  hear(reply: Reply): boolean {
    return this.#raced?.race.hear(reply) === true || this.#relay?.hear(reply) === true;
  }

  /** The helpers are gone. */
  desert(): void {
    this.#raced?.race.desert();
    this.#relay?.desert();
  }

  /** When the search that goes on may be shared out. */
  get #shareAt(): number {
    if (this.#raced === undefined) return this.#at;
    const each = this.#alike === undefined ? RACE_AFTER.eachMs : RACE_AFTER.alikeMs;
    return this.#at + Math.max(RACE_AFTER.leastMs, each * this.#raced.problem.count);
  }

  /** Which operations of a race are alike, if a search has found that out, and it is of use to whoever is sent them. */
  get #alike(): Alike | undefined {
    if (this.#raced === undefined) return undefined;
    const { classes, cls } = this.#raced.problem;
    return classes === 0 || classes > MOST_CODES ? undefined : { of: cls, count: classes };
  }
}
