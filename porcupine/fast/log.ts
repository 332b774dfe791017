import type { ModelKind } from "../types.ts";
import { readAnswers } from "./log_answers.ts";
import { matchOpenings, Openings } from "./log_match.ts";
import type { LogTable } from "./log_draft.ts";
import { tabulateLog } from "./log_table.ts";
import type { FastInput, FastResult } from "./result.ts";
import { decideSums } from "./sums.ts";

type LogKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "log" }>;

/**
 * Logs; and counters that are counted up by one, which are the length of a log. Linear, but for a heap where places are not
 * told.
 *
 * Let S(p) be the instant at which the entry of place `p` comes; S ascends. Every answer is a bound or two. An operation that
 * read `p`, or saw a length of more than `p`, returned after S(p). One that found nothing at `p`, or saw a length of `p`, was
 * called before S(p). The append of `p` was called before S(p) and returned after it. That is all they say: an operation that
 * saw the length `L` needs an instant within its own time, after S(L - 1) and before S(L); and three stretches of time of which
 * any two meet have an instant in common.
 *
 * **Where each entry's append is known** (it was told the place, or it is the only one left of the value that was read there)
 * let each S(p) be as early as its bounds and those of the entries before it allow. If that is too late for its own upper bound
 * or for that of an entry behind it, the two operations that those bounds come from contradict each other.
 *
 * **Otherwise** some entries have no known append: nobody read them, or entries are never read. Each needs an append of its own,
 * called by its upper bound and returned after its lower one. And each append that returned and was told no place needs an entry
 * of its own: one of these, or a place behind all that were there for certain, where there are lower bounds only
 * (`matchOpenings`). Then let each S(p) be as early as its bounds, its append's call and the entries before it allow. *This is
 * not too late*: suppose that the entry of append `x` waits until the append `y` of an entry before it is called. `y` is called
 * by the upper bound of its entry, which is no later than that of x's entry. And `y` is called before `x` returns: either `x`
 * fitted y's entry, and `y` was preferred because it returns first; or `x` was called after the upper bound of y's entry.
 */
export function decideLog<Input, Output>(
  kind: LogKind<Input, Output>,
  input: FastInput<Input, Output>,
): FastResult | undefined {
  const result = decideEntries(kind, input);
  // Of those that are counted there is a core that is proved to be minimal: of entries by the thousand one cannot leave out each.
  if (kind.entries === "read" || result?.verdict === "ok") return result;
  const counted = decideSums(kind, input);
  return result === undefined || counted?.verdict === "refuted" ? counted : result;
}

function decideEntries<Input, Output>(
  kind: LogKind<Input, Output>,
  input: FastInput<Input, Output>,
): FastResult | undefined {
  const answers = readAnswers(kind, input);
  if (answers === undefined || "verdict" in answers) return answers;
  const table = tabulateLog(answers);
  if (table === undefined || "verdict" in table) return table;
  const openings = new Openings(table);
  const appends = matchOpenings(table, openings);
  if ("verdict" in appends) return appends;
  return { verdict: "ok", order: fillIn(table, openings, appends) };
}

/** Puts the appends into the openings, and all entries as early as can be. */
function fillIn(table: LogTable, openings: Openings, appends: Int32Array): Int32Array {
  const { part: { call }, length, maker, low } = table;
  const makers = new Int32Array(length + appends.length - openings.holes);
  const begins = new Int32Array(makers.length);
  let opening = 0;
  let begun = -1;
  for (let p = 0; p < makers.length; p++) {
    const known = p < length ? maker[p] : -1;
    makers[p] = known < 0 ? appends[opening++] : known;
    begins[p] = begun = Math.max(begun, low[p], call[makers[p]]);
  }
  return layOut(table, makers, begins);
}

/**
 * Who only looked stands behind the entry that it saw, if that came after its call; otherwise just behind its call, before
 * any entry that comes in that gap: those are behind all that it saw. (What it saw itself never comes in that gap.)
 */
function layOut(
  { part: { call }, looks, after, limit }: LogTable,
  makers: Int32Array,
  begins: Int32Array,
): Int32Array {
  const order = new Int32Array(makers.length + looks.length);
  // The looks that stand behind an entry, as lists.
  const heads = new Int32Array(limit).fill(-1);
  const nexts = new Int32Array(looks.length);
  let filled = 0;
  let p = 0;
  const addEntry = (): void => {
    order[filled++] = makers[p];
    for (let i = heads[p]; i >= 0; i = nexts[i]) order[filled++] = looks[i];
    p++;
  };
  for (let i = 0; i < looks.length; i++) {
    const entry = after[i];
    if (entry < 0 || begins[entry] < call[looks[i]]) continue;
    nexts[i] = heads[entry];
    heads[entry] = i;
  }
  for (let i = 0; i < looks.length; i++) {
    const entry = after[i];
    const called = call[looks[i]];
    if (entry >= 0 && begins[entry] >= called) continue;
    while (p < makers.length && begins[p] < called) addEntry();
    order[filled++] = looks[i];
  }
  while (p < makers.length) addEntry();
  return order;
}
