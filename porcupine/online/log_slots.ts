import { NEVER } from "../history.ts";
import type { Watched } from "./watched.ts";

/**
 * An entry of a log: when it can have been appended, and by whom. Instants are gaps, and a gap goes by the event before it: the
 * entry is there from some gap on that comes after the event `low` and before the event `high`.
 */
export class Slot<Input, Output> {
  low = -1;
  high = NEVER;
  /** `undefined`: it is not known who appended it. */
  maker: Watched<Input, Output> | undefined = undefined;
  /** Who read it, where that is how its append is known. */
  seenBy: Watched<Input, Output> | undefined = undefined;
  /** The operations that the bounds come from. */
  lowBy: Watched<Input, Output> | undefined = undefined;
  highBy: Watched<Input, Output> | undefined = undefined;

  /** The operations that are kept for it. */
  *operations(): Generator<Watched<Input, Output>> {
    for (const watched of [this.maker, this.seenBy, this.lowBy, this.highBy]) {
      if (watched !== undefined) yield watched;
    }
  }

  /** It was not there yet when an operation was called. */
  notBefore(watched: Watched<Input, Output>): void {
    if (watched.call <= this.low) return;
    this.low = watched.call;
    this.lowBy = watched;
  }

  /** It was there when an operation returned. */
  thereBy(watched: Watched<Input, Output>): void {
    if (watched.ret >= this.high) return;
    this.high = watched.ret;
    this.highBy = watched;
  }

  /** It is known who appended it. */
  madeBy(watched: Watched<Input, Output>): void {
    this.maker = watched;
    this.notBefore(watched);
    this.thereBy(watched);
  }
}

/** Whether it is known that one of some entries, if there are as many, comes after a call: it does if one in front of it does. */
export function comesAfter(slots: readonly Slot<unknown, unknown>[], place: number, call: number): boolean {
  if (place >= slots.length) return false;
  let at = place;
  while (at >= 0 && slots[at].low < call) at--;
  return at >= 0;
}

/** Between which events an entry can have come, given its neighbours. */
interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Of appends, by call, that can have made an entry, the one that must be used first; -1: there is none. */
export function bestFor(appends: readonly Watched<unknown, unknown>[], { low, high }: Bounds): number {
  return bestOf(appends, low, high, NONE);
}

/** The same among those that are not taken: a mark for each, as far as there are any. */
function bestOf(
  appends: readonly Watched<unknown, unknown>[],
  low: number,
  high: number,
  taken: Uint8Array,
): number {
  let best = -1;
  let bestRet = Infinity;
  for (let i = 0; i < appends.length; i++) {
    const { call, ret } = appends[i];
    if (call >= high) break;
    if (ret > low && ret < bestRet && (i >= taken.length || taken[i] === 0)) [best, bestRet] = [i, ret];
  }
  return best;
}

const NONE = new Uint8Array(0);
/** Room that is used again, so that an answer leaves no garbage: upper bounds by entry, and which appends are taken. */
const room = { highs: new Float64Array(64), taken: new Uint8Array(64) };

/** Room for so many entries, and so many appends of which none is taken. */
function cleared(entries: number, appends: number): typeof room {
  if (room.highs.length < entries) room.highs = new Float64Array(2 * entries);
  if (room.taken.length < appends) room.taken = new Uint8Array(2 * appends);
  else room.taken.fill(0, 0, appends);
  return room;
}

/**
 * Whether entries can have come one after the other, each within its bounds; those of which nobody knows whose append they are
 * by different ones of `unplaced`; and those of `unplaced` that have returned as one of them, or behind them.
 *
 * An entry comes not before those in front of it, and not after those behind: with that taken into account, the bounds of a
 * later one are later. An append can have made an entry if it was called before the upper bound and returned after the
 * lower one. It is enough to give different ones to different entries, in whatever order: if a later entry `k'` comes before an
 * earlier `k`, either it can wait until `k` comes, or its append had returned when that of `k` was called; then they can
 * change places, for the first returned after the lower bound of `k'`, and the second was called before the upper one of `k`.
 *
 * Behind the entries there is room for any number, `lowAfter` their bounds, of which `lastLow` is the last.
 *
 * There is a matching that serves all entries and all that have returned if there is one for the entries, and one for those
 * that have returned (Mendelsohn and Dulmage 1958). And as bounds are later for later entries, each is found by going through
 * the entries in order and taking always the append that returned first (Glover 1967).
 */
export function canFollow(
  slots: readonly Slot<unknown, unknown>[],
  unplaced: readonly Watched<unknown, unknown>[],
  lowAfter: (place: number) => number,
  lastLow: number,
): boolean {
  const { highs, taken } = cleared(slots.length, unplaced.length);
  let high = NEVER;
  for (let i = slots.length - 1; i >= 0; i--) {
    if (slots[i].high < high) high = slots[i].high;
    highs[i] = high;
  }
  let low = -1;
  for (let i = 0; i < slots.length; i++) {
    if (slots[i].low > low) low = slots[i].low;
    if (low >= highs[i]) return false;
    if (slots[i].maker !== undefined) continue;
    const best = bestOf(unplaced, low, highs[i], taken);
    if (best < 0) return false;
    taken[best] = 1;
  }
  // Who returned after the last of all lower bounds can always stand at the end.
  const last = Math.max(low, lastLow);
  let owed = 0;
  for (let i = 0; i < unplaced.length; i++) {
    const isOwed = unplaced[i].ret <= last;
    taken[i] = isOwed ? 0 : 1;
    if (isOwed) owed++;
  }
  if (owed === 0) return true;
  low = -1;
  for (let i = 0; i < slots.length && owed > 0; i++) {
    if (slots[i].low > low) low = slots[i].low;
    if (slots[i].maker !== undefined) continue;
    const best = bestOf(unplaced, low, highs[i], taken);
    if (best < 0) continue;
    taken[best] = 1;
    owed--;
  }
  for (let place = 0; owed > 0; place++) {
    low = Math.max(low, lowAfter(place));
    const best = bestOf(unplaced, low, NEVER, taken);
    if (best < 0) return false;
    taken[best] = 1;
    owed--;
  }
  return true;
}
