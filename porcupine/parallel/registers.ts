import type { Budget } from "../budget.ts";
import { Classes } from "../classes.ts";
import { beginRegister, foundAlone } from "../decide.ts";
import type { Decision } from "../decision.ts";
import { type Part, Questions } from "../parts.ts";
import { RegisterReadings } from "../register_readings.ts";
import type { Value } from "../types.ts";
import type { Assignment } from "./assignment.ts";
import { copyOf } from "./job.ts";
import type { RegisterTask } from "./messages.ts";

/**
 * What the operations of a history did to their registers, read along it (see `Readings`), and sent as it is. To lay out requests and
 * answers themselves takes as long as a search of some of them, and to put them together again as long.
 */
export class Registers {
  /** What is there at first. */
  readonly initial: Value;
  readonly #readings: RegisterReadings;

  private constructor(initial: Value, readings: RegisterReadings) {
    this.initial = initial;
    this.#readings = readings;
  }

  /** `undefined` if they are none, if they have not been read, or if there is no fast path for them. */
  static of<State, Input, Output>(
    { model: { kind }, history: { readings }, options }: Assignment<State, Input, Output>,
  ): Registers | undefined {
    if (options.strategy === "search" || kind?.type !== "register") return undefined;
    return readings?.type === "register" ? new Registers(kind.initial, readings) : undefined;
  }

  /** What another thread needs to decide some; `undefined` if it could not. */
  tasksOf(
    tasks: readonly number[],
    parts: readonly Part[],
    mostOf: (task: number) => number,
  ): RegisterTask[] | undefined {
    const sent: RegisterTask[] = [];
    for (const task of tasks) {
      const readings = this.#readings.pick(parts[task].ids);
      if (readings === undefined) return undefined;
      sent.push({ task, part: copyOf(parts[task], 0), most: mostOf(task), readings });
    }
    return sent;
  }
}

/** Nothing is known of the operations but what was read. */
const NONE = { operations: [], classes: new Classes<never, never>([]) };

/** In the other thread: what the fast path, or the search of its values, says of one, at the same cost. Throws `Expired`. */
export function decideAsRegister(
  { part, readings }: RegisterTask,
  initial: Value,
  budget: Budget,
): Decision | undefined {
  const questions = new Questions<never, never>({ ...NONE, readings: new RegisterReadings(readings) }, part);
  const kind = { type: "register", initial, view: () => undefined } as const;
  return foundAlone(beginRegister(kind, questions, budget), part, budget);
}
