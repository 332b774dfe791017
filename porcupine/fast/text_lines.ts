import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { Tokens } from "./tokens.ts";

/** The texts of one block of a text fast path. */
export interface Line {
  /** The put that the texts begin with; -1 in the initial block. */
  readonly head: number;
  /** The gets, shortest text first. */
  readonly reads: readonly number[];
  /** The length of each get's text. */
  readonly lengths: readonly number[];
  /** The tokens of the longest text. */
  readonly tokens: readonly number[];
  /** Where each token ends. */
  readonly ends: readonly number[];
  /** The operation that wrote each token; -1 while it is not known. */
  readonly operations: number[];
}

/** A token in a line, written by one of several operations. */
interface Spot {
  readonly line: Line;
  readonly at: number;
  /** A get that returned first among those that saw it. */
  readonly witness: number;
  /** It must have been written after this call, of a get that did not see it or of what was written before it ... */
  readonly after: number;
  /** ... and before this return, of a get that did or of what was written after it. */
  readonly before: number;
}

/**
 * Chooses, for tokens that several operations wrote, which of them wrote which: spots in the order of the time by which
 * they must have been written, each given the operation that returned first among those it can be. Answers a get that is
 * left unexplained, if one is.
 */
export function assignRepeated(
  lines: readonly Line[],
  { part, seen, tokens, budget }: {
    readonly part: Part;
    readonly seen: Int32Array;
    readonly tokens: Tokens;
    readonly budget: Budget;
  },
): number | undefined {
  const { call, ret } = part;
  const spots = lines.flatMap((line) => spotsOf(line, part)).sort((a, b) => a.before - b.before);
  /** By token: its first append that is not given away yet. */
  const free = new Map<number, number>();
  for (const { line, at, witness, after, before } of spots) {
    let best = -1;
    const token = line.tokens[at];
    let k = free.get(token) ?? tokens.appendFrom(token);
    // Of thousands that appended one letter the early ones are given away soon: to pass them by for each spot took seconds.
    while (k >= 0 && seen[k] >= 0) k = tokens.appendFrom(tokens.next(k));
    free.set(token, k);
    let tried = 1;
    for (; k >= 0 && call[k] <= before; k = tokens.appendFrom(tokens.next(k))) {
      tried++;
      if (seen[k] >= 0 || ret[k] < after) continue;
      if (best < 0 || ret[k] < ret[best]) best = k;
    }
    budget.go(tried);
    if (best < 0) return witness;
    seen[best] = witness;
    line.operations[at] = best;
  }
  return undefined;
}

function spotsOf(line: Line, { call, ret }: Part): Spot[] {
  const { reads, lengths, ends, operations } = line;
  const spots: Spot[] = [];
  // The first return among the gets from `i` on.
  const first: number[] = new Array(reads.length + 1).fill(-1);
  for (let i = reads.length - 1; i >= 0; i--) {
    first[i] = first[i + 1] < 0 || ret[reads[i]] < ret[first[i + 1]] ? reads[i] : first[i + 1];
  }
  // The first return among the known writers behind each spot.
  const later: number[] = new Array(operations.length).fill(NEVER);
  for (let at = operations.length - 2; at >= 0; at--) {
    later[at] = Math.min(later[at + 1], operations[at + 1] < 0 ? NEVER : ret[operations[at + 1]]);
  }
  let next = 0;
  let after = -1;
  for (let at = 0; at < operations.length; at++) {
    for (; next < reads.length && lengths[next] < ends[at]; next++) {
      after = Math.max(after, call[reads[next]]);
    }
    if (operations[at] >= 0) {
      after = Math.max(after, call[operations[at]]);
      continue;
    }
    const witness = first[next];
    const before = Math.min(later[at], witness < 0 ? NEVER : ret[witness]);
    spots.push({ line, at, witness, after, before });
  }
  return spots;
}
