/** The definitions on histories small enough to be judged by eye. */
import { assert, assertEquals } from "@std/assert";
import {
  checkLevels,
  kvModel,
  type LevelName,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../../porcupine/mod.ts";

interface Story {
  readonly what: string;
  /** `a:w1@0-1`: client a writes 1 from 0 to 1; `r-` reads nothing; a call without an end has no answer. */
  readonly history: string;
  /** What is broken, besides linearizability if the reads are not 1-atomic. */
  readonly broken: readonly LevelName[];
  /** The least k for which it is k-atomic; Infinity: none. */
  readonly k: number;
}

const ALL: readonly LevelName[] = [
  "sequential",
  "readYourWrites",
  "monotonicReads",
  "monotonicWrites",
  "writesFollowReads",
];

const STORIES: readonly Story[] = [
  { what: "a stale read of another client", history: "a:w1@0-1 b:r-@2-3", broken: [], k: 2 },
  {
    what: "a client misses its own write",
    history: "a:w1@0-1 a:r-@2-3",
    broken: ["sequential", "readYourWrites"],
    k: 2,
  },
  {
    what: "reads go back",
    history: "a:w1@0-1 b:r1@2-3 b:r-@4-5",
    broken: ["sequential", "monotonicReads"],
    k: 2,
  },
  {
    // Without the order of a's writes there is one that explains b; without that of b's reads, too.
    what: "two writes of one client are seen in reverse",
    history: "a:w1@0-1 a:w2@2-3 b:r2@4-5 b:r1@6-7",
    broken: ["sequential"],
    k: 2,
  },
  {
    what: "a read that is three writes old",
    history: "a:w1@0-1 a:w2@2-3 a:w3@4-5 b:r1@6-7",
    broken: [],
    k: 3,
  },
  { what: "the first value after two writes", history: "a:w1@0-1 b:w2@2-3 c:r-@4-5", broken: [], k: 3 },
  {
    what: "two readers disagree on two writes",
    history: "a:w1@0-9 b:w2@0-9 c:r1@10-11 c:r2@12-13 d:r2@10-11 d:r1@12-13",
    broken: ["sequential", "monotonicReads"],
    k: 2,
  },
  { what: "a read before its write is called", history: "b:r1@0-1 a:w1@2-3", broken: [], k: Infinity },
  { what: "a value from nowhere", history: "a:r7@0-1", broken: ALL, k: Infinity },
  { what: "a lost write appears late", history: "a:w1@0 b:r-@1-2 b:r1@3-4", broken: [], k: 1 },
  {
    what: "a lost write appears and is gone",
    history: "a:w1@0 b:r1@1-2 b:r-@3-4",
    broken: ["sequential", "monotonicReads"],
    k: 2,
  },
  {
    what: "reads beside a write go back and forth",
    history: "a:w1@0-9 b:r1@1-2 c:r-@3-4 b:r1@5-6",
    broken: [],
    k: 2,
  },
];

for (const { what, history, broken, k } of STORIES) {
  Deno.test(`${what} (${history}): breaks ${broken.join(", ") || "no guarantee"}, ${k}-atomic`, () => {
    const { parts: [part] } = checkLevels(registerModel(), operationsOf(history));
    assertEquals(part.linearizable, k === 1 ? "yes" : "no");
    assertEquals(ALL.filter((level) => part.levels[level].holds === "no"), broken);
    assertEquals(ALL.filter((level) => part.levels[level].holds === "unknown"), []);
    assertEquals(part.staleness, k === Infinity ? { kind: "none" } : { kind: "exact", k });
  });
}

Deno.test("That each key is sequentially consistent is not said of both: each client misses the other's write", () => {
  const both = ["x", "y"].flatMap((mine, client) => {
    const other = mine === "x" ? "y" : "x";
    return [
      {
        client,
        callAt: 0,
        input: { f: "put", key: mine, value: "1" },
        outcome: { status: "ok", returnAt: 1, output: { f: "put" } },
      },
      {
        client,
        callAt: 2,
        input: { f: "get", key: other },
        outcome: { status: "ok", returnAt: 3, output: { f: "get", value: "" } },
      },
    ] as const;
  });
  const { sentence } = checkLevels(kvModel(), both);
  assert(sentence.includes('the first, "x": sequentially consistent on this key alone: '), sentence);
  const alone = checkLevels(kvModel(), both, { keys: ["y"] }).sentence;
  assert(alone.startsWith("sequentially consistent on this key alone: "), alone);
});

function operationsOf(history: string): Operation<RegisterInput, RegisterOutput>[] {
  return history.split(" ").map((text) => {
    const match = /^(\w):([rw])(\d|-)@(\d+)(?:-(\d+))?$/.exec(text);
    assert(match !== null, text);
    const [, client, f, digit, call, end] = match;
    const value = digit === "-" ? null : Number(digit);
    const output: RegisterOutput = f === "w" ? { f: "write" } : { f: "read", value };
    return {
      client,
      callAt: Number(call),
      input: f === "w" ? { f: "write", value } : { f: "read" },
      outcome: end === undefined ? { status: "unknown" } : { status: "ok", returnAt: Number(end), output },
    };
  });
}
