/**
 * What the watches of values and of texts have in common: zones, from a first return to a last call, that must not overlap.
 *
 * @module
 */
import { ILLEGAL, type Model } from "../types.ts";
import type { Watched } from "./watched.ts";

const UNKNOWN = { known: false } as const;

/** Where a zone lies. */
export interface Span {
  /** The first return; `NEVER` while there is no answer that needs the zone. */
  readonly from: number;
  /** The last call. */
  readonly to: number;
}

/** Whether a zone bears with every other. */
export function isClear(zones: readonly Span[], zone: Span): boolean {
  const { from, to } = zone;
  for (const other of zones) {
    if (other !== zone && other.from < to && from < other.to) return false;
  }
  return true;
}

/** Which zones are over, and who hears of it. */
export interface Sweep<Zone extends Span> {
  /** The call of the oldest operation that is open. */
  readonly oldest: number;
  /** Whether a zone may make others be over. */
  readonly covers: (zone: Zone) => boolean;
  /** Hears of each that is over. */
  readonly drop: (zone: Zone) => void;
}

/** The zones that are not over. One is over if it begins before the end of another that began before whatever is open was called: see `ValueWatch`. */
export function withoutPast<Zone extends Span>(
  zones: readonly Zone[],
  { oldest, covers, drop }: Sweep<Zone>,
): Zone[] {
  let furthest: Zone | undefined;
  let second = -1;
  for (const zone of zones) {
    if (zone.from >= oldest || !covers(zone)) continue;
    if (furthest === undefined || zone.to > furthest.to) {
      second = furthest?.to ?? -1;
      furthest = zone;
    } else if (zone.to > second) second = zone.to;
  }
  const limit = furthest?.to ?? -1;
  return zones.filter((zone) => {
    if (zone.from >= (zone === furthest ? second : limit)) return true;
    drop(zone);
    return false;
  });
}

/** The state that a write which is over gave the object; of none the initial one. */
export function stateAfter<State, Input, Output>(
  model: Model<State, Input, Output>,
  past: Watched<Input, Output> | undefined,
): State {
  const state = model.init();
  if (past === undefined) return state;
  const context = { expired: () => false };
  if ("steps" in model) return model.steps(state, past.input, UNKNOWN, context)[0];
  const next = model.step(state, past.input, UNKNOWN, context);
  if (next === ILLEGAL) throw new TypeError("a write is possible in every state");
  return next;
}
