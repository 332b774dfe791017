import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  assertLinearizable,
  Checker,
  checkOperations,
  type CheckOptions,
  type HistoryEvent,
  kvCodec,
  type KvInput,
  kvModel,
  type KvOutput,
  type LostEvent,
  NotLinearizableError,
  PorcupineError,
  Recorder,
  registerModel,
  writeLinhist,
} from "../../../porcupine/mod.ts";

/** A promise that is settled from outside, so that a test decides which answer comes first. */
function later<T>(): { promise: Promise<T>; answer: (value: T) => void; fail: (error: Error) => void } {
  let answer: (value: T) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const promise = new Promise<T>((resolve, reject) => {
    answer = resolve;
    fail = reject;
  });
  return { promise, answer, fail };
}

const PUT: KvInput = { f: "put", key: "x", value: "1" };
const GET: KvInput = { f: "get", key: "x" };

Deno.test("Two requests at once overlap in the recorded history, whichever answers first", async () => {
  const recorder = new Recorder<KvInput, KvOutput>();
  const [slow, quick] = [later<KvOutput>(), later<KvOutput>()];
  const put = recorder.run("ann", PUT, () => slow.promise);
  const get = recorder.run("bob", GET, () => quick.promise);
  quick.answer({ f: "get", value: "1" });
  assertEquals(await get, { f: "get", value: "1" });
  slow.answer({ f: "put" });
  await put;
  assertEquals(recorder.operations, [
    { client: "ann", input: PUT, callAt: 0, outcome: { status: "ok", output: { f: "put" }, returnAt: 3 } },
    {
      client: "bob",
      input: GET,
      callAt: 1,
      outcome: { status: "ok", output: { f: "get", value: "1" }, returnAt: 2 },
    },
  ]);
  assertLinearizable(kvModel(), recorder.operations);
});

Deno.test("The call is recorded before the request leaves, and the return after its answer came", async () => {
  const log: string[] = [];
  const recorder = new Recorder<KvInput, KvOutput>({ onEvent: ({ kind }) => log.push(kind) });
  await recorder.run("ann", PUT, () => {
    log.push("sent");
    return { f: "put" };
  });
  assertEquals(log, ["call", "sent", "return"]);
});

Deno.test("A request that throws has no answer, the error goes on, and its client may come back", async () => {
  const events: (HistoryEvent<KvInput, KvOutput> | LostEvent)[] = [];
  const recorder = new Recorder<KvInput, KvOutput>({ onEvent: (event) => events.push(event) });
  const lost = new Error("connection lost");
  const seen = await assertRejects(() => recorder.run("ann", PUT, () => Promise.reject(lost)));
  assertStrictEquals(seen, lost);
  await recorder.run("ann", GET, () => ({ f: "get", value: "1" }));
  assertEquals(recorder.operations[0].outcome, { status: "unknown" });
  assertEquals(events.map(({ kind, operation }) => [kind, operation]), [
    ["call", 0],
    ["lost", 0],
    ["call", 1],
    ["return", 1],
  ]);
  // The put may have taken effect: what the get saw is possible, and so is the empty string.
  assertLinearizable(kvModel(), recorder.operations);
  const text = writeLinhist(kvCodec, recorder.operations);
  assert(text.includes('"c":"ann#2"'), text);
});

Deno.test("A request that is still open has no answer yet, and later events do not change what was taken", async () => {
  const recorder = new Recorder<KvInput, KvOutput>();
  const { promise, answer } = later<KvOutput>();
  const put = recorder.run("ann", PUT, () => promise);
  const early = recorder.operations;
  answer({ f: "put" });
  await put;
  assertEquals([early[0].outcome.status, recorder.operations[0].outcome.status], ["unknown", "ok"]);
});

Deno.test("A client that calls while its last call is open is refused, and nothing is sent", async () => {
  const recorder = new Recorder<KvInput, KvOutput>();
  const { promise, answer } = later<KvOutput>();
  const put = recorder.run("ann", PUT, () => promise);
  let sent = false;
  const error = await assertRejects(
    () =>
      recorder.run("ann", GET, () => {
        sent = true;
        return { f: "get", value: "" };
      }),
    PorcupineError,
    "client ann calls while its last call is open",
  );
  assertEquals([error.code, sent, recorder.operations.length], ["overlapping-calls", false, 1]);
  answer({ f: "put" });
  await put;
});

Deno.test("If the listener throws at a call nothing is sent, and the client's next request is not refused", async () => {
  let isDeaf = true;
  let sent = 0;
  const recorder = new Recorder<KvInput, KvOutput>({
    onEvent: () => {
      if (isDeaf) throw new Error("not heard");
    },
  });
  const ask = (): Promise<KvOutput> =>
    recorder.run("ann", { f: "get", key: "x" }, () => {
      sent++;
      return { f: "get", value: "" };
    });
  await assertRejects(ask, Error, "not heard");
  assertEquals(sent, 0);
  isDeaf = false;
  await ask();
  assertEquals(recorder.operations.map(({ outcome }) => outcome.status), ["unknown", "ok"]);
});

Deno.test("With a clock the times are its times", async () => {
  let now = 100;
  const recorder = new Recorder<KvInput, KvOutput>({ now: () => now });
  await recorder.run("ann", PUT, () => {
    now += 7;
    return { f: "put" };
  });
  const [{ callAt, outcome }] = recorder.operations;
  assertEquals([callAt, outcome.status === "ok" && outcome.returnAt], [100, 107]);
});

Deno.test("An on-line checker that is fed by a recorder stops at the first impossible answer", async () => {
  const checker = new Checker(kvModel());
  const recorder = new Recorder<KvInput, KvOutput>({ onEvent: (event) => void checker.feed(event) });
  await recorder.run("ann", PUT, () => ({ f: "put" }));
  assertEquals(checker.status.kind, "ok");
  await recorder.run("bob", GET, () => ({ f: "get", value: "" }));
  assert(checker.status.kind === "illegal" && checker.status.operation === 1, checker.status.kind);
});

Deno.test("assertLinearizable answers the verdict of a good history, and tells why a bad one is bad", async () => {
  const recorder = new Recorder<KvInput, KvOutput>();
  await recorder.run("ann", PUT, () => ({ f: "put" }));
  assertEquals(assertLinearizable(kvModel(), recorder.operations).linearization, [0]);
  await recorder.run("bob", GET, () => ({ f: "get", value: "" }));
  const error = assertThrows(
    () => assertLinearizable(kvModel(), recorder.operations),
    NotLinearizableError,
  );
  assertEquals([error.name, error.code, error.verdict.kind], [
    "NotLinearizableError",
    "not-linearizable",
    "illegal",
  ]);
  const [first, second, ...members] = error.message.split("\n");
  assert(first.startsWith('Not linearizable. Client bob\'s get("x") -> "" is impossible'), error.message);
  assertEquals(second, "These contradict each other; without any one of them they do not:");
  assertEquals(members, [
    '    [0] client ann: put("x", "1"), 0 to 1',
    '  > [1] client bob: get("x") -> "", 2 to 3',
  ]);
});

Deno.test("What an assertion lists claims no more than is known", async () => {
  const recorder = new Recorder<KvInput, KvOutput>();
  await recorder.run("bob", GET, () => ({ f: "get", value: "ghost" }));
  const head = (options: CheckOptions): string =>
    assertThrows(() => assertLinearizable(kvModel(), recorder.operations, options), NotLinearizableError)
      .message.split("\n")[1];
  assertEquals(head({}), "Nothing that any other operation may have done explains it:");
  assertEquals(head({ explain: "verdict" }), "Met at:");
});

Deno.test("A history that a limit left open has not passed", () => {
  const history = [{ client: 1, input: { f: "read" }, callAt: 0, outcome: { status: "unknown" } }] as const;
  const error = assertThrows(
    () => assertLinearizable(registerModel(), history, { signal: AbortSignal.abort() }),
    NotLinearizableError,
    "Could not be decided whether the history is linearizable: the check was stopped.",
  );
  assertEquals(error.code, "undecided");
  assertEquals(checkOperations(registerModel(), history).kind, "ok");
});

Deno.test("By a clock that stands still requests overlap, though the listener is told which came first", async () => {
  const checker = new Checker(kvModel());
  const recorder = new Recorder<KvInput, KvOutput>({ now: () => 5, onEvent: (event) => checker.feed(event) });
  await recorder.run("ann", PUT, () => ({ f: "put" }));
  await recorder.run("bob", GET, () => ({ f: "get", value: "" }));
  assertEquals(checker.status.kind, "illegal");
  assertEquals(checkOperations(kvModel(), recorder.operations).kind, "ok");
});

Deno.test("An assertion lists the core in the order of the calls, however the history is given", () => {
  const lines = (error: NotLinearizableError) => error.message.split("\n").slice(2);
  const [read, put] = [
    {
      client: "bob",
      callAt: 2,
      input: GET,
      outcome: { status: "ok", returnAt: 3, output: { f: "get", value: "" } },
    },
    { client: "ann", callAt: 0, input: PUT, outcome: { status: "ok", returnAt: 1, output: { f: "put" } } },
  ] as const;
  assertEquals(lines(assertThrows(() => assertLinearizable(kvModel(), [read, put]), NotLinearizableError)), [
    '    [1] client ann: put("x", "1"), 0 to 1',
    '  > [0] client bob: get("x") -> "", 2 to 3',
  ]);
});
