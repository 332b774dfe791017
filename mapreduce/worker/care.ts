/**
 * Treading carefully: where earlier attempts failed, the way is cut into small steps, each announced before it is taken,
 * and records that are given up are left out.
 *
 * Places in a map task are bytes of its inputs, places in a reduce task its keys in order.
 * @module
 */

import type { Care, Mark, Range } from "../coordinator/types.ts";
import { INPUT_SPAN } from "../plan.ts";
import type { Piece } from "./inputs.ts";

/** A suspected stretch is cut into about this many steps. */
const STEPS = 64;
/** Keys per step when nothing is known yet. */
const FIRST_KEYS = 1024;
const NEWLINE = 10;

/** A part of a piece that is mapped at once. */
export interface Step {
  readonly bytes: Uint8Array;
  readonly mark: Mark;
  /** Whether it must be announced. */
  readonly announce: boolean;
}

function isWithin(place: number, ranges: readonly Range[]): boolean {
  return ranges.some(({ from, to }) => place >= from && place < to);
}

/** The steps through one piece of the task's `input`-th input. */
export function* stepsOf(
  piece: Piece,
  input: number,
  { care, whole }: { readonly care: Care; readonly whole: boolean },
): Generator<Step> {
  const base = input * INPUT_SPAN + piece.offset;
  const { bytes } = piece;
  const step = (from: number, to: number, announce: boolean): Step => {
    const part = bytes.subarray(from, to);
    const newline = part.indexOf(NEWLINE);
    const exact = whole || newline === -1 || newline === part.length - 1;
    return { bytes: part, mark: { from: base + from, to: base + to, exact }, announce };
  };
  const touched = [...care.suspects, ...care.skips].some(({ from, to }) =>
    from < base + bytes.length && to > base
  );
  if (!touched || whole) {
    if (!isWithin(base, care.skips)) yield step(0, bytes.length, touched);
    return;
  }
  let from = 0;
  while (from < bytes.length) {
    const suspect = care.suspects.find((range) => isWithin(base + from, [range]));
    const skipped = isWithin(base + from, care.skips);
    const wanted = suspect === undefined ? 1 : Math.max(1, Math.ceil((suspect.to - suspect.from) / STEPS));
    let to = from;
    // Line after line, until the step is long enough or the ground changes.
    do {
      const newline = bytes.indexOf(NEWLINE, Math.min(bytes.length, to));
      to = newline === -1 ? bytes.length : newline + 1;
    } while (
      to < bytes.length && isWithin(base + to, care.skips) === skipped &&
      (suspect === undefined
        ? !isWithin(base + to, care.suspects)
        : to - from < wanted && base + to < suspect.to)
    );
    if (!skipped) yield step(from, to, suspect !== undefined);
    from = to;
  }
}

/** Whether a place, such as the `place`-th key, is left out. */
export function isSkipped(place: number, care: Care): boolean {
  return isWithin(place, care.skips);
}

/** What to announce before the `place`-th key, or null if nothing. */
export function markOfKey(place: number, care: Care): Mark | null {
  const suspect = care.suspects.find((range) => isWithin(place, [range]));
  if (suspect === undefined) return null;
  const keys = suspect.to - suspect.from;
  const step = Math.min(FIRST_KEYS, Math.max(1, Math.floor(keys / STEPS)));
  if ((place - suspect.from) % step !== 0) return null;
  return { from: place, to: Math.min(place + step, suspect.to), exact: step === 1 };
}
