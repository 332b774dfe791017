import { beginsWith } from "../begins.ts";
import type { Illegal } from "../types.ts";
import type { Present } from "./present.ts";

/** A text that is to be reached, and whether it begins with the present one. */
export interface Goal {
  readonly target: string;
  readonly isAhead: boolean;
}

/**
 * Whether texts begin with others, as it seems, for a `Sight`. What is put behind a text is a rope as long as nobody reads it: to
 * compare all of it would write it out, some thousand characters for each operation that is tried. So only the part that is new is
 * compared, if it is as long as what the operation puts behind the first text; and of the present text it is known from which answer
 * it can be read instead. Whoever does something else to a long text than to the first one is misjudged: what comes of this only says
 * what is worth trying first.
 */
export class Ropes<State, Input, Output> {
  readonly #first: State;
  readonly #present: Present<State, Input, Output>;
  /** By operation: what it seems to put behind a text, "" if it seems to do something else; `undefined`: not asked yet. */
  readonly #tails: (string | undefined)[] = [];
  /** An answer, and the last state that was placed, if the answer seems to begin with that. */
  #line = "";
  #along: State | undefined = undefined;

  /** `first`: the state that the history begins with. */
  constructor(first: State, present: Present<State, Input, Output>) {
    this.#first = first;
    this.#present = present;
  }

  /** Whether a target begins with what an operation makes of a state. */
  leads(state: State, operation: number, next: State | Illegal, { target, isAhead }: Goal): next is State {
    if (typeof next !== "string" || next === "" || next.length > target.length) return false;
    const tail = this.#tails[operation] ??= this.#tailOf(operation);
    if (typeof state !== "string" || tail === "" || next.length !== state.length + tail.length) {
      return beginsWith(target, next);
    }
    return isAhead && target.startsWith(tail, state.length);
  }

  /** Whether a target begins with the present text, and is longer. */
  isAhead(target: string, state: State): boolean {
    const text: unknown = state;
    if (typeof text !== "string" || target.length <= text.length) return false;
    if (this.#along !== undefined && this.#along === state) {
      return target === this.#line || beginsWith(target, this.#line.slice(0, text.length));
    }
    if (!beginsWith(target, text)) return false;
    this.#line = target;
    this.#along = state;
    return true;
  }

  /** An operation has been placed in a state, and leads to the next one. */
  grow(before: State, operation: number, next: State): void {
    if (this.#along === undefined || this.#along !== before) return;
    const isAlong = this.leads(before, operation, next, { target: this.#line, isAhead: true });
    this.#along = isAlong ? next : undefined;
  }

  /** What an operation puts behind the first text; "" if it does not do that. */
  #tailOf(operation: number): string {
    const first = this.#first;
    const next = this.#present.step(first, operation);
    if (typeof first !== "string" || typeof next !== "string" || !next.startsWith(first)) return "";
    return next.slice(first.length);
  }
}
