import { assert, assertEquals } from "@std/assert";
import { checkTransactions } from "../../../porcupine/mod.ts";
import { type Story, testStories } from "./stories.ts";
import { committed as ok, failed, TOGETHER } from "./story.ts";

const REGISTERS: readonly Story[] = [
  {
    kind: "garbage-read",
    strongest: "none",
    words: "T0 read 9 from r, which nobody ever wrote",
    history: [ok("a", TOGETHER, ["r", "r", 9])],
  },
  {
    kind: "internal",
    strongest: "none",
    words: "T0 read nothing from r after it had put 1 there itself",
    history: [ok("a", TOGETHER, ["w", "r", 1], ["r", "r", null])],
  },
  {
    kind: "G1a",
    strongest: "read-uncommitted",
    words: "and that one was not committed",
    history: [failed("a", TOGETHER, ["w", "r", 1]), ok("b", TOGETHER, ["r", "r", 1])],
  },
  {
    kind: "G1b",
    strongest: "read-uncommitted",
    words: "but that one did more",
    history: [ok("a", TOGETHER, ["w", "r", 1], ["w", "r", 2]), ok("b", TOGETHER, ["r", "r", 1])],
  },
  {
    kind: "unrepeatable-read",
    strongest: "read-committed",
    words: "T1 read nothing from r, and later 1",
    history: [ok("a", TOGETHER, ["w", "r", 1]), ok("b", TOGETHER, ["r", "r", null], ["r", "r", 1])],
  },
  {
    kind: "lost-update",
    strongest: "read-committed",
    words: "T1 and T2 both changed r as it was when 1 had just come there",
    history: [
      ok("a", TOGETHER, ["w", "r", 1]),
      ok("b", TOGETHER, ["r", "r", 1], ["w", "r", 2]),
      ok("c", TOGETHER, ["r", "r", 1], ["w", "r", 3]),
    ],
  },
  {
    kind: "G0",
    strongest: "none",
    words: "T1 read 1 from r, which T0 wrote, and then wrote 2",
    history: [
      ok("a", TOGETHER, ["w", "r", 1], ["r", "s", 4], ["w", "s", 3]),
      ok("b", TOGETHER, ["r", "r", 1], ["w", "r", 2], ["w", "s", 4]),
    ],
  },
  {
    kind: "G1c",
    strongest: "read-uncommitted",
    words: "T1 read 1 from r, which T0 wrote",
    history: [
      ok("a", TOGETHER, ["w", "r", 1], ["r", "s", 2]),
      ok("b", TOGETHER, ["w", "s", 2], ["r", "r", 1]),
    ],
  },
  {
    kind: "G-single",
    strongest: "read-committed",
    words: "T1 read nothing from s, which T0 replaced by 2",
    history: [
      ok("a", TOGETHER, ["w", "r", 1], ["w", "s", 2]),
      ok("b", TOGETHER, ["r", "r", 1], ["r", "s", null]),
    ],
  },
  {
    kind: "G-nonadjacent",
    strongest: "consistent-view",
    words: "from s, which T1 replaced by 2",
    history: [
      ok("a", TOGETHER, ["w", "r", 1]),
      ok("b", TOGETHER, ["w", "s", 2]),
      ok("c", TOGETHER, ["r", "r", 1], ["r", "s", null]),
      ok("d", TOGETHER, ["r", "r", null], ["r", "s", 2]),
    ],
  },
  {
    kind: "G2-item",
    strongest: "snapshot-isolation",
    words: "T0 read nothing from r, which T1 replaced by 2",
    history: [
      ok("a", TOGETHER, ["r", "r", null], ["w", "s", 1]),
      ok("b", TOGETHER, ["r", "s", null], ["w", "r", 2]),
    ],
  },
  {
    // T0 found nothing and wrote: all others who wrote came later, and T1 cannot have.
    kind: "G-single",
    strongest: "read-committed",
    words: "T0 read nothing from r, which T1 replaced by 3",
    history: [
      ok("a", TOGETHER, ["r", "r", null], ["r", "s", 5], ["w", "r", 1]),
      ok("b", TOGETHER, ["w", "r", 3], ["w", "s", 5]),
    ],
  },
  {
    // 2 was made from 1 in one transaction, which had seen what came with 3; and 3 came after 1.
    kind: "G1c-realtime",
    strongest: "strong-session-serializable",
    words:
      "T0, which had to do with 1 in the same row, had ended, at 10, when T1, which had to do with 3, was called, at 20",
    history: [
      ok("a", [0, 10], ["w", "r", 1]),
      ok("b", [20, 30], ["w", "r", 3], ["w", "s", 9]),
      ok("c", [5, 100], ["r", "s", 9], ["r", "r", 1], ["w", "r", 2]),
    ],
  },
  {
    // T1 saw what T0 did, so that 2 came after 1; T2 began when T1 had ended, and found 1.
    kind: "G1c-realtime",
    strongest: "strong-session-serializable",
    words: "T1, which had to do with 2, had ended, at 30, when T2, which had to do with 1, was called, at 40",
    history: [
      ok("a", [0, 10], ["w", "r", 1], ["w", "s", 7]),
      ok("b", [5, 30], ["r", "s", 7], ["w", "r", 2]),
      ok("c", [40, 50], ["r", "r", 1]),
    ],
  },
  {
    // Only time tells that 1 came before 2: without it nothing is known of their order.
    kind: "G-single-realtime",
    strongest: "strong-session-serializable",
    words: "T2 read 1 from r, which T1 replaced by 2: T0, which had to do with 1, had ended, at 10, when T1,",
    history: [
      ok("a", [0, 10], ["w", "r", 1]),
      ok("b", [20, 30], ["w", "r", 2], ["w", "s", 3]),
      ok("c", [0, 100], ["r", "r", 1], ["r", "s", 3]),
    ],
  },
];

testStories("registers", REGISTERS);

Deno.test("registers whose order nobody knows are told, and ordered by time where the caller vouches for each", () => {
  const history = [
    ok("a", [0, 10], ["w", "r", 1]),
    ok("b", [20, 30], ["w", "r", 2], ["w", "s", 3]),
    ok("c", [0, 100], ["r", "r", 1], ["r", "s", 3]),
  ];
  const blind = checkTransactions(history, { level: "serializable" });
  assertEquals([blind.kind, blind.complete, blind.unorderedKeys], ["ok", false, ["r"]]);
  const vouched = checkTransactions(history, { level: "serializable", linearizableKeys: true });
  assert(vouched.kind === "illegal");
  assertEquals([vouched.anomaly.kind, vouched.strongest], ["G-single", "read-committed"]);
  const chain = [
    ok("a", TOGETHER, ["r", "r", null], ["w", "r", 1]),
    ok("b", TOGETHER, ["r", "r", 1], ["w", "r", 2]),
  ];
  assertEquals(checkTransactions(chain).complete, true);
});

Deno.test("a register that is linearizable by itself may change between two steps of one transaction", () => {
  const history = [
    ok("a", [0, 10], ["w", "r", 1]),
    ok("b", [20, 100], ["r", "r", 1], ["r", "s", 9], ["w", "r", 2]),
    ok("c", [30, 40], ["w", "r", 3], ["w", "s", 9]),
  ];
  assertEquals(checkTransactions(history, { level: "read-committed", linearizableKeys: true }).kind, "ok");
  const chain = [ok("a", [0, 10], ["w", "r", 1]), ok("b", [20, 100], ["r", "r", 1], ["w", "r", 2])];
  // Who read a value and replaced it does not come before itself.
  const plain = checkTransactions(chain, { level: "serializable", linearizableKeys: true });
  assertEquals([plain.kind, plain.strongest], ["ok", "strict-serializable"]);
});
