/**
 * Planted bugs for the cycle checker: each kind of edge, each anomaly, each rule of the search.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { porcupineToldMutants } from "./porcupine_told.ts";

const ALL = "test -A --no-check tests/porcupine/cycles/";
const READS = "porcupine/cycles/reads.ts";
const LISTS = "porcupine/cycles/lists.ts";
const REGISTERS = "porcupine/cycles/registers.ts";
const TIME = "porcupine/cycles/key_time.ts";
const ORDER = "porcupine/cycles/order.ts";
const SEARCH = "porcupine/cycles/search.ts";
const GRAPH = "porcupine/cycles/graph.ts";
const TABLE = "porcupine/cycles/table.ts";
const CHECK = "porcupine/cycles/check.ts";
const DEPENDENCIES = "porcupine/cycles/dependencies.ts";
const MODEL = "porcupine/cycles/model.ts";

/** A bug that the checker's own tests catch. */
function bug(
  id: string,
  title: string,
  file: string,
  [anchor, replacement]: readonly [string, string],
): Mutant {
  return {
    id: `PT-${id}`,
    title,
    source: "Kingsbury and Alvaro, VLDB 2020; Adya, 1999",
    file,
    anchor,
    replacement,
    killedBy: ALL,
  };
}

const OF_EDGES: readonly Mutant[] = [
  bug("ww", "Appends of one list do not follow one another", LISTS, [
    "if (before >= 0) edges.add(before, writer[version],",
    "if (before >= 1e9) edges.add(before, writer[version],",
  ]),
  bug("wr", "A read of a list does not come after what it read", LISTS, [
    "if (from >= 0) edges.add(writer[order[from]], t,",
    "if (from >= 1e9) edges.add(writer[order[from]], t,",
  ]),
  bug("rw", "A read of a list does not come before what it missed", LISTS, [
    "if (next < order.length) edges.add(t, writer[order[next]], edge);",
    "if (next < order.length) edges.add(t, t, edge);",
  ]),
  bug("unread", "What nobody read is not after the longest list", LISTS, [
    "for (const t of unread[key]) edges.add(hub, t,",
    "for (const t of unread[key].slice(1)) edges.add(hub, t,",
  ]),
  bug("unread-own", "Who read all and appended what nobody read comes before itself", LISTS, [
    "if (!own[key].has(t)) edges.add(t, history.length + key, edge);",
    "if (own[key].size < 1e9) edges.add(t, history.length + key, edge);",
  ]),
  bug("unread-others", "Who read all and appended what nobody read is not before the others who did", LISTS, [
    "for (const other of unread[key]) edges.add(t, other, edge);",
    "for (const other of unread[key].slice(0, 1)) edges.add(t, other, edge);",
  ]),
  bug("own-suffix", "What a transaction appended itself counts in what it read", LISTS, [
    "const length = reads.base[at];\n    if (length < 0 ||",
    "const length = list.length;\n    if (length < 0 ||",
  ]),
  bug("register-wr", "A read of a register does not come after what it read", REGISTERS, [
    "if (from >= 0) edges.add(from, t, { kind: EDGE.wr,",
    "if (from >= 1e9) edges.add(from, t, { kind: EDGE.wr,",
  ]),
  bug("register-ww", "A write does not come after the one that the transaction had read", REGISTERS, [
    "if (from >= 0) edges.add(from, t, { kind: EDGE.ww,",
    "if (from >= 1e9) edges.add(from, t, { kind: EDGE.ww,",
  ]),
  bug("register-rw", "A read does not come before the write that replaced what it read", REGISTERS, [
    "if (next >= 0) edges.add(t, next, edge);",
    "if (next >= 1e9) edges.add(t, next, edge);",
  ]),
  bug("register-none", "A read of nothing does not come before every write", REGISTERS, [
    "if (from < 0 && !writesKey(",
    "if (from < -1 && !writesKey(",
  ]),
  bug("register-first", "Who read nothing and wrote comes before itself", REGISTERS, [
    "if (from < 0 && !writesKey(table, t, about))",
    "if (from < 0)",
  ]),
  bug("register-first-others", "Who read nothing and wrote does not come before the others", REGISTERS, [
    "for (const t of writers[k]) edges.add(first, t,",
    "for (const t of writers[k].slice(0, 1)) edges.add(first, t,",
  ]),
  bug("register-chain", "Two values that nobody replaced count as ordered", REGISTERS, [
    "committed[key] <= 1",
    "committed[key] <= 2",
  ]),
  bug("process", "The order in which a process asked is nothing", ORDER, [
    "if (before >= 0) edges.add(before, t, { kind: EDGE.process,",
    "if (before >= 1e9) edges.add(before, t, { kind: EDGE.process,",
  ]),
  bug("realtime", "Real time reaches no further than to the next end", ORDER, [
    "if (i > 0) edges.add(first + i - 1, first + i,",
    "if (i > 1e9) edges.add(first + i - 1, first + i,",
  ]),
  bug("instant", "What ended at the instant of a call comes before it", ORDER, [
    "at[ended] < calls[t]",
    "at[ended] <= calls[t]",
  ]),
  bug("zone-self", "A value comes before itself", TIME, [
    "if (Math.min(before, i) > 0) edges.add(row + Math.min(before, i) - 1, to, through);",
    "if (before > 0) edges.add(row + before - 1, to, through);",
  ]),
  bug("zone-covered", "A value that another covers is not ordered", TIME, [
    "j < Math.min(before, i + 1 + MOST_COVERED)",
    "j < Math.min(before, i)",
  ]),
  bug("zone-readers", "A read does not come before the value that real time puts later", TIME, [
    "for (const t of zones.readers[last]) edges.add(t, to,",
    "for (const t of zones.readers[last].slice(1)) edges.add(t, to,",
  ]),
  bug("zone-updater", "Who replaced a value himself is one of its readers", TIME, [
    "if (writesKey(table, t, key[at])) continue;",
    "",
  ]),
  bug("zone-first", "A value was there only when the last who had to do with it had ended", TIME, [
    "firstEnd[version] = Math.min(firstEnd[version], outcome.returnAt);",
    "firstEnd[version] = Math.max(firstEnd[version] % Infinity || 0, outcome.returnAt);",
  ]),
  bug("zone-block", "Between a value and the one that was made from it another may have been", TIME, [
    "if (after !== undefined) next.set(version, after);",
    "if (after === -1) next.set(version, after);",
  ]),
  bug(
    "zone-block-vouched",
    "Where each register is linearizable, so are two steps of one transaction",
    TIME,
    [
      "of scope === 0 ? [] : [key, ...versions]",
      "of [key, ...versions]",
    ],
  ),
  bug("vouched", "Registers are believed to be linearizable although nobody said so", DEPENDENCIES, [
    "linearizableKeys ? 0 : 3",
    "linearizableKeys ? 0 : 0",
  ]),
];

const OF_READS: readonly Mutant[] = [
  bug("internal", "A transaction need not see what it appended itself", READS, [
    'if (step.f === "read") break;\n      if (left === 0 || found[--left] !== step.value) return',
    'if (step.f === "read") break;\n      if (left > 0 && found[--left] !== step.value) return',
  ]),
  bug("internal-register", "A transaction need not see what it wrote itself", READS, [
    'if (step.f !== "read" && step.value !== read.found) return',
    'if (step.f !== "read" && step.value === "" && step.value !== read.found) return',
  ]),
  bug("foresees", "A transaction may read what it appends only later", READS, [
    "if (writer[version] === t) return this.#foresees(t, at, read);",
    "if (writer[version] === t) return count;",
  ]),
  bug("unrepeatable", "A list that was read twice may have changed", READS, [
    "let same = list.length === left;",
    "let same = list.length <= left;\n    left = list.length;",
  ]),
  bug("unrepeatable-register", "A register that was read twice may have changed", READS, [
    "      this.#unlike(t, at, step, read);\n",
    "",
  ]),
  bug("G1a", "What was not committed may be read from a register", READS, [
    "noteAborted(this.#words, this.#findings, { reader: t, key: key[at], version });\n      return false;",
    "return false;",
  ]),
  bug("G1a-list", "What was not committed may be read from a list", LISTS, [
    "noteAborted(words, findings, { reader, key, version });\n",
    "",
  ]),
  bug("G1b", "The middle of a transaction may be read from a list", READS, [
    "if (isLast[version] === 0) this.#halfway(t, at, version);\n    return count;",
    "return count;",
  ]),
  bug("G1b-register", "The middle of a transaction may be read from a register", READS, [
    "if (isLast[version] === 0) this.#halfway(t, at, version);\n    return true;",
    "return true;",
  ]),
  bug("garbage", "What nobody wrote may be read from a list", LISTS, [
    "if (version < 0) noteGarbage(words, findings, { reader, key, found: list[i] });\n    else if",
    "if (version < 0) continue;\n    else if",
  ]),
  bug("garbage-register", "What nobody wrote may be read from a register", READS, [
    "noteGarbage(this.#words, this.#findings, { reader: t, key: this.#table.key[at], found });\n    return -1;",
    "return found === 0 ? -2 : -1;",
  ]),
  bug("duplicate", "An element may be in a list twice", LISTS, [
    "else if (seen.has(version)) {",
    'else if (seen.has(version) && words.key(key) === "") {',
  ]),
  bug("contradiction", "Two lists need not agree", LISTS, [
    "if (same >= length) return;",
    "if (same >= 0) return;",
  ]),
  bug("lost-update", "Two transactions may change what both have read", READS, [
    "else if (other !== t) {\n      const {",
    "else if (other === -2) {\n      const {",
  ]),
  bug("lost-update-appended", "Who appends before he reads has not seen what was there", READS, [
    "const own = seen >= 0 && seen < found.length;",
    "const own = false;",
  ]),
  bug("dirty-update", "What was not committed may be built upon", READS, [
    "noteBuiltUpon(this.#words, this.#findings, { key: k, version, by: t });\n      return false;",
    "return false;",
  ]),
  bug("dirty-update-list", "Something may be appended to what was not committed", LISTS, [
    "noteBuiltUpon(words, findings, { ...what, by: writer[next] });",
    "",
  ]),
  bug("seen", "Who was not answered was not committed, although a list shows it", LISTS, [
    "if (state[writer[version]] === GONE) state[writer[version]] = COMMITTED;",
    "",
  ]),
  bug("seen-register", "Who was not answered was not committed, although a register shows it", READS, [
    "if (state[from] === GONE) state[from] = COMMITTED;",
    "",
  ]),
];

const OF_SEARCH: readonly Mutant[] = [
  bug("low", "Tarjan's low link is not handed up", GRAPH, [
    "if (--depth >= 0 && low[v] < low[path[depth]]) low[path[depth]] = low[v];",
    "depth--;",
  ]),
  bug("scope", "Real time is taken for data", SEARCH, [
    "graph.scopeOf(e) <= scope",
    "graph.scopeOf(e) <= scope + 2",
  ]),
  bug("class-G0", "Cycles of writes alone are not looked for", SEARCH, [
    "if (g0 !== null) return",
    "if (g0 !== null && g0.length === 0) return",
  ]),
  bug("class-G0-reads", "Reads are taken for writes", SEARCH, [
    "all.kindOf(e) !== EDGE.wr && all.kindOf(e) !== EDGE.rw",
    "all.kindOf(e) !== EDGE.rw",
  ]),
  bug("class-single", "A way back without another missed write is not looked for", SEARCH, [
    "if (single !== null) return",
    "if (single !== null && single.length === 0) return",
  ]),
  bug(
    "class-nonadjacent",
    "Two missed writes in a row are let through under snapshot isolation's name",
    SEARCH,
    [
      "if (kind === EDGE.rw) edges.push(from[e], to[e] + nodes,",
      "if (kind === EDGE.rw) edges.push(from[e], to[e],",
    ],
  ),
  bug("class-through", "A missed write by way of a common node is forgotten there", SEARCH, [
    "kind === EDGE.through ? to[e] + nodes : to[e]",
    "kind === EDGE.through ? to[e] : to[e]",
  ]),
  bug("in-a-row", "The last step and the first do not stand in a row", SEARCH, [
    "read && reads[(i + 1) % reads.length]",
    "read && reads[i + 1]",
  ]),
  bug("shortest", "The first cycle that is found is told, however long", SEARCH, [
    "    best = [e, ...back.edges];\n    bestLength = back.length + 1;\n",
    "    return [e, ...back.edges];\n",
  ]),
];

const OF_TABLE: readonly Mutant[] = [
  bug("last", "The first of two writes of one transaction counts as its last", TABLE, [
    "if (last > 0 && table.writer[last] === t) table.isLast[last] = 0;",
    "",
  ]),
  bug("repeated", "A value may be written twice", TABLE, [
    "if (earlier !== undefined) throw twice(step, t, table.writer[earlier]);",
    "",
  ]),
  bug("mixed", "A key may be a list and a register", TABLE, [
    'if (isList[number] !== "open") throw mixed(step.key, first[number], t);',
    "",
  ]),
  bug("turns", "A process may have two transactions open", TABLE, [
    "  requireTurns(history);\n",
    "",
  ]),
  bug("comes-back", "A process may come back after an answer that was lost", TABLE, [
    'if (outcome.status !== "unknown" && outcome.returnAt <= history[own[i]].callAt) continue;',
    'if (outcome.status === "unknown" || outcome.returnAt <= history[own[i]].callAt) continue;',
  ]),
  bug("times", "A time may be anything", TABLE, [
    'if (!Number.isFinite(callAt)) throw badTime("call", callAt, t);',
    "",
  ]),
  bug("status", "An outcome that is called otherwise is one that never came", TABLE, [
    "    requireShape(history[t], t);\n",
    "",
  ]),
  bug("step", "A step may be anything, and of any key", TABLE, [
    "      requireStep(step, t);\n",
    "",
  ]),
  bug("complete", "Nothing is ever left open", CHECK, [
    "complete: unordered.length === 0 &&",
    "complete: unordered.length >= 0 &&",
  ]),
  bug("complete-between", "What nobody read may come in any order under snapshot isolation, too", CHECK, [
    "(!isBetween(level) || !hasUnread(table, orders))",
    "!isBetween(level)",
  ]),
];

const OF_MODEL: readonly Mutant[] = [
  bug("infinite", "Infinite numbers are all the same value", MODEL, [
    'return typeof value === "number" ? `${value}` : JSON.stringify(value);',
    "return JSON.stringify(value);",
  ]),
  bug("keys", "A number and its text are one key to whoever compares states", MODEL, [
    "`${textOf(key)}:${held}`",
    "`${key}:${held}`",
  ]),
];

/** The cycle checker's mutants. */
export const porcupineCyclesMutants: readonly Mutant[] = [
  ...OF_EDGES,
  ...OF_READS,
  ...OF_SEARCH,
  ...OF_TABLE,
  ...OF_MODEL,
  ...porcupineToldMutants,
];
