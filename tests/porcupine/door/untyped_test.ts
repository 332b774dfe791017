/** What plain JavaScript, which has no types, may hand to a model of ours: it is said what is wrong with it. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  assertLinearizable,
  bagModel,
  bankModel,
  Checker,
  checkEvents,
  checkOperations,
  counterModel,
  type DeterministicModel,
  etcdModel,
  ILLEGAL,
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
  NotLinearizableError,
  type Operation,
  PorcupineError,
  priorityQueueModel,
  queueModel,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  renderHtml,
  setModel,
  stackModel,
  versionedKvModel,
} from "../../../porcupine/mod.ts";

/** What comes of one operation, given without types; an output left out is `undefined`. */
function judge<S, I, O>(
  model: Model<S, I, O>,
  strategy: "auto" | "search",
  input: object,
  output: unknown,
): string {
  const outcome = { status: "ok", returnAt: 1, output };
  const text = JSON.stringify([{ client: 1, callAt: 0, input, outcome }]);
  return checkOperations(model, JSON.parse(text), { strategy }).kind;
}

type Judge = (strategy: "auto" | "search", input: object, output: unknown) => string;

interface Subject {
  readonly name: string;
  /** A request that it has. */
  readonly input: object;
  readonly judge: Judge;
}

function subject<S, I, O>(model: Model<S, I, O>, input: object, name = model.name): Subject {
  return { name, input, judge: (...rest) => judge(model, ...rest) };
}

const item = { value: 1 };
const SUBJECTS: readonly Subject[] = [
  subject(registerModel(), { f: "read" }),
  subject(kvModel(), { f: "get", key: "x" }),
  subject(versionedKvModel(), { f: "get", key: "x" }),
  subject(kvBatchModel(), { f: "batch", guards: [], steps: [], otherwise: [] }),
  subject(counterModel(), { f: "add", amount: 1 }),
  subject(counterModel(), { f: "add", amount: 2 }, "counter, counted up by two"),
  subject(logModel(), { f: "append", ...item }),
  subject(setModel(), { f: "add", ...item }),
  subject(setModel({ members: true }), { f: "members" }, "set, read as a whole"),
  subject(queueModel(), { f: "enqueue", ...item }),
  subject(bagModel(), { f: "dequeue" }),
  subject(stackModel(), { f: "pop" }),
  subject(priorityQueueModel(), { f: "insert", ...item }),
  subject(mutexModel(), { f: "acquire" }),
  subject(lockModel(), { f: "acquire" }),
  subject(lockModel({ tokens: "increasing" }), { f: "release", token: 1 }, "lock, increasing tokens"),
  subject(bankModel({ accounts: { a: 1 } }), { f: "read" }),
  subject(etcdModel(), { f: "read" }),
  subject(jepsenRegisterModel(), { f: "read", value: null }),
  subject(jepsenSetModel(), { f: "read", value: null }),
  subject(jepsenQueueModel(), { f: "dequeue", value: null }),
  subject(jepsenMutexModel(), { f: "acquire", value: null }),
];

for (const { name, input, judge } of SUBJECTS) {
  Deno.test(`a request that the model does not have, and what is no answer, are refused by name: ${name}`, () => {
    for (const strategy of ["auto", "search"] as const) {
      const refused = (input: object, output: unknown, says: RegExp): void => {
        const error = assertThrows(() => judge(strategy, input, output), PorcupineError);
        assertEquals(error.code, "model-mismatch");
        assert(says.test(error.message), `${strategy}: ${error.message}`);
      };
      const ok = { f: "frobnicate", type: "ok", value: 1 };
      refused({ f: "frobnicate", key: "x", value: 1 }, ok, /frobnicate.* is unknown; the model .*has /);
      refused(
        { type: "read", key: "x", value: 1 },
        { type: "ok", value: 1 },
        / is unknown; the model .*has /,
      );
      refused(input, 5, /is answered 5; expected an output/);
      refused(input, undefined, /is answered undefined; expected an output/);
    }
  });
}

Deno.test("a store of strings refuses numbers, and a register that was written to needs no answer", () => {
  const kv = (input: object, output: unknown) => () => judge(kvModel(), "auto", input, output);
  const put = assertThrows(kv({ f: "put", key: "x", value: 1 }, { f: "put" }), PorcupineError);
  const get = assertThrows(kv({ f: "get", key: "x" }, { f: "get", value: 1 }), PorcupineError);
  assert(/holds strings/.test(put.message) && /is a string/.test(get.message), put.message + get.message);
  assertEquals(judge(registerModel(), "auto", { f: "write", value: 1 }, undefined), "ok");
});

/** What is said of a history, given without types. */
function refusal(history: unknown): string {
  const text = JSON.stringify({ history });
  const error = assertThrows(
    () => checkOperations(registerModel(), JSON.parse(text).history),
    PorcupineError,
  );
  return `${error.code} ${error.index}: ${error.message}`;
}

Deno.test("what is no history, and what is no operation, is refused, and it is said which", () => {
  const read = { client: 1, callAt: 0, input: { f: "read" } };
  const whole = { ...read, outcome: { status: "unknown" } };
  assert(/^bad-operation -1: the history is no array/.test(refusal(undefined)));
  assert(/^bad-operation -1: the history is no array/.test(refusal({})));
  assert(/^bad-operation 1: operation 1 is null;/.test(refusal([whole, null])));
  assert(/^bad-operation 1: operation 1 has no outcome;/.test(refusal([whole, read])));
  const info = { ...read, outcome: { status: "info", returnAt: 3, output: { f: "read", value: 7 } } };
  assert(/^bad-operation 0: operation 0 has an outcome of status "info" \(leave an/.test(refusal([info])));
});

Deno.test("what makes a model is not taken for one, but a class whose members are static is", () => {
  const judgeBy = (model: unknown): unknown => Reflect.apply(checkOperations, undefined, [model, []]);
  const made = assertThrows(() => judgeBy(registerModel), PorcupineError);
  assert(/"registerModel" is a function; call it/.test(made.message), made.message);
  class Light {
    static init = (): boolean => false;
    static step = (on: boolean): boolean => !on;
  }
  assertEquals(checkOperations(Light, []).kind, "ok");
});

Deno.test("times that are bigints, and events of another kind, are refused", () => {
  const history = JSON.parse('[{"client":1,"callAt":0,"input":{"f":"read"},"outcome":{"status":"unknown"}}]');
  const timed = history.map((operation: object) => ({ ...operation, callAt: 5n }));
  const bad = assertThrows(() => checkOperations(registerModel(), timed), PorcupineError);
  assertEquals([bad.code, bad.index, /5n/.test(bad.message)], ["bad-time", 0, true]);
  const events = JSON.parse('[{"kind":"invoke","operation":1,"client":1,"input":{"f":"read"}}]');
  assertEquals(
    assertThrows(() => checkEvents(registerModel(), events), PorcupineError).code,
    "bad-operation",
  );
  const checker = new Checker(registerModel());
  assertEquals(assertThrows(() => checker.feed(events[0]), PorcupineError).code, "bad-operation");
});

Deno.test("what is no event, or names no operation, is refused at every door for events, and it is said what it is", () => {
  const model = registerModel();
  const told = (event: unknown): string[] => {
    const checker = new Checker(model);
    const doors: (() => unknown)[] = [
      () => Reflect.apply(checker.feed, checker, [event]),
      () => Reflect.apply(checkEvents, undefined, [model, [event]]),
    ];
    return doors.map((door) => {
      const { code, message } = assertThrows(door, PorcupineError);
      assertEquals([code, checker.kept], ["bad-operation", 0]);
      return message.slice(0, message.indexOf(";"));
    });
  };
  const [call, end] = [{ kind: "call", client: 1, input: { f: "read" } }, { kind: "return", output: {} }];
  assertEquals(told(null), ["an event is null", "event 0 is null"]);
  assertEquals(told(undefined), ["an event is undefined", "event 0 is undefined"]);
  assertEquals(told("call"), ['an event is "call"', 'event 0 is "call"']);
  assertEquals(told({ type: "invoke", f: "read" }), ["an event has no kind", "event 0 has no kind"]);
  assertEquals(told(call), ["an event is of operation undefined", "event 0 is of operation undefined"]);
  assertEquals(told({ ...call, operation: null })[1], "event 0 is of operation null");
  assertEquals(told({ ...end, operation: NaN })[0], "an event is of operation NaN");
  const checker = new Checker(model);
  for (const ask of ["call", "return", "lost"] as const) {
    const { code, message } = assertThrows(
      () => Reflect.apply(checker[ask], checker, [undefined, 1, { f: "read" }]),
      PorcupineError,
    );
    assertEquals([code, /^the operation is undefined;/.test(message)], ["bad-operation", true], ask);
  }
});

Deno.test("a client that the host makes no text of costs no verdict, and is told", () => {
  const model = registerModel();
  const bare: unknown = Object.create(null);
  for (const [client, words] of [[Symbol("ann"), "Symbol(ann)"], [bare, "{}"], [{ id: 7 }, '{"id":7}']]) {
    const says = `Client ${String(words)}'s read() -> 7 is impossible`;
    const checker = new Checker(model);
    Reflect.apply(checker.call, checker, [1, client, { f: "read" }]);
    const status = checker.return(1, { f: "read", value: 7 });
    assert(status.kind === "illegal" && status.sentence.startsWith(says));
    const outcome = { status: "ok", returnAt: 1, output: { f: "read", value: 7 } };
    const history: Operation<RegisterInput, RegisterOutput>[] = [];
    Reflect.apply(history.push, history, [{ client, callAt: 0, input: { f: "read" }, outcome }]);
    const verdict = checkOperations(model, history);
    assert(verdict.kind === "illegal" && verdict.sentence.startsWith(says));
    const { message } = assertThrows(() => assertLinearizable(model, history), NotLinearizableError);
    assert(message.includes(`> [0] client ${String(words)}: read() -> 7, 0 to 1`), message);
    assert(renderHtml({ model, operations: history }, verdict).includes("<html"));
  }
});

Deno.test("a time that was not finite, of which JSON made null, is refused, and not taken for 0", () => {
  const write = { client: 1, callAt: -1, input: { f: "write", value: 1 } };
  const read = { client: 2, callAt: 3, input: { f: "read" } };
  const told = (first: object, second: object): string =>
    refusal(JSON.parse(JSON.stringify([
      { ...write, outcome: { status: "ok", returnAt: 1, output: { f: "write" }, ...first } },
      { ...read, ...second, outcome: { status: "ok", returnAt: 4, output: { f: "read", value: null } } },
    ])));
  assert(/^bad-time 1: operation 1 has call time null;/.test(told({}, { callAt: NaN })));
  assert(/^bad-time 0: operation 0 has return time null;/.test(told({ returnAt: NaN }, {})));
  assert(/^bad-time 1: operation 1 has call time "3";/.test(told({}, { callAt: "3" })));
});

type Row = number[];

/** A row of numbers that is put into, and counted. */
function rowModel(put: (row: Row, value: number) => Row): Model<Row, number | null, number> {
  return {
    name: "row",
    init: () => [],
    step: (row, value, answer) => {
      if (value !== null) return put(row, value);
      return answer.known && answer.output !== row.length ? ILLEGAL : row;
    },
  };
}

Deno.test("a model that changes the states it is given, or answers promises, is refused, not believed", () => {
  const operation = (input: number | null, output: number) =>
    ({ client: `${input}`, callAt: 0, input, outcome: { status: "ok", output, returnAt: 9 } }) as const;
  const history = [operation(1, 0), operation(2, 0), operation(null, 1)];
  const said = (model: Model<Row, number | null, number>): string =>
    assertThrows(() => checkOperations(model, history), PorcupineError).message;
  const changing = rowModel((row, value) => {
    row.push(value);
    return row;
  });
  assert(/changes the state that it is given/.test(said(changing)));
  const late = JSON.parse("{}");
  late.then = () => {};
  assert(/answers a promise/.test(said(rowModel(() => late))));
  assert(
    /init of the model "row" answers a promise/.test(said({ ...rowModel((row) => row), init: () => late })),
  );
  assertEquals(checkOperations(rowModel((row, value) => [...row, value]), history).kind, "ok");
});

Deno.test("a step that changes only states in which there is something is refused, too", () => {
  const queue: Model<Row, number | null, number> = {
    name: "queue",
    init: () => [],
    step: (row, value, answer) => {
      if (value !== null) return [...row, value];
      const first = row.shift();
      return !answer.known || answer.output === (first ?? 0) ? row : ILLEGAL;
    },
  };
  const operation = (callAt: number, input: number | null, output: number) =>
    ({ client: "ann", callAt, input, outcome: { status: "ok", output, returnAt: callAt + 1 } }) as const;
  const history = [operation(0, null, 0), operation(10, 1, 0), operation(20, null, 1)];
  const changes = "changes the state that it is given";
  assertThrows(() => checkOperations(queue, history), PorcupineError, changes);
  const { step, ...others } = queue as DeterministicModel<Row, number | null, number>;
  const several: Model<Row, number | null, number> = {
    ...others,
    steps: (...asked) => {
      const next = step(...asked);
      return next === ILLEGAL ? [] : [next];
    },
  };
  assertThrows(() => checkOperations(several, history), PorcupineError, changes);
});

Deno.test("times that are no numbers are refused, too, where a history is gone through as it lies", () => {
  const model: Model<number, string, number> = {
    name: "cells",
    init: () => 0,
    step: (state, _, answer) => !answer.known || answer.output === state ? state : ILLEGAL,
    partitionKey: (input) => input,
  };
  const cell = (callAt: unknown, returnAt: unknown) =>
    ({
      client: 1,
      callAt,
      input: "x",
      outcome: { status: "ok", output: 0, returnAt },
    }) as unknown as Operation<
      string,
      number
    >;
  for (const bad of [cell("3", 4), cell(3, "4"), cell(3n, 4), cell(3, 4n)]) {
    const error = assertThrows(() => checkOperations(model, [cell(0, 1), bad]), PorcupineError);
    assertEquals([error.code, error.index], ["bad-time", 1]);
  }
});
