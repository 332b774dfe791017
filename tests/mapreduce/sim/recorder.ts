/**
 * Notes what every worker asked of the coordinator, and what it heard.
 * @module
 */

import type { Link } from "../../../mapreduce/mod.ts";
import type { Clock } from "../../../runtime/mod.ts";
import type { Operation } from "../../../porcupine/mod.ts";
import type { JobLaws } from "./laws.ts";
import type { TableInput, TableOutput } from "./table_model.ts";

/** The history so far; an operation that has no answer yet is of unknown outcome. */
export class TableHistory {
  readonly operations: Operation<TableInput, TableOutput>[] = [];
  readonly #clock: Clock;
  readonly #laws: JobLaws;
  /** When a task was last told to be reopened, and when it was first reported done. */
  readonly #reopenedMs = new Map<number, number>();
  readonly #doneMs = new Map<number, number>();
  /** Reports of losses that have not been answered: the coordinator may be at work at each, whoever sent it. */
  readonly #complaints = new Set<{ readonly maps: readonly number[]; readonly ms: number }>();
  /** Where the operation of a question stands. */
  readonly #questions = new Map<string, number>();

  constructor(clock: Clock, laws: JobLaws) {
    this.#clock = clock;
    this.#laws = laws;
  }

  /** `link`, with everything noted that goes over it. */
  watch(link: Link, worker: string): Link {
    // A worker does one thing after another: its report is about what it asked for last.
    let known = this.#laws.reopenings();
    let owed = this.#laws.owed();
    let asked = -1;
    return {
      hello: (hello) => link.hello(hello),
      renew: (job, name, ref, state) => link.renew(job, name, ref, state),
      leave: (name) => link.leave(name),
      giveUp: () => link.giveUp(),
      close: () => link.close(),
      ask: async (job, name, ask) => {
        // Asked again, it may get the answer that was lost: what was known then counts.
        if (ask !== asked) {
          known = this.#laws.reopenings();
          owed = this.#laws.owed();
        }
        asked = ask;
        const answer = await this.#note(
          `${name} asks ${ask}`,
          { op: "ask", worker },
          () => link.ask(job, name, ask),
          (answer) => ({ op: "ask", answer }),
        );
        if (answer.kind === "task") this.#laws.onGiven(answer.ref.task, owed);
        return answer;
      },
      report: async (job, name, ref, outcome) => {
        this.#laws.onReport(outcome);
        const ms = this.#clock.now();
        if (outcome.kind === "done" && !this.#doneMs.has(ref.task)) this.#doneMs.set(ref.task, ms);
        const complaint = { maps: outcome.kind === "lost" ? outcome.maps : [], ms };
        this.#complaints.add(complaint);
        const accepted = await this.#note(
          // A repeated report is one more: the first may have won what was lost again since.
          `report ${this.operations.length}`,
          { op: "report", ref, outcome },
          () => link.report(job, name, ref, outcome),
          (accepted) => ({ op: "report", accepted }),
        );
        this.#complaints.delete(complaint);
        if (accepted && outcome.kind === "lost") this.#laws.onLost(outcome.maps, known);
        return accepted;
      },
    };
  }

  /** The coordinator that was born then reopened a task, and tells of it now. */
  reopened(task: number, bornMs: number): void {
    const nowMs = this.#clock.now();
    const outcome = { status: "ok", output: { op: "reopen" }, returnAt: nowMs } as const;
    const client = this.operations.length;
    const callAt = Math.max(bornMs, this.#openedSince(task));
    this.operations.push({ client, input: { op: "reopen", task }, callAt, outcome });
    this.#reopenedMs.set(task, nowMs);
  }

  /**
   * A task is not reopened before somebody has won it, nor again before the last time was told: until then nobody is given what
   * he could win. And what has been won is reopened when its loss is reported, which is answered after the reopening is told.
   * (Thirty reopenings that may all have been since the beginning took the checker ten seconds.)
   */
  #openedSince(task: number): number {
    const wonMs = this.#reopenedMs.get(task) ?? this.#doneMs.get(task) ?? this.#clock.now();
    const complaints = [...this.#complaints].filter(({ maps }) => maps.includes(task));
    return Math.max(wonMs, ...(complaints.length > 0 ? [Math.min(...complaints.map(({ ms }) => ms))] : []));
  }

  /** A dead coordinator may have reopened a task, or was about to. */
  maybeReopened(task: number, sinceMs: number): void {
    const client = this.operations.length;
    this.operations.push({
      client,
      input: { op: "reopen", task },
      callAt: sinceMs,
      outcome: { status: "unknown" },
    });
  }

  async #note<T>(
    question: string,
    input: TableInput,
    call: () => Promise<T>,
    toOutput: (answer: T) => TableOutput,
  ): Promise<T> {
    // Asked again because no answer came, it is the same question, and may get the first one's answer.
    const at = this.#questions.get(question) ?? this.operations.length;
    // A client of its own for each question: one without an answer stays open for ever.
    const operation = this.operations[at] ?? { client: at, input, callAt: this.#clock.now() };
    if (!this.#questions.has(question)) {
      this.operations.push({ ...operation, outcome: { status: "unknown" } });
    }
    this.#questions.set(question, at);
    const answer = await call();
    const returnAt = this.#clock.now();
    this.operations[at] = { ...operation, outcome: { status: "ok", output: toOutput(answer), returnAt } };
    return answer;
  }
}
