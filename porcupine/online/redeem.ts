import type { Model } from "../types.ts";
import type { Beginning, Promised, Seen } from "./beginning.ts";
import type { Patience } from "./patience.ts";
import { isKept, isSeen } from "./promises.ts";
import type { Watched } from "./watched.ts";

/** Whether a configuration says of an operation that hangs what its answer can be. */
export function concerns<State>(start: Beginning<State>, watched: Watched<unknown, unknown>): boolean {
  return promisedIn(start, watched) !== undefined || seenIn(start, watched) !== undefined;
}

/**
 * What an answer that has come leaves of the configurations of a past. One in which the operation was placed where the answer is
 * impossible is dropped. In one that has seen where it is possible the operation need not be placed any more. `number`: its place
 * among those that are kept. At a limit nothing is known.
 */
export function redeemed<State, Input, Output>(
  model: Model<State, Input, Output>,
  starts: readonly Beginning<State>[],
  { watched, number }: { readonly watched: Watched<Input, Output>; readonly number: number },
  patience: Patience,
): Beginning<State>[] {
  const left: Beginning<State>[] = [];
  for (const start of starts) {
    const promised = promisedIn(start, watched);
    if (promised !== undefined && !isKept(model, watched, promised, patience)) continue;
    const seen = seenIn(start, watched);
    const isOver = seen !== undefined && isSeen(model, watched, seen, patience);
    left.push(released(isOver ? { ...start, free: [...start.free, number] } : start, watched));
  }
  return left;
}

/** A configuration in which an operation is promised nothing (any more), nor was seen anything by it. */
export function released<State>(
  start: Beginning<State>,
  watched: Watched<unknown, unknown>,
): Beginning<State> {
  const isOther = (one: { readonly watched: Watched<unknown, unknown> }): boolean => one.watched !== watched;
  if (start.promises.every(isOther) && start.seen.every(isOther)) return start;
  return { ...start, promises: start.promises.filter(isOther), seen: start.seen.filter(isOther) };
}

function promisedIn<State>(
  { promises }: Beginning<State>,
  watched: Watched<unknown, unknown>,
): Promised<State> | undefined {
  return promises.find((one) => one.watched === watched);
}

function seenIn<State>(
  { seen }: Beginning<State>,
  watched: Watched<unknown, unknown>,
): Seen<State> | undefined {
  return seen.find((one) => one.watched === watched);
}
