/**
 * Planted bugs for the linearizability checker: each pruning rule, fast path and certificate weakened once.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const SEARCH = "test -A tests/porcupine/oracle_test.ts";
const FAST = "test -A tests/porcupine/oracle_test.ts tests/porcupine/fast_test.ts";
const EXPLAIN = "test -A tests/porcupine/explain_test.ts";
const WALK = "porcupine/search/walk.ts";
const LAYER = "porcupine/search/layer.ts";
const DEPTH = "porcupine/search/depth.ts";
const ZONES = "porcupine/fast/zones.ts";
const VERSIONS = "porcupine/fast/versions.ts";

/** The checker's mutants. */
export const porcupineMutants: readonly Mutant[] = [
  {
    id: "PC-a",
    title: "A pending read is taken as placed although its answer is not the present state",
    source: "reduction (a): reads at once",
    file: WALK,
    anchor: "if (this.states.apply(nodes[at], operation) === 0) continue;\n        nodes[index] &= ~bit;",
    replacement: "nodes[index] &= ~bit;",
    killedBy: SEARCH,
  },
  {
    id: "PC-b-owed",
    title: "A configuration is dropped for one that owes more",
    source: "reduction (b): dominance",
    file: LAYER,
    anchor: "for (let i = 1; i < size; i++) if ((left[a + i]",
    replacement: "for (let i = 1; i < (size + 1) / 2; i++) if ((left[a + i]",
    killedBy: SEARCH,
  },
  {
    id: "PC-b-spent",
    title: "A configuration is dropped for one that has spent more",
    source: "reduction (b): dominance",
    file: LAYER,
    anchor: "for (let i = 1; i < size; i++) if ((left[a + i]",
    replacement: "for (let i = (size + 1) / 2; i < size; i++) if ((left[a + i]",
    killedBy: SEARCH,
  },
  {
    id: "PC-b-crashed",
    title: "An operation without an answer is owed like any other",
    source: "reduction (b): lost answers are optional",
    file: WALK,
    anchor: "if (s < 0 || ret[k] === NEVER) continue;",
    replacement: "if (s < 0) continue;",
    killedBy: SEARCH,
  },
  {
    id: "PC-c",
    title: "A successful compare-and-set absorbs pending writes as if it overwrote",
    source: "reduction (c): retroactive absorption",
    file: WALK,
    anchor: "if (this.problem.effect[operation] === OVERWRITE) {",
    replacement: "if (this.problem.effect[operation] !== READ) {",
    killedBy: SEARCH,
  },
  {
    id: "PC-c-last-occasion",
    title: "An absorbed operation can no longer be used at its return",
    source: "reduction (c): an absorbed operation that returns is used now or never",
    file: WALK,
    anchor: '=== READ ? "settled" : "optional";',
    replacement: '=== READ ? "settled" : "settled";',
    killedBy: SEARCH,
  },
  {
    id: "PC-d",
    title: "An overwriting operation that satisfied a read may not be followed by another",
    source: "reduction (d): pointless overwriting",
    file: DEPTH,
    anchor: "walk.problem.effect[operation] === OVERWRITE && !satisfied",
    replacement: "walk.problem.effect[operation] === OVERWRITE",
    killedBy: SEARCH,
  },
  {
    id: "PC-e",
    title: "A get called later dooms a text although a put can still come before it",
    source: "reduction (e): looking ahead",
    file: "porcupine/search/doom.ts",
    anchor: "if (latestPut[before] < ret[returns[p]]) wanted[p] = values[get];",
    replacement: "wanted[p] = values[get];",
    killedBy: SEARCH,
  },
  {
    id: "PC-f",
    title: "A returned operation's slot stays spent, so that a quiescent instant passes on more than states",
    source: "reduction (f): cut at quiescent instants",
    file: WALK,
    anchor: "nodes[at + 1 + (gone >>> 5)] &= ~(1 << (gone & 31));",
    replacement: "nodes[at + 1 + (gone >>> 5)] |= 1 << (gone & 31);",
    killedBy: SEARCH,
  },
  {
    id: "PC-g",
    title: "The cache forgets the level, so that two configurations with equal masks look the same",
    source: "reduction (g): keys of level, mask and state",
    file: DEPTH,
    anchor: "this.#visited.add(walk.level, nodes, top)",
    replacement: "this.#visited.add(0, nodes, top)",
    killedBy: SEARCH,
  },
  {
    id: "PC-h",
    title: "An optional operation is used before an equal one that is owed",
    source: "reduction (h): equal operations",
    file: WALK,
    anchor: "if (mark === this.#stamp + 1 || (mark === this.#stamp && !owed)) continue;",
    replacement: "if (mark >= this.#stamp) continue;",
    killedBy: SEARCH,
  },
  {
    id: "PC-zones-forward",
    title: "Overlapping forward zones are not noticed",
    source: "zones: no two forward zones overlap",
    file: ZONES,
    anchor: "if (sorted[i].from < sorted[i - 1].to) return",
    replacement: "if (sorted[i].from < sorted[i - 1].from) return",
    killedBy: FAST,
  },
  {
    id: "PC-zones-backward",
    title: "A backward zone within a forward one is let through",
    source: "zones: no backward zone lies within a forward one",
    file: ZONES,
    anchor: "if (zone.from < cover.to) return",
    replacement: "if (zone.from < cover.from) return",
    killedBy: FAST,
  },
  {
    id: "PC-zones-inside",
    title: "A read may return before the write it saw is called",
    source: "zones: order within a block",
    file: ZONES,
    anchor: "if (latest < 0 || ret[k] > call[latest]) continue;",
    replacement: "if (latest < 0 || ret[k] >= 0) continue;",
    killedBy: FAST,
  },
  {
    id: "PC-chain",
    title: "A value written once may be replaced twice",
    source: "read-modify-write chains",
    file: "porcupine/fast/register.ts",
    anchor:
      'if (rival !== undefined) {\n      return {\n        verdict: "illegal",\n        suspects: [rival, k],',
    replacement:
      'if (rival === k) {\n      return {\n        verdict: "illegal",\n        suspects: [rival, k],',
    killedBy: FAST,
  },
  {
    id: "PC-failed-cas",
    title: "A failed compare-and-set is put where it would have succeeded",
    source: "failed compare-and-sets are inserted where the value differs",
    file: "porcupine/fast/register.ts",
    anchor: 'return action.op === "cas" && value !== action.from;',
    replacement: 'return action.op === "cas";',
    killedBy: FAST,
  },
  {
    id: "PC-blocks",
    title: "A text that parts from the others of its block is taken for one of them",
    source: "blocks: texts of one block continue one another",
    file: "porcupine/fast/text.ts",
    anchor: "if (!whole.startsWith(text(k))) {",
    replacement: "if (whole.length < text(k).length) {",
    killedBy: FAST,
  },
  {
    id: "PC-versions-refused",
    title: "A refused put need not have met another version",
    source: "version chains: an instant with another version",
    file: VERSIONS,
    anchor:
      "for (const k of refusable(version, evidence)) if (ret[k] !== NEVER) latest = Math.max(latest, call[k]);",
    replacement:
      "for (const k of refusable(version, evidence)) if (ret[k] < 0) latest = Math.max(latest, call[k]);",
    killedBy: FAST,
  },
  {
    id: "PC-versions-reads",
    title: "A version may begin after a read of it has returned",
    source: "version chains: bounds by reads",
    file: VERSIONS,
    anchor: "const to = Math.min(high, ret[maker] - 1);",
    replacement: "const to = ret[maker] - 1;",
    killedBy: FAST,
  },
  {
    id: "PC-core",
    title: "The core is the first set that is impossible, not a minimal one",
    source: "certificates: dropping any operation makes it possible",
    file: "porcupine/core.ts",
    anchor: "[x, ...reduce(asker, [x], pool, false)]",
    replacement: "[x, ...pool]",
    killedBy: EXPLAIN,
  },
  {
    id: "PC-first",
    title: "The return where the search stopped is called the first impossible one",
    source: "certificates: the first impossible operation",
    file: "porcupine/explain.ts",
    anchor: "let high = returns.length;",
    replacement: "let high = low + 1;",
    killedBy: EXPLAIN,
  },
];
