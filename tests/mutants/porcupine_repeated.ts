/**
 * Planted bugs where registers whose values repeat are judged without a search.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const SOURCES = "porcupine/fast/sources.ts";
const CLAIMS = "porcupine/fast/claims.ts";
const SETTLED = "porcupine/fast/settled.ts";
const REPEATED = "porcupine/fast/repeated.ts";
const UNPLACED = "porcupine/fast/unplaced.ts";
const TEST = "test -A --no-check tests/porcupine/repeated_test.ts";
const RIVALS = "test -A --no-check tests/porcupine/claims_test.ts";
const GONE = "of a value that was gone: something has both begun and ended since";
const ZONES = "zones: two forward ones do not overlap, and no backward one lies within a forward one";

/** These mutants. */
export const porcupineRepeatedMutants: readonly Mutant[] = [
  {
    id: "PF-repeated-same-value",
    title: "A read of a value shows that the value was gone",
    source: GONE,
    file: SOURCES,
    anchor: "Math.min(write[k], found[k] === written ? other[k] : read[k])",
    replacement: "Math.min(write[k], read[k])",
    killedBy: TEST,
  },
  {
    id: "PF-repeated-late-write",
    title: "A write that was called after a read had returned may be what it saw",
    source: GONE,
    file: SOURCES,
    anchor: "call[makers[w]] < ret[k])",
    replacement: "call[makers[w]] < ret[k] + 9)",
    killedBy: TEST,
  },
  {
    id: "PF-repeated-open",
    title: "What overlaps a write and a read is taken to lie between them",
    source: GONE,
    file: SOURCES,
    anchor: "if (gone[w] >= call[k]) {",
    replacement: "if (gone[w] >= ret[k]) {",
    killedBy: TEST,
  },
  {
    id: "PF-repeated-within",
    title: "A backward zone that begins in what a forward zone grew by is no rival",
    source: ZONES,
    file: CLAIMS,
    anchor: "if (begins >= 0 && this.from[begins] < to) add(begins);",
    replacement: "",
    killedBy: RIVALS,
  },
  {
    id: "PF-repeated-ends-within",
    title: "A backward zone that ends in what a forward zone grew by is no rival",
    source: ZONES,
    file: CLAIMS,
    anchor: "if (ends >= 0 && this.to[ends] > from) add(ends);",
    replacement: "",
    killedBy: RIVALS,
  },
  {
    id: "PF-repeated-covered",
    title: "What covers the beginning of a zone is no rival",
    source: ZONES,
    file: CLAIMS,
    anchor: "    this.#covering(from, add);\n",
    replacement: "",
    killedBy: RIVALS,
  },
  {
    id: "PF-repeated-stays-covered",
    title: "What a zone no longer reaches stays covered",
    source: ZONES,
    file: CLAIMS,
    anchor: "    this.#coverMore(to, until, -1);\n",
    replacement: "",
    killedBy: RIVALS,
  },
  {
    id: "PF-repeated-taken-stays",
    title: "The zone of a writer that a read was taken from stays as it was",
    source: ZONES,
    file: CLAIMS,
    anchor: "    this.#shrink(writer);\n",
    replacement: "",
    killedBy: RIVALS,
  },
  {
    id: "PF-repeated-begun-forward",
    title: "Settled zones that overlap are no contradiction",
    source: ZONES,
    file: CLAIMS,
    anchor: "if (present >= 0 && rank < to[present]) return [present, forward];",
    replacement: "",
    killedBy: RIVALS,
  },
  {
    id: "PF-repeated-begun-backward",
    title: "A settled zone that lies within another is no contradiction",
    source: ZONES,
    file: CLAIMS,
    anchor: "if (backward >= 0 && present >= 0 && from[backward] < to[present]) return [present, backward];",
    replacement: "",
    killedBy: RIVALS,
  },
  {
    id: "PF-repeated-endless",
    title: "While reads are given away nobody looks at the clock",
    source: "bar 8: the time limit is kept within 50 ms",
    file: "porcupine/fast/pace.ts",
    anchor: "if (this.#budget.expired()) throw new Expired();",
    replacement: "",
    killedBy: TEST,
  },
  {
    id: "PF-repeated-blind",
    title: "Reads are given away whoever is in the way",
    source: "registers whose values repeat: no two zones are rivals",
    file: REPEATED,
    anchor: "const rivals = claims.rivalsWith(writer, k);",
    replacement: "const rivals: number[] = [];",
    killedBy: TEST,
  },
  {
    id: "PF-repeated-round",
    title: "Reads that were given away often are given to the same writers for ever",
    source: "registers whose values repeat: two reads can go round in circles",
    file: REPEATED,
    anchor: "if (this.#turns[i] > SETTLED_TURNS && this.#below(STRAY) === 0) {",
    replacement: "if (this.#turns[i] < 0) {",
    killedBy: TEST,
  },
  {
    id: "PF-repeated-first-taken",
    title: "It is always the same read that is taken back",
    source: "registers whose values repeat: those are taken back that were so least often",
    file: REPEATED,
    anchor: "if (read !== but && turns < fewest) [least, fewest] = [read, turns];",
    replacement: "if (read !== but && least < 0) [least, fewest] = [read, turns];",
    killedBy: TEST,
  },
  {
    id: "PF-repeated-accused-writes",
    title: "Of the writes of a value only those are accused that mark a zone",
    source: "registers whose values repeat: who is accused is impossible alone",
    file: SETTLED,
    anchor: "if (value[maker] === value[k] && call[maker] < ret[k]) left.push(maker);",
    replacement: "if (value[maker] === value[k] && ret[maker] < call[k]) left.push(maker);",
    killedBy: TEST,
  },
  {
    id: "PF-repeated-accused-witness",
    title: "What shows that a value was gone is not accused",
    source: "registers whose values repeat: who is accused is impossible alone",
    file: SETTLED,
    anchor: "if (witness >= 0) left.push(witness);",
    replacement: "",
    killedBy: TEST,
  },
  {
    id: "PF-repeated-accused-rulings",
    title: "Who ruled out a writer is not accused",
    source: "registers whose values repeat: who is accused is impossible alone",
    file: SETTLED,
    anchor: "      left.push(...this.#rulings.get(k) ?? []);\n",
    replacement: "",
    killedBy: TEST,
  },
  {
    id: "PF-repeated-refuted-early",
    title: "A read for which no writer is left is impossible, though one before it can be given to another",
    source: "registers whose values repeat: whether there is any way to give reads away",
    file: UNPLACED,
    anchor: 'if (found !== "none") return found;',
    replacement: "return found;",
    killedBy: TEST,
  },
  {
    id: "PF-repeated-refuted-never",
    title: "That a few reads can be given away in no way is not looked for",
    source: "registers whose values repeat: whether there is any way to give reads away",
    file: UNPLACED,
    anchor: 'if (ways.find(some, 0) !== "none") continue;',
    replacement: "continue;",
    killedBy: TEST,
  },
  {
    id: "PF-repeated-refuted-ends",
    title: "Who marked the ends of zones that a read would not fit beside is not accused",
    source: "registers whose values repeat: who is accused is impossible alone",
    file: UNPLACED,
    anchor: "...ways.ends], NO_WAY);",
    replacement: "], NO_WAY);",
    killedBy: TEST,
  },
];
