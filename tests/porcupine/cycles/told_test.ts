/** What is told of a history is so: lists that were read, what they lacked, and who never saw it. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  checkTransactions,
  type Transaction,
  transactionModel,
  transactionsOf,
} from "../../../porcupine/mod.ts";
import { committed as ok, failed, lost, TOGETHER } from "./story.ts";

/** The reasons of the cycle in a history, in their order. */
function reasons(history: readonly Transaction[]): string[] {
  return checkTransactions(history).anomalies.flatMap(({ steps }) => steps.map(({ why }) => why));
}

Deno.test("Who saw the half of a transaction is told with the list that he read, and what that one lacked", () => {
  const history = [
    ok("a", TOGETHER, ["append", "x", 1], ["append", "x", 2]),
    ok("b", TOGETHER, ["r", "x", [1]]),
    ok("c", TOGETHER, ["r", "x", [1, 2]]),
  ];
  assertEquals(reasons(history), [
    "T1 read [1] from x, without 2, which T0 appended",
    "T1 read [1] from x, and T0 appended 1",
  ]);
});

Deno.test("That one whose answer was lost was called late shows that its value came late", () => {
  const history = [
    ok("a", [0, 100], ["w", "r", 1]),
    lost("b", 5, ["w", "r", 2]),
    ok("c", [0, 2], ["r", "r", 1]),
    ok("d", [0, 7], ["r", "r", 2]),
    ok("e", [8, 9], ["r", "r", 1]),
  ];
  assertEquals(reasons(history), [
    "T1 replaced 1 in r, which T0 wrote, by 2: T2, which had to do with 1, had ended, at 2, when T1, which had to do with 2, was called, at 5",
    "T0 replaced 2 in r, which T1 wrote, by 1: T3, which had to do with 2, had ended, at 7, when T4, which had to do with 1, was called, at 8",
  ]);
});

Deno.test("Of two elements of which one was read and one never, the list that lacks only the second is told with that one", () => {
  const history = [
    ok("a", TOGETHER, ["append", "x", 1], ["append", "y", 5], ["append", "x", 2]),
    ok("b", TOGETHER, ["r", "x", [1]]),
  ];
  assertEquals(reasons(history), [
    "T1 read [1] from x, without 2, which T0 appended and nobody ever read",
    "T1 read [1] from x, and T0 appended 1",
  ]);
});

Deno.test("That nobody ever read an element is not said of one that its own transaction read", () => {
  const history = [
    ok("a", [0, 1], ["append", "x", 1], ["r", "x", [1]]),
    ok("b", [2, 3], ["r", "x", []]),
  ];
  assertStringIncludes(
    reasons(history).join(),
    "T1 read [] from x, without 1, which T0 appended and nobody else ever read",
  );
});

Deno.test("A list is told as it was read, with what its reader had appended himself", () => {
  const history = [
    ok("a", [0, 1], ["append", "x", 1]),
    ok("b", [2, 3], ["append", "x", 2]),
    ok("c", [4, 5], ["append", "x", 3], ["r", "x", [2, 1, 3]]),
  ];
  assertStringIncludes(
    reasons(history).join(),
    "T0 appended 1 to x after T1 had appended 2: T2 read [2 1 3]",
  );
});

Deno.test("Of two values that a transaction read of a register, the one is told that the other transaction wrote", () => {
  const history = [
    ok("a", TOGETHER, ["w", "r", 1]),
    ok("b", TOGETHER, ["r", "r", null], ["r", "r", 1]),
  ];
  assertEquals(reasons(history), [
    "T1 read nothing from r, which T0 replaced by 1",
    "T1 read 1 from r, which T0 wrote",
  ]);
});

Deno.test("A transaction that misses its own write after it had seen it is impossible at every level", () => {
  for (const found of [null, 1]) {
    const history = [
      ok("a", TOGETHER, ["w", "r", 1]),
      ok("b", TOGETHER, ["w", "r", 2], ["r", "r", 2], ["r", "r", found]),
    ];
    const { strongest, anomalies } = checkTransactions(history);
    assertEquals(strongest, "none");
    assertEquals(
      anomalies[0].sentence,
      `T1 read ${found ?? "nothing"} from r after it had put 2 there itself`,
    );
  }
});

Deno.test("A read that goes on from what its transaction wrote is right, whatever an earlier one missed", () => {
  const history = [ok("a", TOGETHER, ["w", "r", 2], ["r", "r", null], ["r", "r", 2])];
  assertEquals(checkTransactions(history).anomalies.map(({ kind, count }) => [kind, count]), [[
    "internal",
    1,
  ]]);
});

Deno.test("A list that shows what its reader appends only later is wrong by itself, and not unlike the next one", () => {
  const history = [ok("a", TOGETHER, ["r", "x", [1]], ["append", "x", 1], ["r", "x", [1]])];
  assertEquals(checkTransactions(history).anomalies.map(({ kind }) => kind), ["internal"]);
});

Deno.test("A list that shows what its reader appends only later makes no other of its reads wrong", () => {
  const history = [ok("a", TOGETHER, ["r", "x", [1]], ["r", "x", []], ["append", "x", 1])];
  assertEquals(checkTransactions(history).anomalies.map(({ kind }) => kind), ["internal"]);
});

Deno.test("What one transaction appended stands in the order in which it did, or the history is impossible at every level", () => {
  const history = [
    ok("a", TOGETHER, ["append", "x", 4], ["append", "x", 5]),
    ok("b", TOGETHER, ["r", "x", [5, 4]]),
  ];
  const { strongest, anomalies: [{ kind, sentence }] } = checkTransactions(history);
  assertEquals([strongest, kind], ["none", "internal"]);
  assertEquals(sentence, "T1 read 5 before 4 in x, and T0 had appended 4 first");
});

Deno.test("What a transaction appends only later it cannot have read, also where another's element came after it", () => {
  const history = [
    ok("a", TOGETHER, ["r", "x", [1, 2]], ["append", "x", 1]),
    ok("b", TOGETHER, ["append", "x", 2]),
  ];
  const { strongest, anomalies: [{ kind, sentence }] } = checkTransactions(history);
  assertEquals([strongest, kind], ["none", "internal"]);
  assertEquals(sentence, "T0 read [1 2] from x, with what it put there only later");
});

Deno.test("What a transaction appended it cannot read a second time before the elements of others", () => {
  const history = [
    ok("a", TOGETHER, ["append", "x", 1], ["r", "x", [1, 2, 1]]),
    ok("b", TOGETHER, ["append", "x", 2]),
  ];
  const { strongest, anomalies: [{ kind, sentence }] } = checkTransactions(history);
  assertEquals([strongest, kind], ["none", "duplicate-elements"]);
  assertEquals(sentence, "T0 read 1 twice in the list x");
});

Deno.test("An attempt of a transaction is told with what it found if it was committed, and with what it asked if not", () => {
  const { describeOperation } = transactionModel();
  const input = { f: "txn", operations: [{ f: "read", key: "x", found: null }] } as const;
  const found = [{ f: "read", key: "x", found: [1] }] as const;
  assertEquals(
    [
      describeOperation?.(input, { known: true, output: { f: "txn", committed: true, operations: found } }),
      describeOperation?.(input, { known: true, output: { f: "txn", committed: false } }),
      describeOperation?.(input, { known: false }),
    ],
    ["{read(x) -> [1]}", "{read(x) -> ?} -> not committed", "{read(x) -> ?} -> ?"],
  );
});

Deno.test("A list that no other continues gives no edges away: of two that contradict each other only that is told", () => {
  const history = [
    ok("a", [0, 1], ["append", "x", 1]),
    ok("b", [2, 3], ["append", "x", 2]),
    ok("c", [4, 5], ["r", "x", [1, 2]]),
    ok("d", [6, 7], ["r", "x", [2]]),
  ];
  const { anomalies } = checkTransactions(history, { level: "strict-serializable" });
  const met = anomalies.map(({ kind, transactions }) => [kind, ...transactions]);
  assertEquals(met, [["incompatible-order", 2, 3]]);
});

Deno.test("Of each kind of anomaly the first one that was met is told, and how many there were", () => {
  const amiss = (client: string, value: number) =>
    ok(client, TOGETHER, ["append", "x", value], ["append", "x", value + 1], ["r", "x", [value]]);
  const [first] = checkTransactions([amiss("a", 1), amiss("b", 3), amiss("c", 5)]).anomalies;
  assertEquals([first.kind, first.count, first.transactions], ["internal", 3, [0]]);
});

Deno.test("Nobody has changed what was not committed where it is the last of a list, or followed by what was not committed either", () => {
  const met = (...after: Transaction[]) =>
    checkTransactions([failed("a", TOGETHER, ["append", "x", 1]), ...after]).anomalies.map((
      { kind, count },
    ) => [kind, count]);
  assertEquals(met(ok("b", TOGETHER, ["r", "x", [1]])), [["G1a", 1]]);
  const other = failed("c", TOGETHER, ["append", "x", 2]);
  assertEquals(met(other, ok("b", TOGETHER, ["r", "x", [1, 2]])), [["G1a", 2]]);
});

Deno.test("In the order in which a process asked what was not committed is passed by", () => {
  const history = [
    ok("a", [0, 1], ["append", "x", 1]),
    failed("a", [2, 3], ["append", "y", 1]),
    ok("a", [4, 5], ["r", "x", []]),
  ];
  const [{ transactions, steps }] =
    checkTransactions(history, { level: "strong-session-serializable" }).anomalies;
  assertEquals([...transactions].sort(), [0, 2]);
  assertEquals(steps.length, 2);
});

Deno.test("A client whose answers were lost comes back under another name each time", () => {
  const input = { f: "txn", operations: [{ f: "append", key: "x", value: 1 }] } as const;
  const asked = (callAt: number) => ({ client: "a", callAt, input, outcome: { status: "unknown" } }) as const;
  const { output, ...rest } = { output: { f: "txn", committed: false }, ...asked(3) } as const;
  const names = transactionsOf([
    asked(2),
    asked(1),
    { ...rest, outcome: { status: "ok", returnAt: 4, output } },
  ]).map(({ process }) => process);
  assertEquals(names, ["a#2", "a", "a#3"]);
});
