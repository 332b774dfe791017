import type { Budget } from "../budget.ts";
import { decideAsText } from "../decide.ts";
import type { Decision } from "../decision.ts";
import type { Part } from "../parts.ts";
import { type Readings, UNREAD_TEXT } from "../readings.ts";
import type { Assignment } from "./assignment.ts";
import { copyOf } from "./job.ts";
import type { TextTask } from "./messages.ts";

/** More characters than a text may hold: no machine has the memory to be told so by an error. */
const LONGEST = 2 ** 28;

type TextReadings = Extract<Readings, { type: "text" }>;

/**
 * What the operations of a history did to their texts, read along it (see `Readings`), and sent as it is, all texts of a partition
 * as one: at the price of its bytes.
 */
export class Texts {
  readonly #readings: TextReadings;

  private constructor(readings: TextReadings) {
    this.#readings = readings;
  }

  /** `undefined` if they are none, if they have not been read, or if there is no fast path for them. */
  static of<State, Input, Output>(
    { model: { kind }, history: { readings }, options }: Assignment<State, Input, Output>,
  ): Texts | undefined {
    if (options.strategy === "search" || kind?.type !== "text" || kind.initial !== "") return undefined;
    return readings?.type === "text" ? new Texts(readings) : undefined;
  }

  /** What another thread needs to decide some; `undefined` if it could not. */
  tasksOf(tasks: readonly number[], parts: readonly Part[]): TextTask[] | undefined {
    const sent: TextTask[] = [];
    for (const task of tasks) {
      const one = this.#taskOf(task, parts[task]);
      if (one === undefined) return undefined;
      sent.push(one);
    }
    return sent;
  }

  #taskOf(task: number, part: Part): TextTask | undefined {
    const { ids } = part;
    const op = new Uint8Array(ids.length);
    const ends = new Int32Array(ids.length);
    const texts: string[] = new Array(ids.length);
    let end = 0;
    for (let k = 0; k < ids.length; k++) {
      op[k] = this.#readings.op[ids[k]];
      if (op[k] === UNREAD_TEXT) return undefined;
      texts[k] = this.#readings.value[ids[k]];
      ends[k] = end += texts[k].length;
    }
    return end > LONGEST ? undefined : { task, part: copyOf(part, 0), op, text: texts.join(""), ends };
  }
}

/** In the other thread: what the fast path says of them, at the same cost. */
export function decideTexts({ part, op, text, ends }: TextTask, budget: Budget): Decision | undefined {
  const value: string[] = new Array(op.length);
  for (let k = 0, from = 0; k < op.length; from = ends[k++]) {
    budget.tick(k);
    value[k] = text.slice(from, ends[k]);
  }
  return decideAsText({ written: { op, value }, initial: "", part }, budget);
}
