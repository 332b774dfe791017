import type { Budget } from "../budget.ts";
import { TOO_MANY } from "./log_answers.ts";
import type { FastResult } from "./result.ts";
import { SubsetSums } from "./subset_sums.ts";
import { ADD, LOOK, type SumAnswers, TOLD } from "./sum_answers.ts";

/** Why a sum cannot have been so small. */
const FORGOTTEN = "what had been added by then must be counted";
/** Why there cannot have been just this sum. */
const NO_CHOICE = "whatever part of what was added is counted, it never comes to that";

/** Of cores, so many words may be gone through to know all sums, and so many held: 8 MiB. */
const MOST_WORDS = 1 << 27;
const MOST_HELD = 1 << 21;

/**
 * The first answer, by return, that no counting of the additions allows, the other answers aside: what had returned by its call is
 * counted, what was called by its return may be. If the sum seen is less than the least such, or more than the most, no order
 * gives that answer. Linear: sums of what had been called and had returned by each rank.
 */
export function refuteAlone(answers: SumAnswers, budget: Budget): FastResult | undefined {
  const { part: { call, ret, returns, end }, op, amount, total } = answers;
  // By rank: what was added, and what was taken away, by requests called, or answered, before it.
  const donePlus = new Float64Array(end + 1);
  const doneMinus = new Float64Array(end + 1);
  const calledPlus = new Float64Array(end + 1);
  const calledMinus = new Float64Array(end + 1);
  for (let k = 0; k < op.length; k++) {
    (amount[k] > 0 ? calledPlus : calledMinus)[call[k] + 1] += amount[k];
    if (ret[k] < end) (amount[k] > 0 ? donePlus : doneMinus)[ret[k] + 1] += amount[k];
  }
  for (const sums of [donePlus, doneMinus, calledPlus, calledMinus]) {
    for (let rank = 0; rank < end; rank++) sums[rank + 1] += sums[rank];
  }
  for (const k of returns) {
    if (op[k] !== LOOK && op[k] !== TOLD) continue;
    const own = op[k] === TOLD ? amount[k] : 0;
    const least = donePlus[call[k]] + calledMinus[ret[k]] + Math.max(0, own);
    const most = doneMinus[call[k]] + calledPlus[ret[k]] + Math.min(0, own);
    if (total[k] >= least && total[k] <= most && Number.isInteger(total[k])) continue;
    const found = coreAlone(answers, k, budget);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A minimal core of an answer that is impossible the other answers aside: itself, and of the additions that had returned by its
 * call as few as still make it impossible. `undefined` if it is possible.
 *
 * Believed, an addition is counted; not believed, it may be. With `need` as what the latter have to come to, and `sums` as what they
 * can come to, disbelieving one more of amount `a` makes the answer possible exactly if `need + a` is among `sums` (it is not
 * counted; had it to be counted, the answer had been possible before). For one that takes away, by as much as it takes. So the
 * small ones are disbelieved first, for then fewer are left; and what cannot be spared once can never be, nor can its equals,
 * because with fewer answers believed more is possible. All additions commute, so that nothing but the sum matters: the core is
 * minimal if none of it was told a sum itself.
 */
export function coreAlone(answers: SumAnswers, x: number, budget: Budget): FastResult | undefined {
  const { part: { call, ret }, op, amount, total } = answers;
  const believed: number[] = [];
  const loose: number[] = [];
  let need = total[x];
  for (let k = 0; k < op.length && call[k] < ret[x]; k++) {
    if (op[k] !== ADD && op[k] !== TOLD) continue;
    if (k === x || ret[k] < call[x]) need -= amount[k];
    else need -= Math.min(0, amount[k]);
    if (k !== x) (ret[k] < call[x] ? believed : loose).push(k);
  }
  const isWhole = Number.isInteger(need);
  const goal = believed.reduce((sum, k) => sum + Math.max(0, amount[k]), need);
  const words = goal / 32 + 1;
  const isExact = isWhole && words <= MOST_HELD && words * (believed.length + loose.length) <= MOST_WORDS;
  const sums = isExact ? new ExactSums(Math.max(0, goal)) : new Between();
  for (let i = 0; i < loose.length; i++) {
    budget.tick(i);
    sums.add(Math.abs(amount[loose[i]]));
  }
  if (sums.has(need)) return undefined;
  const reason = !isWhole
    ? "no additions come to that"
    : need < 0
    ? FORGOTTEN
    : sums.exceeds(need)
    ? NO_CHOICE
    : TOO_MANY;
  const isTold = (k: number): number => op[k] === TOLD ? 0 : 1;
  believed.sort((a, b) => isTold(a) - isTold(b) || Math.abs(amount[a]) - Math.abs(amount[b]));
  const core: number[] = [];
  const kept = new Set<number>();
  for (let i = 0; i < believed.length; i++) {
    budget.tick(i);
    const k = believed[i];
    if (kept.has(amount[k]) || sums.has(need + amount[k])) {
      kept.add(amount[k]);
      core.push(k);
      continue;
    }
    sums.add(Math.abs(amount[k]));
    need += Math.max(0, amount[k]);
  }
  const members = [...core, x];
  if (!isExact && isWhole || core.some((k) => op[k] === TOLD)) {
    return { verdict: "illegal", suspects: members, reason };
  }
  return { verdict: "refuted", core: members, reason };
}

/** All sums, up to a bound. */
class ExactSums {
  readonly #sums: SubsetSums;
  #all = 0;

  constructor(bound: number) {
    this.#sums = new SubsetSums(bound);
  }

  add(number: number): void {
    this.#all += number;
    this.#sums.add(number);
  }

  has(sum: number): boolean {
    return this.#sums.has(sum);
  }

  exceeds(sum: number): boolean {
    return sum <= this.#all;
  }
}

/** Where that would take too long: anything between nothing and all. */
class Between {
  #all = 0;

  add(number: number): void {
    this.#all += number;
  }

  has(sum: number): boolean {
    return Number.isInteger(sum) && sum >= 0 && sum <= this.#all;
  }

  exceeds(sum: number): boolean {
    return sum <= this.#all;
  }
}
