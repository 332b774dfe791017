/** What a model throws reaches its user with the function and the operation named, and the error itself as the cause. */
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  assertLinearizable,
  Checker,
  checkInParallel,
  checkLevels,
  checkOperations,
  ILLEGAL,
  type Model,
  type Operation,
  PorcupineError,
  renderHtml,
} from "../../../porcupine/mod.ts";
import { brittleModel, type Cell, type Request } from "./brittle_model.ts";

type History = readonly Operation<Request, number>[];

/** Clients that write and read one of some cells each; the `bad`-th operation of all is one that no cell understands. */
function historyOf(count: number, bad: number): History {
  return Array.from({ length: count }, (_, i) => {
    const write = i % 2 === 0;
    const input: Request = {
      cell: i % 4 < 2 ? "a" : "b",
      write: i === bad ? { deep: null } : write ? i : undefined,
    };
    const output = write ? 0 : i - 1;
    return {
      client: `c${i % 2}`,
      callAt: 2 * i,
      input,
      outcome: { status: "ok", output, returnAt: 2 * i + 1 },
    };
  });
}

function refused(error: unknown): PorcupineError {
  assert(error instanceof PorcupineError && error.code === "model-threw", String(error));
  return error;
}

const HISTORY = historyOf(20, 12);
const SAYS =
  /^step of the model "brittle" threw at operation 12, client c0's write {"deep":null} to a: TypeError: .*null/;

Deno.test("a step that throws is told with the operation, whatever the strategy, and its error is the cause", () => {
  for (const strategy of ["auto", "search"] as const) {
    for (const parts of [true, false]) {
      const error = refused(
        assertThrows(() => checkOperations(brittleModel("step", parts), HISTORY, { strategy })),
      );
      assert(SAYS.test(error.message), error.message);
      assertEquals(error.index, 12);
      assert(error.cause instanceof TypeError);
    }
  }
});

Deno.test("of several operations with one request the one is told whose answer the step was shown", () => {
  const model: Model<number, "take", string> = {
    name: "till",
    init: () => 0,
    step: (taken, _take, answer) => answer.known ? taken + answer.output.length : taken,
  };
  const take = (output: string | null, callAt: number) =>
    ({
      client: callAt,
      callAt,
      input: "take",
      outcome: { status: "ok", returnAt: callAt + 1, output },
    }) as const;
  const history = [take("a", 0), take("b", 2), take(null, 4), take("a", 6)];
  const error = refused(assertThrows(() => checkOperations(model, JSON.parse(JSON.stringify(history)))));
  assertEquals(error.index, 2);
});

Deno.test("every function of a model that throws is told by its name", () => {
  const functions: readonly (readonly [name: Parameters<typeof brittleModel>[0], says: RegExp])[] = [
    ["init", /^init of the model "brittle" threw: RangeError: no init/],
    ["partitionKey", /^partitionKey of the model "brittle" threw at operation 12, client c0's write/],
    ["key", /^key of the model "brittle" threw, asked about the state the cell with \d+: RangeError: no key/],
    ["effect", /^effect of the model "brittle" threw at operation 12, client c0's write/],
    ["readOnly", /^readOnly of the model "brittle" threw at operation 12, client c0's write/],
    ["view", /^the kind's view of the model "brittle" threw at operation 12, client c0's write/],
    ["sizeBytes", /^sizeBytes of the model "brittle" threw, asked about the state the cell/],
  ];
  for (const [name, says] of functions) {
    const error = refused(assertThrows(() => checkOperations(brittleModel(name, true), HISTORY)));
    assert(says.test(error.message), error.message);
  }
});

Deno.test("descriptions that throw are told, in plain words", () => {
  const wrong: History = historyOf(8, -1).map((one, i) =>
    i === 7 ? { ...one, outcome: { status: "ok", output: 5, returnAt: 15 } } : one
  );
  const says =
    /^describeOperation of the model "brittle" threw at operation \d+, client c\d's {"cell":.*no describeOperation/;
  const model = brittleModel("describeOperation", true);
  assert(says.test(refused(assertThrows(() => checkOperations(model, wrong))).message));
  assert(says.test(refused(assertThrows(() => assertLinearizable(model, wrong))).message));
  const verdict = checkOperations(brittleModel("nothing", true), wrong);
  assertEquals(verdict.kind, "illegal");
  assert(says.test(refused(assertThrows(() => renderHtml({ model, operations: wrong }, verdict))).message));
});

Deno.test("levels tell the operation by its place in the whole history, not in its partition", () => {
  const error = refused(assertThrows(() => checkLevels(brittleModel("step", true), HISTORY)));
  assert(SAYS.test(error.message), error.message);
  assertEquals(error.index, 12);
});

/** So slow that a check that may be stopped goes on in another thread before it comes to the bad request. */
const ROUNDS = 2000;

Deno.test("threads tell the same as one, with the model's own error", async () => {
  const long = historyOf(20_000, 15_000);
  const says =
    /^step of the model "brittle" threw at operation 15000, client c0's write {"deep":null} to a: TypeError/;
  for (const parts of [true, false]) {
    for (
      const options of [{ workers: 0 }, { workers: 1 }, { workers: 1, signal: new AbortController().signal }]
    ) {
      const error = refused(
        await assertRejects(() => checkInParallel(brittleModel("step", parts, ROUNDS), long, options)),
      );
      assert(says.test(error.message), error.message);
      assertEquals(error.index, 15_000);
      assert(error.cause instanceof TypeError);
    }
  }
});

Deno.test("on line an operation is told by the number it was given, and nothing is judged from then on", () => {
  const checker = new Checker<Cell, Request, number>(brittleModel("step", true));
  const feed = (from: number, to: number): void => {
    for (const [i, { client, input, outcome }] of HISTORY.slice(from, to).entries()) {
      checker.call(100 + from + i, client, input);
      if (outcome.status === "ok") checker.return(100 + from + i, outcome.output);
    }
  };
  const error = refused(assertThrows(() => feed(0, HISTORY.length)));
  assert(
    / threw at operation 112, client c0's write {"deep":null} to a: TypeError/.test(error.message),
    error.message,
  );
  assertEquals(error.index, 112);
  assert(error.cause instanceof TypeError);
  assertStrictEquals(assertThrows(() => feed(13, 15)), error);
});

Deno.test("on line nothing is judged any more once an impossible answer could not be told: it would pass for one that is possible", () => {
  const checker = new Checker<Cell, Request, number>(brittleModel("describeOperation", true));
  const read = { cell: "a", write: undefined };
  checker.call(1, "ann", read);
  const error = refused(assertThrows(() => checker.return(1, 5)));
  assertStrictEquals(assertThrows(() => checker.call(2, "ann", read)), error);
});

Deno.test("on line nothing is judged any more once a model has thrown at a loss, or at looking which objects are as new", () => {
  const error = new RangeError("it may not be asked just now");
  let isAsked = true;
  const refuse = <T>(answer: T): T => {
    if (!isAsked) throw error;
    return answer;
  };
  // Several next states, so that it is searched.
  const model: Model<number, Request, number> = {
    name: "moody",
    init: () => refuse(0),
    partitionKey: ({ cell }) => cell,
    readOnly: ({ write }) => refuse(write === undefined),
    steps: (state, { write }, answer) =>
      refuse(typeof write === "number" ? [write] : answer.known && answer.output !== state ? [] : [state]),
  };
  const lossy = new Checker(model);
  lossy.call(1, "ann", { cell: "a", write: 1 });
  isAsked = false;
  assertThrows(() => lossy.lost(1));
  isAsked = true;
  refused(assertThrows(() => lossy.call(2, "ann", { cell: "a", write: undefined })));

  const many = new Checker(model);
  for (let cell = 0; cell < 64; cell++) {
    many.call(cell, "ann", { cell: `${cell}`, write: 1 });
    many.return(cell, 0);
  }
  isAsked = false;
  assertThrows(() => many.call(64, "ann", { cell: "new", write: 1 }));
  isAsked = true;
  refused(assertThrows(() => many.call(64, "ann", { cell: "new", write: 1 })));
});

Deno.test("on line an answer is judged where it was asked for, whatever has become of the request by then", () => {
  let asked = 0;
  const { partitionKey: _given, ...model } = brittleModel("nothing", true);
  const keyed = { ...model, partitionKey: ({ cell }: Request) => `${++asked < 3 ? cell : "elsewhere"}` };
  const checker = new Checker<Cell, Request, number>(keyed);
  checker.call(1, "ann", { cell: "a", write: undefined });
  checker.call(2, "bob", { cell: "b", write: undefined });
  checker.lost(2);
  const status = checker.return(1, 5);
  assertEquals([status.kind, status.kind === "illegal" && status.partition, asked], ["illegal", "a", 2]);
});

Deno.test("what is thrown need be no error, and what throws but once is thrown on as it is", () => {
  const throwing = (what: () => unknown): Model<number, string, number> => ({
    name: "odd",
    init: () => 0,
    step: () => {
      const error = what();
      if (error !== ILLEGAL) throw error;
      return 1;
    },
  });
  const history = [
    { client: 1, callAt: 0, input: "x", outcome: { status: "ok", output: 1, returnAt: 1 } },
  ] as const;
  const odd = refused(assertThrows(() => checkOperations(throwing(() => ({ why: "no" })), history)));
  assert(odd.message.endsWith('client 1\'s "x" -> 1: {"why":"no"}'), odd.message);
  let times = 0;
  const once = new Error("once");
  assertStrictEquals(
    assertThrows(() => checkOperations(throwing(() => times++ === 0 ? once : ILLEGAL), history)),
    once,
  );
});
