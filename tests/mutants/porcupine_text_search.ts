/**
 * Planted bugs for the search of texts whose tokens repeat.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const TEXTS = "test -A --no-check tests/porcupine/text_search_test.ts";
const FOLDER = "porcupine/search/texts/";

/** These mutants. */
export const porcupineTextSearchMutants: readonly Mutant[] = [
  {
    id: "PC-texts-horizon",
    title:
      "A get that is called after the next put is held not to see what is there, though that put may come later",
    source: "rule (u): the put has returned before the get is called",
    file: FOLDER + "present.ts",
    anchor: "Math.min(this.#putBy[k], ret[k])",
    replacement: "Math.min(this.#putBy[k], operations.call[k])",
    killedBy: TEXTS,
  },
  {
    id: "PC-texts-unseen",
    title: "What is owed need not be placed any more although the text is seen",
    source: "rule (u): only where nobody sees the text",
    file: FOLDER + "rules.ts",
    anchor: "if (state === UNSEEN) {",
    replacement: "if (state === UNSEEN || gets.length === 0) {",
    killedBy: TEXTS,
  },
  {
    id: "PC-texts-due",
    title: "An append whose text nobody sees is not placed, although it returns now",
    source: "rule (u'): what returns now may lead to unseen",
    file: FOLDER + "search.ts",
    anchor: "let isUnseen = !isGet && isOwed && rules.mayHide;",
    replacement: "let isUnseen = !isGet && isOwed && isPut[letter[operation]];",
    killedBy: TEXTS,
  },
  {
    id: "PC-texts-equal",
    title:
      "Of appends that do the same only the one that returns first is placed, even if only another one is owed",
    source: "rule (h): unless it is optional and the other one is owed",
    file: FOLDER + "search.ts",
    anchor: "if (isOwed || this.#operations.isPut[letter]) return;",
    replacement: "return;",
    killedBy: TEXTS,
  },
  {
    id: "PC-texts-order",
    title: "Of operations that do the same the one that was called first is placed first",
    source: "rule (h): the one that returns first",
    file: FOLDER + "open.ts",
    anchor: "while (i > 0 && ret[this.open[own[i - 1]]] > ret[k]) i--;",
    replacement: "while (i > 0 && this.open[own[i - 1]] > k) i--;",
    killedBy: TEXTS,
  },
  {
    id: "PC-texts-pointless",
    title: "No put follows another one at the same level, even if a get was met between them",
    source: "rule (d): only where no get was met",
    file: FOLDER + "search.ts",
    anchor: "const isPointless = !isMet &&",
    replacement: "const isPointless =",
    killedBy: TEXTS,
  },
  {
    id: "PC-texts-ahead",
    title:
      "A get whose answer begins otherwise is given up although a put that is still to be called may begin it",
    source: "rule (e): open, or still to be called before it returns",
    file: FOLDER + "rules.ts",
    anchor: " || this.#present.awaitsHead(get)) return true;",
    replacement: ") return true;",
    killedBy: TEXTS,
  },
  {
    id: "PC-texts-heads",
    title: "Of the puts with which an answer can begin only the longest is known",
    source: "each beginning of an answer may have been put",
    file: FOLDER + "heads.ts",
    anchor: "? [...open] : list;",
    replacement: "? open.slice(-1) : list;",
    killedBy: TEXTS,
  },
  {
    id: "PC-texts-answer",
    title: "A get is met by a text with which its answer only begins",
    source: "a state is an answer if it is all of it",
    file: FOLDER + "beginnings.ts",
    anchor: "return this.low[state] === answer && this.length[state] === this.answers[answer].length;",
    replacement: "return this.low[state] === answer;",
    killedBy: TEXTS,
  },
  {
    id: "PC-texts-absorbed",
    title: "What a put absorbs stands after it",
    source: "reduction (c): just before it",
    file: FOLDER + "rules.ts",
    anchor: "    take?.(open[slot]);\n    row[0] = state;",
    replacement: "    row[0] = state;",
    killedBy: TEXTS,
  },
  {
    id: "PC-texts-narrow",
    title: "Nothing is left of the few configurations that were kept, so there is no order",
    source: "what was thrown away might have led on",
    file: FOLDER + "search.ts",
    anchor: 'return this.#isThinned ? "narrow" : "illegal";',
    replacement: 'return "illegal";',
    killedBy: TEXTS,
  },
  {
    id: "PC-texts-far",
    title: "So many configurations of a level are looked at, and it is forgotten that there are more",
    source: "what was not looked at might have led on",
    file: FOLDER + "search.ts",
    anchor: "          this.#isThinned = true;\n          break;",
    replacement: "          break;",
    killedBy: TEXTS,
  },
];
