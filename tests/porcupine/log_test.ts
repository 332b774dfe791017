/** Logs, and counters that are counted up by one, in crowds: decided without a search, whatever is told of the places. */
import { assert, assertEquals } from "@std/assert";
import {
  checkOperations,
  type CounterInput,
  counterModel,
  type CounterOutput,
  type LogInput,
  logModel,
  type LogOutput,
  type Model,
  type Operation,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { decideQuickly } from "../../porcupine/decide.ts";
import { decideLog } from "../../porcupine/fast/log.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { faultOf } from "./fuzz/oracle.ts";

type LogOperation = Operation<LogInput, LogOutput>;

/** How the fast path decides, with the order it gives replayed. */
function quick<S, I, O>(model: Model<S, I, O>, history: readonly Operation<I, O>[]): string | undefined {
  const [part] = partition(model, history, orderHistory(history));
  const found = decideQuickly(model, new Questions(recorded(history), part), new Budget({}));
  if (found?.verdict === "ok") {
    assertEquals(faultOf(model, history, Array.from(found.order, (k) => part.ids[k])), undefined);
  }
  return found?.verdict;
}

function append(
  value: string,
  offset: number | "unsaid" | "lost",
  callAt: number,
  returnAt: number,
): LogOperation {
  const input = { f: "append", value } as const;
  if (offset === "lost") return { client: value, callAt, input, outcome: { status: "unknown" } };
  return {
    client: value,
    callAt,
    input,
    outcome: { status: "ok", output: { f: "append", offset }, returnAt },
  };
}

function read(offset: number, value: string, callAt: number, returnAt = callAt + 1): LogOperation {
  const found = value === "end" ? value : { value };
  return {
    client: `reader ${callAt}`,
    callAt,
    input: { f: "read", offset },
    outcome: { status: "ok", output: { f: "read", found }, returnAt },
  };
}

function length(length: number, callAt: number, returnAt = callAt + 1): LogOperation {
  const outcome = { status: "ok", output: { f: "length", length }, returnAt } as const;
  return { client: `counter ${callAt}`, callAt, input: { f: "length" }, outcome };
}

const COUNT = 1000;

/** So many appends, all at once, that come in the opposite order; each third one is told its place. */
function crowd(told: (i: number) => boolean, lost: (i: number) => boolean): LogOperation[] {
  return Array.from({ length: COUNT }, (_, i) => {
    const place = COUNT - 1 - i;
    return append(`${i}`, lost(i) ? "lost" : told(i) ? place : "unsaid", i, 2 * COUNT + i);
  });
}

for (
  const [what, told, lost] of [
    ["all told their places", () => true, () => false],
    ["none told its place", () => false, () => false],
    ["a third told their places and a seventh lost", (i) => i % 3 === 0, (i) => i % 7 === 3],
  ] satisfies [string, (i: number) => boolean, (i: number) => boolean][]
) {
  Deno.test(`${COUNT} appends at once, ${what}, and reads beside them are decided without a search`, () => {
    const reads = Array.from(
      { length: 100 },
      (_, i) => read(10 * i, `${COUNT - 1 - 10 * i}`, 1500 + 2 * i, 5000 + i),
    );
    const history = [...crowd(told, lost), ...reads, length(COUNT, 9000)];
    assertEquals(quick(logModel(), history), "ok");
    assertEquals(quick(logModel(), [...history, length(COUNT - 1, 9002)]), "illegal");
    assertEquals(quick(logModel(), [...history, read(COUNT, "7", 9002)]), "illegal");
  });
}

Deno.test(`${COUNT} additions at once are counted without a search, and so are those that were lost`, () => {
  const add = (i: number, answered: boolean): Operation<CounterInput, CounterOutput> => ({
    client: i,
    callAt: i,
    input: { f: "add", amount: 1 },
    outcome: answered
      ? { status: "ok", output: { f: "add" }, returnAt: 2 * COUNT + i }
      : { status: "unknown" },
  });
  const total = (value: number): Operation<CounterInput, CounterOutput> => ({
    client: "r",
    callAt: 5 * COUNT,
    input: { f: "read" },
    outcome: { status: "ok", output: { f: "read", value }, returnAt: 5 * COUNT + 1 },
  });
  const adds = Array.from({ length: COUNT }, (_, i) => add(i, i % 4 !== 0));
  for (const [value, verdict] of [[749, "illegal"], [750, "ok"], [1000, "ok"], [1001, "illegal"]] as const) {
    assertEquals(quick(counterModel(), [...adds, total(value)]), verdict, `${value}`);
    assertEquals(
      quick(counterModel({ initial: -3 }), [...adds, total(value - 3)]),
      verdict,
      `${value}, from -3 on`,
    );
  }
});

interface Contradiction {
  readonly what: string;
  readonly history: readonly LogOperation[];
  readonly core: readonly number[];
  readonly says: RegExp;
}

const CONTRADICTIONS: readonly Contradiction[] = [
  {
    what: "a place that two are told",
    history: [append("a", 0, 0, 9), append("b", 0, 1, 8), append("c", 1, 2, 7)],
    core: [0, 1],
    says: /told that they have the same place/,
  },
  {
    what: "an entry that changes",
    history: [append("a", "unsaid", 0, 9), append("b", "unsaid", 1, 8), read(0, "a", 10), read(0, "b", 12)],
    core: [2, 3],
    says: /never changes/,
  },
  {
    what: "one value at two places",
    history: [append("a", "unsaid", 0, 9), append("b", "unsaid", 1, 8), read(0, "a", 10), read(1, "a", 12)],
    core: [2, 3],
    says: /has another place/,
  },
  {
    what: "a log that becomes shorter",
    history: [append("a", "lost", 0, 9), append("b", "lost", 1, 8), read(1, "b", 10), length(1, 12)],
    core: [2, 3],
    says: /what is added stays/,
  },
  {
    what: "an append that had returned and is not there",
    history: [append("a", "unsaid", 0, 1), append("b", "lost", 0, 1), read(0, "end", 2)],
    core: [0, 2],
    says: /must be counted/,
  },
  {
    what: "more entries than appends by then",
    history: [append("a", "unsaid", 0, 9), append("b", "lost", 5, 9), length(2, 2)],
    core: [2],
    says: /cannot have been added by then/,
  },
  {
    what: "a place that no log has",
    history: [append("a", "unsaid", 0, 9), read(-1, "a", 10)],
    core: [1],
    says: /no such place/,
  },
];

for (const { what, history, core, says } of CONTRADICTIONS) {
  Deno.test(`it is said what is wrong with ${what}`, () => {
    assertEquals(quick(logModel(), history), "illegal");
    const verdict = checkOperations(logModel(), history);
    assert(verdict.kind === "illegal", verdict.kind);
    assertEquals([verdict.core, verdict.coreIsMinimal], [core, true]);
    assert(says.test(verdict.sentence), verdict.sentence);
  });
}

/** Possible, if only just. */
const POSSIBLE: readonly (readonly [what: string, history: readonly LogOperation[]])[] = [
  [
    "the append that returned first is the entry that was counted, though another was called before",
    [append("a", "unsaid", 0, 20), append("b", "unsaid", 1, 3), length(1, 4), length(2, 30)],
  ],
  [
    "an entry waits for the one in front of it, whose append was called after somebody who saw both",
    [append("a", "unsaid", 0, 20), append("b", "unsaid", 5, 9), length(2, 3, 10)],
  ],
  [
    "an entry is seen by one who asked before it was appended, and not by one who asked later",
    [read(0, "a", 0, 9), append("a", 0, 3, 8), read(0, "end", 4, 6), length(0, 5, 7), length(1, 1, 10)],
  ],
];

for (const [what, history] of POSSIBLE) {
  Deno.test(`it is possible that ${what}`, () => assertEquals(quick(logModel(), history), "ok"));
}

Deno.test("an entry that may be either of two appends of one value is for the search to decide", () => {
  const history = [append("a", "unsaid", 0, 2), append("a", "lost", 1, 9), read(0, "a", 3), length(1, 5)];
  const model = logModel();
  const [part] = partition(model, history, orderHistory(history));
  assert(model.kind?.type === "log");
  const input = { questions: new Questions(recorded(history), part), budget: new Budget({}) };
  assertEquals(decideLog(model.kind, input), undefined);
  assertEquals(checkOperations(model, history).kind, "ok");
});

Deno.test("nobody finds an entry at a place that no log has, and nothing comes of it", () => {
  assertEquals(quick(logModel(), [append("a", 0, 0, 1), read(-1, "end", 2), read(0.5, "end", 4)]), "ok");
});
