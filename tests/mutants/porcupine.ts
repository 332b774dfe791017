/**
 * Planted bugs for the linearizability checker: each pruning rule, fast path and certificate weakened once.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { porcupineCollectionMutants } from "./porcupine_collections.ts";
import { porcupineClosedMutants } from "./porcupine_closed.ts";
import { porcupineCopyMutants } from "./porcupine_copies.ts";
import { porcupineOnlineMutants } from "./porcupine_online.ts";
import { porcupineOnlinePriorityMutants } from "./porcupine_online_priority.ts";
import { porcupineOnlineSetMutants } from "./porcupine_online_sets.ts";
import { porcupineOnlineSlipsMutants } from "./porcupine_online_slips.ts";
import { porcupineOnlineStackMutants } from "./porcupine_online_stack.ts";
import { porcupineOnlineValuesMutants } from "./porcupine_online_values.ts";
import { porcupineOnlineValuesHangingMutants } from "./porcupine_online_values_hanging.ts";
import { porcupineRepeatedMutants } from "./porcupine_repeated.ts";
import { porcupineLimitMutants } from "./porcupine_limits.ts";
import { porcupineLogMutants } from "./porcupine_logs.ts";
import { porcupineFlagMutants } from "./porcupine_flags.ts";
import { porcupineLockMutants } from "./porcupine_locks.ts";
import { porcupineSettledMutants } from "./porcupine_settled.ts";
import { porcupineSlipMutants } from "./porcupine_slips.ts";
import { porcupineSumMutants } from "./porcupine_sums.ts";
import { porcupineGuessMutants } from "./porcupine_guesses.ts";
import { porcupineNarrowMutants } from "./porcupine_narrow.ts";
import { porcupineSearchMutants } from "./porcupine_search.ts";
import { porcupineArrayMutants } from "./porcupine_arrays.ts";
import { porcupineKeyMutants } from "./porcupine_keys.ts";
import { porcupineSkimMutants } from "./porcupine_skim.ts";
import { porcupineSweepMutants } from "./porcupine_sweep.ts";
import { porcupineAssistanceMutants } from "./porcupine_assistance.ts";
import { porcupineRegisterMutants } from "./porcupine_registers.ts";
import { porcupineThreadMutants } from "./porcupine_threads.ts";
import { porcupineHiddenMutants } from "./porcupine_hidden.ts";
import { porcupineLeavingMutants } from "./porcupine_leaving.ts";
import { porcupineLooksMutants } from "./porcupine_looks.ts";
import { porcupineRoundMutants } from "./porcupine_rounds.ts";
import { porcupineSinceMutants } from "./porcupine_since.ts";
import { porcupineLogRivalMutants } from "./porcupine_log_rivals.ts";
import { porcupineLogSearchMutants } from "./porcupine_log_search.ts";
import { porcupineTextSearchMutants } from "./porcupine_text_search.ts";
import { porcupineValueMutants } from "./porcupine_values.ts";
import { porcupineHurryMutants } from "./porcupine_hurry.ts";
import { porcupineContradictedMutants } from "./porcupine_contradicted.ts";
import { porcupineSuggestedMutants } from "./porcupine_suggested.ts";
import { porcupineTextRegisterMutants } from "./porcupine_text_register.ts";
import { porcupineWideningMutants } from "./porcupine_widening.ts";

const SEARCH = "test -A --no-check tests/porcupine/oracle_test.ts -- --times 10";
const FAST_FAULTS = "test -A --no-check tests/porcupine/fast_faults_test.ts";
const FAST_RULES = "test -A --no-check tests/porcupine/fast_rules_test.ts";
/** The same as `FAST`, for the models of one kind only, whose fast path it is. */
const FAST_TEXTS =
  "test -A --no-check --filter=kv tests/porcupine/oracle_test.ts tests/porcupine/fast_test.ts -- --times 10";
const FAST_VERSIONS =
  "test -A --no-check --filter=versioned tests/porcupine/oracle_test.ts tests/porcupine/fast_test.ts -- --times 20";
const FAST_QUEUES =
  "test -A --no-check --filter=/queue,.unique/ tests/porcupine/oracle_test.ts -- --times 10";
const FAST_STACKS = "test -A --no-check --filter=/stack,.unique/ tests/porcupine/fast_test.ts -- --times 4";
const FAST = "test -A --no-check tests/porcupine/oracle_test.ts tests/porcupine/fast_test.ts -- --times 10";
const RULES = "test -A --no-check tests/porcupine/rules_test.ts";
const COLUMNS = "test -A --no-check tests/porcupine/columns_test.ts";
const EXPLAIN = "test -A --no-check tests/porcupine/explain_test.ts -- --times 4";
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
    anchor: "if (!this.#isMet(nodes[at], operation)) continue;",
    replacement: "",
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
    file: "porcupine/history.ts",
    anchor: 'if (outcome.status === "unknown") continue;\n    if (outcome.status',
    replacement:
      'if (outcome.status === "unknown") {\n      returned[finished] = i;\n      returnTimes[finished++] = Infinity;\n      continue;\n    }\n    if (outcome.status',
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
    file: "porcupine/search/equals.ts",
    anchor: "(operation === firstOwed[c] && !this.#walk.isOwed(nodes, at, first[c]))) {",
    replacement: "(operation === firstOwed[c] && first[c] < 0)) {",
    killedBy: RULES,
  },
  {
    id: "PC-zones-forward",
    title: "Overlapping forward zones are not noticed",
    source: "zones: no two forward zones overlap",
    file: ZONES,
    anchor: "this.#from[b] < this.#to[present]) {",
    replacement: "this.#from[b] < this.#from[present]) {",
    killedBy: FAST,
  },
  {
    id: "PC-zones-backward",
    title: "A backward zone within a forward one is let through",
    source: "zones: no backward zone lies within a forward one",
    file: ZONES,
    anchor: "if (from < this.#to[cover]) {",
    replacement: "if (from < this.#from[cover]) {",
    killedBy: FAST,
  },
  {
    id: "PC-zones-inside",
    title: "A read may return before the write it saw is called",
    source: "zones: order within a block",
    file: ZONES,
    anchor: "if (ret[k] < bound) this.#complain(k);",
    replacement: "if (ret[k] < 0) this.#complain(k);",
    killedBy: FAST_FAULTS,
  },
  {
    id: "PC-chain",
    title: "Swaps that each need what another one wrote are let through",
    source: "read-modify-write chains",
    file: "porcupine/fast/chained.ts",
    anchor: "if (used[k] === 0 || reached[k] === 1) continue;",
    replacement: "if (used[k] === 0 || reached[k] >= 0) continue;",
    killedBy: RULES,
  },
  {
    id: "PC-failed-cas",
    title: "A failed compare-and-set is put where it would have succeeded",
    source: "failed compare-and-sets are inserted where the value differs",
    file: "porcupine/fast/failed_swaps.ts",
    anchor: "allows: (now: number, k: number): boolean => now !== from[k],",
    replacement: "allows: () => true,",
    killedBy: "test -A --no-check tests/porcupine/failed_swaps_test.ts",
  },
  {
    id: "PC-blocks",
    title: "A text that parts from the others of its block is taken for one of them",
    source: "blocks: texts of one block continue one another",
    file: "porcupine/fast/text.ts",
    anchor: "if (!beginsWith(whole, value[k])) return",
    replacement: "if (whole.length < value[k].length) return",
    killedBy: FAST_TEXTS,
  },
  {
    id: "PC-token-end",
    title: "Texts are cut at a character that stands within tokens, too",
    source: "texts: a common end cuts only if it stands nowhere else",
    file: "porcupine/fast/tokens.ts",
    anchor: 'if (text.indexOf(end) !== text.length - 1) return "";',
    replacement: 'if (!text.endsWith(end)) return "";',
    killedBy: FAST_RULES,
  },
  {
    id: "PC-call-order",
    title: "Every history is taken for one that was written down by call",
    source: "numbers by call: those of the history are those of the part only if it was written down so",
    file: "porcupine/parts.ts",
    anchor: "if (ascends(callOf)) {",
    replacement: "if (ascends(callOf) || callOf.length > 0) {",
    killedBy: FAST_RULES,
  },
  {
    id: "PC-swap-nan",
    title: "A swap from NaN finds the NaN that the register holds",
    source: "registers: NaN is unequal to itself, but not to a map",
    file: "porcupine/fast/register_table.ts",
    anchor: "Number.isNaN(action.from) || Number.isNaN(action.to)",
    replacement: "Number.isNaN(action.to)",
    killedBy: FAST_RULES,
  },
  {
    id: "PC-versions-refused",
    title: "A refused put need not have met another version",
    source: "version chains: an instant with another version",
    file: VERSIONS,
    anchor: "if (ret[k] !== NEVER) latest = Math.max(latest, call[k]);",
    replacement: "if (ret[k] < 0) latest = Math.max(latest, call[k]);",
    killedBy: FAST_VERSIONS,
  },
  {
    id: "PC-versions-reads",
    title: "A version may begin after a read of it has returned",
    source: "version chains: bounds by reads",
    file: VERSIONS,
    anchor: "const to = Math.min(high, ret[maker] - 1);",
    replacement: "const to = ret[maker] - 1;",
    killedBy: FAST_VERSIONS,
  },
  {
    id: "PC-queue-order",
    title: "A value may leave a queue before one whose enqueue had returned before its own was called",
    source: "queues: values come out as they go in",
    file: "porcupine/fast/queue.ts",
    anchor: "lists.insertCall.takeBelow(insertReturn[a], allow);",
    replacement: "lists.insertCall.takeBelow(0x7fffffff, allow);",
    killedBy: FAST_QUEUES,
  },
  {
    id: "PC-queue-empty",
    title: "An empty dequeue is believed although some value was in the queue all the time",
    source: "queues: an empty dequeue needs a gap that no value covers",
    file: "porcupine/fast/queue.ts",
    anchor: "removeCall.map((call) => call - 1));\n  const gapOf",
    replacement: "removeCall.map((call) => call - 2));\n  const gapOf",
    killedBy: FAST_QUEUES,
  },
  {
    id: "PC-stack-root",
    title: "A value is put beneath the others although its pop had returned before one of theirs was called",
    source: "stacks: the root is popped last",
    file: "porcupine/fast/stack.ts",
    anchor: "if (root < 0 || removeReturn[root] <= last + 1) return",
    replacement: "if (root < 0) return",
    killedBy: FAST_STACKS,
  },
  {
    id: "PC-priority",
    title: "A value that is never extracted stands in nobody's way",
    source: "priority queues: out in the first gap that no better value covers",
    file: "porcupine/fast/priority_queue.ts",
    anchor: "remove[v] < 0 ? NEVER : this.#firstClear(from)",
    replacement: "remove[v] < 0 ? insertCall[v] : this.#firstClear(from)",
    killedBy: FAST_QUEUES,
  },
  {
    id: "PC-queue-tighten",
    title: "A dequeue called before its value was put in counts from its own call",
    source: "queues: a value is put in before it is taken out",
    file: "porcupine/fast/queue.ts",
    anchor: "Math.max(call, insertCall[v])",
    replacement: "call",
    killedBy: RULES,
  },
  {
    id: "PC-parallel-numbers",
    title: "A worker looks the operations of each of its partitions up among those of the first",
    source: "parallel: a worker is sent the operations of its partitions alone",
    file: "porcupine/parallel/job.ts",
    anchor: "numbers[k] = from + k;",
    replacement: "numbers[k] = k;",
    killedBy: COLUMNS,
  },
  {
    id: "PC-core",
    title: "The core is the first set that is impossible, not a minimal one",
    source: "certificates: dropping any operation makes it possible",
    file: "porcupine/explain/core.ts",
    anchor: "let members = [x, ...reduce(asker, [x], pool, false)];",
    replacement:
      'let members = [x, ...pool];\n    if (members.length > 0) return { members, minimal: true, reason: "" };',
    killedBy: EXPLAIN,
  },
  {
    id: "PC-first",
    title: "The return where the search stopped is called the first impossible one",
    source: "certificates: the first impossible operation",
    file: "porcupine/explain/explain.ts",
    anchor: "let high = returns.length;",
    replacement: "let high = low + 1;",
    killedBy: EXPLAIN,
  },
  ...porcupineCollectionMutants,
  ...porcupineClosedMutants,
  ...porcupineCopyMutants,
  ...porcupineLogMutants,
  ...porcupineOnlineMutants,
  ...porcupineOnlinePriorityMutants,
  ...porcupineOnlineSetMutants,
  ...porcupineOnlineSlipsMutants,
  ...porcupineOnlineStackMutants,
  ...porcupineOnlineValuesMutants,
  ...porcupineOnlineValuesHangingMutants,
  ...porcupineRepeatedMutants,
  ...porcupineHurryMutants,
  ...porcupineContradictedMutants,
  ...porcupineSuggestedMutants,
  ...porcupineTextRegisterMutants,
  ...porcupineWideningMutants,
  ...porcupineSettledMutants,
  ...porcupineFlagMutants,
  ...porcupineLockMutants,
  ...porcupineSlipMutants,
  ...porcupineSumMutants,
  ...porcupineSearchMutants,
  ...porcupineGuessMutants,
  ...porcupineNarrowMutants,
  ...porcupineThreadMutants,
  ...porcupineRegisterMutants,
  ...porcupineAssistanceMutants,
  ...porcupineHiddenMutants,
  ...porcupineLeavingMutants,
  ...porcupineSinceMutants,
  ...porcupineLogRivalMutants,
  ...porcupineLogSearchMutants,
  ...porcupineTextSearchMutants,
  ...porcupineValueMutants,
  ...porcupineArrayMutants,
  ...porcupineSweepMutants,
  ...porcupineSkimMutants,
  ...porcupineKeyMutants,
  ...porcupineLimitMutants,
  ...porcupineLooksMutants,
  ...porcupineRoundMutants,
];
