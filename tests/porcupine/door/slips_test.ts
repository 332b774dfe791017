/** Slips that a caller without types makes, and that would make wrong verdicts quietly: each is refused, with what to do. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  Checker,
  checkInParallel,
  checkOperations,
  ILLEGAL,
  type Model,
  type Operation,
  PorcupineError,
  queueModel,
  registerModel,
  WorkerPool,
} from "../../../porcupine/mod.ts";

type Request = { readonly write: unknown } | "read";

function operation(input: Request, output: unknown, callAt: number): Operation<Request, unknown> {
  return { client: 1, callAt, input, outcome: { status: "ok", output, returnAt: callAt + 1 } };
}

/** Nobody has written what is read at last. */
const WRONG = [
  operation({ write: 1 }, "done", 0),
  operation("read", 1, 2),
  operation({ write: 2 }, "done", 4),
  operation("read", 1, 6),
];

/** A register that answers something else than `ILLEGAL` to what is impossible. */
function slipping(first: unknown, impossible: unknown): Model<unknown, Request, unknown> {
  return {
    name: "slip",
    init: () => first,
    step: (state, input, answer) => {
      if (input !== "read") return input.write;
      return !answer.known || answer.output === state ? state : impossible;
    },
  };
}

async function refusedBy(model: Model<unknown, Request, unknown>, history = WRONG): Promise<string[]> {
  const said: string[] = [];
  const note = (error: unknown): void => {
    assert(error instanceof PorcupineError && error.code === "model-mismatch", String(error));
    said.push(error.message);
  };
  for (const strategy of ["auto", "search"] as const) {
    note(assertThrows(() => checkOperations(model, history, { strategy })));
  }
  // In the lanes of a sweep, with partitions.
  note(assertThrows(() => checkOperations({ ...model, partitionKey: () => "x" }, history)));
  await checkInParallel(model, history, { workers: 0 }).then(() => said.push("not refused"), note);
  note(assertThrows(() => {
    const checker = new Checker(model);
    history.forEach(({ client, input, outcome }, i) => {
      checker.call(i, client, input);
      if (outcome.status === "ok") checker.return(i, outcome.output);
    });
  }));
  return said;
}

for (const impossible of [false, null, undefined, true]) {
  Deno.test(`a step that answers ${impossible} for "impossible" is refused everywhere, and it is said what to answer`, async () => {
    const said = await refusedBy(slipping(0, impossible));
    assertEquals(said.length, 5);
    for (const one of said) {
      assert(one.includes(`returned ${impossible}`) && one.includes("return ILLEGAL"), one);
    }
  });
}

Deno.test("honest models have states that are null, false or undefined, and are judged like others", () => {
  const honest = [
    operation({ write: null }, "done", 0),
    operation("read", null, 2),
    operation({ write: false }, "done", 4),
    operation("read", false, 6),
  ];
  // They begin with something else: the same write leads there whatever its answer.
  assertEquals(checkOperations(slipping("x", ILLEGAL), honest).kind, "ok");
  assertEquals(checkOperations(slipping(null, ILLEGAL), honest).kind, "ok");
  assertEquals(checkOperations(slipping(undefined, ILLEGAL), [operation("read", undefined, 0)]).kind, "ok");
  assertEquals(
    checkOperations(slipping("x", ILLEGAL), [...honest, operation("read", null, 8)]).kind,
    "illegal",
  );
});

Deno.test("one state that every init() answers and the step changes is refused, wherever it changes it first", () => {
  const shared = { sum: 0 };
  const model: Model<{ sum: number }, Request, unknown> = {
    name: "shared",
    init: () => shared,
    step: (state, input, answer) => {
      if (input === "read") return !answer.known || answer.output === state.sum ? { ...state } : ILLEGAL;
      shared.sum += Number(input.write);
      return { ...shared };
    },
  };
  const reads = Array.from({ length: 20 }, (_, i) => operation("read", 0, 2 * i));
  const history = [...reads, operation({ write: 5 }, "done", 100), operation("read", 5, 102)];
  const error = assertThrows(() => checkOperations(model, history), PorcupineError);
  assert(error.code === "model-mismatch" && /init of the model "shared"/.test(error.message), error.message);
});

Deno.test("a model's words and hints that nobody knows are refused", () => {
  const plain = slipping(0, ILLEGAL);
  const said = (more: object): string => {
    const model = Object.assign({}, plain, more) as Model<unknown, Request, unknown>;
    const error = assertThrows(() => checkOperations(model, WRONG), PorcupineError);
    assertEquals(error.code, "model-mismatch");
    return error.message;
  };
  const view = () => undefined;
  assert(/effect\(...\) of the model "slip" answers "write"/.test(said({ effect: () => "write" })));
  assert(/partitionKey of the model "slip" is "key"/.test(said({ partitionKey: "key" })));
  assert(/answers an object; answer a text/.test(said({ partitionKey: () => ({}) })));
  assert(/kind of the model "slip" is none of register/.test(said({ kind: { type: "fifo", view } })));
  assert(/has no view/.test(said({ kind: { type: "queue" } })));
  assert(/has no order; give min or max/.test(said({ kind: { type: "priorityQueue", order: "asc", view } })));
  assert(/has no entries; give read or counted/.test(said({ kind: { type: "log", view } })));
});

Deno.test("a check's options that would be taken for others are refused", async () => {
  const model = slipping(0, ILLEGAL);
  const cases: readonly (readonly [options: object, says: RegExp])[] = [
    [{ strategy: "serch" }, /strategy is "serch"; give "auto" or "search"/],
    [{ explain: false }, /explain is false; give "full" or "verdict"/],
    [{ signal: new AbortController() }, /give its signal, as in \{ signal: controller.signal \}/],
    [{ signal: true }, /signal is no AbortSignal/],
    [{ timeLimitMs: "10" }, /timeLimitMs is "10"; give a number/],
    [{ memoryLimitBytes: NaN }, /memoryLimitBytes is NaN; give a number/],
    [{ now: 5 }, /now is no function/],
  ];
  for (const [options, says] of cases) {
    const errors = [
      assertThrows(() => checkOperations(model, WRONG, options), PorcupineError),
      assertThrows(() => new Checker(model, options), PorcupineError),
      await checkInParallel(model, WRONG, { ...options, workers: 0 }).then(() => undefined, (error) => error),
    ];
    for (const error of errors) {
      assert(error instanceof PorcupineError && error.code === "bad-limit", String(error));
      assert(says.test(error.message), error.message);
    }
  }
});

Deno.test("a number of threads that is none is refused: endlessly many would be started, one after the other", async () => {
  for (const workers of [Infinity, 1.5, -1, NaN, "2"]) {
    const options = { workers } as { readonly workers: number };
    const told = typeof workers === "string" ? JSON.stringify(workers) : workers;
    const message = `workers is ${told}; give a whole number of at least 0, or leave it out`;
    const errors = [
      assertThrows(() => new WorkerPool(options), PorcupineError),
      await assertRejects(() => checkInParallel(registerModel(), [], options), PorcupineError),
    ];
    for (const error of errors) assertEquals([error.code, error.message], ["bad-limit", message]);
  }
});

Deno.test("no memory at all is a limit that strikes at once, like no time at all", async () => {
  const model = slipping(0, ILLEGAL);
  const limits = { memoryLimitBytes: 0 };
  const verdicts = [
    checkOperations(model, WRONG.slice(0, 2), limits),
    checkOperations(queueModel(), [], limits),
    await checkInParallel(model, WRONG.slice(0, 2), { ...limits, workers: 1 }),
  ];
  for (const verdict of verdicts) {
    assertEquals(verdict.kind === "unknown" && verdict.reason, "memory");
  }
  const checker = new Checker(registerModel(), limits);
  checker.call(1, "ann", { f: "read" });
  assertEquals(checker.return(1, { f: "read", value: null }), {
    kind: "unknown",
    reason: "memory",
    operation: 1,
  });
});
