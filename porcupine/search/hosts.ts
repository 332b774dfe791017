import { ILLEGAL } from "../types.ts";
import type { Present } from "./present.ts";
import type { Problem } from "./problem.ts";
import type { Sight } from "./sight.ts";
import type { Trail } from "./trail.ts";

/** Entries looked at that something could be hidden behind. */
const MOST_HOSTS = 32;

/** Entries of a sprint's trail that an operation can hide behind: it is placed just before one that leads where it led all the same. */
export class Hosts<State, Input, Output> {
  /** After `find` has found one: the state that the operation makes there. */
  hidden: State | undefined = undefined;

  readonly #problem: Problem<State, Input, Output>;
  readonly #trail: Trail<State>;
  readonly #present: Present<State, Input, Output>;
  readonly #sight: Sight<State, Input, Output>;
  /** What was looked for last, when (see `Trail.edits`), what was found, and by how many steps. */
  #operation = -1;
  #due = -1;
  #edits = -1;
  #host = -1;
  #steps = 0;

  constructor(
    problem: Problem<State, Input, Output>,
    trail: Trail<State>,
    present: Present<State, Input, Output>,
    sight: Sight<State, Input, Output>,
  ) {
    this.#problem = problem;
    this.#trail = trail;
    this.#present = present;
    this.#sight = sight;
  }

  /**
   * The entry that an operation can hide behind, so that this is of use to the one that returns; -1 if there is none. Leaves the
   * state that it makes there in `hidden`.
   */
  find(operation: number, due: number): number {
    // It is looked for when a way is weighed, and once more when it is taken.
    if (this.#operation === operation && this.#due === due && this.#edits === this.#trail.edits) {
      this.#present.steps += this.#steps;
      return this.#host;
    }
    const before = this.#present.steps;
    this.#host = this.#look(operation, due);
    this.#operation = operation;
    this.#due = due;
    this.#edits = this.#trail.edits;
    this.#steps = this.#present.steps - before;
    return this.#host;
  }

  #look(operation: number, due: number): number {
    const { called } = this.#problem;
    const trail = this.#trail;
    const present = this.#present;
    let at = trail.changeBefore(trail.length);
    for (let i = 0; i < MOST_HOSTS && at >= 0 && operation < called[trail.levelAt(at)]; i++) {
      const made = present.step(trail.beforeAt(at), operation);
      if (made !== ILLEGAL && (operation === due || this.#serves(made, due, at))) {
        const after = present.step(made, trail.operationAt(at));
        if (after !== ILLEGAL && present.same(after, trail.afterAt(at))) {
          this.hidden = made;
          return at;
        }
      }
      at = trail.changeBefore(at);
    }
    return -1;
  }

  /** Whether the operation that returns can hide in a state before an entry, or perhaps after some more. */
  #serves(state: State, due: number, host: number): boolean {
    if (due >= this.#problem.called[this.#trail.levelAt(host)]) return false;
    if (typeof state === "string" && this.#sight.mayBecome(state, due)) return true;
    return this.#present.step(state, due) !== ILLEGAL;
  }
}
