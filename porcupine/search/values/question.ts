import type { Budget } from "../../budget.ts";
import { type RegisterTable, SWAP, WRITE } from "../../fast/register_table.ts";
import type { Part } from "../../parts.ts";
import type { Memory } from "../../scratch.ts";
import { MOST_WORDS, wholeOrder } from "./decide.ts";
import { type ValueOperations, valueOperations } from "./operations.ts";
import { type Stops, type ValueBeginning, ValueSearch } from "./search.ts";

/** Some operations on a register, and how it stands when the first of them may be placed. */
export interface ValueQuestion {
  readonly table: Pick<RegisterTable, "count" | "op" | "value" | "from" | "values" | "settled">;
  readonly part: Part;
  /** What was called before this rank may be over when it begins. */
  readonly since: number;
  /** What it begins with. */
  readonly start: ValueStart;
  /** Those without an answer, by number, each of which stands for as many of the same as are needed. */
  readonly endless: readonly number[];
  /** How many configurations are kept from level to level, in turn: where the last of them are too few, it is not settled. */
  readonly widths: readonly number[];
}

/**
 * `any`: with any value, and all that may be over may have been done or not. Otherwise with this value, and of what may be over
 * these are, by number.
 */
export type ValueStart = "any" | { readonly value: number; readonly placed: ReadonlySet<number> };

/** An order of them that gives their answers, without what was over at the beginning; or that there is none, whatever it was. */
export type ValueAnswer = Int32Array | "impossible" | "unknown";

/** Whether the answers are possible. */
export function askValues(question: ValueQuestion, budget: Budget): ValueAnswer {
  const { scratch } = budget;
  const mark = scratch.mark();
  const answer = ask(question, budget);
  scratch.backTo(mark);
  return answer;
}

/** Where much is open a configuration is compared with others word by word: that is paid for from level to level. */
class Toll implements Stops {
  readonly next = 0;
  readonly #budget: Budget;
  readonly #words: number;
  #paid: number;

  constructor(budget: Budget, words: number) {
    this.#budget = budget;
    this.#words = words;
    this.#paid = budget.work;
  }

  at(): boolean {
    this.#budget.spend((this.#budget.work - this.#paid) * this.#words);
    this.#paid = this.#budget.work;
    return this.#budget.stopped !== undefined;
  }
}

function ask({ table, part, since, start, endless, widths }: ValueQuestion, budget: Budget): ValueAnswer {
  const { scratch } = budget;
  const operations = valueOperations(table, part, scratch);
  if (operations === undefined) return "unknown";
  const words = (operations.slots + 31) >>> 5;
  if (words * (operations.values * 4 + operations.slots) > MOST_WORDS) return "unknown";
  const early = operations.numbers.subarray(0, operations.count).findIndex((k) => part.call[k] >= since);
  const beginnings = beginningsOf(operations, early < 0 ? operations.count : early, start, scratch);
  for (const width of widths) {
    const search = new ValueSearch(operations, budget);
    search.beginWith(beginnings);
    for (let k = 0; k < operations.count; k++) {
      if (endless.includes(operations.numbers[k])) search.multiply(k);
    }
    const progress = search.run(width, new Toll(budget, words));
    if (progress === "met") return "unknown";
    if (progress === "stopped") return "unknown";
    if (progress === "illegal") return "impossible";
    if (progress === "narrow") continue;
    const beginning = beginnings[-1 - search.trail().root];
    return wholeOrder(operations, search, beginning, scratch);
  }
  return "unknown";
}

/** `early`: so many operations may be over. */
function beginningsOf(
  { values, slot, slots, numbers, op }: ValueOperations,
  early: number,
  start: ValueStart,
  memory: Memory,
): ValueBeginning[] {
  const words = Math.max(1, (slots + 31) >>> 5);
  const spent = memory.int32(words);
  const done = memory.int32(words);
  for (let k = 0; k < early; k++) {
    if (start !== "any" && !start.placed.has(numbers[k])) continue;
    const bit = 1 << (slot[k] & 31);
    done[slot[k] >>> 5] |= bit;
    // What may have been done may be done yet.
    if (start !== "any" && (op[k] === WRITE || op[k] === SWAP)) spent[slot[k] >>> 5] |= bit;
  }
  if (start !== "any") return [{ value: start.value, spent, done }];
  return Array.from({ length: values }, (_, value) => ({ value, spent, done }));
}
