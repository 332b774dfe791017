/**
 * What plain JavaScript hands to a model of ours that has the right name and the wrong parts: it is refused by name, whichever way
 * the history is decided, and never judged by what it happens to be.
 */
import { assert, assertEquals } from "@std/assert";
import {
  bagModel,
  bankModel,
  checkOperations,
  counterModel,
  etcdModel,
  jepsenMutexModel,
  jepsenQueueModel,
  jepsenRegisterModel,
  jepsenSetModel,
  kvBatchModel,
  kvModel,
  lockModel,
  logModel,
  type Model,
  mutexModel,
  PorcupineError,
  priorityQueueModel,
  queueModel,
  registerModel,
  setModel,
  stackModel,
  transactionModel,
  versionedKvModel,
} from "../../../porcupine/mod.ts";

type Strategy = "auto" | "search";

/** What comes of a history, whose parts have no types: its verdict, or `refused: ` with the message. */
type Judge = (strategy: Strategy, history: readonly Asked[]) => string;

interface Asked {
  readonly input: unknown;
  readonly output: unknown;
}

function judging<S, I, O>(model: Model<S, I, O>): Judge {
  return (strategy, history) => {
    const operations = history.map(({ input, output }, i) => ({
      client: 1,
      callAt: 2 * i,
      input,
      outcome: { status: "ok", returnAt: 2 * i + 1, output },
    }));
    try {
      return checkOperations(model, JSON.parse(JSON.stringify(operations)), { strategy }).kind;
    } catch (error) {
      if (error instanceof PorcupineError && error.code === "model-mismatch") {
        return `refused: ${error.message}`;
      }
      throw error;
    }
  };
}

const batch = {
  f: "batch",
  guards: [{ key: "x", value: null }],
  steps: [{ f: "get", key: "x" }, { f: "put", key: "x", value: "1" }],
  otherwise: [{ f: "delete", key: "x" }],
};
const row = (put: string, take: string): readonly (readonly [object, object])[] => [
  [{ f: put, value: 1 }, { f: put }],
  [{ f: take }, { f: take, value: 1 }],
];
const jepsen = (f: string, value: unknown, seen: unknown = value) =>
  [{ f, value }, { type: "ok", value: seen }] as const;

/** For each model a history that is possible, one operation after the other. */
const HISTORIES: readonly (readonly [Judge, string, readonly (readonly [object, object])[]])[] = [
  [judging(registerModel()), "register", [
    [{ f: "write", value: 1 }, { f: "write" }],
    [{ f: "cas", from: 1, to: 2 }, { f: "cas", swapped: true }],
    [{ f: "read" }, { f: "read", value: 2 }],
  ]],
  [judging(kvModel()), "kv", [
    [{ f: "put", key: "x", value: "a" }, { f: "put" }],
    [{ f: "append", key: "x", value: "b" }, { f: "append" }],
    [{ f: "get", key: "x" }, { f: "get", value: "ab" }],
  ]],
  [judging(versionedKvModel()), "versioned kv", [
    [{ f: "get", key: "x" }, { f: "get", error: "noKey" }],
    [{ f: "put", key: "x", value: "a", version: 0 }, { f: "put", result: "ok" }],
    [{ f: "get", key: "x" }, { f: "get", value: "a", version: 1 }],
  ]],
  [judging(kvBatchModel()), "batches", [[batch, { f: "batch", applied: true, values: [null] }]]],
  [judging(kvBatchModel({ groupOf: (key) => key })), "batches in groups", [
    [batch, { f: "batch", applied: true, values: [null] }],
  ]],
  [judging(counterModel()), "counter", [
    [{ f: "add", amount: 1 }, { f: "add" }],
    [{ f: "addAndGet", amount: 2 }, { f: "addAndGet", value: 3 }],
    [{ f: "read" }, { f: "read", value: 3 }],
  ]],
  [judging(logModel()), "log", [
    [{ f: "append", value: 1 }, { f: "append", offset: 0 }],
    [{ f: "append", value: 2 }, { f: "append", offset: "unsaid" }],
    [{ f: "read", offset: 0 }, { f: "read", found: { value: 1 } }],
    [{ f: "read", offset: 9 }, { f: "read", found: "end" }],
    [{ f: "length" }, { f: "length", length: 2 }],
  ]],
  [judging(setModel()), "set", [
    [{ f: "add", value: 1 }, { f: "add", changed: true }],
    [{ f: "contains", value: 1 }, { f: "contains", present: true }],
    [{ f: "remove", value: 1 }, { f: "remove", changed: "unsaid" }],
  ]],
  [judging(setModel({ members: true })), "set, read as a whole", [
    [{ f: "add", value: 1 }, { f: "add", changed: true }],
    [{ f: "members" }, { f: "members", values: [1] }],
  ]],
  [judging(queueModel()), "queue", row("enqueue", "dequeue")],
  [judging(bagModel()), "bag", row("enqueue", "dequeue")],
  [judging(stackModel()), "stack", row("push", "pop")],
  [judging(priorityQueueModel()), "priority queue", row("insert", "extract")],
  [judging(transactionModel()), "transactions", [
    [{ f: "txn", operations: [{ f: "write", key: "x", value: 1 }] }, {
      f: "txn",
      committed: true,
      operations: [{ f: "write", key: "x", value: 1 }],
    }],
    [{ f: "txn", operations: [{ f: "read", key: "x", found: null }] }, { f: "txn", committed: false }],
  ]],
  [judging(mutexModel()), "mutex", [
    [{ f: "acquire" }, { f: "acquire", granted: true }],
    [{ f: "release" }, { f: "release", granted: true }],
  ]],
  [judging(lockModel()), "lock", [
    [{ f: "acquire" }, { f: "acquire", token: 1 }],
    [{ f: "release", token: 1 }, { f: "release", released: true }],
  ]],
  [judging(lockModel({ tokens: "increasing" })), "lock, increasing tokens", [
    [{ f: "acquire" }, { f: "acquire", token: 4 }],
    [{ f: "release", token: 4 }, { f: "release", released: true }],
  ]],
  [judging(bankModel({ accounts: { a: 5, b: 0 } })), "bank", [
    [{ f: "transfer", from: "a", to: "b", amount: 2 }, { f: "transfer", done: true }],
    [{ f: "balance", account: "a" }, { f: "balance", amount: 3 }],
    [{ f: "read" }, { f: "read", balances: { a: 3, b: 2 } }],
  ]],
  [judging(etcdModel()), "etcd", [
    [{ f: "write", value: 1 }, { type: "ok", value: null }],
    [{ f: "cas", from: 1, to: 2 }, { type: "ok", value: null }],
    [{ f: "read" }, { type: "ok", value: 2 }],
  ]],
  [judging(jepsenRegisterModel()), "jepsen register", [
    jepsen("write", 1),
    jepsen("cas", [1, 2]),
    jepsen("read", null, 2),
  ]],
  [judging(jepsenSetModel()), "jepsen set", [jepsen("add", 1), jepsen("read", null, [1])]],
  [judging(jepsenQueueModel()), "jepsen queue", [jepsen("enqueue", 1), jepsen("dequeue", null, 1)]],
  [judging(jepsenMutexModel()), "jepsen mutex", [jepsen("acquire", null), jepsen("release", null)]],
];

/** Nothing, and one of each kind. */
const STRANGE = [null, 7, "seven", true, [], {}, [null]];

/** The same with one part missing, or another thing in its place. */
function* mistakes(whole: unknown): Generator<unknown> {
  yield* STRANGE;
  if (typeof whole !== "object" || whole === null) return;
  for (const [name, part] of Object.entries(whole)) {
    const rest = Object.entries(whole).filter(([other]) => other !== name);
    if (!Array.isArray(whole)) yield Object.fromEntries(rest);
    for (const other of mistakes(part)) {
      yield Array.isArray(whole)
        ? whole.map((one, i) => String(i) === name ? other : one)
        : { ...whole, [name]: other };
    }
  }
}

for (const [judge, name, history] of HISTORIES) {
  Deno.test(`what lacks a part, or has another thing in its place, is refused or judged, alike with and without a search: ${name}`, () => {
    const whole: readonly Asked[] = history.map(([input, output]) => ({ input, output }));
    assertEquals(judge("auto", whole), "ok");
    let refused = 0;
    for (const [i, { input, output }] of whole.entries()) {
      const wrong = [
        ...[...mistakes(input)].map((input) => ({ input, output })),
        ...[...mistakes(output)].map((output) => ({ input, output })),
      ];
      for (const one of wrong) {
        const strange = whole.with(i, one);
        const found = judge("auto", strange);
        if (found.startsWith("refused")) refused++;
        const told = `${JSON.stringify(one)}: ${found}`;
        assertEquals(judge("search", strange).split(":")[0], found.split(":")[0], told);
      }
    }
    assert(refused > 0, "nothing was refused");
  });
}

Deno.test("what is missing is named: an entry, a result, whether it swapped, an amount, a list of members", () => {
  const said = (model: string, input: object, output: object): string =>
    HISTORIES.find(([, name]) => name === model)?.[0]("auto", [{ input, output }]) ?? "";
  const log = said("log", { f: "read", offset: 0 }, { f: "read" });
  assert(
    /read", offset: 0 \} is answered \{ f: "read" \}; expected found: \{ value: \.\.\. \} or "end"/.test(log),
    log,
  );
  const put = said("versioned kv", { f: "put", key: "x", value: "a", version: 0 }, {
    f: "put",
    result: "OK",
  });
  assert(/result: "OK" \}; expected a result: ok, version, maybe, noKey/.test(put), put);
  const get = said("versioned kv", { f: "get", key: "x" }, { f: "get", error: "timeout" });
  assert(/expected a value and a version, or the error "noKey"/.test(get), get);
  const cas = said("register", { f: "cas", from: null, to: 1 }, { f: "cas" });
  assert(/expected swapped: true or false/.test(cas), cas);
  const write = said("register", { f: "write", value: { id: 1 } }, { f: "write" });
  assert(/value: \.\.\. \} is no request; expected a number, a string or null/.test(write), write);
  const add = said("counter", { f: "add", amount: "2" }, { f: "add" });
  assert(/amount: "2" \} is no request; expected amount: a number/.test(add), add);
  const members = said("set, read as a whole", { f: "members" }, { f: "members" });
  assert(/expected values: a list of members/.test(members), members);
});
