import { NEVER } from "../history.ts";
import type { Value } from "../types.ts";
import type { Stay } from "./stack_stays.ts";
import type { Watched } from "./watched.ts";

/** A value that was pushed, or is being pushed, and that no answer says was popped. */
export interface StackItem<Input, Output> {
  readonly value: Value;
  readonly insert: Watched<Input, Output>;
  isOut: boolean;
  /** It must have been popped in a gap before this one: `NEVER` if no empty pop says so. */
  due: number;
  /** The operation that says so. */
  dueBy: Watched<Input, Output> | undefined;
  /** Who is taken to have popped it, as it must have come out. */
  taker: Watched<Input, Output> | undefined;
  /** When it was on the stack for certain, if that is so; `undefined` if it may have been popped as soon as it was pushed. */
  stay: Stay<Input, Output> | undefined;
}

/** One that has just been called. */
export function stackItem<Input, Output>(
  value: Value,
  insert: Watched<Input, Output>,
): StackItem<Input, Output> {
  return { value, insert, isOut: false, due: NEVER, dueBy: undefined, taker: undefined, stay: undefined };
}

/** The values whose pushes have returned, and that no answer says were popped, by that return. */
export class StackItems<Input, Output> {
  readonly #items: StackItem<Input, Output>[] = [];

  /** By the return of the push. */
  get all(): readonly StackItem<Input, Output>[] {
    return this.#items;
  }

  /** A push has returned. */
  add(item: StackItem<Input, Output>): void {
    this.#items.push(item);
  }

  /** A value was popped. */
  remove(item: StackItem<Input, Output>): void {
    let at = this.#items.length - 1;
    while (at >= 0 && this.#items[at] !== item) at--;
    if (at >= 0) this.#items.splice(at, 1);
  }

  /** Those that can only have been pushed within, or after, a stay, and whom nobody is taken to have popped. */
  above({ first, last }: Stay<Input, Output>): StackItem<Input, Output>[] {
    const above: StackItem<Input, Output>[] = [];
    for (let at = this.#items.length - 1; at >= 0 && this.#items[at].insert.ret > first; at--) {
      const item = this.#items[at];
      if (item.taker === undefined && item.insert.call <= last) above.push(item);
    }
    return above;
  }

  /** Those that are in at a gap, and whom nobody is taken to have popped. */
  leftAt(gap: number): StackItem<Input, Output>[] {
    const left: StackItem<Input, Output>[] = [];
    for (const item of this.#items) {
      if (item.insert.ret > gap) break;
      if (item.taker === undefined) left.push(item);
    }
    return left;
  }

  /** Whether there are any. */
  hasLeftAt(gap: number): boolean {
    for (const item of this.#items) {
      if (item.insert.ret > gap) return false;
      if (item.taker === undefined) return true;
    }
    return false;
  }
}
