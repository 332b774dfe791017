/**
 * Planted bugs for logs, and for counters that are counted up by one, where no search is needed.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const TABLE = "porcupine/fast/log_table.ts";
const MATCH = "porcupine/fast/log_match.ts";
const LOG = "porcupine/fast/log.ts";
const LOGS = "test -A --no-check tests/porcupine/log_test.ts";
const LONGER = "test -A --no-check --filter=/log|by.one/ tests/porcupine/fast_test.ts -- --times 10";
const ONLINE = "test -A --no-check --filter=/:.(log|counter),/ tests/porcupine/online_test.ts -- --times 200";

/** These mutants. */
export const porcupineLogMutants: readonly Mutant[] = [
  {
    id: "PG-log-searched",
    title: "A log is searched, whatever its answers tell: 20,000 appends at once are not decided in 20 s",
    source: "logs: a crowd's order is given away by its answers",
    file: "porcupine/decide.ts",
    anchor: "return decideLog(kind, input);",
    replacement: "return decideLog(kind, input) && undefined;",
    killedBy: LOGS,
  },
  {
    id: "PG-log-low",
    title: "An entry may come before the one in front of it",
    source: "logs: lower bounds are passed on to the entries behind",
    file: TABLE,
    anchor: "if (low[p] < low[p - 1])",
    replacement: "if (low[p] < -1)",
    killedBy: LONGER,
  },
  {
    id: "PG-log-high",
    title: "An entry may come after the one behind it",
    source: "logs: upper bounds are passed on to the entries in front",
    file: TABLE,
    anchor: "if (high[p] > high[p + 1])",
    replacement: "if (high[p] < -1)",
    killedBy: LONGER,
  },
  {
    id: "PG-log-length-low",
    title: "A length says nothing of the entry behind the last one",
    source: "logs: who saw a length was called before the next entry came",
    file: TABLE,
    anchor: "if (op[k] !== READ && place[k] < appends)",
    replacement: "if (op[k] === END && place[k] < appends)",
    killedBy: LONGER,
  },
  {
    id: "PG-log-which",
    title: "Of two appends of one value the first one called is taken for the entry that was read",
    source: "logs: a fast path is taken only where its conditions hold",
    file: TABLE,
    anchor: "if (free.length > 1) {",
    replacement: "if (free.length > op.length) {",
    killedBy: LOGS,
  },
  {
    id: "PG-log-named-again",
    title: "One append is the entry at two places that were read",
    source: "logs: each entry has an append of its own",
    file: TABLE,
    anchor: "placed[free[0]] = place;",
    replacement: "",
    killedBy: LOGS,
  },
  {
    id: "PG-log-first-called",
    title: "An opening is given to the append that was called first, and who cannot wait comes too late",
    source: "logs: Glover's matching takes the append that returned first",
    file: MATCH,
    anchor: "while (at > 0 && this.#ret[heap[(at - 1) >> 1]] > this.#ret[append])",
    replacement: "while (at > 0 && this.#call[heap[(at - 1) >> 1]] > this.#call[append])",
    killedBy: LONGER,
  },
  {
    id: "PG-log-heap",
    title: "The second of the appends that wait need not be the next to return",
    source: "logs: Glover's matching takes the append that returned first",
    file: MATCH,
    anchor: "if (child + 1 < length && this.#ret[heap[child + 1]] < this.#ret[heap[child]]) child++;",
    replacement: "",
    killedBy: LONGER,
  },
  {
    id: "PG-log-forgotten",
    title: "An append that returned before any place was left for it is left out",
    source: "logs: what has returned must be counted",
    file: MATCH,
    anchor: "if (late >= 0) return forgotten",
    replacement: "if (late >= table.part.end) return forgotten",
    killedBy: LOGS,
  },
  {
    id: "PG-log-holes",
    title: "Entries that nobody appended are taken for granted",
    source: "logs: each entry has an append of its own",
    file: MATCH,
    anchor: "if (append < 0) return lacking(table, openings.place(i));",
    replacement: "if (append < 0) continue;",
    killedBy: LOGS,
  },
  {
    id: "PG-log-early",
    title: "An entry comes before the one in front of it, whose append was called late",
    source: "logs: entries have their instants in ascending order",
    file: LOG,
    anchor: "begun = Math.max(begun, low[p], call[makers[p]])",
    replacement: "begun = Math.max(low[p], call[makers[p]])",
    killedBy: LOGS,
  },
  {
    id: "PG-log-call",
    title: "An entry comes before its append was called",
    source: "logs: an append takes effect after its call",
    file: LOG,
    anchor: "begun = Math.max(begun, low[p], call[makers[p]])",
    replacement: "begun = Math.max(begun, low[p])",
    killedBy: LONGER,
  },
  {
    id: "PG-log-look",
    title: "Who saw an entry that came after his call stands in front of it",
    source: "logs: who only looked stands behind what he saw",
    file: LOG,
    anchor: "if (entry >= 0 && begins[entry] >= called) continue;",
    replacement: "if (entry >= 0 && entry >= limit) continue;",
    killedBy: LOGS,
  },
  {
    id: "PG-log-news",
    title: "A length says nothing new if any entry is known to have come after anything",
    source: "on-line checker: what an answer says that bounds no entry more than its neighbours do",
    file: "porcupine/online/log_slots.ts",
    anchor: "while (at >= 0 && slots[at].low < call) at--;",
    replacement: "while (at >= 0 && slots[at].low < 0 * call) at--;",
    killedBy: ONLINE,
  },
  {
    id: "PG-log-behind",
    title: "A length says nothing new if an entry behind it is known to have come after the call",
    source:
      "on-line checker: an entry comes not before those in front of it, but those behind may come later",
    file: "porcupine/online/log_slots.ts",
    anchor: "let at = place;",
    replacement: "let at = slots.length - 1;",
    killedBy: ONLINE,
  },
  {
    id: "PG-log-taken",
    title: "One append makes two entries of a log",
    source: "on-line checker: each entry finds an append of its own",
    file: "porcupine/online/log_slots.ts",
    anchor: "if (best < 0) return false;\n    taken[best] = 1;\n  }\n  // Who",
    replacement: "if (best < 0) return false;\n  }\n  // Who",
    killedBy: ONLINE,
  },
];
