/** Why a history is impossible, as a reader who was not there is told. */
import { assert, assertEquals } from "@std/assert";
import {
  checkOperations,
  kvModel,
  type Operation,
  registerModel,
  versionedKvModel,
} from "../../../porcupine/mod.ts";
import type { KvInput, KvOutput, RegisterInput, RegisterOutput } from "../../../porcupine/mod.ts";

type Times = readonly [callAt: number, returnAt: number];

function write(
  client: string,
  value: number,
  [callAt, returnAt]: Times,
): Operation<RegisterInput, RegisterOutput> {
  const outcome = { status: "ok", returnAt, output: { f: "write" } } as const;
  return { client, callAt, input: { f: "write", value }, outcome };
}

function read(
  client: string,
  value: number,
  [callAt, returnAt]: Times,
): Operation<RegisterInput, RegisterOutput> {
  const outcome = { status: "ok", returnAt, output: { f: "read", value } } as const;
  return { client, callAt, input: { f: "read" }, outcome };
}

function append(value: string, [callAt, returnAt]: Times): Operation<KvInput, KvOutput> {
  const outcome = { status: "ok", returnAt, output: { f: "append" } } as const;
  return { client: "ann", callAt, input: { f: "append", key: "x", value }, outcome };
}

function get(value: string, [callAt, returnAt]: Times): Operation<KvInput, KvOutput> {
  const outcome = { status: "ok", returnAt, output: { f: "get", value } } as const;
  return { client: "bob", callAt, input: { f: "get", key: "x" }, outcome };
}

const REGISTERS = [
  {
    what: "a value that came and went while another one must have stayed",
    history: [write("ann", 1, [0, 1]), write("ann", 2, [2, 3]), read("bob", 1, [4, 5])],
    says: "Client bob's read() -> 1 is impossible beside client ann's write(1) and client ann's write(2): " +
      "one value must have been there during the whole time of another.",
  },
  {
    what: "a number that JSON has no word for",
    history: [read("bob", NaN, [0, 1])],
    says: "Client bob's read() -> NaN is impossible: nothing explains it.",
  },
  {
    what: "a value that nobody wrote",
    history: [read("bob", 7, [0, 1])],
    says:
      "Client bob's read() -> 7 is impossible: no operation called before its return can have written that value.",
  },
] as const;

for (const { what, history, says } of REGISTERS) {
  Deno.test(`The sentence tells of ${what}`, () => {
    const verdict = checkOperations(registerModel(), history);
    assert(verdict.kind === "illegal");
    assertEquals(verdict.sentence, says);
  });
}

Deno.test("The sentence tells of an order that was seen and cannot have been", () => {
  const verdict = checkOperations(kvModel(), [
    append("a ", [0, 1]),
    append("b ", [2, 3]),
    get("b a ", [4, 5]),
  ]);
  assert(verdict.kind === "illegal");
  assertEquals(
    verdict.sentence,
    'Client bob\'s get("x") -> "b a " is impossible on key "x" beside client ann\'s append("x", "a "): ' +
      "what was seen puts them in one order, real time in the other.",
  );
});

Deno.test("Requests to a versioned store are told with what they found, or that no answer came", () => {
  const { describeOperation } = versionedKvModel();
  const get = { f: "get", key: "x" } as const;
  const put = { f: "put", key: "x", value: "a", version: 1 } as const;
  const found = { f: "get", value: "a", version: 2 } as const;
  assertEquals(
    [
      describeOperation?.(get, { known: true, output: found }),
      describeOperation?.(get, { known: true, output: { f: "get", error: "noKey" } }),
      describeOperation?.(get, { known: false }),
      describeOperation?.(put, { known: true, output: { f: "put", result: "version" } }),
      describeOperation?.(put, { known: false }),
    ],
    [
      'get("x") -> "a" at version 2',
      'get("x") -> no key',
      'get("x") -> ?',
      'put("x", "a", version 1) -> version',
      'put("x", "a", version 1) -> ?',
    ],
  );
});
