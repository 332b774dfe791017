import { SWAP, WRITE } from "../fast/register_table.ts";
import { NEVER } from "../history.ts";
import { byCall, type ValueEntry } from "./value_entry.ts";

/** Beside more compare-and-sets that hang nothing is summed up: each of them may have been done or not. */
const MOST_SWAPS = 5;

/** Where a window is to begin from now on. */
export interface Cut<Input, Output> {
  /** Before the return of this level only operations were called whose answers are in, or that are lost, or hang. */
  readonly level: number;
  /** Those called before it that are open: by call. */
  readonly hanging: readonly ValueEntry<Input, Output>[];
  /** The first call of the others that are open. */
  readonly firstOpen: number;
}

/** Where a window can be cut, given its returns and what is open; `undefined`: nowhere, for the time being. */
export function cutOf<Input, Output>(
  returns: readonly ValueEntry<Input, Output>[],
  open: Iterable<ValueEntry<Input, Output>>,
  longest: number,
): Cut<Input, Output> | undefined {
  const calls = [...open].sort(byCall);
  const callOf = (k: number): number => k < calls.length ? calls[k].watched.call : NEVER;
  const lastBefore = (instant: number, from: number): number => {
    let level = from;
    while (level >= 0 && returns[level].watched.ret > instant) level--;
    return level;
  };
  const last = returns.length - 1;
  const level = lastBefore(callOf(0), last);
  if (level >= longest / 8) return { level, hanging: [], firstOpen: callOf(0) };
  // What was called in the first half hangs.
  const half = returns.length >>> 1;
  let to = last;
  let hung = calls.length;
  for (; hung > 0; hung--) {
    const before = lastBefore(callOf(hung - 1), to);
    if (before < half) break;
    to = before;
  }
  const hanging = calls.slice(0, hung);
  if (to <= 0 || hanging.filter(({ op }) => op === SWAP).length > MOST_SWAPS) return undefined;
  return { level: to, hanging, firstOpen: callOf(hung) };
}

/** Those that may change the value. */
export function changing<Input, Output>(
  entries: readonly ValueEntry<Input, Output>[],
): ValueEntry<Input, Output>[] {
  return entries.filter(({ op }) => op >= WRITE);
}
