import { UNDECIDED } from "../decide.ts";
import type { Decision } from "../decision.ts";
import { Reports } from "../reports.ts";
import { furthest, isPutOff } from "../rounds.ts";
import type { Assignment } from "./assignment.ts";
import type { Finding } from "./race.ts";
import { allowancesOf } from "./trial.ts";

/** What is known of the partitions of a check, round by round: whoever found it, and whenever, it is what one thread finds. */
export class Ledger<State, Input, Output> {
  /** What the verdict will tell of the partitions that are decided. */
  readonly reports: Reports;
  readonly #given: Assignment<State, Input, Output>;
  readonly #findings: (Finding | undefined)[];
  /** The partitions that are left to the next round; and by partition, the most that was known of it when it was put off. */
  readonly #putOff = new Set<number>();
  readonly #furthest: (Decision | undefined)[] = [];
  /** By partition: whether it was decided in an earlier round. */
  readonly #isSettled: Uint8Array;
  #most: (task: number) => number;
  #round = 0;
  #end: number;
  #isIllegal = false;

  /** `findings`: of the first partitions, decided already. */
  constructor(given: Assignment<State, Input, Output>, findings: readonly Finding[]) {
    const { parts } = given.prepared;
    this.reports = new Reports(given.prepared);
    this.#given = given;
    this.#findings = [...findings];
    this.#isSettled = new Uint8Array(parts.length);
    this.#most = allowancesOf(given, Array.from(parts.keys()), 0);
    this.#end = parts.length;
  }

  /** One past the last partition that matters. */
  get end(): number {
    return this.#end;
  }

  /** What the decision of a partition may cost in this round; see `decideInRounds`. */
  mostOf(task: number): number {
    return this.#most(task);
  }

  /** Whether a partition was decided in an earlier round. */
  isSettled(task: number): boolean {
    return this.#isSettled[task] === 1;
  }

  /** Whether nothing has come of a partition in this round. */
  isOpen(task: number): boolean {
    return this.#findings[task] === undefined && !this.#putOff.has(task);
  }

  /** What has come of a partition in this round. */
  note(task: number, finding: Finding): void {
    const { decision } = finding;
    if (isPutOff(finding, this.#most(task))) {
      this.#putOff.add(task);
      this.#furthest[task] = furthest(this.#furthest[task], decision);
      return;
    }
    this.#findings[task] = finding;
    // While others are at work: at the end nobody would be.
    if (decision.verdict === "ok") this.reports.note(task, decision);
    if (decision.verdict !== "illegal") return;
    this.#isIllegal = true;
    this.#end = Math.min(this.#end, task + 1);
  }

  /** Begins the next round, with what was put off; false if there is none: nothing is left, or one is illegal. */
  nextRound(): boolean {
    if (this.#putOff.size === 0 || this.#isIllegal) return false;
    const open = [...this.#putOff].sort((a, b) => a - b);
    this.#putOff.clear();
    this.#isSettled.fill(1);
    for (const task of open) this.#isSettled[task] = 0;
    this.#most = allowancesOf(this.#given, open, ++this.#round);
    return true;
  }

  /** What one thread would have decided; what that costs is counted as there. */
  decisions(): (Decision | undefined)[] {
    const { prepared: { parts }, budget } = this.#given;
    return Array.from(parts, (_, task) => {
      if (task >= this.#end && !this.isSettled(task)) return undefined;
      const found = this.#findings[task];
      budget.spend(found?.work ?? 0);
      const last = found?.decision ?? UNDECIDED;
      const decision = last.verdict === "unknown" ? furthest(this.#furthest[task], last) : last;
      // Beside an illegal one nobody looks at it to the end.
      return this.#isIllegal && decision.verdict === "unknown" ? undefined : decision;
    });
  }
}
