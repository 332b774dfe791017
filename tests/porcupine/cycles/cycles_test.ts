import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  checkTransactions,
  type MicroOperation,
  PorcupineError,
  type PorcupineErrorCode,
  type Transaction,
} from "../../../porcupine/mod.ts";
import { forSeeds } from "../fuzz/compare.ts";
import { Random } from "../fuzz/random.ts";
import { againstOrders, promiseKept, relabelled, smallHistory } from "./compare.ts";
import { committed as ok, lost, TOGETHER } from "./story.ts";

Deno.test("cycles agree with trying all orders, on small histories of stores that isolate more or less", () =>
  forSeeds("cycles against all orders", 700, againstOrders));

Deno.test("no store is accused of more than it does, on histories of some hundred transactions", () =>
  forSeeds("promises of stores", 25, promiseKept));

Deno.test("other names of keys, values and processes, and another order of the lines, change no verdict", () =>
  forSeeds("other names", 150, (seed) => {
    const { history } = smallHistory(seed);
    const [before, after] = [
      checkTransactions(history),
      checkTransactions(relabelled(history, new Random(seed))),
    ];
    const told = ({ kind, strongest, complete, anomalies }: typeof before): string =>
      JSON.stringify([kind, strongest, complete, anomalies.map((one) => [one.kind, one.steps.length])]);
    return told(before) === told(after) ? undefined : `${told(before)} became ${told(after)}`;
  }));

/** What is refused, and words of the message. */
/** What plain JavaScript may hand in. */
function bigint(value: bigint): number {
  return Object(value).valueOf();
}

const BAD: readonly (readonly [PorcupineErrorCode, string, readonly Transaction[]])[] = [
  ["repeated-value", 'transaction 1: append of 1 to "x", as transaction 0 did', [
    ok("a", [0, 1], ["append", "x", 1]),
    ok("b", [0, 1], ["append", "x", 1]),
  ]],
  ["repeated-value", 'transaction 0: write of 1 to "r"', [ok("a", [0, 1], ["w", "r", 1], ["w", "r", 1])]],
  ["model-mismatch", 'key "x" is a list in one of the transactions 0 and 1 and a register', [
    ok("a", [0, 1], ["append", "x", 1]),
    ok("b", [0, 1], ["r", "x", 1]),
  ]],
  ["model-mismatch", 'the read of "x" has {"a":1}; give a string', [
    // As JavaScript would hand it in.
    ok("a", [0, 1], ["r", "x", JSON.parse('{"a":1}')]),
  ]],
  ["model-mismatch", "has NaN; give a string", [ok("a", [0, 1], ["w", "r", NaN])]],
  ["model-mismatch", "has a step that is neither append, write nor read", [
    { ...ok("a", [0, 1]), operations: [JSON.parse('{"f":"cas","key":"x"}') as MicroOperation] },
  ]],
  ["overlapping-calls", 'process "a" has the transactions 0 and 1 open at once', [
    ok("a", [0, 10], ["append", "x", 1]),
    ok("a", [5, 15], ["append", "x", 2]),
  ]],
  ["overlapping-calls", 'process "a" whose transaction 0 never ended comes back', [
    lost("a", 0, ["append", "x", 1]),
    ok("a", [5, 15], ["append", "x", 2]),
  ]],
  ["bad-time", "transaction 0 has call time NaN; it must be a finite number", [ok("a", [NaN, 1])]],
  ["bad-time", "transaction 0 has return time Infinity", [ok("a", [0, Infinity])]],
  ["bad-operation", 'transaction 0 has the status "fail"; give it', [
    // Taken for one that never ended, it would hide that somebody read what was aborted.
    { ...ok("a", [0, 1], ["append", "x", 1]), outcome: JSON.parse('{"status":"fail","returnAt":1}') },
    ok("b", [2, 3], ["r", "x", [1]]),
  ]],
  ["bad-operation", "transaction 0 has no operations or no outcome", [
    JSON.parse('{"process":"a","callAt":0,"outcome":{"status":"unknown"}}'),
  ]],
  ["bad-operation", "transaction 0 has no operations or no outcome", JSON.parse("[null]")],
  ["bad-operation", "the history is no array; give it the transactions", JSON.parse("{}")],
  ["model-mismatch", "transaction 0 has a step that is neither append, write nor read", [
    { ...ok("a", [0, 1]), operations: JSON.parse("[null]") },
  ]],
  ["model-mismatch", "transaction 0 has a step of the key 5n; give a string or a number", [
    { ...ok("a", [0, 1]), operations: [{ f: "read", key: bigint(5n), found: null }] },
  ]],
  ["model-mismatch", 'transaction 0: the write to "r" has 7n; give a string', [
    { ...ok("a", [0, 1]), operations: [{ f: "write", key: "r", value: bigint(7n) }] },
  ]],
  ["return-before-call", "transaction 0 returns at 1, before its call at 2", [ok("a", [2, 1])]],
];

Deno.test("a list in which nobody could have put a bigint is told, and no error of its own", () => {
  const found = [bigint(1n)];
  const verdict = checkTransactions([{ ...ok("a", [0, 1]), operations: [{ f: "read", key: "x", found }] }]);
  assert(verdict.kind === "illegal");
  assertStringIncludes(verdict.sentence, "1n");
});

for (const [code, words, history] of BAD) {
  Deno.test(`a history that cannot be judged is refused: ${words}`, () => {
    try {
      checkTransactions(history);
    } catch (error) {
      assert(error instanceof PorcupineError);
      assertEquals(error.code, code);
      return assertStringIncludes(error.message, words);
    }
    throw new Error("it was accepted");
  });
}

Deno.test("nothing at all, and a transaction without steps, are well", () => {
  assertEquals(checkTransactions([]).kind, "ok");
  assertEquals(checkTransactions([ok("a", TOGETHER)]).strongest, "strict-serializable");
});

Deno.test("what ends at the instant at which another is called overlaps it", () => {
  const first = ok("a", [0, 10], ["append", "x", 1]);
  assertEquals(checkTransactions([first, ok("b", [10, 20], ["r", "x", []])]).kind, "ok");
  assertEquals(checkTransactions([first, ok("b", [11, 20], ["r", "x", []])]).kind, "illegal");
});

Deno.test("what two appended and nobody read is no proof of snapshot isolation, and one of serializability", () => {
  const history = [ok("a", TOGETHER, ["append", "x", 1]), ok("b", TOGETHER, ["append", "x", 2])];
  assertEquals(checkTransactions(history, { level: "snapshot-isolation" }).complete, false);
  assertEquals(checkTransactions(history, { level: "serializable" }).complete, true);
  const read = [...history, ok("c", [50, 60], ["r", "x", [1, 2]])];
  assertEquals(checkTransactions(read, { level: "snapshot-isolation" }).complete, true);
});

Deno.test("a chain of 20,000 transactions, broken in one place, is judged without a deep stack", () => {
  const chain = Array.from(
    { length: 20_000 },
    (_, i) => ok("a", [2 * i, 2 * i + 1], ["r", "r", i === 0 ? null : i], ["w", "r", i + 1]),
  );
  const whole = checkTransactions(chain);
  assertEquals([whole.kind, whole.complete], ["ok", true]);
  const late = ok("b", [50_000, 50_001], ["r", "r", 3]);
  const verdict = checkTransactions([...chain, late]);
  assert(verdict.kind === "illegal");
  assertEquals([verdict.anomaly.kind, verdict.anomaly.transactions.length], ["G-single-realtime", 2]);
});
