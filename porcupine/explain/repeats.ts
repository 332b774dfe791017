import { changes, type Deeds, deedsOf, fits } from "./deeds.ts";
import { Filler } from "./fill.ts";
import { reduce } from "./reduce.ts";
import { Scene, type Window } from "./window.ts";
import { READ, SWAP, WRITE } from "../fast/register_table.ts";
import type { Core, Inquiry } from "./inquiry.ts";
import { firstAtLeast, Questions } from "../parts.ts";

/** Of more values than these each is seldom written often enough for what follows. */
const MOST_VALUES = 64;

/** With fewer writes of what was found cores are small, and are looked for like those of any other history. */
const MANY_WRITES = 9;

/** So many answers before the impossible one are looked at first, and so many times as many after each try, up to so many. */
const FIRST_WINDOW = 12;
const WIDER = 3;
const WIDEST = 36;

/** It is worth so much to know of one of them whether it is needed. */
const PROOF_WORK = 20_000;

/** So many members of groups, each with all of the core, are looked at in the time of a configuration. */
const PLACES_A_STEP = 128;

/**
 * A core of a register whose values repeat, built around `x`, the first impossible answer; `undefined` if it is to be found otherwise.
 * `order`: one of all answers before it.
 *
 * A write that is not believed may take effect late, just before `x`. So almost every write of what `x` found is in a core, however
 * long ago it was: of ten thousand operations on five values there are cores of five hundred that are minimal. Those that were over
 * long before make no difference to one another. So they are asked about in groups, and all else is looked for in a window before
 * `x` that grows until it is impossible. If that does not help, the makers of another value are believed as well: what `x` did
 * not find may be there only as long as an earlier answer has to find something else.
 */
export function coreOfRepeats<State, Input, Output>(
  inquiry: Inquiry<State, Input, Output>,
  x: number,
  order: Int32Array,
): Core | undefined {
  const { model: { kind }, part, recorded } = inquiry;
  if (kind?.type !== "register") return undefined;
  const called = firstAtLeast(part.call, part.ret[x]);
  const deeds = deedsOf(kind, new Questions(recorded, part), called);
  if (deeds === undefined || deeds.values > MOST_VALUES) return undefined;
  const values = Array.from({ length: deeds.values }, (_, value) => value);
  const found = values.filter((value) => fits(deeds.told, x, value));
  const others = values.filter((value) => !found.includes(value));
  // Whatever the register holds, it fits.
  if (others.length === 0) return undefined;
  const writes = deeds.open.value.filter((value, k) => deeds.open.op[k] === WRITE && found.includes(value));
  if (writes.length < MANY_WRITES) return undefined;
  const scene = new Scene(inquiry, x, deeds);
  const choices = [found, ...others.map((value) => [...found, value]), values];
  for (let size = FIRST_WINDOW; size <= WIDEST; size *= WIDER) {
    for (const choice of choices) {
      const window = scene.before(size, choice);
      if (window === undefined || window.isSpent) return undefined;
      if (window.impossible(window.pool)) return coreIn(window, scene, found, order);
    }
  }
  return undefined;
}

/** The core, given that all that is seen through a window is impossible. */
function coreIn<State, Input, Output>(
  window: Window<State, Input, Output>,
  scene: Scene<State, Input, Output>,
  found: readonly number[],
  order: Int32Array,
): Core {
  const { x, deeds, inquiry: { budget } } = scene;
  const reduced = reduce(window, [], window.pool, true);
  const { items, areNeeded } = withoutNeedless(window, scene, reduced, order);
  const members = [...window.spread(items), x].sort((a, b) => a - b);
  const minimal = areNeeded && budget.stopped === undefined;
  const isMaker = (k: number): boolean => changes(deeds.open, k) && found.includes(deeds.open.value[k]);
  const makers = members.filter((k) => k !== x && isMaker(k));
  const reason =
    `none of the ${makers.length} that could have brought about what it found can come last before it`;
  const alone = items.filter((item) => item >= 0);
  const telling = [...alone.filter((k) => !isMaker(k)), ...alone.filter(isMaker)];
  return { members, minimal, reason, impossible: x, telling, standsAlone: true };
}

/** Of an order some operations, and those that bring about what these need to find. */
function supported(order: Int32Array, { told }: Deeds, isWanted: (k: number) => boolean): number[] {
  /** By operation: the last change before it; -1: none. */
  const changedBy = new Int32Array(told.op.length);
  const isKept = new Uint8Array(told.op.length);
  let last = -1;
  for (const k of order) {
    changedBy[k] = last;
    if (changes(told, k)) last = k;
    if (!isWanted(k)) continue;
    isKept[k] = 1;
    // What failed needs no certain value.
    for (let by = k; (told.op[by] === READ || told.op[by] === SWAP) && changedBy[by] >= 0;) {
      by = changedBy[by];
      if (isKept[by] === 1) break;
      isKept[by] = 1;
    }
  }
  return Array.from(order).filter((k) => isKept[k] === 1);
}

/**
 * Which of them are needed, and whether that is shown of each: an order is made in which all of them but that one are believed. It
 * begins as the order of all before `x`, and ends as what is seen through the window without the one. Of a group each member is
 * looked at by itself: what the window shows of one of them, any other can do, too.
 *
 * What was needed stays needed if others turn out not to be: with less believed an order is an order.
 */
function withoutNeedless<State, Input, Output>(
  window: Window<State, Input, Output>,
  { x, deeds, inquiry: { part, budget } }: Scene<State, Input, Output>,
  reduced: readonly number[],
  order: Int32Array,
): { readonly items: readonly number[]; readonly areNeeded: boolean } {
  let items = reduced;
  let core = new Set([...window.spread(items), x]);
  let filler = new Filler(deeds, part, core);
  /** Whether an item is seen to be needed; `undefined`: it is seen not to be. */
  const isNeeded = (item: number): boolean | undefined => {
    const others = items.filter((other) => other !== item);
    const doubted = window.spread([item]);
    let rest = window.answer(others, [], PROOF_WORK);
    if (rest === "impossible") return undefined;
    if (rest === "unknown") return false;
    let used = rest.filter((k) => doubted.includes(k));
    if (used.length > 1) {
      // One of a group may not be enough where all of them are.
      rest = window.answer(others, doubted.filter((k) => k !== used[0]), PROOF_WORK);
      if (typeof rest === "string") return false;
      used = [used[0]];
    }
    budget.spend(Math.floor(doubted.length * core.size / PLACES_A_STEP));
    if (!budget.goOn()) return false;
    const late = window.latest(rest, (k) => core.has(k));
    const isLate = new Set(late);
    const isEarly = (k: number): boolean =>
      core.has(k) && (isLate.has(k) ? item < 0 && k === used[0] : k !== item);
    const early = supported(order, deeds, isEarly).filter((k) => !isLate.has(k) || isEarly(k));
    const whole = new Int32Array(early.length + late.length);
    for (const one of doubted) {
      let length = 0;
      for (const k of early) if (k !== one) whole[length++] = k;
      for (const k of late) whole[length++] = k === used[0] ? one : k;
      if (!filler.canFill(whole.subarray(0, length), one)) return false;
    }
    return true;
  };
  let areNeeded = true;
  for (const item of reduced) {
    const needed = isNeeded(item);
    areNeeded &&= needed !== false;
    if (needed !== undefined) continue;
    items = items.filter((other) => other !== item);
    core = new Set([...window.spread(items), x]);
    filler = new Filler(deeds, part, core);
  }
  return { items, areNeeded };
}
