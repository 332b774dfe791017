import type { Budget } from "../../budget.ts";
import type { RegisterTable } from "../../fast/register_table.ts";
import type { Part } from "../../parts.ts";
import { MOST_WORDS, wholeOrder } from "./decide.ts";
import { valueOperations } from "./operations.ts";
import { type Stops, ValueSearch } from "./search.ts";

/** How many configurations are kept from level to level: where so many are too few, it is not settled. */
const SIDE_WIDTHS: readonly number[] = [16, 128];

/** Some operations on a register, and how it stands when the first of them may be placed. */
export interface ValueQuestion {
  readonly table: Pick<RegisterTable, "count" | "op" | "value" | "from" | "values" | "settled">;
  readonly part: Part;
  /** It begins with any value; what was called before this rank, and has an answer, may be over by then. */
  readonly since: number;
}

/** An order of them that gives their answers, without what was over at the beginning; or that there is none, whatever it was. */
export type ValueAnswer = Int32Array | "impossible" | "unknown";

/** Whether the answers are possible. */
export function askValues({ table, part, since }: ValueQuestion, budget: Budget): ValueAnswer {
  const { scratch } = budget;
  const mark = scratch.mark();
  const answer = ask({ table, part, since }, budget);
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

function ask({ table, part, since }: ValueQuestion, budget: Budget): ValueAnswer {
  const { scratch } = budget;
  const operations = valueOperations(table, part, scratch);
  if (operations === undefined) return "unknown";
  const words = (operations.slots + 31) >>> 5;
  if (words * (operations.values * 4 + operations.slots) > MOST_WORDS) return "unknown";
  const done = scratch.int32(Math.max(1, words));
  for (let k = 0; k < operations.count; k++) {
    if (part.call[operations.numbers[k]] >= since) break;
    done[operations.slot[k] >>> 5] |= 1 << (operations.slot[k] & 31);
  }
  const spent = new Int32Array(Math.max(1, words));
  const beginnings = Array.from({ length: operations.values }, (_, value) => ({ value, spent, done }));
  for (const width of SIDE_WIDTHS) {
    const search = new ValueSearch(operations, budget);
    search.beginWith(beginnings);
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
