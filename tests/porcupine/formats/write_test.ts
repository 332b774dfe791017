import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  bagCodec,
  bankCodec,
  type Codec,
  counterCodec,
  FormatError,
  type Keyed,
  kvBatchCodec,
  kvCodec,
  type KvInput,
  type KvOutput,
  linhistLines,
  loadHistory,
  lockCodec,
  logCodec,
  MODELS,
  mutexCodec,
  type Operation,
  PorcupineError,
  priorityQueueCodec,
  queueCodec,
  registerCodec,
  type RegisterInput,
  type RegisterOutput,
  setCodec,
  stackCodec,
  versionedKvCodec,
  writeLinhist,
} from "../../../porcupine/mod.ts";
import { Random, randomHistory, type Shape } from "../fuzz/random.ts";
import { bagShape, priorityQueueShape, queueShape, setShape, stackShape } from "../fuzz/collections.ts";
import { bankShape, counterShape, kvBatchShape, lockShape, logShape, mutexShape } from "../fuzz/objects.ts";
import { kvShape, registerShape, versionedShape } from "../fuzz/shapes.ts";
import { bytesOf } from "./texts.ts";

const SEEDS = 60;
const COLLECTION = { unique: false };
/** What a header must or may say of the object. */
const FACTS = { accounts: { a: 2, b: 1 }, tokens: "increasing" };

for (
  const { name, roundTrip } of [
    subject(kvCodec, () => kvShape({ keys: 2 })),
    subject(versionedKvCodec, () => versionedShape()),
    subject(kvBatchCodec, kvBatchShape),
    subject(bankCodec, bankShape),
    subject(registerCodec, () => keyed(registerShape())),
    subject(counterCodec, () => keyed(counterShape())),
    subject(setCodec, () => keyed(setShape({ members: true }))),
    subject(queueCodec, () => keyed(queueShape(COLLECTION))),
    subject(bagCodec, () => keyed(bagShape(COLLECTION))),
    subject(stackCodec, () => keyed(stackShape(COLLECTION))),
    subject(priorityQueueCodec, () => keyed(priorityQueueShape({ ...COLLECTION, order: "min" }))),
    subject(lockCodec, () => keyed(lockShape({ gaps: true }))),
    subject(mutexCodec, () => keyed(mutexShape())),
    subject(logCodec, () => keyed(logShape())),
  ]
) {
  Deno.test(`A ${name} history written as linhist-1 and read back is the same history, seeds 1 to ${SEEDS}`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) await roundTrip(seed);
  });
}

Deno.test("Every model that files can name has a round trip above", () => {
  assertEquals(MODELS.length, 14);
});

function subject<State, Held, Input, Output>(
  codec: Codec<State, Input, Output>,
  shape: () => Shape<Held, Input, Output>,
): { name: string; roundTrip: (seed: number) => Promise<void> } {
  return {
    name: codec.name,
    roundTrip: async (seed) => {
      const operations = randomHistory(shape(), 1 + seed % 12, new Random(seed))
        .sort((a, b) => a.callAt - b.callAt);
      const text = writeLinhist(codec, operations, { seed, facts: FACTS });
      const read = await loadHistory(codec, "written.jsonl", bytesOf(text));
      assertEquals(read.operations, operations, `seed ${seed}:\n${text}`);
      assertEquals(read.warnings, []);
    },
  };
}

function keyed<State, Input, Output>(
  shape: Shape<State, Input, Output>,
): Shape<State, { key: string; input: Input }, Output> {
  return {
    init: shape.init,
    // An empty key is written as no key, and read back as the empty one.
    input: (random) => ({ key: random.pick(["", "x"]), input: shape.input(random) }),
    run: (state, { input }, random) => shape.run(state, input, random),
    guess: ({ input }, random) => shape.guess(input, random),
  };
}

Deno.test("A client that goes on after a call without an answer is written under a new name", async () => {
  const operations: Operation<KvInput, KvOutput>[] = [
    put({ client: 3, callAt: 0 }),
    put({ client: 3, callAt: 5 }),
    put({ client: 3, callAt: 6, returnAt: 7 }),
    put({ client: 3, callAt: 7, returnAt: 9 }),
  ];
  const read = await loadHistory(kvCodec, "lives.jsonl", bytesOf(writeLinhist(kvCodec, operations)));
  assertEquals(read.operations.map(({ client }) => client), [3, "3#2", "3#3", "3#3"]);
});

Deno.test("A client that goes on does not get the name of another one", async () => {
  const operations: Operation<KvInput, KvOutput>[] = [
    put({ client: 3, callAt: 0 }),
    put({ client: "3", callAt: 1 }),
    put({ client: 3, callAt: 5, returnAt: 9 }),
    put({ client: "3#2", callAt: 6, returnAt: 9 }),
    put({ client: "3", callAt: 7, returnAt: 9 }),
  ];
  const read = await loadHistory(kvCodec, "lives.jsonl", bytesOf(writeLinhist(kvCodec, operations)));
  assertEquals(read.operations.map(({ client }) => client), [3, "3", "3#3", "3#2", "3#4"]);
});

for (
  const [what, operation] of [
    ["NaN as a value", write({ client: 0, value: NaN })],
    ["Infinity as a value", write({ client: 0, value: Infinity })],
    ["a client called NaN", write({ client: NaN, value: 1 })],
  ] as const
) {
  Deno.test(`Writing ${what} is refused: JSON would make null of it, which is another one`, () => {
    const error = assertThrows(() => writeLinhist(registerCodec, [operation]), PorcupineError, "operation 0");
    assertEquals(error.code, "bad-operation");
  });
}

for (const value of [2 ** 53, -(2 ** 60), 1e300, 123456789012345678]) {
  Deno.test(`Writing ${value} is refused, as readers would refuse the file: two such numbers may be one`, async () => {
    const error = assertThrows(
      () => writeLinhist(registerCodec, [write({ client: 0, value })]),
      PorcupineError,
      "record it as a string",
    );
    assertEquals([error.code, error.index], ["bad-operation", 0]);
    const line = `{"c":0,"f":"write","v":${value},"s":0,"e":1}`;
    const text = `{"format":"linhist-1","model":"register"}\n${line}\n`;
    await assertRejects(() => loadHistory(registerCodec, "large.jsonl", bytesOf(text)), FormatError);
  });
}

Deno.test("Numbers that only look long are written, and read as they were", async () => {
  const values = [
    2 ** 53 - 1,
    -(2 ** 53 - 1),
    0.1 + 0.2,
    1e-300,
    0.1234567890123456,
    5e-324,
    12345678.12345678,
  ];
  const operations = values.map((value, client) => write({ client, value }));
  const read = await loadHistory(
    registerCodec,
    "long.jsonl",
    bytesOf(writeLinhist(registerCodec, operations)),
  );
  assertEquals(read.operations.map(({ input }) => input), operations.map(({ input }) => input));
});

for (
  const [name, says] of [
    ["format", "call the fact otherwise"],
    ["model", "call the fact otherwise"],
    ["ops", "call the fact otherwise"],
    ["clients", "call the fact otherwise"],
    ["seed", "give it as the option seed"],
  ] as const
) {
  Deno.test(`A fact called ${name} is refused: it would be the header's own`, () => {
    const error = assertThrows(
      () => writeLinhist(kvCodec, [], { facts: { [name]: "mine" } }),
      PorcupineError,
      says,
    );
    assertEquals(error.code, "unknown-option");
  });
}

Deno.test("A fact that is not finite is refused: JSON would make null of it", () => {
  const facts = { drift: { ann: Infinity } };
  assertThrows(() => writeLinhist(kvCodec, [], { facts }), PorcupineError, "the fact ann is Infinity");
});

function write(
  { client, value }: { client: number; value: number },
): Operation<Keyed<RegisterInput>, RegisterOutput> {
  const outcome = { status: "ok", returnAt: 1, output: { f: "write" } } as const;
  return { client, callAt: 0, input: { key: "", input: { f: "write", value } }, outcome };
}

Deno.test("Operations are written in the order of their calls, equal calls as they were given", () => {
  const operations = [9, 2, 2, 0].map((callAt, client) => put({ client, callAt, returnAt: 10 }));
  const clients = [...linhistLines(kvCodec, operations)].slice(1).map((line) => JSON.parse(line).c);
  assertEquals(clients, [3, 1, 2, 0]);
});

Deno.test("The header carries seed and facts, and readers pass them by", async () => {
  const text = writeLinhist(kvCodec, [], { seed: 7, facts: { cluster: ["a", "b"] } });
  assertEquals(JSON.parse(text), {
    format: "linhist-1",
    model: "kv",
    clients: 0,
    ops: 0,
    seed: 7,
    cluster: ["a", "b"],
  });
  assertEquals((await loadHistory(kvCodec, "empty.jsonl", bytesOf(text))).operations, []);
});

for (
  const { what, code, operations } of [
    { what: "a call at NaN", code: "bad-time", operations: [put({ callAt: NaN, returnAt: 1 })] },
    { what: "a return at Infinity", code: "bad-time", operations: [put({ callAt: 0, returnAt: Infinity })] },
    { what: "a call beyond 2^53", code: "bad-time", operations: [put({ callAt: 2 ** 60 })] },
    {
      what: "a return before its call",
      code: "return-before-call",
      operations: [put({ callAt: 5, returnAt: 4 })],
    },
    {
      what: "two calls of one client at once",
      code: "overlapping-calls",
      operations: [put({ callAt: 0, returnAt: 9 }), put({ callAt: 3, returnAt: 5 })],
    },
  ] as const
) {
  Deno.test(`Writing ${what} is refused with the code ${code}`, () => {
    const error = assertThrows(() => writeLinhist(kvCodec, operations), PorcupineError);
    assertEquals(error.code, code);
  });
}

function put(
  times: { client?: number | string; callAt: number; returnAt?: number },
): Operation<KvInput, KvOutput> {
  const { client = 0, callAt, returnAt } = times;
  return {
    client,
    callAt,
    input: { f: "put", key: "x", value: "a" },
    outcome: returnAt === undefined
      ? { status: "unknown" }
      : { status: "ok", returnAt, output: { f: "put" } },
  };
}

Deno.test("requests that do not say of which object they are asked are refused by a codec of many, and it is said what to give", () => {
  const bare = [{ client: 1, callAt: 0, input: { f: "read" }, outcome: { status: "unknown" } }];
  const error = assertThrows(
    () => writeLinhist(registerCodec, JSON.parse(JSON.stringify(bare))),
    PorcupineError,
  );
  assertEquals(error.code, "bad-operation");
  assertEquals(
    error.message.includes("give { key, input } as the input of each operation"),
    true,
    error.message,
  );
});

Deno.test("an outcome that is neither ok nor unknown is not written as one that is unknown", () => {
  const failed = JSON.parse(JSON.stringify([{ ...put({ callAt: 0 }), outcome: { status: "fail" } }]));
  const error = assertThrows(() => writeLinhist(kvCodec, failed), PorcupineError);
  assertEquals(error.code, "bad-operation");
  assertEquals(error.message.includes('an outcome of status "fail"'), true, error.message);
});
