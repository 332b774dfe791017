import { PorcupineError } from "../types.ts";
import { type Employer, type Helper, isLast, pause, rest } from "../workers.ts";
import type { Assignment } from "./assignment.ts";
import { Cells } from "./cells.ts";
import type { Alike } from "./columns.ts";
import { copyOfOperations, jobOf } from "./job.ts";
import type { Failure, LaterPart, News, Reply, SentLimits } from "./messages.ts";
import { enlist, release, type WorkerPool } from "./pool.ts";
import { Texts } from "./texts.ts";
import { turnsOf } from "./turns.ts";

/** Where no memory is shared, or a signal may fire, this thread listens so often; else to hear what went wrong. */
const LISTEN_EVERY_MS = { alone: 8, shared: 50 };
/** To let in what others have said takes a third of a millisecond: where that is seen in shared memory it is done so often. */
const HEAR_EVERY_MS = 10;
/** Waiting for the others this thread looks at its own limits so often. */
const LOOK_EVERY_MS = 10;

/** Parcels that lie ready for a helper: where this thread is held up, and deals late, that one is not to wait. */
const READY = 2;

/** What is left is given away in so many parcels, of so many operations at most. */
const PARCELS = 16;
const LARGEST_PARCEL = 8192;

let checks = 0;

/** A helper at work for a check. */
export interface Seat {
  readonly helper: Helper;
  /** Its number among the helpers of the check. */
  readonly number: number;
  /** Tasks it was given. */
  given: number;
  /** How many of them came last, together. */
  parcel: number;
}

/** The helpers of one check, and what they were given. */
export class Crew<State, Input, Output> implements Employer {
  readonly cells: Cells;
  readonly #given: Assignment<State, Input, Output>;
  readonly #pool: WorkerPool;
  readonly #check = ++checks;
  readonly #startedAt: number;
  readonly #mostOf: (task: number) => number;
  readonly #hear: (reply: Reply) => void;
  readonly #desert: () => void;
  #seats: readonly Seat[] = [];
  #seated = 0;
  /** The partitions, the largest first (see `turnsOf`); those before `#nextLargest` have been given away, or need not be. */
  readonly #bySize: Int32Array;
  #nextLargest = 0;
  /** By partition: whether somebody has it, or nobody needs it. */
  readonly #isGone: Uint8Array;
  /** Operations of the others. */
  #left: number;
  /** Partitions are decided as texts, if they are that. */
  #texts: Texts | undefined;
  #isDealing = false;
  #listenedAt: number;
  #heardAt: number;
  #heard = 0;
  #failure: Failure | undefined;
  #wake: () => void = () => {};

  constructor(
    given: Assignment<State, Input, Output>,
    pool: WorkerPool,
    { startedAt, mostOf, hear, desert }: {
      /** When the check began, which may have had a crew before. */
      startedAt: number;
      /** What the decision of a task may cost. */
      mostOf: (task: number) => number;
      hear: (reply: Reply) => void;
      desert: () => void;
    },
  ) {
    this.#given = given;
    this.#pool = pool;
    this.#mostOf = mostOf;
    this.#hear = hear;
    this.#desert = desert;
    const { parts } = given.prepared;
    this.cells = Cells.ofTasks(parts.length);
    this.#texts = Texts.of(given);
    this.#isGone = new Uint8Array(parts.length);
    this.#left = parts.reduce((sum, { ids }) => sum + ids.length, 0);
    this.#bySize = turnsOf(parts.map(({ ids }) => ids.length));
    this.#startedAt = startedAt;
    this.#listenedAt = this.#heardAt = given.budget.time;
  }

  /** How many there are. */
  get size(): number {
    return this.#seats.length;
  }

  /** Whether what is sent is no more than texts. */
  get hasTexts(): boolean {
    return this.#texts !== undefined;
  }

  /** Whether threads wait that need not be started. */
  get isWarm(): boolean {
    return this.#pool.started > 0;
  }

  /** Operations of the partitions that nobody has. */
  get operationsLeft(): number {
    return this.#left;
  }

  /** Milliseconds since the check began. */
  get elapsedMs(): number {
    return this.#given.budget.time - this.#startedAt;
  }

  /** A helper with nothing to do. */
  get idle(): Seat | undefined {
    return this.#seats.find((seat) => this.#owedBy(seat) === 0);
  }

  /** How many tasks a helper has not finished. What it has sent is not heard in the middle of one's own work, but seen. */
  #owedBy({ helper, number, given }: Seat): number {
    return this.cells.shared === null ? helper.owing : given - this.cells.repliesOf(number);
  }

  /** Each thread's share of the memory. */
  get memoryLimitBytes(): number | undefined {
    const limit = this.#given.options.memoryLimitBytes;
    return limit === undefined ? undefined : limit / (this.size + 1);
  }

  /** Asks for help, if there can be any. */
  enlist(): void {
    const { model: { source }, workers } = this.#given;
    if (source === undefined || workers < 1) return;
    this.#seats = enlist(this.#pool, this).map((helper) => ({
      helper,
      number: this.#seated++,
      given: 0,
      parcel: 1,
    }));
    for (const { helper } of this.#seats) helper.load(source);
  }

  /** Sends all helpers away. */
  dismiss(): void {
    this.cells.endAll();
    for (const { helper } of this.#seats) {
      // Without shared memory one in the middle of a search cannot be told to stop.
      const isFree = helper.owing === 0 || this.cells.shared !== null;
      release(this.#pool, helper, this.#failure === undefined && isFree);
    }
    this.#seats = [];
  }

  /** A search is of no use any more: where the helper cannot be told so, it is sent away. */
  stop(helper: Helper, task: number): void {
    this.cells.end(task);
    if (helper.owing === 0 || this.cells.shared !== null) return;
    this.#seats = this.#seats.filter((seat) => seat.helper !== helper);
    release(this.#pool, helper, false);
  }

  /** This thread takes a partition itself; false if a helper has it. */
  take(task: number): boolean {
    this.#go(task);
    return this.cells.take(task);
  }

  /** Nobody needs the partitions from `end` on. */
  cut(end: number): void {
    for (let task = end; task < this.#isGone.length; task++) {
      this.#go(task);
      this.cells.end(task);
    }
  }

  #go(task: number): void {
    if (this.#isGone[task] === 1) return;
    this.#isGone[task] = 1;
    this.#left -= this.#given.prepared.parts[task].ids.length;
  }

  /**
   * Gives each helper that will soon have nothing to do some of what is left: the largest first, so that nobody
   * has to wait for a large one in the end, and little at a time, so that little is given that this thread comes to before.
   */
  deal(): void {
    // What is sent says how much time is left: the clock is looked at, and whoever hears of that deals.
    if (this.#isDealing) return;
    this.#isDealing = true;
    this.#deal();
    this.#isDealing = false;
  }

  #deal(): void {
    const isShared = this.cells.shared !== null;
    for (const seat of this.#seats) {
      // One parcel is being worked on, the others lie ready.
      while (this.#owedBy(seat) <= (isShared ? READY : 1) * seat.parcel) {
        const due = isShared ? Math.min(this.#left / PARCELS, LARGEST_PARCEL) : this.#left / (this.size + 1);
        const tasks = this.#parcel(due);
        if (tasks.length === 0) break;
        seat.parcel = tasks.length;
        if (!this.#giveTexts(seat, tasks) && !this.give(seat, "decide", tasks)) return;
        if (isShared) continue;
        // What cannot be taken back is taken now.
        for (const task of tasks) this.cells.take(task);
        break;
      }
    }
  }

  /** Partitions are not decided as texts any more: their fast path has no answer. */
  forgetTexts(): void {
    this.#texts = undefined;
  }

  /** Hands over partitions of texts; false if they are none. */
  #giveTexts(seat: Seat, tasks: readonly number[]): boolean {
    if (this.#texts === undefined) return false;
    const sent = this.#texts.tasksOf(tasks, this.#given.prepared.parts);
    if (sent === undefined) {
      this.forgetTexts();
      return false;
    }
    seat.given += tasks.length;
    return seat.helper.give({
      kind: "texts",
      check: this.#check,
      seat: seat.number,
      tasks: sent,
      limits: this.#limits,
      cells: this.cells.shared,
    });
  }

  /** The largest partitions that nobody has, of so many operations together. */
  #parcel(operations: number): number[] {
    const { parts } = this.#given.prepared;
    const tasks: number[] = [];
    for (let due = operations; due > 0 && this.#nextLargest < this.#bySize.length;) {
      const task = this.#bySize[this.#nextLargest++];
      if (this.#isGone[task] === 1) continue;
      tasks.push(task);
      this.#go(task);
      due -= parts[task].ids.length;
    }
    return tasks;
  }

  /** Hands tasks over; false if their values cannot be sent. `alike`: what is known of the operations of a single one. */
  give(seat: Seat, kind: "decide" | "race", tasks: readonly number[], alike?: Alike): boolean {
    const { history: { operations }, prepared, options } = this.#given;
    seat.given += tasks.length;
    return seat.helper.give(jobOf({
      kind,
      check: this.#check,
      seat: seat.number,
      tasks: tasks.map((task) => ({ task, part: prepared.parts[task], most: this.#mostOf(task) })),
      operations,
      alike,
      strategy: options.strategy ?? "auto",
      limits: this.#limits,
      cells: this.cells.shared,
    }));
  }

  /** Hands over the search of one register from the middle on. */
  giveLater(seat: Seat, task: number, { operations, plan, marks }: LaterPart): boolean {
    if (this.cells.shared === null) return false;
    seat.given++;
    return seat.helper.give({
      kind: "later",
      check: this.#check,
      seat: seat.number,
      task,
      operations: copyOfOperations(operations),
      plan,
      marks,
      limits: this.#limits,
      cells: this.cells.shared,
    });
  }

  get #limits(): SentLimits {
    const { timeLimitMs } = this.#given.options;
    return {
      timeLeftMs: timeLimitMs === undefined ? null : Math.max(0, timeLimitMs - this.elapsedMs),
      memoryLimitBytes: this.memoryLimitBytes ?? null,
    };
  }

  /** In the middle of one's own work: hears what the others say, if they say something. */
  async listen(): Promise<void> {
    const isShared = this.cells.shared !== null && this.#given.options.signal === undefined;
    const every = isShared ? LISTEN_EVERY_MS.shared : LISTEN_EVERY_MS.alone;
    if (this.#given.budget.time - this.#listenedAt >= every) {
      if (isShared) await pause();
      else await rest(0, (wake) => this.#wake = wake);
      this.#listenedAt = this.#given.budget.time;
    }
    if (isShared && this.#given.budget.time - this.#heardAt < HEAR_EVERY_MS) return;
    while (this.cells.shared !== null && this.#heard < this.#replies && this.#failure === undefined) {
      await this.news();
    }
    this.#heardAt = this.#given.budget.time;
    this.#complain();
  }

  /** Replies that are known to have been sent. */
  get #replies(): number {
    return this.#seats.reduce((sum, { number }) => sum + this.cells.repliesOf(number), 0);
  }

  /** Waits for a message, or until it is time to look at the limits, or at the cells. */
  async news(everyMs = LOOK_EVERY_MS): Promise<void> {
    await rest(everyMs, (wake) => this.#wake = wake);
    // Nothing tells of a thread that somebody has ended.
    const gone = this.#seats.find(({ helper }) => helper.isGone);
    if (gone !== undefined) this.lose(gone.helper);
    this.#given.budget.expired();
    this.#complain();
  }

  /** What a helper says. */
  hear(reply: Reply | News): void {
    if ("check" in reply && reply.check === this.#check) {
      if (isLast(reply)) this.#heard++;
      this.#hear(reply);
    }
    this.#wake();
  }

  /** What went wrong in a helper. */
  fail(failure: Failure): void {
    this.#failure = failure;
    this.#wake();
  }

  /** A helper is gone: what it had is begun again here. */
  lose(helper: Helper): void {
    release(this.#pool, helper, false);
    // What the others had is not known to be theirs: so they are let go, too.
    for (const seat of this.#seats) release(this.#pool, seat.helper, false);
    this.#seats = [];
    this.#desert();
    this.#wake();
  }

  #complain(): void {
    if (this.#failure !== undefined) throw new PorcupineError(this.#failure.code, this.#failure.message);
  }
}
