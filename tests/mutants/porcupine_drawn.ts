/**
 * Planted bugs that were drawn by lot, a line and what is wrong with it, and that no test had caught.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { porcupineDrawnAheadMutants } from "./porcupine_drawn_ahead.ts";
import { porcupineDrawnOnlineMutants } from "./porcupine_drawn_online.ts";
import { porcupineSuccessionMutants } from "./porcupine_succession.ts";
import { porcupineUndoneMutants } from "./porcupine_undone.ts";
import { porcupineDrawnToldMutants } from "./porcupine_drawn_told.ts";

const CORE = "test -A --no-check tests/porcupine/core_test.ts";
const UNEQUAL = "test -A --no-check --fail-fast tests/porcupine/unequal_test.ts";
const TOLD = "test -A --no-check tests/porcupine/cycles/told_test.ts";
const UNTYPED = "test -A --no-check tests/porcupine/door/untyped_test.ts";
const JEPSEN = "test -A --no-check tests/porcupine/formats/jepsen_text_test.ts";
const FAULTS = "test -A --no-check --fail-fast tests/porcupine/fast_faults_test.ts";
const CLOSED = "test -A --no-check --filter=/no.state.is.made/ tests/porcupine/closed_test.ts";
const IMPOSSIBLE = "test -A --no-check tests/porcupine/levels/impossible_test.ts";
const LIMITS = "test -A --no-check --filter=/only.object/ tests/porcupine/limits_test.ts";
const TXN_CLI = "test -A --no-check --filter=/both.names/ tests/porcupine/cli/transactions_test.ts";

const ADAPTED = "test -A --no-check --fail-fast tests/porcupine/adapt_test.ts";
/** These mutants. */
export const porcupineDrawnMutants: readonly Mutant[] = [
  ...porcupineDrawnAheadMutants,
  ...porcupineDrawnOnlineMutants,
  ...porcupineSuccessionMutants,
  ...porcupineUndoneMutants,
  ...porcupineDrawnToldMutants,
  {
    id: "PW-late-maker",
    title: "A core has an answer in it that came only after the first impossible one",
    source: "the first impossible answer is the last of its core to return",
    file: "porcupine/explain/writers.ts",
    anchor: "ret[maker] <= ret[suspects[0]] && ",
    replacement: "",
    killedBy: CORE,
  },
  {
    id: "PW-nan-once",
    title: "Of a collection whose values differ NaN is taken out again",
    source: "values are looked up in maps, which find NaN, and compared by ===, which does not",
    file: "porcupine/fast/collection.ts",
    anchor: "if (Number.isNaN(action.value)) return undefined;\n      const v = numberOf",
    replacement: "      const v = numberOf",
    killedBy: UNEQUAL,
  },
  {
    id: "PW-nan-twice",
    title: "Of a collection whose values repeat NaN is taken out again",
    source: "values are looked up in maps, which find NaN, and compared by ===, which does not",
    file: "porcupine/fast/collection.ts",
    anchor: "if (Number.isNaN(action.value)) return undefined;\n      const v = numbers.of",
    replacement: "      const v = numbers.of",
    killedBy: UNEQUAL,
  },
  {
    id: "PW-nan-set",
    title: "NaN is a member that is found again",
    source: "values are looked up in maps, which find NaN, and compared by ===, which does not",
    file: "porcupine/fast/set_table.ts",
    anchor: "if (Number.isNaN(action.value)) return undefined;",
    replacement: "",
    killedBy: UNEQUAL,
  },
  {
    id: "PW-nan-log",
    title: "NaN is read where it was appended",
    source: "values are looked up in maps, which find NaN, and compared by ===, which does not",
    file: "porcupine/fast/log_answers.ts",
    anchor: "if (Number.isNaN(action.value)) return undefined;",
    replacement: "",
    killedBy: UNEQUAL,
  },
  {
    id: "PW-edges-of-fork",
    title: "A list that contradicts another gives away who came before whom",
    source: "cycles: edges are drawn from one order of each list",
    file: "porcupine/cycles/lists.ts",
    anchor: "if (list[i] !== whole[i]) return false;",
    replacement: "if (list[i] !== whole[i]) return true;",
    killedBy: TOLD,
  },
  {
    id: "PW-txn-words",
    title: "Of a committed transaction it is not told what it found",
    source: "what is told is what was answered",
    file: "porcupine/cycles/model.ts",
    anchor: '|| output === "foreign") return `{',
    replacement: '|| output !== "foreign") return `{',
    killedBy: TOLD,
  },
  {
    id: "PW-time-text",
    title: "Where a history is gone through as it lies a time may be a text",
    source: "times are numbers",
    file: "porcupine/search/allotment.ts",
    anchor: 'if (typeof callAt !== "number" || typeof until !== "number") return false;',
    replacement: "",
    killedBy: UNTYPED,
  },
  {
    id: "PW-drain-count",
    title: "A lost drain may have taken what others are known to have got",
    source: "jepsen: drain",
    file: "porcupine/formats/drains.ts",
    anchor:
      'if (raw.f === "dequeue" && raw.result.status === "ok" && raw.result.value !== null) queue.dequeued++;',
    replacement: "",
    killedBy: JEPSEN,
  },
  {
    id: "PW-crossing",
    title: "Values of a stack may cross as long as one of them is called early",
    source: "Gibbons and Korach; stacks: a root lasts longer than all above it",
    file: "porcupine/fast/stack.ts",
    anchor: "if (root < 0 || removeReturn[root] <= last + 1)",
    replacement: "if (root < 0)",
    killedBy: FAULTS,
  },
  {
    id: "PW-text-initial",
    title: "Every text begins empty",
    source: "a kind says what there was at the start",
    file: "porcupine/decide.ts",
    anchor: 'initial === "" ? decideWritten(written, part, budget) : undefined',
    replacement: "decideWritten(written, part, budget)",
    killedBy: FAULTS,
  },
  {
    id: "PW-empty-token",
    title: "What writes nothing is a token like any other",
    source: "a text falls into tokens in one way only",
    file: "porcupine/fast/tokens.ts",
    anchor: 'if (value[k] === "") return undefined;',
    replacement: "",
    killedBy: FAULTS,
  },
  {
    id: "PW-inexact",
    title: "Sums are taken for exact that are not",
    source: "doubles: beyond 2 ** 53 it matters in which order they are added",
    file: "porcupine/fast/sum_answers.ts",
    anchor: " || reach > LARGEST",
    replacement: "",
    killedBy: FAULTS,
  },
  {
    id: "PW-fraction",
    title: "Fractions are added like whole numbers",
    source: "doubles: it matters in which order fractions are added",
    file: "porcupine/fast/sum_answers.ts",
    anchor: "!Number.isSafeInteger(amount[k]) || ",
    replacement: "",
    killedBy: FAULTS,
  },
  {
    id: "PW-silent-swap",
    title: "A swap that does not say what it did has taken place",
    source: "kinds of one's own",
    file: "porcupine/fast/register_table.ts",
    anchor: 'if (action.swapped === "unknown" && ret[k] !== NEVER) settled = false;',
    replacement: "",
    killedBy: FAULTS,
  },
  {
    id: "PW-within-token",
    title: "A text may end within a token",
    source: "a text that was read falls into tokens",
    file: "porcupine/fast/text.ts",
    anchor: "if (length > 0 && ends[next] !== length) return unexplained(k);",
    replacement: "",
    killedBy: FAULTS,
  },
  {
    id: "PW-impossible-state",
    title: "Of a request that is impossible a state is made, from which the model is asked on",
    source: "closed: how many states there will be",
    file: "porcupine/closed/numbers.ts",
    anchor: "return next === ILLEGAL || next === value ? state",
    replacement: "return next === value ? state",
    killedBy: CLOSED,
  },
  {
    id: "PW-no-state",
    title: "Of a request that leads to no state a state is made",
    source: "closed: how many states there will be",
    file: "porcupine/closed/numbers.ts",
    anchor: "return nexts.length === 0 ? state : this.#number(nexts[0]);",
    replacement: "return this.#number(nexts[0]);",
    killedBy: CLOSED,
  },
  {
    id: "PW-how-many",
    title: "Of each kind of anomaly the last one is told, and that it was the only one",
    source: "what is told is what was met",
    file: "porcupine/cycles/findings.ts",
    anchor: "if (known !== undefined) {",
    replacement: "if (known !== undefined && known.count < 0) {",
    killedBy: TOLD,
  },
  {
    id: "PW-failed-swap",
    title: "Of failed swaps only those from the first value have to find a place",
    source: "levels: a failed swap stands where its value was not",
    file: "porcupine/levels/register_blocks.ts",
    anchor: "if (from !== initial && maker === undefined) return;",
    replacement: "if (from !== initial) return;",
    killedBy: IMPOSSIBLE,
  },
  {
    id: "PW-up-to",
    title: "Of the first partition it is said that all of it is linearizable, when time was up in its middle",
    source: "limits: linearizable up to",
    file: "porcupine/check.ts",
    anchor: "for (let i = 0; i < parts.length; i++) {\n    const { returns, ids }",
    replacement: "for (let i = 1; i < parts.length; i++) {\n    const { returns, ids }",
    killedBy: LIMITS,
  },
  {
    id: "PW-found-txn",
    title:
      "Who asks for another model of a file of transactions is told of the models that it was not recorded from either",
    source: "bad input is told with what was found",
    file: "porcupine/cli/judge.ts",
    anchor: "if (isTransactions(recorded) && command.model",
    replacement: 'if (file === "" && command.model',
    killedBy: TXN_CLI,
  },
  {
    id: "PW-nearest-txn",
    title: "The nearest name to a slip is none of those of transactions",
    source: "bad input is told with what was meant",
    file: "porcupine/formats/models.ts",
    anchor: "const names = [...MODELS.map((model) => model.name), ...others];",
    replacement: "const names = MODELS.map((model) => model.name);",
    killedBy: TXN_CLI,
  },
  {
    id: "PW-other-steps",
    title: "Of a model with several next states an answer that is impossible in other words changes nothing",
    source: "a model in other words is the same model",
    file: "porcupine/models/adapt.ts",
    anchor: 'if (inner === "impossible") return [];',
    replacement: 'if (inner === "impossible") return [state];',
    killedBy: ADAPTED,
  },
  {
    id: "PW-other-step",
    title: "An answer that is impossible in other words changes nothing",
    source: "a model in other words is the same model",
    file: "porcupine/models/adapt.ts",
    anchor: 'if (inner === "impossible") return ILLEGAL;',
    replacement: 'if (inner === "impossible") return state;',
    killedBy: ADAPTED,
  },
  {
    id: "PW-other-lock",
    title: "An answer of a lock that is impossible in other words says nothing",
    source: "a model in other words is the same model",
    file: "porcupine/models/adapt.ts",
    anchor: 'if (inner === "impossible") return { op: "never" };',
    replacement: 'if (inner === "impossible") return { op: "nothing" };',
    killedBy: ADAPTED,
  },
  {
    id: "PW-other-kind",
    title: "Fast paths pass over an answer that is impossible in other words",
    source: "a model in other words is the same model",
    file: "porcupine/models/adapt.ts",
    anchor: 'if (inner === "impossible") return undefined;',
    replacement: 'if (inner === "impossible") return { op: "nothing" };',
    killedBy: ADAPTED,
  },
];
