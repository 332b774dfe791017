/**
 * Planted bugs in what MapReduce does with data: cutting, hashing, combining, sorting, merging. Part of `mapreduce.ts`.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const INPUTS = "mapreduce/worker/inputs.ts";
/** The first test of lab 1, with real processes. */
const LAB_FIGURES = "test -A --no-check --filter=figures tests/mapreduce/real/lab_test.ts";
const INPUTS_TEST = "test -A --no-check tests/mapreduce/unit/inputs_test.ts";
const SHUFFLE_TEST = "test -A --no-check tests/mapreduce/unit/shuffle_test.ts";
const SUSPICION_TEST = "test -A --no-check tests/mapreduce/unit/suspicion_test.ts";

/** Mutants that one command kills. */
export function killedBy(command: string, mutants: readonly Omit<Mutant, "killedBy">[]): readonly Mutant[] {
  return mutants.map((mutant) => ({ ...mutant, killedBy: command }));
}

/** See the module's page. */
export function dataMutants(): readonly Mutant[] {
  return [
    ...killedBy(LAB_FIGURES, [
      {
        id: "MR-M9-sign",
        title: "The hash keeps its top bit",
        source: "labs, 11.1 M9",
        file: "mapreduce/partition.ts",
        anchor: "return (hash & 0x7fffffff) % reduces;",
        replacement: "return (hash >>> 0) % reduces;",
      },
    ]),
    ...killedBy(INPUTS_TEST, [
      {
        id: "MR-lost-line",
        title: "A line that begins exactly where a part begins belongs to nobody",
        source: "splitting at line boundaries",
        file: INPUTS,
        anchor: "const firstByte = Math.max(0, fromByte - 1);",
        replacement: "const firstByte = fromByte;",
      },
      {
        id: "MR-line-twice",
        title: "A line that begins exactly where a part ends belongs to both parts",
        source: "splitting at line boundaries",
        file: INPUTS,
        anchor: "if (offset + start >= toByte) return;",
        replacement: "if (offset + start > toByte) return;",
      },
    ]),
    ...killedBy(SHUFFLE_TEST, [
      {
        id: "MR-split-group",
        title: "Equal keys of different runs become two groups",
        source: "merge by the first four bytes alone",
        file: "mapreduce/shuffle/merge.ts",
        anchor: "if (left.prefix !== right.prefix) return left.prefix < right.prefix;",
        replacement:
          "if (left.prefix !== right.prefix || leftRank !== rightRank) return left.prefix < right.prefix;",
      },
      {
        id: "MR-odd-one-out",
        title: "A combiner that folds repeated values by doubling forgets the odd one",
        source: "combining",
        file: "mapreduce/shuffle/pair_buffer.ts",
        anchor: "if (left & 1) values.push(doubled);",
        replacement: "",
      },
      {
        id: "MR-overflow",
        title: "A total beyond 2^31 wraps around",
        source: "totals are kept as small integers",
        file: "mapreduce/shuffle/byte_table.ts",
        anchor: "if (total > MAX_TOTAL || total < -MAX_TOTAL) this.#replace(slot, amount);",
        replacement: "if (total > MAX_TOTAL * 4) this.#replace(slot, amount);",
      },
      {
        id: "MR-all-in-memory",
        title: "The merge reads a whole run before it hands out the first value",
        source: "values stream into reduce",
        file: "mapreduce/shuffle/merge.ts",
        anchor: "  *#stream(group: number): Generator<string> {",
        replacement:
          "  #stream(group: number): Iterator<string> {\n    return [...this.#lazily(group)].values();\n  }\n\n  *#lazily(group: number): Generator<string> {",
      },
    ]),
    ...killedBy(SUSPICION_TEST, [
      {
        id: "MR-wide-skip",
        title: "With the bad record its neighbour is left out",
        source: "--skip-bad",
        file: "mapreduce/worker/care.ts",
        anchor: "to < bytes.length && isWithin(base + to, care.skips) === skipped &&",
        replacement: "to < bytes.length &&",
      },
      {
        id: "MR-no-strike",
        title: "A record that kills again and again is never given up",
        source: "bad records",
        file: "mapreduce/coordinator/suspicion.ts",
        anchor: "if (same) return { range, strikes: before.strikes + weight };",
        replacement: "if (same) return { range, strikes: before.strikes };",
      },
    ]),
  ];
}
