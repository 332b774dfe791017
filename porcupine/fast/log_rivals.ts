import { APPEND, type LogAnswers, type Refused, TOO_MANY } from "./log_answers.ts";
import type { LogTable, Rival } from "./log_draft.ts";

/**
 * Gives each of these entries an append of its value. Assumed: no append of which the place is not known has an answer.
 *
 * Such an append need not be anywhere, and may come at any time from its call on: it fits a place whose entry can have come after that
 * call. As the last gaps of entries ascend with the places, who fits a place fits those behind it. So we go through the entries of a
 * value in order, and take always the append that was called last of those that fit. *If there is none*, all that fit have been given
 * to the entries in front of it, which no other fits: they are too few. *If there is one for each*, those that are left are the ones
 * called first: of as many as are left in any other way, the first of these was called no later than the first of those, and so on.
 * (In that way, too, each entry is given one that fits; and to take the one called last of the nested sets that fit the entries up to
 * each place takes the last that can be taken.) So they fit whatever holes are to be filled, if any do. *It is not too late for an
 * entry that waits for those in front of it*: each was called by its own last gap, which is no later than that of those behind it.
 */
export function settleRivals(
  table: LogTable,
  rivals: readonly Rival[],
  { op, value, place, values }: LogAnswers,
): LogTable | Refused {
  if (rivals.length === 0) return table;
  const { part, maker, high, highBy, seenBy, unplaced } = table;
  const { call } = part;
  const free: number[][] = Array.from({ length: values }, () => []);
  for (const k of unplaced) free[value[k]].push(k);
  const next = new Int32Array(values);
  const waiting: number[][] = Array.from({ length: values }, () => []);
  const readers: number[][] = Array.from({ length: values }, () => []);
  const taken = new Set<number>();
  for (const { place: at, read } of rivals) {
    const v = value[read];
    readers[v].push(read, highBy[at]);
    while (next[v] < free[v].length && call[free[v][next[v]]] <= high[at]) {
      waiting[v].push(free[v][next[v]++]);
    }
    const append = waiting[v].pop();
    if (append === undefined) {
      // Those of that value that were told other places are none of these.
      const others = Array.from(op.keys()).filter((k) => op[k] === APPEND && value[k] === v && place[k] >= 0);
      return { verdict: "illegal", suspects: [...new Set([...readers[v], ...others])], reason: TOO_MANY };
    }
    maker[at] = append;
    seenBy[append] = read;
    taken.add(append);
  }
  return { ...table, unplaced: unplaced.filter((k) => !taken.has(k)) };
}
