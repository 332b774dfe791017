import { NEVER } from "../history.ts";
import { argsort } from "../sort.ts";
import type { ModelKind } from "../types.ts";
import type { FastInput, FastResult } from "./result.ts";
import { ABSENT, MEMBERS, type Refused, type SetTable, tabulateSet } from "./set_table.ts";

/**
 * Sets that are read as a whole and from which nothing is taken out. Linear in what was read, but for sorting.
 *
 * Let A(v) be the instant at which the value `v` comes, and T(r) that of a read `r` of all members. The read says that A(v) < T(r)
 * for each `v` that it found, and T(r) < A(v) for all others. Besides, each instant has bounds of its own (`SetTable`). That is all
 * that the answers say: an operation that looked for one value, or added one that was there, needs an instant within its own time
 * on one side of A(v), and that is what the bounds say.
 *
 * Of two reads one has found all that the other has found; otherwise each would be before the other. So the reads form a row, and
 * the values with them: first the values that the least read found, then the reads that found just these, then what the next larger
 * read found besides, and so on; at the end the values that nobody found. In every order of the history, what is in front in this
 * row is in front. So let each instant be as early as its own bound and all in front of it allow. If that is too late for its upper
 * bound, it is too late in every order. Otherwise the row, with these instants, is an order.
 */
export function decideSet<Input, Output>(
  kind: Extract<ModelKind<Input, Output>, { type: "wholeSet" }>,
  input: FastInput<Input, Output>,
): FastResult | undefined {
  const table = tabulateSet(kind, input);
  if (table === undefined || "verdict" in table) return table;
  const chain = chainOf(table, input);
  if ("verdict" in chain) return chain;
  const gaps = placeInRow(table, chain);
  return "verdict" in gaps ? gaps : { verdict: "ok", order: layOut(table, chain, gaps) };
}

/** Reads in a row, by what they found; and by value the step of the row before which it came. Values nobody found are behind all. */
interface Chain {
  readonly reads: readonly number[];
  /** By position in `reads`: the step. Those that found the same are of one step. */
  readonly steps: Int32Array;
  readonly last: number;
  readonly stepOf: Int32Array;
}

function chainOf<Input, Output>(
  { reads, sets, values }: SetTable,
  { budget }: FastInput<Input, Output>,
): Chain | Refused {
  const row = Array.from(argsort(Float64Array.from(sets, (set) => set.length)));
  const steps = new Int32Array(row.length);
  const stepOf = new Int32Array(values).fill(-1);
  const foundBy = new Int32Array(values).fill(-1);
  let step = -1;
  let looked = 0;
  for (let i = 0; i < row.length; i++) {
    const set = sets[row[i]];
    if (i === 0 || set.length > sets[row[i - 1]].length) step++;
    steps[i] = step;
    for (const v of set) {
      budget.tick(looked++);
      foundBy[v] = i;
      if (stepOf[v] < 0) stepOf[v] = step;
    }
    if (i === 0 || sets[row[i - 1]].every((v) => foundBy[v] === i)) continue;
    const suspects = [reads[row[i - 1]], reads[row[i]]];
    return { verdict: "illegal", suspects, reason: "each was there before something that the other found" };
  }
  const last = step + 1;
  for (let v = 0; v < values; v++) if (stepOf[v] < 0) stepOf[v] = last;
  return { reads: row.map((i) => reads[i]), steps, last, stepOf };
}

/** As early as can be: the gaps of values, and of reads by their position in the chain. */
interface Gaps {
  readonly value: Int32Array;
  readonly read: Int32Array;
}

function placeInRow(table: SetTable, chain: Chain): Gaps | Refused {
  const { part: { call, ret }, low, high, lowBy, highBy, values } = table;
  const { reads, steps, last, stepOf } = chain;
  const value = new Int32Array(values).fill(NEVER);
  const read = new Int32Array(reads.length);
  const byStep = argsort(Float64Array.from(stepOf));
  // The latest instant so far, and the value or the read that it is the instant of.
  let floor = -1;
  let floorOf: Floor = { kind: "none" };
  for (let step = 0, v = 0, r = 0; step <= last; step++) {
    const before = floor;
    const beforeOf = floorOf;
    for (; v < values && stepOf[byStep[v]] === step; v++) {
      const one = byStep[v];
      const gap = value[one] = Math.max(before, low[one]);
      // What nobody found, and nobody was told of, need not have come.
      if (gap > high[one]) {
        const late = low[one] > before ? [lowBy[one]] : evidence(table, chain, beforeOf, step);
        return refuse([...late, highBy[one]]);
      }
      if (step === last && high[one] === NEVER) value[one] = NEVER;
      else if (gap > floor) [floor, floorOf] = [gap, { kind: "value", value: one }];
    }
    const ahead = floor;
    const aheadOf = floorOf;
    for (; r < reads.length && steps[r] === step; r++) {
      const gap = read[r] = Math.max(ahead, call[reads[r]]);
      if (gap >= ret[reads[r]]) return refuse([...evidence(table, chain, aheadOf, step), reads[r]]);
      if (gap > floor) [floor, floorOf] = [gap, { kind: "read", at: r }];
    }
  }
  return { value, read };
}

type Floor =
  | { readonly kind: "none" }
  | { readonly kind: "value"; readonly value: number }
  | { readonly kind: "read"; readonly at: number };

/** Whose answers say that something was there by an instant, and before what belongs to a step. */
function evidence({ lowBy }: SetTable, { reads, steps, stepOf }: Chain, of: Floor, step: number): number[] {
  if (of.kind === "none") return [];
  if (of.kind === "read") return [reads[of.at]];
  const found = stepOf[of.value];
  // A read of this step has found it itself; a value of a later one came after a read that found this and not that.
  return found === step ? [lowBy[of.value]] : [lowBy[of.value], reads[steps.indexOf(found)]];
}

function refuse(operations: readonly number[]): Refused {
  const suspects = [...new Set(operations)].filter((k) => k >= 0);
  return { verdict: "illegal", suspects, reason: "what is added stays, and is found from then on" };
}

/**
 * By gap; in one gap first who did not find a value, as that came in this gap or later, then the row, then who found one, or added it
 * once more.
 */
function layOut({ part: { call, ret }, op, value, maker }: SetTable, chain: Chain, gaps: Gaps): Int32Array {
  const { reads, steps, last, stepOf } = chain;
  const places = 2 * last + 4;
  const chosen: number[] = [];
  const keys: number[] = [];
  const put = (k: number, gap: number, place: number): void => {
    chosen.push(k);
    keys.push(gap * places + place);
  };
  for (let r = 0; r < reads.length; r++) put(reads[r], gaps.read[r], 2 * steps[r] + 2);
  for (let k = 0; k < op.length; k++) {
    if (op[k] === 0 || op[k] === MEMBERS) continue;
    const v = value[k];
    const came = gaps.value[v];
    if (op[k] === ABSENT) put(k, call[k], 0);
    else if (came === NEVER) continue;
    else if (k === maker[v]) put(k, came, 2 * stepOf[v] + 1);
    else if (ret[k] !== NEVER) put(k, Math.max(came, call[k]), places - 1);
  }
  return argsort(Float64Array.from(keys)).map((i) => chosen[i]);
}
