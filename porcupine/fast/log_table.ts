import { NEVER } from "../history.ts";
import { APPEND, END, LENGTH, type LogAnswers, READ, type Refused } from "./log_answers.ts";
import type { LogDraft, LogTable, Rival } from "./log_draft.ts";
import { settleRivals } from "./log_rivals.ts";
import { Buckets } from "./numbers.ts";

/** Draws what can be drawn from each answer alone. */
export function draftLog(answers: LogAnswers): LogDraft | Refused {
  const makers = findMakers(answers);
  if ("verdict" in makers) return makers;
  const table = findBounds(answers, makers);
  if ("verdict" in table) return table;
  return { table, rivals: makers.rivals, hasHomeless: hasHomeless(answers, makers) };
}

/** The same with all entries settled; `undefined` if the answers do not tell which append an entry is that was read. */
export function tabulateLog(answers: LogAnswers): LogTable | Refused | undefined {
  const draft = draftLog(answers);
  if ("verdict" in draft) return draft;
  const { table, rivals } = draft;
  // Which of them an entry is matters to the others, too, if they must be somewhere.
  return rivals.length > 0 && draft.hasHomeless ? undefined : settleRivals(table, rivals, answers);
}

function hasHomeless({ part: { ret }, op }: LogAnswers, { placed }: Makers): boolean {
  return op.some((code, k) => code === APPEND && placed[k] < 0 && ret[k] !== NEVER);
}

interface Makers {
  readonly maker: Int32Array;
  readonly seenBy: Int32Array;
  /** By operation: the place of an append, if it is known; -1 otherwise. */
  readonly placed: Int32Array;
  /** Entries that were read, and can be one of several appends. */
  readonly rivals: Rival[];
}

function findMakers(answers: LogAnswers): Makers | Refused {
  const { part: { ids }, op, place, value, appends } = answers;
  const maker = new Int32Array(appends).fill(-1);
  const reader = new Int32Array(appends).fill(-1);
  const placed = new Int32Array(ids.length).fill(-1);
  for (let k = 0; k < ids.length; k++) {
    const at = place[k];
    if (op[k] === APPEND && at >= 0) {
      if (maker[at] >= 0) return refused([maker[at], k], "both are told that they have the same place");
      maker[at] = k;
      placed[k] = at;
    } else if (op[k] === READ) {
      const other = reader[at];
      if (other >= 0 && value[other] !== value[k]) return refused([other, k], "an entry never changes");
      reader[at] = k;
    }
  }
  const seenBy = new Int32Array(ids.length).fill(-1);
  return nameMakers(answers, { maker, placed, seenBy, rivals: [] }, reader);
}

/** An entry that was read, and that no append was told to be, is the append of that value that was told no other place. */
function nameMakers({ op, value, values }: LogAnswers, makers: Makers, reader: Int32Array): Makers | Refused {
  const { maker, placed, seenBy, rivals: undecided } = makers;
  const writers = new Buckets(value.map((number, k) => (op[k] === APPEND ? number : -1)), values);
  for (let place = 0; place < maker.length; place++) {
    const read = reader[place];
    if (read < 0) continue;
    if (maker[place] >= 0) {
      if (value[maker[place]] === value[read]) continue;
      return refused([maker[place], read], "another value was appended there");
    }
    const rivals = writers.items.subarray(writers.start(value[read]), writers.end(value[read]));
    const free = rivals.filter((k) => placed[k] < 0);
    // Which of them it is cannot be told from its value.
    if (free.length > 1) {
      undecided.push({ place, read });
      continue;
    }
    if (free.length === 0) {
      const reason = rivals.length === 0 ? "that was never appended" : "what was appended has another place";
      const others = [...rivals, ...rivals.map((k) => seenBy[k])].filter((k) => k >= 0);
      return refused([read, ...others], reason);
    }
    maker[place] = free[0];
    placed[free[0]] = place;
    seenBy[free[0]] = read;
  }
  return makers;
}

function findBounds(
  { part, op, place, appends }: LogAnswers,
  { maker, seenBy, placed }: Makers,
): LogTable | Refused {
  const bounds = new Bounds(appends);
  const unplaced: number[] = [];
  const looks: number[] = [];
  const after: number[] = [];
  const { call, ret } = part;
  for (let k = 0; k < op.length; k++) {
    if (op[k] === APPEND) {
      if (placed[k] < 0) unplaced.push(k);
      else {
        bounds.notBefore(placed[k], call[k], k);
        bounds.thereBy(placed[k], ret[k] === NEVER ? NEVER : ret[k] - 1, k);
      }
      continue;
    }
    if (op[k] === 0) continue;
    looks.push(k);
    after.push(op[k] === READ ? place[k] : op[k] === LENGTH ? place[k] - 1 : -1);
    if (op[k] !== END && after[after.length - 1] >= 0) bounds.thereBy(after[after.length - 1], ret[k] - 1, k);
    if (op[k] !== READ && place[k] < appends) bounds.notBefore(place[k], call[k], k);
  }
  const crossed = bounds.spread();
  const { length, low, high, lowBy, highBy } = bounds;
  if (crossed >= 0) {
    const both = [lowBy[crossed], highBy[crossed]];
    const suspects = [...both, ...both.map((k) => seenBy[k])].filter((k) => k >= 0);
    return refused(suspects, "what is added stays, and is counted from then on");
  }
  return { part, length, limit: appends, maker, low, high, lowBy, highBy, seenBy, unplaced, looks, after };
}

/** Bounds of entries, first each by itself, then one after the other. */
class Bounds {
  /** One past the last place that held an entry for certain. */
  length = 0;
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly lowBy: Int32Array;
  readonly highBy: Int32Array;

  constructor(places: number) {
    this.low = new Int32Array(places).fill(-1);
    this.high = new Int32Array(places).fill(NEVER);
    this.lowBy = new Int32Array(places).fill(-1);
    this.highBy = new Int32Array(places).fill(-1);
  }

  /** The entry did not come before this gap. */
  notBefore(place: number, gap: number, by: number): void {
    if (gap <= this.low[place]) return;
    this.low[place] = gap;
    this.lowBy[place] = by;
  }

  /** The entry came, in this gap at the latest. */
  thereBy(place: number, gap: number, by: number): void {
    if (place >= this.length) this.length = place + 1;
    if (gap >= this.high[place]) return;
    this.high[place] = gap;
    this.highBy[place] = by;
  }

  /** An entry comes not before those in front of it, and not after those behind it. Answers a place that has no time left, or -1. */
  spread(): number {
    const { low, high, lowBy, highBy, length } = this;
    for (let p = 1; p < low.length; p++) {
      if (low[p] < low[p - 1]) [low[p], lowBy[p]] = [low[p - 1], lowBy[p - 1]];
    }
    for (let p = length - 2; p >= 0; p--) {
      if (high[p] > high[p + 1]) [high[p], highBy[p]] = [high[p + 1], highBy[p + 1]];
    }
    for (let p = 0; p < length; p++) if (low[p] > high[p]) return p;
    return -1;
  }
}

function refused(suspects: readonly number[], reason: string): Refused {
  return { verdict: "illegal", suspects, reason };
}
