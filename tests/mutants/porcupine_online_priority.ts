/**
 * Planted bugs for priority queues on line: when a value can have come out, who can have taken out what was better, and what is forgotten.
 * @module
 */
import type { Mutant } from "./mutant.ts";

function bug(
  id: string,
  title: string,
  source: string,
  [file, anchor, replacement]: readonly [string, string, string],
): Mutant {
  return {
    id: `PC-online-priority-${id}`,
    title,
    source: `on-line checker: ${source}`,
    file: `porcupine/online/priority_${file}.ts`,
    anchor,
    replacement,
    killedBy: "test -A --no-check tests/porcupine/online_priority_test.ts",
  };
}

/** These mutants. */
export const porcupineOnlinePriorityMutants: readonly Mutant[] = [
  bug(
    "first",
    "A value comes out of a priority queue in the first gap in which it can, or not at all",
    "later gaps have more takers",
    [
      "extractions",
      "if (taker === takers.length) return gaps;",
      "return gaps;",
    ],
  ),
  bug(
    "early",
    "A value comes out of a priority queue before it is put in",
    "after the call of its insertion",
    [
      "watch",
      "Math.max(insert.call, watched.call)",
      "watched.call",
    ],
  ),
  bug(
    "known",
    "What came out of a priority queue later was never in the way",
    "what is known to have come out was in for certain",
    [
      "extractions",
      "const gap = firstClear(next, better);",
      "const gap = next;",
    ],
  ),
  bug(
    "struck",
    "A gap of a priority queue stays open though a better value turns out to have been in",
    "gaps are struck out",
    [
      "supposed",
      "extract.gaps = extract.gaps.filter((gap) => gap < first || last < gap);",
      "",
    ],
  ),
  bug(
    "anew",
    "What is supposed of a priority queue is never chosen anew",
    "what is impossible has been tried in every way",
    [
      "supposed",
      "if (!chooseGaps(ranking, this.#extracts, this.#contents, this.#patience)) return false;",
      "if (this.#extracts.length >= 0) return false;",
    ],
  ),
  bug(
    "left",
    "What came out of a priority queue before a worse value did asks for nothing",
    "both sides of a gap have to be possible",
    [
      "choice",
      "Math.min(called, right, this.#room(after, gap).most)",
      "Math.min(called, right)",
    ],
  ),
  bug(
    "right",
    "Who was needed before a worse value came out of a priority queue is at hand again afterwards",
    "how many takers are needed before",
    [
      "choice",
      "const right = this.#room(gap, before).most - needed;",
      "const right = this.#room(gap, before).most;",
    ],
  ),
  bug(
    "certain",
    "An extraction asks for nothing if what was better must be out some day",
    "it must have been out by then",
    [
      "supposed",
      "inWay.every(({ dueAtLatest }) => dueAtLatest <= gap)",
      "inWay.every(({ dueAtLatest }) => dueAtLatest < NEVER)",
    ],
  ),
  bug(
    "enough",
    "One who may have taken something out of a priority queue takes out whatever is asked for",
    "each takes out one value",
    [
      "supposed",
      "if (dues.length > takers.length) return false;",
      "if (takers.length > 0) return true;",
    ],
  ),
  bug(
    "between",
    "What is over in a priority queue is settled though it concerns what is not",
    "extractions that were over before all others",
    [
      "supposed",
      "if (until > end) end = Math.min(end, from);",
      "end = Math.min(end, from, end);",
    ],
  ),
  bug(
    "all",
    "Whatever was in the way at the first gaps of what is past in a priority queue is all that is out",
    "if gaps can be chosen with which nothing else must be out",
    [
      "supposed",
      "if (gone.size === 0 || !chooseGaps(ranking, least, this.#contents, this.#patience)) return [];",
      "if (gone.size === 0) return [];",
    ],
  ),
  bug(
    "second",
    "What a lost extraction took is forgotten, and it takes something else",
    "values are forgotten together with those who took them",
    [
      "watch",
      "    this.#takers.splice(0, gone.length);\n",
      "",
    ],
  ),
  bug(
    "blocked",
    "A search takes over from a priority queue's watch, and is not told what was in the way",
    "it is kept for the search",
    [
      "watch",
      " || extracts.some((extract) => this.#isInWay(passed, extract))",
      "",
    ],
  ),
  bug(
    "blocks",
    "Of many values in a priority queue the better half of a block stands behind the worse",
    "from the worst to the best",
    [
      "items",
      "this.#blocks.splice(at + 1, 0, block.splice(block.length >>> 1));",
      "this.#blocks.splice(at, 0, block.splice(block.length >>> 1));",
    ],
  ),
  bug(
    "told",
    "A search takes over from a priority queue's watch, and is not told what must be out",
    "the extractions that ask for something are told",
    [
      "watch",
      "    for (const { operations } of this.#supposed.extracts) for (const one of operations) kept.add(one);\n",
      "",
    ],
  ),
];
