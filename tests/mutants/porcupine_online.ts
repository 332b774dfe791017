/**
 * Planted bugs for the on-line checker: what it takes for granted, and what it forgets.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const ONLINE_SEARCH =
  "test -A --no-check --filter=/impossible.*(counter|bank|log)/ tests/porcupine/online_test.ts -- --times 40";
const ONLINE_TEXTS = "test -A --no-check --filter=/prefix.*kv/ tests/porcupine/online_test.ts -- --times 20";
const ONLINE_FEW = "test -A --no-check --filter=/prefix/ tests/porcupine/finite_test.ts -- --times 40";
const ONLINE_VALUES = "test -A --no-check --filter=register tests/porcupine/online_test.ts -- --times 20";
const ONLINE_STORIES = "test -A --no-check tests/porcupine/online_story_test.ts";
const ONLINE_VERSIONS = "test -A --no-check --filter=versioned tests/porcupine/online_test.ts -- --times 50";
const ONLINE_QUEUE =
  "test -A --no-check --filter=/impossible.*:.queue,.unique/ tests/porcupine/online_test.ts -- --times 1000";
const ONLINE_TOKENS =
  "test -A --no-check --filter=/kv,.unique.tokens$/ tests/porcupine/online_test.ts -- --times 300";
const ONLINE_LOG =
  "test -A --no-check --filter=/:.(log|counter),/ tests/porcupine/online_test.ts -- --times 200";
const ONLINE_RULES = "test -A --no-check tests/porcupine/online_rules_test.ts";
const FINITE = "test -A --no-check tests/porcupine/finite_test.ts";

/** These mutants. */
export const porcupineOnlineMutants: readonly Mutant[] = [
  {
    id: "PC-online-horizon",
    title:
      "When the past is summed up, a get answered later rules out what a put called later makes possible",
    source:
      "on-line checker: looking ahead ends where the summed-up part ends; a false alarm in a history of 1,300 answers",
    file: "porcupine/online/past.ts",
    anchor: "doomFor(problem, states, until),",
    replacement: "doomFor(problem, states),",
    killedBy: ONLINE_STORIES,
  },
  {
    id: "PC-online-answers",
    title: "When the past is summed up, answers that came after the edge are forgotten",
    source: "on-line checker: what is open at the edge is open with its answer",
    file: "porcupine/online/past.ts",
    anchor: "this.#window.returns.slice(from).filter(({ call }) => call < edge);",
    replacement: "this.#window.returns.slice(from, level + 1);",
    killedBy: ONLINE_TEXTS,
  },
  {
    id: "PC-online-witness",
    title: "An answer is put into the order before operations that had returned when it was asked for",
    source: "on-line checker: an order found before is extended only as real time allows",
    file: "porcupine/online/witness.ts",
    anchor: "while (at > 0 && this.#steps[at - 1].watched.ret >= call) at--;",
    replacement: "while (at > 0 && this.#steps[at - 1].watched.ret >= 0) at--;",
    killedBy: ONLINE_SEARCH,
  },
  {
    id: "PC-online-replay",
    title: "An answer is put into the order though what comes after it becomes impossible",
    source: "on-line checker: what comes after a change of the order is told anew",
    file: "porcupine/online/witness.ts",
    anchor: 'else if (watched.status === "returned") return false;',
    replacement: "",
    killedBy: ONLINE_SEARCH,
  },
  {
    id: "PC-online-patience",
    title: "While an answer is fitted into the order no limit holds",
    source: "limits: a user's step may be slow",
    file: "porcupine/online/steps.ts",
    anchor: "const next = patience.mayStep() ? model.step(state, input, answer, patience) : ILLEGAL;",
    replacement: "const next = model.step(state, input, answer, patience);",
    killedBy: ONLINE_STORIES,
  },
  {
    id: "PC-online-reorder",
    title: "Another order of the last operations is found that turns real time round",
    source: "on-line checker: an order found before is changed only as real time allows",
    file: "porcupine/online/reorder.ts",
    anchor: "maskOf(operations, ({ ret }) => ret < call)",
    replacement: "maskOf(operations, ({ ret }) => ret < 0 * call)",
    killedBy: ONLINE_SEARCH,
  },
  {
    id: "PC-online-few-states",
    title: "An object with few states is in one that the order found leads to, whatever else is possible",
    source:
      "on-line checker: every state the object can be in at all has to lead to what one of them leads to",
    file: "porcupine/online/past.ts",
    anchor: "!areDominated(model, all, exact, operations)",
    replacement: "exact.length === 0",
    killedBy: ONLINE_FEW,
  },
  {
    id: "PC-online-owes",
    title: "One configuration stands for another though it owes more",
    source: "on-line checker: a configuration dominates another if it has spent no more and owes no more",
    file: "porcupine/online/finite.ts",
    anchor: "operations[k].ret === NEVER || isDone(other, k)",
    replacement: "operations[k].ret === NEVER || isDone(other, k) || true",
    killedBy: FINITE,
  },
  {
    id: "PC-online-spent",
    title: "One configuration stands for another though it has spent more",
    source: "on-line checker: a configuration dominates another if it has spent no more and owes no more",
    file: "porcupine/online/finite.ts",
    anchor: "other.spent.every((k) => one.spent.includes(k))",
    replacement: "other.spent.every((k) => one.spent.includes(k) || true)",
    killedBy: FINITE,
  },
  {
    id: "PC-online-clash",
    title: "Two values of which one was read on both sides of the other are taken for compatible",
    source: "on-line checker: two zones clash if each begins before the other ends",
    file: "porcupine/online/zones.ts",
    anchor: "other.from < to && from < other.to",
    replacement: "other.from < to && from < other.to && other.from < other.to",
    killedBy: ONLINE_VALUES,
  },
  {
    id: "PC-online-over",
    title: "A value is forgotten as soon as a later one was written, though it may still be read",
    source: "on-line checker: a value is over if another zone ends after its beginning",
    file: "porcupine/online/zones.ts",
    anchor: "if (zone.from >= oldest || !covers(zone)) continue;",
    replacement: "if (zone.from >= 0x7fffffff || !covers(zone)) continue;",
    killedBy: ONLINE_VALUES,
  },
  {
    id: "PC-online-base",
    title: "Versions are forgotten although their successor may begin after the call of an open operation",
    source: "on-line checker: what is forgotten of a chain of versions",
    file: "porcupine/online/version_watch.ts",
    anchor: "if (latest >= oldest || !this.#isDetermined(record)) continue;",
    replacement: "if (!this.#isDetermined(record)) continue;",
    killedBy: ONLINE_VERSIONS,
  },
  {
    id: "PC-online-determined",
    title: "A version is the first one kept although it is not known which put made it",
    source: "on-line checker: it must be known what the first version kept holds",
    file: "porcupine/online/version_watch.ts",
    anchor: "latest >= oldest || !this.#isDetermined(record)",
    replacement: "latest >= oldest",
    killedBy: ONLINE_STORIES,
  },
  {
    id: "PC-online-span",
    title: "When a search takes over, the first version kept is held to have begun at any time",
    source: "on-line checker: for each span of the first version a past in which it began then",
    file: "porcupine/online/version_watch.ts",
    anchor: "ret: to + 0.75,",
    replacement: "ret: maker.ret,",
    killedBy: ONLINE_STORIES,
  },
  {
    id: "PC-online-refused",
    title: "A put that was refused is not needed to find another version",
    source: "version chains: a put that was refused needs an instant with another version",
    file: "porcupine/online/version_record.ts",
    anchor: "if (ret - 1 < upper) upper = ret - 1;",
    replacement: "if (ret - 1 < from) upper = ret - 1;",
    killedBy: ONLINE_VERSIONS,
  },
  {
    id: "PC-online-queue-due",
    title: "A value leaves a queue by a dequeue called after a later value had come out",
    source: "on-line checker: who is due was taken out by a dequeue called before he was",
    file: "porcupine/online/queue_watch.ts",
    anchor: " || watched.call >= item.due",
    replacement: "",
    killedBy: ONLINE_RULES,
  },
  {
    id: "PC-online-queue-takers",
    title: "More values must have left a queue than dequeues that are open can have taken out",
    source: "on-line checker: Hall's theorem for those who are due",
    file: "porcupine/online/queue_items.ts",
    anchor: "if (called < count) return false;",
    replacement: "if (called < count) continue;",
    killedBy: ONLINE_QUEUE,
  },
  {
    id: "PC-online-queue-covered",
    title: "A dequeue finds nothing although a value that came out later was in all the time",
    source: "on-line checker: an empty dequeue needs a gap that no value covers",
    file: "porcupine/online/queue_empties.ts",
    anchor: "first <= gap && gap <= last) &&",
    replacement: "first <= gap && gap < first) &&",
    killedBy: ONLINE_RULES,
  },
  {
    id: "PC-online-queue-again",
    title: "The gap of an empty dequeue is kept although a value comes out that was in then",
    source: "on-line checker: a later answer may contradict an empty dequeue",
    file: "porcupine/online/queue_empties.ts",
    anchor: "if (passed !== undefined && passed.first <= gap) return gap > passed.last;",
    replacement: "if (passed !== undefined && passed.first <= gap) return true;",
    killedBy: ONLINE_QUEUE,
  },
  {
    id: "PC-online-queue-gone",
    title: "A value comes out that a lost dequeue must have taken out before",
    source: "on-line checker: what an empty dequeue that is past says of those who were in",
    file: "porcupine/online/queue_items.ts",
    anchor: "item.due = gap + 1;",
    replacement: "item.due = NEVER;",
    killedBy: ONLINE_RULES,
  },
  {
    id: "PC-online-text-late",
    title: "A token stands behind one that was appended after its own append had returned",
    source: "on-line checker: texts of a block are made one after the other",
    file: "porcupine/online/text_blocks.ts",
    anchor: "if (maker.ret < this.to) return false;",
    replacement: "",
    killedBy: ONLINE_RULES,
  },
  {
    id: "PC-online-text-early",
    title: "A text is read although the next one had been read before",
    source: "on-line checker: a text may be read until the next one was made or read",
    file: "porcupine/online/text_blocks.ts",
    anchor: "(maker?.ret ?? NEVER) < call || (firstRead?.ret ?? NEVER) < call",
    replacement: "(maker?.ret ?? NEVER) < call",
    killedBy: ONLINE_RULES,
  },
  {
    id: "PC-online-text-unseen",
    title: "An append that returned is missing in a text that was read later",
    source: "on-line checker: an append that nobody has seen is a zone by itself",
    file: "porcupine/online/text_watch.ts",
    anchor: "if (isNew) this.#zones.push(zone);\n    return !isNew || isClear(this.#zones, zone);",
    replacement:
      "if (isNew && block !== undefined) this.#zones.push(zone);\n    return !isNew || isClear(this.#zones, zone);",
    killedBy: ONLINE_TOKENS,
  },
  {
    id: "PC-online-text-over",
    title: "A block is forgotten because of an append that nobody has seen, which may yet be seen in it",
    source: "on-line checker: an append that nobody has seen puts an end to nothing",
    file: "porcupine/online/text_watch.ts",
    anchor: 'covers: ({ what }) => what !== "append",',
    replacement: "covers: () => true,",
    killedBy: ONLINE_TOKENS,
  },
  {
    id: "PC-online-log-bounds",
    title: "An entry of a log was there before one that was not there yet",
    source: "on-line checker: the bounds of entries can be met one after the other",
    file: "porcupine/online/log_slots.ts",
    anchor: "if (low >= highs[i]) return false;",
    replacement: "if (slots[i].low >= slots[i].high) return false;",
    killedBy: ONLINE_LOG,
  },
  {
    id: "PC-online-log-owed",
    title: "An append that did not tell its place has returned, and is no entry",
    source: "on-line checker: who has returned stands in the log",
    file: "porcupine/online/log_slots.ts",
    anchor: "low, NEVER, taken);\n    if (best < 0) return false;",
    replacement: "low, NEVER, taken);\n    if (best < 0) return true;",
    killedBy: ONLINE_RULES,
  },
  {
    id: "PC-online-log-makers",
    title: "An entry was appended by somebody who was called after it was read",
    source: "on-line checker: each entry finds its append",
    file: "porcupine/online/log_slots.ts",
    anchor: "if (call >= high) break;",
    replacement: "if (call >= NEVER) break;",
    killedBy: ONLINE_LOG,
  },
  {
    id: "PC-online-log-settled",
    title: "Entries of a log are past although an operation that is open may say when they came",
    source: "on-line checker: what is forgotten of a log",
    file: "porcupine/online/log_watch.ts",
    anchor: "if (high < oldest) break;",
    replacement: "if (high < NEVER) break;",
    killedBy: ONLINE_LOG,
  },
  {
    id: "PC-online-several",
    title: "An order with a step that may lead to several states is taken for none",
    source:
      "on-line checker: a false alarm in a history of a lock whose holder was lost (long run, seed 5000800)",
    file: "porcupine/online/window.ts",
    anchor: '? witness : undefined;\n    return "ok";',
    replacement: '? witness : undefined;\n    return this.#witness === undefined ? "illegal" : "ok";',
    killedBy: ONLINE_RULES,
  },
  {
    id: "PC-online-as-new",
    title: "A partition is forgotten although one of its last operations may have left something",
    source: "on-line checker: an object is in one state for certain",
    file: "porcupine/online/finite.ts",
    anchor: "operations.filter(({ ret }) => ret > lastCall)",
    replacement: "operations.slice(-1)",
    killedBy: FINITE,
  },
];
