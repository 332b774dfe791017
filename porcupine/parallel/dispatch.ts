import { Unsendable } from "../copies.ts";
import type { Helper } from "../workers.ts";
import type { Assignment } from "./assignment.ts";
import type { Cells } from "./cells.ts";
import type { Alike } from "./columns.ts";
import { type Commission, copyOfOperations, jobOf } from "./job.ts";
import type { LaterPart, SentLimits } from "./messages.ts";
import { Registers } from "./registers.ts";
import { Texts } from "./texts.ts";

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

/** Sends tasks of one check to its helpers, each as what is least to send. */
export class Dispatch<State, Input, Output> {
  /** The check's number, by which its replies are known: a pool's threads outlive a check. */
  readonly check: number = ++checks;
  readonly #given: Assignment<State, Input, Output>;
  readonly #cells: Cells;
  readonly #mostOf: (task: number) => number;
  readonly #limits: () => SentLimits;
  /** Values could not be sent: others of the history cannot be, either, and to find that out takes as long as to send them. */
  #isRefused = false;
  /** Partitions are decided as texts, if they are that. */
  #texts: Texts | undefined;
  /** And as registers. */
  #registers: Registers | undefined;

  constructor(
    given: Assignment<State, Input, Output>,
    cells: Cells,
    { mostOf, limits }: {
      /** What the decision of a task may cost. */
      readonly mostOf: (task: number) => number;
      /** What is left of the limits of the check. */
      readonly limits: () => SentLimits;
    },
  ) {
    this.#given = given;
    this.#cells = cells;
    this.#mostOf = mostOf;
    this.#limits = limits;
    this.#texts = Texts.of(given);
    this.#registers = Registers.of(given);
  }

  /** Whether what is sent is no more than texts. */
  get hasTexts(): boolean {
    return this.#texts !== undefined;
  }

  /** Partitions are not decided as texts any more: their fast path has no answer. */
  forgetTexts(): void {
    this.#texts = undefined;
  }

  /** Partitions are not decided as what was read of them any more: one of them was found to need its model. */
  forgetReadings(): void {
    this.#texts = undefined;
    this.#registers = undefined;
  }

  /** Hands over partitions to be decided; false if their values cannot be sent. */
  decide(seat: Seat, tasks: readonly number[]): boolean {
    return this.#giveTexts(seat, tasks) || this.#giveRegisters(seat, tasks) ||
      this.#give(seat, "decide", tasks, undefined);
  }

  /** Hands over the just-in-time search of a partition; false if its values cannot be sent. `alike`: what is known of its operations. */
  race(seat: Seat, task: number, alike: Alike | undefined): boolean {
    return this.#give(seat, "race", [task], alike);
  }

  /** Hands over the search of one register from the middle on; false if there is no shared memory, or it cannot be sent. */
  later(seat: Seat, task: number, { operations, ...part }: LaterPart): boolean {
    if (this.#cells.shared === null) return false;
    seat.given++;
    return seat.helper.give({
      kind: "later",
      check: this.check,
      seat: seat.number,
      task,
      operations: copyOfOperations(operations),
      ...part,
      limits: this.#limits(),
      cells: this.#cells.shared,
    });
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
      check: this.check,
      seat: seat.number,
      tasks: sent,
      limits: this.#limits(),
      cells: this.#cells.shared,
    });
  }

  /** Hands over partitions that are registers; false if they are none. */
  #giveRegisters(seat: Seat, tasks: readonly number[]): boolean {
    if (this.#registers === undefined) return false;
    const sent = this.#registers.tasksOf(tasks, this.#given.prepared.parts, this.#mostOf);
    if (sent === undefined) {
      this.#registers = undefined;
      return false;
    }
    seat.given += tasks.length;
    return seat.helper.give({
      kind: "registers",
      check: this.check,
      seat: seat.number,
      initial: this.#registers.initial,
      tasks: sent,
      limits: this.#limits(),
      cells: this.#cells.shared,
    });
  }

  #give(
    seat: Seat,
    kind: "decide" | "race",
    tasks: readonly number[],
    alike: Alike | undefined,
  ): boolean {
    const { history: { operations }, prepared, options } = this.#given;
    if (this.#isRefused) return false;
    const commission: Commission = {
      kind,
      check: this.check,
      seat: seat.number,
      tasks: tasks.map((task) => ({ task, part: prepared.parts[task], most: this.#mostOf(task) })),
      operations,
      alike,
      strategy: options.strategy ?? "auto",
      limits: this.#limits(),
      cells: this.#cells.shared,
    };
    this.#isRefused = !handOver(seat, commission);
    // What was not sent nobody owes: whoever had it would be taken for late for ever.
    if (!this.#isRefused) seat.given += tasks.length;
    return !this.#isRefused;
  }
}

/** False if a value cannot be sent, or would be another one there. */
function handOver({ helper }: Seat, commission: Commission): boolean {
  try {
    return helper.give(jobOf(commission));
  } catch (error) {
    if (!(error instanceof Unsendable)) throw error;
    return false;
  }
}
