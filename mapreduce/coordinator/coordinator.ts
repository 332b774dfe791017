/**
 * The coordinator as a process: the task table, its journal, its clock and its callers.
 * @module
 */

import { type Handlers, RpcPeer, type Runtime } from "../../runtime/mod.ts";
import { describeFailure } from "./suspicion.ts";
import { Attendance } from "./attendance.ts";
import type { JobPlan } from "../plan.ts";
import { type Hello, MAP_REDUCE, type MapReduceMethods, type Welcome } from "../service.ts";
import { commitFiles, filesOf, tidy } from "./commit.ts";
import { Journal, type JournalContent, readJournal } from "./journal.ts";
import type { CoordinatorOptions, JobEnd } from "./options.ts";
import { type Progress, progressOf } from "./progress.ts";
import { TaskTable } from "./task_table.ts";
import {
  type Answer,
  type AttemptRef,
  type Entry,
  type Outcome,
  TABLE_DEFAULTS,
  type TableOptions,
} from "./types.ts";

/** A question that cannot be answered yet waits this long for a change. */
const PARK_MS = 500;
/** Workers that live on this machine hear at once that the job is over. */
const FAREWELL_MS = 1000;

interface Job {
  readonly plan: JobPlan;
  readonly table: TaskTable;
  readonly journal: Journal;
}

/** A coordinator at work. Begin with {@linkcode Coordinator.start}. */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #runtime: Runtime;
  readonly #table: TableOptions;
  readonly #end = Promise.withResolvers<JobEnd>();
  /** Reports on their way to the disk: a repeated one must not be answered before the first is safe. */
  readonly #settling = new Map<number, Promise<boolean>>();
  readonly #attendance: Attendance;
  /** Those that have come so far as to ask for work. */
  readonly #joined = new Set<string>();
  #job: Job | null = null;
  #opening: Promise<Job> | null = null;
  /** Settles when everything that the table has decided so far is safe. */
  #recorded: Promise<void> = Promise.resolve();
  #change = Promise.withResolvers<void>();
  /** Calls wait for it: before, nobody knows which job this is. */
  readonly #ready = Promise.withResolvers<void>();
  #peer: RpcPeer<MapReduceMethods> | null = null;
  /** Fired when it is closed: from then on it takes nobody for silent, and tells and writes nothing. */
  readonly #over = new AbortController();

  private constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#runtime = options.runtime;
    this.#table = { ...TABLE_DEFAULTS, ...options.table };
    this.#attendance = new Attendance(this.#table.leaseMs);
  }

  /** Reads the journal, if there is one of this job, finishes what a former life began, and serves. */
  static async start(options: CoordinatorOptions): Promise<Coordinator> {
    const coordinator = new Coordinator(options);
    // First of all: a call that finds the door open and nobody behind it is lost, and made again seconds later.
    coordinator.#serve();
    try {
      await coordinator.#prepare();
    } catch (error) {
      await coordinator[Symbol.asyncDispose]();
      throw error;
    }
    return coordinator;
  }

  /** How the job ends; rejects if the coordinator itself cannot go on, for instance without room for its journal. */
  get end(): Promise<JobEnd> {
    return this.#end.promise;
  }

  /** The job's plan, or null before the first worker came. */
  get plan(): JobPlan | null {
    return this.#job?.plan ?? null;
  }

  /** Where the job stands, or null before the first worker came. */
  get progress(): Progress | null {
    return this.#job === null ? null : progressOf(this.#job.plan, this.#job.table);
  }

  /**
   * A worker's process is known to have ended; its tasks need not wait for their lease.
   * @returns Whether it had ever asked for work, and so was of use.
   */
  async workerGone(worker: string, why: string): Promise<boolean> {
    this.#attendance.left(worker);
    const job = this.#job;
    // If that cannot be written down, the job's end tells of it.
    if (job !== null) await this.#guard(this.#record(job, job.table.gone(worker, why))).catch(() => {});
    return this.#joined.delete(worker);
  }

  /**
   * Resolves when every worker that is alive has left, or after a while. One that is still at work, on a second attempt that
   * nobody needs any more, asks when it is through; one that is silent for a lease is dead.
   */
  async dismissed(): Promise<void> {
    const { clock } = this.#runtime;
    const timeoutMs = this.#options.workers === "own" ? FAREWELL_MS : this.#attendance.patienceMs;
    const untilMs = clock.now() + timeoutMs;
    for (;;) {
      const leftMs = Math.min(untilMs, this.#attendance.lastMs) - clock.now();
      if (leftMs <= 0) return;
      await this.#changed(leftMs);
    }
  }

  /** Removes attempts' left-overs, and with `work` everything but the output. */
  async tidy(options: { readonly work: boolean }): Promise<void> {
    if (this.#job !== null) await tidy(this.#runtime.disk, this.#job.plan, options);
  }

  /** Stops serving. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort(new Error("The coordinator was closed"));
    this.#peer?.close();
    await this.#job?.journal.close();
  }

  async #prepare(): Promise<void> {
    const { runtime, work, resume } = this.#options;
    const { disk, clock, signal } = runtime;
    const over = this.#over.signal;
    if (work !== "") {
      await disk.makeFolder(work);
      // A journal in a folder that a power cut forgets is no journal.
      await disk.syncDirectory("");
    }
    const found = await readJournal(disk, work);
    if (found !== null && resume(found.plan)) {
      await this.#open(found);
      for (const worker of found.workers) this.#attendance.expect(worker, clock.now());
    }
    this.#ready.resolve();
    void this.#watch().catch((error) => signal.aborted || over.aborted || this.#end.reject(error));
  }

  async #open(content: JournalContent): Promise<Job> {
    const { disk } = this.#runtime;
    const { plan } = content;
    const table = new TaskTable(plan.maps.length, plan.reduces, this.#table);
    for (const entry of content.entries) table.replay(entry);
    const entries = [...content.entries, table.begin()];
    const journal = await Journal.create(disk, this.#options.work, { ...content, entries });
    const job: Job = { plan, table, journal };
    this.#job = job;
    for (const { number, winner, committed } of table.tasks) {
      if (winner !== null && !committed) await this.#commit(job, { task: number, attempt: winner }, true);
    }
    await this.#missing(job);
    this.#look(job);
    return job;
  }

  /** What was finished in a former life but is not there any more is done again. */
  async #missing({ plan, table, journal }: Job): Promise<void> {
    if (!table.reduces.some(({ committed }) => committed)) return;
    const there = new Set(await this.#runtime.disk.list(""));
    for (const { number, committed } of table.reduces) {
      if (!committed || there.has(filesOf(plan, number).names[0])) continue;
      await journal.append(table.reopen(number, "the output was removed"));
    }
  }

  #serve(): void {
    const handlers: Handlers<MapReduceMethods> = {
      hello: (request) => this.#hello(request),
      ask: async ({ job, worker, ask }) => await this.#ask(await this.#of(job, worker), worker, ask),
      report: async ({ job, worker, ref, outcome }) => {
        const work = this.#report(await this.#of(job, worker), worker, ref, outcome);
        return { accepted: await this.#guard(work) };
      },
      renew: async ({ job, worker, ref, mark, bytes }) => {
        const { table } = await this.#of(job, worker);
        const { accepted } = table.renew(this.#runtime.clock.now(), worker, ref, mark, bytes);
        if (!accepted) await this.#recorded;
        return { accepted };
      },
      leave: async ({ worker }) => {
        await this.#ready.promise;
        try {
          if (this.#job !== null) await this.#guard(this.#job.journal.left(worker));
        } finally {
          // Not before: when the last one has left, the journal is closed.
          this.#attendance.left(worker);
          this.#notify();
        }
        return null;
      },
    };
    this.#peer = new RpcPeer(this.#runtime, MAP_REDUCE, handlers);
  }

  /** The job that a caller belongs to. A worker of another job must not take part in this one. */
  async #of(id: string, worker: string): Promise<Job> {
    await this.#ready.promise;
    this.#attendance.heard(worker, this.#runtime.clock.now());
    if (this.#job?.plan.id === id) return this.#job;
    throw new Error(`Cannot serve job ${id}: this coordinator has ${this.#job?.plan.id ?? "none yet"}`);
  }

  async #hello({ worker, app }: Hello): Promise<Welcome> {
    await this.#ready.promise;
    // It says why and goes.
    if (app.kind === "unfit") this.#attendance.left(worker);
    else this.#attendance.heard(worker, this.#runtime.clock.now());
    if (this.#job === null) {
      if (app.kind === "unfit") this.#end.resolve({ kind: "unfit", message: app.message });
      if (app.kind !== "loaded") return { kind: "load", app: this.#options.app };
      this.#opening ??= this.#guard(
        this.#open({ plan: this.#options.plan({ whole: app.whole }), entries: [], workers: [] }),
      );
      await this.#opening;
    }
    const { plan, journal } = this.#job ?? await this.#opening!;
    // Own workers will not be there any more when somebody reads this, nor will one that cannot do anything.
    const stays = this.#options.workers === "guests" && app.kind !== "unfit";
    if (stays) await this.#guard(journal.joined(worker));
    return { kind: "job", plan, leaseMs: this.#table.leaseMs };
  }

  async #ask({ table }: Job, worker: string, ask: number): Promise<Answer> {
    const { clock } = this.#runtime;
    const untilMs = clock.now() + PARK_MS;
    this.#joined.add(worker);
    for (;;) {
      const answer = table.ask(clock.now(), worker, ask);
      // What the answer rests on must not be forgotten in a crash when somebody already acts on it.
      await this.#recorded;
      const leftMs = untilMs - clock.now();
      if (answer.kind !== "wait" || leftMs <= 0) return answer;
      await this.#changed(leftMs);
    }
  }

  async #report(job: Job, worker: string, ref: AttemptRef, outcome: Outcome): Promise<boolean> {
    const under = this.#settling.get(ref.attempt);
    if (under !== undefined) return await under;
    const decision = job.table.report(this.#runtime.clock.now(), worker, ref, outcome);
    if (decision.accepted && outcome.kind === "storage") {
      this.#options.onRefusal(ref.task, outcome.message, job.plan);
    }
    const settled = this.#settle(job, decision.entries, decision.commit, decision.accepted);
    this.#settling.set(ref.attempt, settled);
    try {
      return await settled;
    } finally {
      this.#settling.delete(ref.attempt);
    }
  }

  async #settle(
    job: Job,
    entries: readonly Entry[],
    commit: AttemptRef | null,
    accepted: boolean,
  ): Promise<boolean> {
    // A refusal writes nothing down, but rests on what others did: forgotten in a crash, the refused might be the winner again.
    await (entries.length === 0 ? this.#recorded : this.#record(job, entries));
    if (commit === null) return accepted;
    return await this.#commit(job, commit, false);
  }

  async #commit(
    job: Job,
    { task, attempt }: { readonly task: number; readonly attempt: number },
    again: boolean,
  ): Promise<boolean> {
    const good = await commitFiles(this.#runtime.disk, job.plan, { task, attempt, again });
    if (!good) {
      await this.#record(job, job.table.reopen(task, "its files were gone"));
      return false;
    }
    // No sync: whoever finds a win without its commit only renames once more.
    const entry = job.table.committed(task);
    await job.journal.note([entry]);
    this.#tell(job, [entry]);
    return true;
  }

  async #record(job: Job, entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    this.#recorded = job.journal.append(entries);
    await this.#recorded;
    this.#tell(job, entries);
  }

  #tell(job: Job, entries: readonly Entry[]): void {
    for (const entry of entries) this.#options.onEntry(entry, job.plan);
    this.#look(job);
    this.#notify();
  }

  /** Ends the job when there is nothing more to do, and not before the last output is in its place. */
  #look({ plan, table }: Job): void {
    const progress = progressOf(plan, table);
    if (table.failure !== null) {
      const message = describeFailure(plan, table.failure);
      this.#end.resolve({ kind: "failed", message, progress });
    } else if (table.done) this.#end.resolve({ kind: "done", progress });
  }

  /** A coordinator that cannot write its journal must not go on as if it had. */
  async #guard<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.#end.reject(error);
      this.#peer?.close();
      throw error;
    }
  }

  async #watch(): Promise<void> {
    const { clock, signal } = this.#runtime;
    const either = AbortSignal.any([signal, this.#over.signal]);
    const stepMs = Math.max(10, this.#table.leaseMs / 20);
    for (;;) {
      await clock.sleep(stepMs, either);
      const job = this.#job;
      if (job !== null) {
        const { entries, workers } = job.table.expire(clock.now());
        for (const worker of workers) this.#options.onSilent(worker);
        await this.#record(job, entries);
      }
      // Stragglers show by time alone.
      this.#notify();
    }
  }

  #notify(): void {
    const change = this.#change;
    this.#change = Promise.withResolvers();
    change.resolve();
  }

  async #changed(timeoutMs: number): Promise<void> {
    const { promise } = this.#change;
    const timeout = Promise.withResolvers<void>();
    // Never less than a millisecond: a timer that is due before the clock has moved would be asked for again and again.
    const timer = this.#runtime.clock.setTimer(Math.max(1, timeoutMs), () => timeout.resolve());
    await Promise.race([promise, timeout.promise]);
    timer.cancel();
  }
}
