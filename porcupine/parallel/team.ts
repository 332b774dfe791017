import { type Budget, Expired } from "../budget.ts";
import { UNDECIDED } from "../decide.ts";
import type { Decision } from "../decision.ts";
import { Questions } from "../parts.ts";
import { Competition } from "../search/compete.ts";
import type { Reports } from "../reports.ts";
import { compile } from "../search/problem.ts";
import { ValueContest } from "../search/values/decide.ts";
import type { Assignment } from "./assignment.ts";
import { Crew } from "./crew.ts";
import { JointSearch } from "./joint_search.ts";
import { Ledger } from "./ledger.ts";
import type { Reply } from "./messages.ts";
import type { WorkerPool } from "./pool.ts";
import { DESERTED, type Finding, Race } from "./race.ts";
import { beginByKind, type Start, type Trial, tryPart } from "./trial.ts";

/**
 * Others are asked for help when a check has taken so long, or will take so long by all that is known. If they have to be
 * started first, that takes some ten milliseconds.
 */
const START = { cold: { afterMs: 25, aheadMs: 60 }, warm: { afterMs: 5, aheadMs: 10 } };
/** What is hard is held to take so many times as long, at least, as was tried in vain. */
const HARDER = 4;
/** Hard operations take so long each, at least: what has only begun has not taken any time yet. */
const HARD_MS = 0.0005;
/** Sending an operation to another thread takes a few microseconds: one that is decided in little more is not worth it. */
const WORTH_MS = 0.0016;
/** So with texts, of which there is less to be sent. */
const WORTH_TEXT_MS = 0.0003;
/** Of so many texts some are given away before the first is looked at. */
const MANY_TEXTS = 1 << 15;
/** In the middle of its own work this thread looks so often whether the others have something to do. */
const DEAL_EVERY_MS = 2;

/** What has been tried of a partition without coming to its end. */
type Untried = Exclude<Trial, { kind: "found" }>;

/** A partition to which another thread had no answer. */
interface Unfit {
  readonly task: number;
  /** `undefined`: there may be one here. */
  readonly trial: Untried | undefined;
}

/** This thread, which takes partitions from the front, and its helpers, which are given some from the back. */
export class Team<State, Input, Output> {
  readonly #given: Assignment<State, Input, Output>;
  readonly #pool: WorkerPool;
  readonly #startedAt: number;
  /** In each round anew. */
  #crew: Crew<State, Input, Output>;
  readonly #ledger: Ledger<State, Input, Output>;
  /** What came of the first partition that is not decided, until that is looked at. */
  #tried: Trial | undefined;
  /** Partitions that did not fit into a share of the memory. */
  readonly #tooLarge = new Set<number>();
  /** Partitions to which another thread had no answer, with what was read of them alone. */
  readonly #unfit: Unfit[] = [];
  /** There has been one. */
  #isUnfit = false;
  /** The partition this thread is at. */
  #next: number;
  /** Milliseconds and operations of what this thread has decided, to tell what the rest will take. */
  #spentMs = 0;
  #spentOn = 0;
  /** The search that this thread is in, if it is in one. */
  readonly #joint: JointSearch<State, Input, Output>;
  #isLooking = false;
  /** When it is looked at next whether the helpers have something to do. */
  #dealAt = 0;
  /** Nothing is shared out any more. */
  #isClosing = false;

  /** `start`: what has been found already. */
  constructor(given: Assignment<State, Input, Output>, pool: WorkerPool, start: Start) {
    this.#given = given;
    this.#tried = start.next;
    this.#ledger = new Ledger(given, start.findings);
    this.#next = start.findings.length;
    this.#pool = pool;
    this.#startedAt = given.budget.time;
    this.#joint = new JointSearch(given, {
      share: (operations, from) => this.#share(operations, from),
      isLast: (task) => task + 1 >= this.#end,
    });
    this.#crew = this.#newCrew();
    // A helper that had one of these would find another order than a sweep did, and what it found last would be told.
    for (let task = 0; task < this.#next; task++) this.#crew.take(task);
    this.#noteSwept();
  }

  /** What the verdict will tell of the partitions that are decided. */
  get reports(): Reports {
    return this.#ledger.reports;
  }

  /** One past the last partition that matters. */
  get #end(): number {
    return this.#ledger.end;
  }

  #newCrew(): Crew<State, Input, Output> {
    return new Crew(this.#given, this.#pool, {
      startedAt: this.#startedAt,
      mostOf: (task) => this.#ledger.mostOf(task),
      hear: (reply) => this.#hear(reply),
      desert: () => this.#joint.desert(),
    });
  }

  /** What a sweep has found need not be given to anybody. */
  #noteSwept(): void {
    for (const [task, found] of this.#given.swept.entries()) {
      if (found === undefined || task < this.#next || task >= this.#end) continue;
      this.#crew.take(task);
      this.#note(task, { ...found, stopped: null });
    }
  }

  /** Decides the partitions in rounds; see `decideInRounds`. */
  async decideAll(): Promise<(Decision | undefined)[]> {
    await this.#decideRound();
    while (this.#given.budget.stopped === undefined && this.#ledger.nextRound()) {
      this.#reopen();
      await this.#decideRound();
    }
    return this.#ledger.decisions();
  }

  /** What was put off is open again, and all of the helpers are free. */
  #reopen(): void {
    this.#tooLarge.clear();
    this.#unfit.length = 0;
    this.#crew = this.#newCrew();
    // Their fast path is not known to have an answer.
    this.#crew.dispatch.forgetTexts();
    if (this.#isUnfit) this.#crew.dispatch.forgetReadings();
    for (let task = 0; task < this.#end; task++) if (this.#ledger.isSettled(task)) this.#crew.take(task);
    this.#next = 0;
    this.#dealAt = 0;
    this.#isClosing = false;
  }

  /** Decides the partitions that are open, in order; those behind the first illegal one are left out. */
  async #decideRound(): Promise<void> {
    const crew = this.#crew;
    // Texts are read and sent in less time than it takes to judge them: nobody needs to wait until that is measured.
    if (crew.dispatch.hasTexts && crew.isWarm && crew.operationsLeft >= MANY_TEXTS) {
      crew.enlist();
      crew.deal();
    }
    for (; this.#next < this.#end; this.#next++) {
      // If not, a helper has it.
      if (this.#crew.take(this.#next)) await this.#decide(this.#next);
    }
    while (this.#crew.size > 0 && this.#isPending()) {
      const unfit = this.#unfit.shift();
      if (unfit === undefined) await this.#crew.news();
      else if (unfit.task < this.#end) await this.#decide(unfit.task, unfit.trial);
    }
    this.end();
    // What is still open: it did not fit into a share of the memory, or whoever had it is gone.
    for (let task = 0; task < this.#end && this.#given.budget.stopped === undefined; task++) {
      if (this.#ledger.isOpen(task)) await this.#decide(task);
    }
  }

  /** Sends the helpers away. */
  end(): void {
    this.#isClosing = true;
    this.#crew.dismiss();
  }

  /** Whether a helper still owes an answer that matters. */
  #isPending(): boolean {
    if (this.#given.budget.stopped !== undefined) return false;
    for (let task = 0; task < this.#end; task++) {
      if (this.#ledger.isOpen(task) && !this.#tooLarge.has(task)) return true;
    }
    return false;
  }

  #note(task: number, finding: Finding): void {
    if (finding.stopped === DESERTED) return;
    if (finding.stopped === "memory" && !this.#isClosing && this.#crew.size > 0) {
      this.#tooLarge.add(task);
      return;
    }
    const end = this.#end;
    this.#ledger.note(task, finding);
    if (this.#end < end) this.#crew.cut(this.#end);
  }

  /**
   * Decides a partition in this thread: with little effort first, so that hard ones can be shared out before they begin. `tried`: what
   * has been tried elsewhere.
   */
  async #decide(task: number, tried?: Untried): Promise<void> {
    const { history, prepared, budget } = this.#given;
    const part = prepared.parts[task];
    const count = part.ids.length;
    const questions = new Questions(history, part);
    const from = budget.time;
    let begun: Untried | undefined = tried;
    let own = budget.within(Infinity);
    if (tried?.kind === "hard") own.spend(tried.work);
    if (tried === undefined && this.#crew.size === 0) {
      const trial = this.#tried ?? tryPart(this.#given, task);
      // A search can be gone on with, not begun again.
      this.#tried = undefined;
      if (trial.kind === "found") {
        this.#spent(count, from);
        this.#note(task, trial.finding);
        return await this.#share(0, budget.time);
      }
      begun = trial;
      this.#crew.dispatch.forgetTexts();
      if (trial.kind === "contest") own = trial.budget;
      else if (trial.isUnfit) own.spend(trial.work);
      await this.#share(count, from, trial.kind === "contest" || !trial.isUnfit);
    }
    const limit = this.#crew.memoryLimitBytes;
    if (limit !== undefined) own.limitMemory(limit);
    own.ration(this.#ledger.mostOf(task) - own.work);
    const finding = await this.#fully(task, questions, own, begun);
    this.#spent(count, from);
    // Time and signal have struck for all, if they have struck here; so has memory, if this thread had all of it.
    budget.expired();
    if (finding.stopped === "memory" && this.#crew.size === 0) budget.allow(Infinity);
    this.#note(task, finding);
    // After the last one there is nothing to share; whoever waits for the others listens anyway.
    if (this.#next + 1 < this.#end) await this.#share(0, budget.time);
  }

  /** `trial`: what has been tried before. */
  async #fully(
    task: number,
    questions: Questions<Input, Output>,
    budget: Budget,
    trial: Untried | undefined,
  ): Promise<Finding> {
    const { model } = this.#given;
    try {
      const begun = trial?.kind === "contest"
        ? trial.contest
        : trial?.isUnfit === true
        ? undefined
        : this.#begin(questions, budget);
      const quick = begun instanceof ValueContest
        ? await this.#joint.relayed({ contest: begun, crew: this.#crew, task, budget })
        : begun;
      if (quick !== undefined) return { decision: quick, work: budget.work, stopped: budget.stopped ?? null };
      const problem = compile(model, questions);
      const race = new Race(new Competition(problem, budget), budget);
      return await this.#joint.raced({ race, crew: this.#crew, task, problem });
    } catch (error) {
      if (!(error instanceof Expired)) throw error;
      return { decision: UNDECIDED, work: budget.work, stopped: budget.stopped ?? null };
    }
  }

  /** A fast path's answer. If it has none for one partition of texts, it may have none for others. */
  #begin(questions: Questions<Input, Output>, budget: Budget): Decision | ValueContest | undefined {
    const begun = beginByKind(this.#given, questions, budget);
    if (begun === undefined) this.#crew.dispatch.forgetReadings();
    return begun;
  }

  /**
   * The clock has been read, which every search does about once a millisecond: a turn that makes way may last as long as it
   * likes, and meanwhile another thread can begin with the other search.
   */
  look(now: number): void {
    this.#joint.concede();
    if (this.#crew.size > 0 && !this.#isClosing && now >= this.#dealAt) {
      this.#dealAt = now + DEAL_EVERY_MS;
      this.#crew.deal();
    }
    if (!this.#joint.isDue(now) || this.#isClosing) return;
    // What is done here asks for the time, too.
    if (this.#isLooking) return;
    this.#isLooking = true;
    const crew = this.#crew;
    if (crew.size === 0 && (crew.isWarm || crew.elapsedMs >= START.cold.afterMs)) crew.enlist();
    this.#joint.invite(crew);
    this.#isLooking = false;
  }

  #spent(operations: number, from: number): void {
    this.#spentMs += this.#given.budget.time - from;
    this.#spentOn += operations;
  }

  /** Between two steps: hears what the others say, asks for help when it is time, gives them something to do. */
  async #share(count: number, from: number, isHard = false): Promise<void> {
    if (this.#isClosing) return;
    const crew = this.#crew;
    // Milliseconds an operation takes, `count` of those begun at `from` included, which are not through.
    const measured = (this.#spentMs + this.#given.budget.time - from) / Math.max(1, this.#spentOn + count);
    const pace = isHard ? Math.max(HARD_MS, measured) : measured;
    // Where nobody else works there may be somebody who fires the signal.
    if (crew.size > 0 || this.#given.options.signal !== undefined) await crew.listen();
    if (pace < (crew.dispatch.hasTexts ? WORTH_TEXT_MS : WORTH_MS) && !isHard) return;
    if (crew.size === 0) {
      const aheadMs = (isHard ? HARDER : 1) * pace * (crew.operationsLeft + count);
      const least = crew.isWarm ? START.warm : START.cold;
      if (crew.elapsedMs < least.afterMs && aheadMs < least.aheadMs) return;
      crew.enlist();
    }
    crew.deal();
  }

  #hear(reply: Reply): void {
    if (this.#joint.hear(reply)) return;
    if (reply.kind === "decided") this.#note(reply.task, reply);
    if (reply.kind !== "unfit") return;
    // Those that are left are sent as they are.
    this.#crew.dispatch.forgetReadings();
    this.#isUnfit = true;
    const { task, work } = reply;
    this.#unfit.push({ task, trial: work === null ? undefined : { kind: "hard", isUnfit: true, work } });
  }
}
