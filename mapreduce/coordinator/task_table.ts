/**
 * The table of tasks: who does what, whose work counts, when a phase is over. Synchronous, without a clock: the time
 * stands on every input, and what must be written down comes back as entries.
 *
 * An entry is durable before anybody hears of it. A restarted coordinator feeds the entries to a new table.
 * @module
 */

import { chooseStraggler } from "./backup.ts";
import { ANYWHERE, DIED, isEnough, isKnown, narrow, THREW } from "./suspicion.ts";
import { Seat } from "./seat.ts";
import { type Attempt, Task } from "./task.ts";
import type {
  Answer,
  AttemptRef,
  Care,
  Decision,
  Entry,
  Failure,
  Mark,
  Outcome,
  Range,
  TableOptions,
} from "./types.ts";

/** Attempts of one coordinator's life share their leading digits. */
const EPOCH = 1_000_000;
/** So often may a task fail in different places, or its finished work be lost, before the job is given up. */
const PATIENCE = 20;

/** An attempt that came to nothing. */
interface Ended {
  readonly attempt: Attempt;
  readonly ref: AttemptRef;
  readonly outcome: Exclude<Outcome, { kind: "done" }>;
}

const REFUSED: Decision = { accepted: false, entries: [], commit: null };

/** See the module's page. Times are milliseconds on the coordinator's clock. */
export class TaskTable {
  readonly maps: readonly Task[];
  readonly reduces: readonly Task[];
  readonly #tasks: readonly Task[];
  readonly #options: TableOptions;
  readonly #seats = new Map<string, Seat>();
  #epoch = 0;
  #nextAttempt = 0;
  #version = 0;
  #failure: Failure | null = null;
  /** What happened so far, for the summary. */
  readonly counts = { retries: 0, expired: 0, backups: 0, late: 0, reopened: 0, skipped: 0 };

  constructor(maps: number, reduces: number, options: TableOptions) {
    this.#options = options;
    this.#tasks = Array.from({ length: maps + reduces }, (_, number) => new Task(number));
    this.maps = this.#tasks.slice(0, maps);
    this.reduces = this.#tasks.slice(maps);
  }

  /** Why the job was given up, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Whether every reduce task is finished, its output in place. */
  get done(): boolean {
    return this.reduces.every(({ committed }) => committed);
  }

  /** Every task. */
  get tasks(): readonly Task[] {
    return this.#tasks;
  }

  /** Makes the table what it was when `entry` was written. */
  replay(entry: Entry): void {
    if (entry.kind === "epoch") {
      this.#epoch = entry.epoch;
      // Whoever starts it again has made room, mended the input or allowed to skip.
      this.#failure = null;
    } else if (entry.kind === "gaveUp") {
      this.#failure = { task: entry.task, range: entry.range, message: entry.message };
    } else this.#change(this.#tasks[entry.task], entry);
  }

  /** Begins a new life. The entry must be safe before the first answer: it keeps attempts' numbers unique. */
  begin(): Entry {
    const entry: Entry = { kind: "epoch", epoch: this.#epoch + 1 };
    this.replay(entry);
    return entry;
  }

  /**
   * A worker wants work. It holds nothing any more, except that a repeated question gets the same answer.
   * @param ask Counts up with each new question of this worker.
   */
  ask(nowMs: number, worker: string, ask: number): Answer {
    const seat = this.#seatOf(worker);
    if (ask < seat.ask) return { kind: "wait" };
    if (ask === seat.ask && seat.ref !== null && this.#live(seat.ref) !== undefined) {
      return { kind: "task", ref: seat.ref, care: this.#care(this.#tasks[seat.ref.task]) };
    }
    if (seat.ref !== null) this.#abandon(seat.ref);
    seat.ask = ask;
    seat.ref = null;
    if (this.#failure !== null) return { kind: "exit", reason: "the job was given up" };
    if (this.done) return { kind: "exit", reason: "the job is done" };
    const task = seat.isResting(nowMs) ? null : this.#choose(nowMs, worker);
    if (task === null) return { kind: "wait" };
    seat.ref = this.#lease(nowMs, worker, task);
    return { kind: "task", ref: seat.ref, care: this.#care(task) };
  }

  /** A worker says how its attempt ended. The same report may come any number of times, at any time. */
  report(nowMs: number, worker: string, ref: AttemptRef, outcome: Outcome): Decision {
    const task = this.#tasks[ref.task];
    if (task === undefined || this.#failure !== null) return REFUSED;
    if (task.winner === ref.attempt) return { accepted: true, entries: [], commit: null };
    const attempt = this.#live(ref) ?? this.#adopt(nowMs, worker, ref);
    if (attempt === null) {
      if (outcome.kind === "done") this.counts.late++;
      return REFUSED;
    }
    if (outcome.kind !== "done") return this.#ended(nowMs, task, { attempt, ref, outcome });
    task.durationMs = nowMs - attempt.startedMs;
    this.#seatOf(worker).succeeded();
    task.closeOthers(ref.attempt);
    const { bytes, pairs } = outcome;
    const entry: Entry = { kind: "won", task: task.number, attempt: ref.attempt, bytes, pairs };
    this.replay(entry);
    return { accepted: true, entries: [entry], commit: ref };
  }

  /** The winner's files carry their final names. */
  committed(task: number): Entry {
    const entry: Entry = { kind: "committed", task };
    this.replay(entry);
    return entry;
  }

  /** A finished task's files are gone or damaged: it is to be done again. */
  reopen(task: number, why: string): Entry[] {
    const entries: Entry[] = [{ kind: "reopened", task, why }];
    this.replay(entries[0]);
    if (this.#tasks[task].reopenings > PATIENCE) {
      entries.push(this.#giveUp(task, ANYWHERE, `${why}, ${PATIENCE} times over`));
    }
    return entries;
  }

  /**
   * A worker lives and is at work. `accepted` false tells it to stop: somebody else has the task.
   * @param mark Where it will step next, if it was told to tread carefully.
   */
  renew(nowMs: number, worker: string, ref: AttemptRef, mark: Mark | null, bytes: number): Decision {
    if (this.#tasks[ref.task] === undefined || this.#failure !== null) return REFUSED;
    const attempt = this.#live(ref) ?? this.#adopt(nowMs, worker, ref);
    if (attempt === null) return REFUSED;
    attempt.deadlineMs = nowMs + this.#options.leaseMs;
    attempt.mark = mark ?? attempt.mark;
    attempt.bytes = bytes;
    return { accepted: true, entries: [], commit: null };
  }

  /** Takes back what was not renewed in time, and says from whom. */
  expire(nowMs: number): { readonly entries: Entry[]; readonly workers: string[] } {
    const entries: Entry[] = [];
    const workers: string[] = [];
    for (const task of this.#tasks) {
      for (const attempt of [...task.live]) {
        if (attempt.deadlineMs > nowMs) continue;
        task.drop(attempt.id);
        task.expired.add(attempt.id);
        this.counts.expired++;
        workers.push(attempt.worker);
        entries.push(...this.#died(task, attempt, `no word for ${this.#options.leaseMs / 1000} s`));
      }
    }
    return { entries, workers };
  }

  /** A worker is known to be dead: nobody need wait for its lease. */
  gone(worker: string, why: string): Entry[] {
    const entries: Entry[] = [];
    for (const task of this.#tasks) {
      for (const attempt of [...task.live]) {
        if (attempt.worker !== worker) continue;
        task.drop(attempt.id);
        task.dead.add(attempt.id);
        entries.push(...this.#died(task, attempt, why));
      }
    }
    this.#seats.delete(worker);
    return entries;
  }

  #choose(nowMs: number, worker: string): Task | null {
    // A reduce must not begin before the last map is committed: it would miss that map's pairs.
    const phase = this.maps.every(({ committed }) => committed) ? this.reduces : this.maps;
    const idle = phase.find((task) => task.idle);
    if (idle !== undefined) return idle;
    if (!this.#options.backups) return null;
    const straggler = chooseStraggler(phase, worker, { nowMs, afterMs: this.#options.backupAfterMs });
    if (straggler !== null) this.counts.backups++;
    return straggler;
  }

  #lease(nowMs: number, worker: string, task: Task): AttemptRef {
    // Whoever had it before and ran out of time has lost it now: two attempts must never both count.
    for (const id of task.expired) task.dead.add(id);
    task.expired.clear();
    const attempt = this.#epoch * EPOCH + this.#nextAttempt++;
    this.#seat(nowMs, worker, task, attempt);
    return { task: task.number, attempt, version: this.#version };
  }

  #seatOf(worker: string): Seat {
    const seat = this.#seats.get(worker) ?? new Seat();
    this.#seats.set(worker, seat);
    return seat;
  }

  #seat(nowMs: number, worker: string, task: Task, id: number): Attempt {
    const deadlineMs = nowMs + this.#options.leaseMs;
    const attempt: Attempt = { id, worker, startedMs: nowMs, deadlineMs, mark: null, bytes: 0 };
    task.live.push(attempt);
    return attempt;
  }

  #live(ref: AttemptRef): Attempt | undefined {
    return this.#tasks[ref.task].find(ref.attempt);
  }

  /** Takes an attempt back that was given out by a former life, or ran out of time while nobody else wanted its task. */
  #adopt(nowMs: number, worker: string, ref: AttemptRef): Attempt | null {
    const task = this.#tasks[ref.task];
    const known = task.expired.has(ref.attempt) || ref.attempt < this.#epoch * EPOCH;
    if (!known || !task.idle || task.dead.has(ref.attempt) || ref.version < task.reopenedAt) return null;
    task.expired.delete(ref.attempt);
    this.#seatOf(worker).ref = ref;
    return this.#seat(nowMs, worker, task, ref.attempt);
  }

  #abandon(ref: AttemptRef): void {
    const task = this.#tasks[ref.task];
    if (task.winner === ref.attempt) return;
    task.drop(ref.attempt);
    task.expired.delete(ref.attempt);
    task.dead.add(ref.attempt);
  }

  #ended(nowMs: number, task: Task, { attempt, ref, outcome }: Ended): Decision {
    task.drop(attempt.id);
    task.dead.add(attempt.id);
    this.counts.retries++;
    const entries: Entry[] = [];
    if (outcome.kind === "failed") {
      entries.push(...this.#suspect(task, outcome.mark, THREW, outcome.message));
    } else if (outcome.kind === "unfit") {
      entries.push(this.#giveUp(ref.task, ANYWHERE, outcome.message));
    } else if (outcome.kind === "storage") {
      this.#seatOf(attempt.worker).refused(nowMs);
      if (task.isRefusedForLong(nowMs)) entries.push(this.#giveUp(ref.task, ANYWHERE, outcome.message));
    } else {
      for (const map of outcome.maps) {
        const lost = this.maps[map];
        // Only what was lost since it was last made: an older complaint is about files that are no more.
        if (lost === undefined || !lost.committed || ref.version < lost.reopenedAt) continue;
        entries.push(...this.reopen(map, "its intermediate files were lost or damaged"));
      }
    }
    return { accepted: true, entries, commit: null };
  }

  #died(task: Task, attempt: Attempt, why: string): Entry[] {
    this.counts.retries++;
    // An idle death of a backup is no news; of the rest nobody knows where, unless the attempt had said.
    if (task.winner !== null) return [];
    const mark: Mark = attempt.mark ?? { ...ANYWHERE, exact: false };
    return this.#suspect(task, mark, DIED, `its worker ${attempt.worker} died: ${why}`);
  }

  #suspect(task: Task, mark: Mark, weight: number, message: string): Entry[] {
    task.failures++;
    const { range, strikes } = narrow(task.suspect, mark, weight);
    const entries: Entry[] = [{ kind: "suspected", task: task.number, range, strikes, message }];
    this.replay(entries[0]);
    const { maxStrikes, skipBad } = this.#options;
    if (!isEnough(strikes, maxStrikes) && task.failures < maxStrikes * PATIENCE) return entries;
    if (!skipBad || !isKnown(range)) return [...entries, this.#giveUp(task.number, range, message)];
    const entry: Entry = { kind: "skipped", task: task.number, range, message };
    this.replay(entry);
    task.failures = 0;
    return [...entries, entry];
  }

  #giveUp(task: number, range: Range, message: string): Entry {
    const entry: Entry = { kind: "gaveUp", task, range, message };
    this.replay(entry);
    return entry;
  }

  #care(task: Task): Care {
    return { suspects: task.suspect === null ? [] : [task.suspect.range], skips: [...task.skips] };
  }

  #change(task: Task, entry: Exclude<Entry, { kind: "epoch" | "gaveUp" }>): void {
    switch (entry.kind) {
      case "won":
        task.winner = entry.attempt;
        task.outputBytes = entry.bytes;
        task.outputPairs = entry.pairs;
        return;
      case "committed":
        task.committed = true;
        return;
      case "reopened":
        this.#version++;
        this.counts.reopened++;
        task.reopenings++;
        task.winner = null;
        task.committed = false;
        task.reopenedAt = this.#version;
        return;
      case "suspected":
        task.suspect = { range: entry.range, strikes: entry.strikes, message: entry.message };
        return;
      case "skipped":
        this.counts.skipped++;
        task.skips.push(entry.range);
        task.suspect = null;
    }
  }
}
