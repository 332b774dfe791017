import { type Budget, Expired } from "../../budget.ts";
import type { Memory } from "../../scratch.ts";
import type { ValueFinding } from "../values/decide.ts";
import { LetterSearch, type Searched } from "./search.ts";

/** So many configurations are kept from level to level; where these come to nothing, more. */
const WIDTHS = [32, 128, 512, 2048, 8192];

/** More work than this, and so much for each operation, is for the general searches. */
const MOST = { base: 1 << 19, each: 64 };

/** Searches with ever more configurations; `undefined` if it would take too long, or the last are not enough. */
export function searchByWidths(
  object: Searched,
  budget: Budget,
  widths: readonly number[] = WIDTHS,
): ValueFinding | undefined {
  const { operations } = object;
  const end = budget.work + MOST.base + MOST.each * operations.count;
  for (const width of widths) {
    // To read a long history takes tens of milliseconds, and to begin as long.
    if (budget.expired()) throw new Expired();
    const search = new LetterSearch(object, budget, width);
    const progress = search.run(end);
    if (progress === "far") return undefined;
    if (progress === "narrow") continue;
    return {
      verdict: progress === "stopped" ? "unknown" : progress,
      order: wholeOrder(object, search, budget.scratch),
      reached: operations.reached[search.level],
    };
  }
  return undefined;
}

/** Goes along the decisions once more and writes down what the search did not: looks where they were met, and what nobody saw. */
function wholeOrder(object: Searched, search: LetterSearch, memory: Memory): Int32Array {
  const { count, slot, numbers, letter, initial, returns } = object.operations;
  const { present, rules } = object.at(memory);
  const row = memory.int32(rules.size);
  const path = search.path();
  const isPlaced = memory.uint8(count);
  for (let i = 0; i < path.length; i += 2) isPlaced[path[i]] = 1;
  const order: number[] = [];
  let decided = -1;
  // What a decision places later is not to stand where it was owed no more.
  const take = (operation: number): void => {
    if (isPlaced[operation] === 0 || operation === decided) order.push(numbers[operation]);
  };
  row[0] = initial;
  if (returns.length > 0) rules.arrive(row, take);
  for (let i = 0; i < path.length; i += 2) {
    while (present.level < path[i + 1]) {
      present.forward();
      rules.arrive(row, take);
    }
    decided = path[i];
    rules.place(row, slot[decided], present.after(row[0], letter[decided]), take);
  }
  while (present.level < search.level && present.level + 1 < returns.length) {
    present.forward();
    rules.arrive(row, take);
  }
  return Int32Array.from(order);
}
