import { beginsWith } from "../begins.ts";
import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { Memory } from "../scratch.ts";
import type { FastResult } from "./result.ts";
import { forked, seenTwice, unexplained } from "./text_faults.ts";
import { APPEND, GET, PUT, type Tokens, type Written } from "./tokens.ts";

type Illegal = Extract<FastResult, { verdict: "illegal" }>;

/** The texts of one block that were read so far. */
interface Line {
  /** The longest, and a get that read it; the others are beginnings of it. */
  whole: string;
  reader: number;
  /** Where its tokens end. */
  readonly ends: number[];
}

/**
 * Of what is wrong with the texts themselves that which shows first, by time of return; `undefined` if nothing is. All tokens differ.
 *
 * Whoever asks for the first impossible answer begins with the suspects that he is told: any two of a hundred gets may contradict each
 * other, and each pair that is not the first one costs him a question that takes as long as the verdict.
 *
 * The texts of a block that returned before are beginnings of the longest of them, so one that contradicts any contradicts that.
 */
export function firstMisread(
  { op, value }: Written,
  tokens: Tokens,
  { part: { call, ret, returns }, memory }: { readonly part: Part; readonly memory: Memory },
): Illegal | undefined {
  const lines = new Map<number, Line>();
  const seen = memory.int32(op.length).fill(-1);
  for (let i = 0; i < returns.length; i++) {
    const k = returns[i];
    const text = value[k];
    if (op[k] !== GET || text === "") continue;
    const head = tokens.at(text, 0);
    if (head < 0) return unexplained(k);
    const block = op[head] === PUT ? head : -1;
    let line = lines.get(block);
    if (line === undefined) lines.set(block, line = { whole: "", reader: -1, ends: [] });
    const { whole, reader, ends } = line;
    if (text.length <= whole.length) {
      if (!beginsWith(whole, text)) return forked(reader, k);
      if (!isAmong(ends, text.length)) return unexplained(k);
      continue;
    }
    if (!beginsWith(text, whole)) return forked(reader, k);
    for (let at = whole.length; at < text.length;) {
      const token = tokens.at(text, at);
      // What is called only after it has returned it cannot have read.
      if (token < 0 || (at > 0 && op[token] !== APPEND) || call[token] > ret[k]) return unexplained(k);
      if (seen[token] >= 0) return seenTwice(seen[token], k);
      seen[token] = k;
      ends.push(at += value[token].length);
    }
    line.whole = text;
    line.reader = k;
  }
  return undefined;
}

/** Of two faults the one that shows first; if both show at once the one that the texts show. */
export function earlier(misread: Illegal | undefined, other: Illegal, { ret }: Part): Illegal {
  const shows = ({ suspects }: Illegal): number =>
    Math.max(...suspects.map((k) => ret[k] === NEVER ? -1 : ret[k]));
  return misread !== undefined && shows(misread) <= shows(other) ? misread : other;
}

/** Whether a number is among some that ascend. */
function isAmong(ascending: readonly number[], wanted: number): boolean {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === wanted;
}
