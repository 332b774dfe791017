import { PorcupineError } from "../types.ts";
import { type Employer, type Helper, isLast, pause, rest } from "../workers.ts";
import type { Assignment } from "./assignment.ts";
import { Backlog } from "./backlog.ts";
import { Cells } from "./cells.ts";
import { Dispatch, type Seat } from "./dispatch.ts";
import type { Failure, News, Reply, SentLimits } from "./messages.ts";
import { enlist, release, type WorkerPool } from "./pool.ts";

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

/** The helpers of one check, and what they were given. */
export class Crew<State, Input, Output> implements Employer {
  /** What is known of its tasks in all threads. */
  readonly cells: Cells;
  /** How tasks are sent. */
  readonly dispatch: Dispatch<State, Input, Output>;
  readonly #given: Assignment<State, Input, Output>;
  readonly #pool: WorkerPool;
  readonly #startedAt: number;
  readonly #hear: (reply: Reply) => void;
  readonly #desert: () => void;
  #seats: readonly Seat[] = [];
  #seated = 0;
  readonly #backlog: Backlog;
  #isDealing = false;
  /** A helper is gone, and with it is known who has what. */
  #isDeserted = false;
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
    this.#hear = hear;
    this.#desert = desert;
    const { parts } = given.prepared;
    this.cells = Cells.ofTasks(parts.length);
    this.dispatch = new Dispatch(given, this.cells, { mostOf, limits: () => this.#limits });
    this.#backlog = new Backlog(parts);
    this.#startedAt = startedAt;
    this.#listenedAt = this.#heardAt = given.budget.time;
  }

  /** How many there are. */
  get size(): number {
    return this.#seats.length;
  }

  /** Whether threads wait that need not be started. */
  get isWarm(): boolean {
    return this.#pool.started > 0;
  }

  /** Operations of the partitions that nobody has. */
  get operationsLeft(): number {
    return this.#backlog.operations;
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
    // Whoever came now would be waited for until he has done what those who are gone had taken: for ever.
    if (source === undefined || workers < 1 || this.#isDeserted) return;
    this.#seats = enlist(this.#pool, this).map((helper) => ({
      helper,
      number: this.#seated++,
      given: 0,
      parcel: 1,
    }));
    for (const { helper } of this.#seats) helper.load(source, this.dispatch.check);
  }

  /** Sends all helpers away. */
  dismiss(): void {
    this.cells.endAll();
    for (const seat of this.#seats) {
      const { helper } = seat;
      // Without shared memory one in the middle of a search cannot be told to stop.
      const isFree = helper.owing === 0 || this.cells.shared !== null;
      const isUsable = this.#failure === undefined && isFree;
      // Both: what is owed is heard of late where this thread never listens, and is of the next check once that has this helper.
      release(this.#pool, helper, isUsable ? () => helper.owing > 0 && this.#owedBy(seat) > 0 : "lost");
    }
    this.#seats = [];
  }

  /** A search is of no use any more: where the helper cannot be told so, it is sent away. */
  stop(helper: Helper, task: number): void {
    this.cells.end(task);
    if (helper.owing === 0 || this.cells.shared !== null) return;
    this.#seats = this.#seats.filter((seat) => seat.helper !== helper);
    release(this.#pool, helper, "lost");
  }

  /** This thread takes a partition itself; false if a helper has it. */
  take(task: number): boolean {
    this.#backlog.remove(task);
    return this.cells.take(task);
  }

  /** Nobody needs the partitions from `end` on. */
  cut(end: number): void {
    for (let task = end; task < this.#given.prepared.parts.length; task++) {
      this.#backlog.remove(task);
      this.cells.end(task);
    }
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
        const left = this.operationsLeft;
        const due = isShared ? Math.min(left / PARCELS, LARGEST_PARCEL) : left / (this.size + 1);
        const tasks = this.#backlog.parcel(due);
        if (tasks.length === 0) break;
        seat.parcel = tasks.length;
        if (!this.dispatch.decide(seat, tasks)) return;
        if (isShared) continue;
        // What cannot be taken back is taken now.
        for (const task of tasks) this.cells.take(task);
        break;
      }
    }
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
    if ("check" in reply && reply.check === this.dispatch.check) {
      if (isLast(reply)) this.#heard++;
      this.#hear(reply);
    }
    this.#wake();
  }

  /** What went wrong in a helper. */
  fail(failure: Failure): void {
    // A step may throw, or a module not load, when their check is long over: this one has another model, perhaps.
    if (failure.check !== this.dispatch.check) return;
    // A step may throw in a partition that one thread does not come to, since one before it is illegal: so it is asked again here.
    if (failure.code !== "worker-failed") return this.#desertAll();
    this.#failure = failure;
    this.#wake();
  }

  /** A helper is gone: what it had is begun again here, without help. */
  lose(helper: Helper): void {
    release(this.#pool, helper, "lost");
    this.#desertAll();
  }

  #desertAll(): void {
    this.#isDeserted = true;
    // What each had is not known to be his: so all are let go.
    for (const seat of this.#seats) release(this.#pool, seat.helper, "lost");
    this.#seats = [];
    this.#desert();
    this.#wake();
  }

  #complain(): void {
    if (this.#failure !== undefined) throw new PorcupineError(this.#failure.code, this.#failure.message);
  }
}
