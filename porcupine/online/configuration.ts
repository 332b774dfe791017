import type { Promises } from "./promise_book.ts";

/** A state, who has been placed, who need not be, and what those that hang have been promised; all by slot, or by number. */
export interface Configuration<State> {
  readonly state: number;
  readonly spent: number;
  readonly free: number;
  readonly promises: Promises<State>;
  /** States in which the one who only looks can have been answered, beside those that all have in common. */
  readonly seen: Set<number>;
}

/** Puts a configuration to those that are one with it; answers the one it is now, if that is new or has seen more. */
export function merge<State>(
  layer: Map<string, Configuration<State>>,
  one: Configuration<State>,
): Configuration<State> | undefined {
  const name = nameOf(one);
  const found = layer.get(name);
  if (found === undefined) {
    layer.set(name, one);
    return one;
  }
  const { size } = found.seen;
  for (const state of one.seen) found.seen.add(state);
  return found.seen.size > size ? found : undefined;
}

function nameOf<State>({ state, spent, free, promises }: Configuration<State>): string {
  return `${state} ${spent} ${free} ${promises.number}`;
}
