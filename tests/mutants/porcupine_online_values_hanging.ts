/**
 * Planted bugs for the on-line checker beside calls that hang: what these can have done or seen; of registers whose values repeat, and of
 * what is read as a whole.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const ORDER = "porcupine/online/value_order.ts";
const RUN = "porcupine/online/value_run.ts";
const WINDOW = "porcupine/online/value_window.ts";
const LOOKS = "porcupine/online/value_looks.ts";
const MEMORY = "porcupine/online/value_memory.ts";
const BESIDE = "porcupine/online/beside.ts";
const READ = "test -A --no-check --filter=/read/ tests/porcupine/online_hanging_test.ts";
const UNDONE = "test -A --no-check --fail-fast tests/porcupine/online_undone_test.ts";
const HANGING = "test -A --no-check tests/porcupine/online_values_hanging_test.ts";

/** These mutants. */
export const porcupineOnlineValuesHangingMutants: readonly Mutant[] = [
  {
    id: "PC-values-hanging-told-early",
    title: "What a call that hangs has seen in one configuration it has seen in all",
    source: "on-line registers beside calls that hang: what is told is seen in each of them",
    file: LOOKS,
    anchor: "if (count === configurations.length) told",
    replacement: "if (count > 0) told",
    killedBy: HANGING,
  },
  {
    id: "PC-values-hanging-told-before",
    title: "A call that hangs has seen what there was before it was called",
    source: "on-line registers beside calls that hang: what was asked for before a call tells it nothing",
    file: LOOKS,
    anchor: "if (watched.call < call || op === FAILED) continue;",
    replacement: "if (op === FAILED) continue;",
    killedBy: HANGING,
  },
  {
    id: "PC-values-hanging-unseen",
    title: "A call that hangs sees nothing of what is there when it is called",
    source: "on-line registers beside calls that hang: what there may be to see",
    file: LOOKS,
    anchor: "const values = new Set(then);",
    replacement: "const values = new Set([...then].slice(0, 0));",
    killedBy: HANGING,
  },
  {
    id: "PC-values-hanging-denied",
    title: "A compare-and-set that was done in the past, and says late that it failed, is believed",
    source: "on-line registers beside calls that hang: configurations in which it was done are dropped",
    file: MEMORY,
    anchor: "starts.filter(({ spent }) => !spent.includes(entry))",
    replacement: "starts.filter(({ spent }) => spent.length >= 0)",
    killedBy: HANGING,
  },
  {
    id: "PC-values-hanging-denied-order",
    title: "An order that has used up a compare-and-set goes on though it says that it failed",
    source: "on-line registers beside calls that hang: the order is another one then",
    file: WINDOW,
    anchor: 'return entry.op === FAILED ? this.#search() : "ok";',
    replacement: 'return "ok";',
    killedBy: HANGING,
  },
  {
    id: "PC-values-hanging-write-turn",
    title: "Of two writes of a value that hang the one that was called first is taken to return first",
    source: "on-line registers beside calls that hang: rule (h) holds for those whose returns are known",
    file: RUN,
    anchor: "if (entry.op === WRITE && kind > 0)",
    replacement: "if (entry.op === WRITE && kind > 9)",
    killedBy: HANGING,
  },
  {
    id: "PC-values-hanging-swap-turn",
    title: "Of two like compare-and-sets that hang the one that was called first is taken to have swapped",
    source: "on-line registers beside calls that hang: rule (h) holds for those whose returns are known",
    file: RUN,
    anchor: "(entry.op === SWAP ? kind : 0)",
    replacement: "(entry.op === SWAP ? 0 * kind : 0)",
    killedBy: HANGING,
  },
  {
    id: "PC-values-hanging-one-future",
    title: "A past is summed up as if none of those that hang were done later",
    source: "on-line registers beside calls that hang: what is dominated whatever becomes of those that hang",
    file: RUN,
    anchor: "later < 1 << hanging.length",
    replacement: "later < 1",
    killedBy: HANGING,
  },
  {
    id: "PC-values-hanging-past-order",
    title: "What hangs, and was used up in the part of an order that is forgotten, is there once more",
    source: "on-line registers beside calls that hang: what the order has used up",
    file: ORDER,
    anchor: 'if (entry.watched.status !== "returned") this.#settled.add(entry);',
    replacement: 'if (entry.watched.status === "lost") this.#settled.add(entry);',
    killedBy: HANGING,
  },
  {
    id: "PC-values-hanging-seen-handed",
    title: "What calls have seen while they hung is not told to the search that takes over",
    source: "on-line registers beside calls that hang: what is handed on",
    file: MEMORY,
    anchor: "if (states.length > 0) seen.push",
    replacement: "if (states.length < 0) seen.push",
    killedBy: HANGING,
  },
  {
    id: "PC-values-hanging-done-handed",
    title: "What calls have done while they hung is not told to the search that takes over",
    source: "on-line registers beside calls that hang: what is handed on",
    file: MEMORY,
    anchor: "promises.push({ watched, before,",
    replacement: "if (op === 0) promises.push({ watched, before,",
    killedBy: HANGING,
  },
  {
    id: "PC-values-hanging-seen-believed",
    title: "The search that has taken over believes whatever is answered to one that has seen something",
    source: "on-line registers beside calls that hang: an answer must be possible where it was seen",
    file: "porcupine/online/promises.ts",
    anchor: "return next.some((one) => sameState(model, one, state));",
    replacement: "return next.length < 2;",
    killedBy: HANGING,
  },
  {
    id: "PC-looking-used-up",
    title:
      "What hung, was used up in the part of a witness that is forgotten, and is lost, is there once more when the past is summed up",
    source: "on-line checker: what the witness shows must be possible",
    file: "porcupine/online/past.ts",
    anchor: 'watched.status !== "returned" && witness.isSettled(watched)',
    replacement: "watched.call < 0 && witness.isSettled(watched)",
    killedBy: "test -A --no-check --filter=/once.more/ tests/porcupine/online_hanging_test.ts",
  },
  {
    id: "PC-looking-unseen",
    title: "A read that hangs has seen nothing but what there was when the past was summed up",
    source: "on-line checker beside a read that hangs: it may be answered on the way",
    file: BESIDE,
    anchor: "          this.#look(next);\n",
    replacement: "",
    killedBy: READ,
  },
  {
    id: "PC-looking-told",
    title: "What a read that hangs has seen in one configuration it has seen in all",
    source: "on-line checker beside a read that hangs: what is told is seen in each of them",
    file: BESIDE,
    anchor: "if (!others.every(({ seen }) => seen.has(state))) continue;",
    replacement: "if (others.length < 0) continue;",
    killedBy: READ,
  },
  {
    id: "PC-looking-ways",
    title: "Of two ways to one configuration only the first has been seen",
    source: "on-line checker beside a read that hangs: what is seen on any of them counts",
    file: "porcupine/online/configuration.ts",
    anchor: "for (const state of one.seen) found.seen.add(state);",
    replacement: "",
    killedBy: READ,
  },
  {
    id: "PC-looking-called",
    title: "A read that hangs has seen what there was before its call",
    source: "on-line checker beside a read that hangs: it is answered after its call",
    file: BESIDE,
    anchor: " && this.#open.includes(this.#looking)",
    replacement: "",
    killedBy: READ,
  },
  {
    id: "PC-looking-others",
    title: "Of several reads that hang what one has seen is forgotten",
    source: "on-line checker beside a read that hangs: who has seen something is known",
    file: "porcupine/online/past.ts",
    anchor: "one.watched !== operations[looking]",
    replacement: "one.watched.call < 0",
    killedBy: READ,
  },
  {
    id: "PC-looking-placed",
    title: "A read that hangs and was answered in the past must be done once more",
    source: "on-line checker beside a read that hangs: what was seen needs no place any more",
    file: "porcupine/online/redeem.ts",
    anchor: "free: [...start.free, number]",
    replacement: "free: [...start.free]",
    killedBy: READ,
  },
  {
    id: "PC-values-hanging-shown",
    title:
      "That a compare-and-set may have failed is shown by a value that was never there, and has no state",
    source: "on-line registers beside calls that hang: what is handed on",
    file: MEMORY,
    anchor: "    this.#looks.showBy(states);\n",
    replacement:
      "    for (const value of wanted) if (!states.has(value)) states.set(value, undefined as State);\n",
    killedBy: HANGING,
  },
  {
    id: "PC-values-hanging-no-news",
    title: "An answer is held to tell nothing of the past though calls hang that the past has come to",
    source:
      "on-line registers beside calls that hang: where nothing hangs an answer is not looked up in the past",
    file: MEMORY,
    anchor: "return this.#hung.size === 0 && this.#looks.isEmpty;",
    replacement: "return true;",
    killedBy: HANGING,
  },
  {
    id: "PC-values-hanging-undone",
    title: "A write that hung, and was read, has done nothing if that is its answer",
    source: "on-line registers beside calls that hang: what did nothing was placed nowhere",
    file: MEMORY,
    anchor: " : this.#stateOfAnother(entry, state);",
    replacement: " : state;",
    killedBy: UNDONE,
  },
  {
    id: "PC-values-hanging-undone-first",
    title: "A write that hung has found no other value if there was none when its window began",
    source: "on-line registers beside calls that hang: what did nothing was placed nowhere",
    file: MEMORY,
    anchor: "[...known, ...entries.filter(({ op }) => op === WRITE)].find",
    replacement: "known.find",
    killedBy: UNDONE,
  },
  {
    id: "PC-values-hanging-undone-swap",
    title: "A write that hung has found no other value if that came by a swap",
    source: "on-line registers beside calls that hang: what did nothing was placed nowhere",
    file: MEMORY,
    anchor:
      "return entries.filter(({ op, value }) => op === SWAP && value !== made).map(({ value }) => value);",
    replacement: "return [];",
    killedBy: UNDONE,
  },
  {
    id: "PC-values-hanging-one-value",
    title: "The search that takes over does not know what a call that hung has seen, if that was one value",
    source: "on-line registers beside calls that hang: what there may be to see",
    file: MEMORY,
    anchor: "if (states.length > 0) seen.push",
    replacement: "if (states.length > 1) seen.push",
    killedBy: HANGING,
  },
  {
    id: "PC-values-hanging-effort",
    title: "Where a past is too much to be summed up beside a call that hangs, the time is said to be up",
    source: "on-line registers beside calls that hang: what cannot be summed up is kept",
    file: MEMORY,
    anchor: 'return hanging.length > 0 && within.stopped === "effort" ? undefined : "stopped";',
    replacement: 'return "stopped";',
    killedBy: HANGING,
  },
];
