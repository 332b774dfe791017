import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { checkTransactions, type Transaction } from "../../../porcupine/mod.ts";
import { type Story, testStories } from "./stories.ts";
import { committed as ok, failed, lost, TOGETHER } from "./story.ts";

const LISTS: readonly Story[] = [
  {
    kind: "garbage-read",
    strongest: "none",
    words: "T0 read 9 from x, which nobody ever wrote",
    history: [ok("a", TOGETHER, ["r", "x", [9]])],
  },
  {
    kind: "duplicate-elements",
    strongest: "none",
    words: "T1 read 1 twice",
    history: [ok("a", TOGETHER, ["append", "x", 1]), ok("b", TOGETHER, ["r", "x", [1, 1]])],
  },
  {
    kind: "internal",
    strongest: "none",
    words: "T0 read [] from x after it had put 1 there itself",
    history: [ok("a", TOGETHER, ["append", "x", 1], ["r", "x", []])],
  },
  {
    kind: "internal",
    strongest: "none",
    words: "T0 read [1] from x, with what it put there only later",
    history: [ok("a", TOGETHER, ["r", "x", [1]], ["append", "x", 1])],
  },
  {
    kind: "G1a",
    strongest: "read-uncommitted",
    words: "T1 read 1 from x, which T0 wrote, and that one was not committed",
    history: [failed("a", TOGETHER, ["append", "x", 1]), ok("b", TOGETHER, ["r", "x", [1]])],
  },
  {
    kind: "G1b",
    strongest: "read-uncommitted",
    words: "T1 read x with 1 as the last that T0 had done there, but that one did more",
    history: [ok("a", TOGETHER, ["append", "x", 1], ["append", "x", 2]), ok("b", TOGETHER, ["r", "x", [1]])],
  },
  {
    kind: "incompatible-order",
    strongest: "read-committed",
    words: "neither is the beginning of the other",
    history: [
      ok("a", TOGETHER, ["append", "x", 1]),
      ok("b", TOGETHER, ["append", "x", 2]),
      ok("c", TOGETHER, ["r", "x", [1, 2]]),
      ok("d", TOGETHER, ["r", "x", [2]]),
    ],
  },
  {
    kind: "unrepeatable-read",
    strongest: "read-committed",
    words: "T1 read [] from x, and later [1]",
    history: [ok("a", TOGETHER, ["append", "x", 1]), ok("b", TOGETHER, ["r", "x", []], ["r", "x", [1]])],
  },
  {
    kind: "lost-update",
    strongest: "read-committed",
    words: "T0 and T1 both changed x as it was before anybody had changed it",
    history: [
      ok("a", TOGETHER, ["r", "x", []], ["append", "x", 1]),
      ok("b", TOGETHER, ["r", "x", []], ["append", "x", 2]),
    ],
  },
  {
    kind: "G0",
    strongest: "none",
    words: "T1 appended 2 to x after T0 had appended 1: T2 read [1 2]",
    history: [
      ok("a", TOGETHER, ["append", "x", 1], ["append", "y", 4]),
      ok("b", TOGETHER, ["append", "x", 2], ["append", "y", 3]),
      ok("c", TOGETHER, ["r", "x", [1, 2]]),
      ok("d", TOGETHER, ["r", "y", [3, 4]]),
    ],
  },
  {
    kind: "G1c",
    strongest: "read-uncommitted",
    words: "T1 read [1] from x, and T0 appended 1",
    history: [
      ok("a", TOGETHER, ["append", "x", 1], ["r", "y", [2]]),
      ok("b", TOGETHER, ["append", "y", 2], ["r", "x", [1]]),
    ],
  },
  {
    kind: "G-single",
    strongest: "read-committed",
    words: "T1 read [] from y, without 2, which T0 appended",
    history: [
      ok("a", TOGETHER, ["append", "x", 1], ["append", "y", 2]),
      ok("b", TOGETHER, ["r", "x", [1]], ["r", "y", []]),
      ok("c", TOGETHER, ["r", "y", [2]]),
    ],
  },
  {
    // Two readers disagree about which of two writes came first: a long fork.
    kind: "G-nonadjacent",
    strongest: "consistent-view",
    words: "T2 read [] from y, without 2, which T1 appended",
    history: [
      ok("a", TOGETHER, ["append", "x", 1]),
      ok("b", TOGETHER, ["append", "y", 2]),
      ok("c", TOGETHER, ["r", "x", [1]], ["r", "y", []]),
      ok("d", TOGETHER, ["r", "x", []], ["r", "y", [2]]),
    ],
  },
  {
    kind: "G2-item",
    strongest: "snapshot-isolation",
    words: "T0 must come before T1",
    history: [
      ok("a", TOGETHER, ["r", "x", []], ["append", "y", 1]),
      ok("b", TOGETHER, ["r", "y", []], ["append", "x", 2]),
      ok("c", TOGETHER, ["r", "x", [2]], ["r", "y", [1]]),
    ],
  },
  {
    // The last step and the first stand in a row, too.
    kind: "G2-item",
    strongest: "snapshot-isolation",
    words: "T0 must come before T1",
    history: [
      ok("a", TOGETHER, ["r", "x", []], ["append", "z", 3]),
      ok("b", TOGETHER, ["append", "x", 1]),
      ok("c", TOGETHER, ["r", "x", [1]], ["r", "z", []]),
      ok("d", TOGETHER, ["r", "z", [3]]),
    ],
  },
];

Deno.test("a short cycle that a stronger level forbids does not hide a long one that a weaker level forbids", () => {
  const named = (kind: Story["kind"]): readonly Transaction[] =>
    LISTS.find((story) => story.kind === kind)?.history ?? [];
  const skew = named("G2-item").map((one): Transaction => ({
    ...one,
    process: `${one.process} of the skew`,
    operations: one.operations.map((step) => ({ ...step, key: `${step.key} of the skew` })),
  }));
  for (const kind of ["G-nonadjacent", "G-single", "G1c", "G0"] as const) {
    assertEquals(checkTransactions([...skew, ...named(kind)]).anomalies[0].kind, kind);
    // Without the last reads what was appended is only known to come after everything.
    assertEquals(checkTransactions([...skew.slice(0, 2), ...named(kind)]).anomalies[0].kind, kind);
  }
});

/** What only the order of a process, or real time, rules out: `T0` comes first in it, the data say otherwise. */
function ordered(suffix: "-process" | "-realtime"): readonly Story[] {
  const strongest = suffix === "-process" ? "serializable" : "strong-session-serializable";
  const second = suffix === "-process" ? "a" : "b";
  const first = [0, 10] as const;
  const later = [suffix === "-process" ? 10 : 11, 20] as const;
  const words = suffix === "-process"
    ? "a asked for it first"
    : "T0 had ended, at 10, when T1 was called, at 11";
  return [
    {
      kind: `G0${suffix}`,
      strongest,
      words,
      history: [
        ok("a", first, ["append", "x", 1]),
        ok(second, later, ["append", "x", 2]),
        ok("c", [0, 100], ["r", "x", [2, 1]]),
      ],
    },
    {
      kind: `G1c${suffix}`,
      strongest,
      words,
      history: [ok("a", first, ["r", "x", [2]]), ok(second, later, ["append", "x", 2])],
    },
    {
      kind: `G-single${suffix}`,
      strongest,
      words,
      history: [
        ok("a", first, ["append", "x", 1]),
        ok(second, later, ["r", "x", []]),
        ok("c", [0, 100], ["r", "x", [1]]),
      ],
    },
    {
      // T1 misses what T2 did, T3 sees it and misses what T0 had done before T1.
      kind: `G-nonadjacent${suffix}`,
      strongest,
      words,
      history: [
        ok("a", first, ["append", "x", 1]),
        ok(second, later, ["r", "y", []]),
        ok("c", [0, 100], ["append", "y", 2]),
        ok("d", [0, 100], ["r", "y", [2]], ["r", "x", []]),
        ok("e", [0, 100], ["r", "x", [1]]),
      ],
    },
    {
      kind: `G2-item${suffix}`,
      strongest,
      words,
      history: [
        ok("a", first, ["append", "z", 3]),
        ok(second, later, ["r", "x", []]),
        ok("c", [0, 100], ["append", "x", 1], ["r", "y", []]),
        ok("d", [0, 100], ["append", "y", 2], ["r", "z", []]),
        ok("e", [0, 100], ["r", "x", [1]], ["r", "y", [2]], ["r", "z", [3]]),
      ],
    },
  ];
}

testStories("lists", [...LISTS, ...ordered("-process"), ...ordered("-realtime")]);

Deno.test("something aborted that was built upon is found beside the read of it", () => {
  const history = [
    failed("a", TOGETHER, ["append", "x", 1]),
    ok("b", TOGETHER, ["append", "x", 2]),
    ok("c", TOGETHER, ["r", "x", [1, 2]]),
  ];
  const kinds = checkTransactions(history).anomalies.map(({ kind }) => kind);
  assertEquals(kinds.sort(), ["G1a", "dirty-update"]);
  const register = [
    failed("a", TOGETHER, ["w", "r", 1]),
    ok("b", TOGETHER, ["r", "r", 1], ["w", "r", 2]),
  ];
  assertEquals(checkTransactions(register).anomalies.map(({ kind }) => kind).sort(), ["G1a", "dirty-update"]);
});

Deno.test("of two cycles the short one is told", () => {
  const ring = Array.from(
    { length: 6 },
    (_, i) => ok(`p${i}`, TOGETHER, ["append", `k${i}`, i], ["r", `k${(i + 1) % 6}`, [(i + 1) % 6]]),
  );
  const long = checkTransactions(ring);
  assertEquals(long.anomalies[0].transactions.length, 6);
  assertStringIncludes(
    long.anomalies[0].sentence,
    "each must come before the next, and the last before the first",
  );
  const short = checkTransactions([
    ...ring,
    ok("x", TOGETHER, ["append", "x", 1], ["r", "y", [2]]),
    ok("y", TOGETHER, ["append", "y", 2], ["r", "x", [1]]),
  ]);
  assertEquals(short.anomalies[0].transactions.slice().sort(), [6, 7]);
});

Deno.test("an answer that was lost counts once somebody saw a part of it", () => {
  const seen = lost("a", 0, ["append", "x", 1], ["append", "y", 2]);
  assertEquals(checkTransactions([seen, ok("b", [10, 20], ["r", "y", []])]).kind, "ok");
  const half = checkTransactions([seen, ok("b", [10, 20], ["r", "x", [1]], ["r", "y", []])]);
  assert(half.kind === "illegal");
  assertEquals(half.anomaly.kind, "G-single");
  assertStringIncludes(half.sentence, "without 2, which T0 appended and nobody ever read");
  // It may take effect long after its process is gone.
  const late = [seen, ok("b", [10, 20], ["r", "x", []]), ok("c", [30, 40], ["r", "x", [1]])];
  assertEquals(checkTransactions(late).kind, "ok");
});

Deno.test("names of the caller's own stand in the sentences", () => {
  const verdict = checkTransactions([ok("a", TOGETHER, ["r", "x", [9]])], {
    nameOf: (i) => `number ${i + 1}`,
  });
  assertStringIncludes(verdict.anomalies[0].sentence, "number 1 read 9 from x");
});
