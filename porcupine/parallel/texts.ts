import { type Budget, LOOKS } from "../budget.ts";
import { type Decision, decisionOf } from "../decide.ts";
import { codeOf, decideWritten } from "../fast/text.ts";
import type { Part } from "../parts.ts";
import type { Assignment } from "./assignment.ts";
import { copyOf } from "./job.ts";
import type { TextTask } from "./messages.ts";

/** In place of a code: the model's kind does not say what the operation does. */
const UNREAD = 255;
const UNANSWERED = { known: false } as const;
/** More characters than a text may hold: no machine has the memory to be told so by an error. */
const LONGEST = 2 ** 28;

/**
 * What the operations of a history did to their texts, read once, and in the order of the history: as they lie in memory. Going
 * from partition to partition each is fetched from afar, which takes ten times as long, and is a third of all that it takes to
 * judge it. What has been read is sent as it is, all texts of a partition as one: at the price of its bytes.
 */
export class Texts {
  readonly #op: Uint8Array;
  /** What was put, appended or read. */
  readonly #value: readonly string[];

  private constructor(op: Uint8Array, value: readonly string[]) {
    this.#op = op;
    this.#value = value;
  }

  /** Whether a check is of texts, for which there is a fast path. */
  static areIn<State, Input, Output>({ model, options }: Assignment<State, Input, Output>): boolean {
    return options.strategy !== "search" && model.kind?.type === "text" && model.kind.initial === "";
  }

  /** Reads them; `undefined` if there are none, or if a limit strikes. */
  static of<State, Input, Output>(
    { model: { kind }, history: { operations }, budget, options }: Assignment<State, Input, Output>,
  ): Texts | undefined {
    if (options.strategy === "search" || kind?.type !== "text" || kind.initial !== "") return undefined;
    const op = new Uint8Array(operations.length);
    const value: string[] = new Array(operations.length).fill("");
    for (let i = 0; i < op.length; i++) {
      if ((i & LOOKS) === LOOKS && budget.expired()) return undefined;
      const { input, outcome } = operations[i];
      const answer = outcome.status === "unknown"
        ? UNANSWERED
        : { known: true, output: outcome.output } as const;
      const action = kind.view(input, answer);
      if (action === undefined) op[i] = UNREAD;
      else if (action.op !== "nothing") {
        op[i] = codeOf(action);
        value[i] = action.value;
      }
    }
    return new Texts(op, value);
  }

  /** Decides a partition as its fast path does, at the same cost; `undefined` if that has no answer. */
  decide(part: Part, budget: Budget): Decision | undefined {
    const { ids } = part;
    const op = budget.scratch.uint8(ids.length);
    const value: string[] = new Array(ids.length).fill("");
    for (let k = 0; k < ids.length; k++) {
      budget.tick(k);
      op[k] = this.#op[ids[k]];
      if (op[k] === UNREAD) return undefined;
      value[k] = this.#value[ids[k]];
    }
    return decisionOf(decideWritten({ op, value }, part, budget.scratch), part);
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
      op[k] = this.#op[ids[k]];
      if (op[k] === UNREAD) return undefined;
      texts[k] = this.#value[ids[k]];
      ends[k] = end += texts[k].length;
    }
    return end > LONGEST ? undefined : { task, part: copyOf(part, 0), op, text: texts.join(""), ends };
  }
}

/** In the other thread: the same as `Texts.decide`. */
export function decideTexts({ part, op, text, ends }: TextTask, budget: Budget): Decision | undefined {
  const value: string[] = new Array(op.length);
  for (let k = 0, from = 0; k < op.length; from = ends[k++]) {
    budget.tick(k);
    value[k] = text.slice(from, ends[k]);
  }
  return decisionOf(decideWritten({ op, value }, part, budget.scratch), part);
}
