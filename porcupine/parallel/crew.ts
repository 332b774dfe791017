import { PorcupineError } from "../types.ts";
import { type Employer, type Helper, rest } from "../workers.ts";
import type { Assignment } from "./assignment.ts";
import { Cells } from "./cells.ts";
import { jobOf } from "./job.ts";
import type { News, Reply } from "./messages.ts";
import { enlist, release, type WorkerPool } from "./pool.ts";

/** Where no memory is shared, or a signal may fire, this thread listens so often; else to hear what went wrong. */
const LISTEN_EVERY_MS = { alone: 8, shared: 50 };
/** Waiting for the others this thread looks at its own limits so often. */
const LOOK_EVERY_MS = 10;

let checks = 0;

/** The helpers of one check, and what they were given. */
export class Crew<State, Input, Output> implements Employer {
  readonly cells: Cells;
  /** The first partition that was given away. */
  dealt: number;

  readonly #given: Assignment<State, Input, Output>;
  readonly #pool: WorkerPool;
  readonly #check = ++checks;
  readonly #startedAt: number;
  readonly #hear: (reply: Reply) => void;
  readonly #desert: () => void;
  #helpers: Helper[] = [];
  #listenedAt: number;
  #heard = 0;
  #failure: string | undefined;
  #wake: () => void = () => {};

  constructor(
    given: Assignment<State, Input, Output>,
    pool: WorkerPool,
    { hear, desert }: { hear: (reply: Reply) => void; desert: () => void },
  ) {
    this.#given = given;
    this.#pool = pool;
    this.#hear = hear;
    this.#desert = desert;
    this.dealt = given.prepared.parts.length;
    this.cells = Cells.ofTasks(this.dealt);
    this.#startedAt = this.#listenedAt = given.budget.time;
  }

  /** How many there are. */
  get size(): number {
    return this.#helpers.length;
  }

  /** Whether threads wait that need not be started. */
  get isWarm(): boolean {
    return this.#pool.started > 0;
  }

  /** Milliseconds since the check began. */
  get elapsedMs(): number {
    return this.#given.budget.time - this.#startedAt;
  }

  /** A helper with nothing to do. */
  get idle(): Helper | undefined {
    return this.#helpers.find(({ owing }) => owing === 0);
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
    this.#helpers = enlist(this.#pool, this);
    for (const helper of this.#helpers) helper.load(source);
  }

  /** Sends all helpers away. */
  dismiss(): void {
    this.cells.endAll();
    for (const helper of this.#helpers) {
      // Without shared memory one in the middle of a search cannot be told to stop.
      const isFree = helper.owing === 0 || this.cells.shared !== null;
      release(this.#pool, helper, this.#failure === undefined && isFree);
    }
    this.#helpers = [];
  }

  /** A search is of no use any more: where the helper cannot be told so, it is sent away. */
  stop(helper: Helper, task: number): void {
    this.cells.end(task);
    if (helper.owing === 0 || this.cells.shared !== null) return;
    this.#helpers = this.#helpers.filter((one) => one !== helper);
    release(this.#pool, helper, false);
  }

  /** Operations between `next` and what was given away. */
  operationsLeft(next: number, end: number): number {
    const { parts } = this.#given.prepared;
    let left = 0;
    for (let task = next; task < Math.min(this.dealt, end); task++) left += parts[task].ids.length;
    return left;
  }

  /** Gives each helper that has little to do its share of what is left from `next` on, the last ones first. */
  deal(next: number, end: number): void {
    const { parts } = this.#given.prepared;
    for (const helper of this.#helpers) {
      if (helper.owing > 1) continue;
      let due = Math.ceil(this.operationsLeft(next, end) / (this.size + 1));
      while (due > 0 && next < this.dealt) {
        this.dealt--;
        if (this.dealt >= end) continue;
        if (!this.give(helper, "decide", this.dealt)) return;
        // What cannot be taken back is taken now.
        if (this.cells.shared === null) this.cells.take(this.dealt);
        due -= parts[this.dealt].ids.length;
      }
    }
  }

  /** Hands a task over; false if its values cannot be sent. */
  give(helper: Helper, kind: "decide" | "race", task: number): boolean {
    const { history: { operations }, prepared, options } = this.#given;
    return helper.give(jobOf({
      kind,
      check: this.#check,
      task,
      part: prepared.parts[task],
      operations,
      strategy: options.strategy ?? "auto",
      limits: {
        timeLeftMs: options.timeLimitMs === undefined
          ? null
          : Math.max(0, options.timeLimitMs - this.elapsedMs),
        memoryLimitBytes: this.memoryLimitBytes ?? null,
      },
      cells: this.cells.shared,
    }));
  }

  /** In the middle of one's own work: hears what the others say, if they say something. */
  async listen(): Promise<void> {
    const isShared = this.cells.shared !== null && this.#given.options.signal === undefined;
    const every = isShared ? LISTEN_EVERY_MS.shared : LISTEN_EVERY_MS.alone;
    if (this.#given.budget.time - this.#listenedAt >= every) {
      await rest(0, (wake) => this.#wake = wake);
      this.#listenedAt = this.#given.budget.time;
    }
    while (this.cells.shared !== null && this.#heard < this.cells.replies && this.#failure === undefined) {
      await this.news();
    }
    this.#complain();
  }

  /** Waits for a message, or until it is time to look at the limits. */
  async news(): Promise<void> {
    await rest(LOOK_EVERY_MS, (wake) => this.#wake = wake);
    this.#given.budget.expired();
    this.#complain();
  }

  /** What a helper says. */
  hear(reply: Reply | News): void {
    if ("check" in reply && reply.check === this.#check) {
      if (reply.kind !== "turn") this.#heard++;
      this.#hear(reply);
    }
    this.#wake();
  }

  /** What went wrong in a helper. */
  fail(message: string, unstarted: boolean): void {
    if (unstarted) {
      // Then this thread does it all.
      for (const helper of this.#helpers) release(this.#pool, helper, false);
      this.#helpers = [];
      this.#desert();
    } else this.#failure = message;
    this.#wake();
  }

  #complain(): void {
    if (this.#failure !== undefined) throw new PorcupineError("worker-failed", this.#failure);
  }
}
