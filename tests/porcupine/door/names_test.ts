/** Options and hints that are misspelt, which plain JavaScript would pass by without a word. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  assertLinearizable,
  bankModel,
  Checker,
  checkEvents,
  checkInParallel,
  checkLevels,
  checkOperations,
  checkTransactions,
  counterModel,
  type DeterministicModel,
  kvBatchModel,
  kvCodec,
  loadHistory,
  lockModel,
  type Model,
  PorcupineError,
  priorityQueueModel,
  Recorder,
  registerModel,
  renderHtml,
  setModel,
  WorkerPool,
  writeLinhist,
} from "../../../porcupine/mod.ts";
import { distance, nearest } from "../../../porcupine/require/nearest.ts";

const MODEL = registerModel();

/** Options as plain JavaScript hands them in. */
function untyped(options: object | null): Record<never, never> {
  const [given] = [JSON.parse(JSON.stringify([options]))[0]];
  return given;
}

/** Every door that takes options, with an option that it has not, and the one that is meant. */
const DOORS:
  readonly (readonly [name: string, option: string, meant: string, open: (options: object) => unknown])[] = [
    ["checkOperations", "timeLimit", "timeLimitMs", (o) => checkOperations(MODEL, [], o)],
    ["checkOperations", "memoryLimit", "memoryLimitBytes", (o) => checkOperations(MODEL, [], o)],
    ["checkEvents", "timeout", "timeLimitMs", (o) => checkEvents(MODEL, [], o)],
    ["assertLinearizable", "stratgy", "strategy", (o) => assertLinearizable(MODEL, [], o)],
    ["checkInParallel", "worker", "workers", (o) => checkInParallel(MODEL, [], o)],
    ["Checker", "window", "windowAnswers", (o) => new Checker(MODEL, o)],
    ["Recorder", "onEvents", "onEvent", (o) => new Recorder(o)],
    ["WorkerPool", "threads", "workers", (o) => new WorkerPool(o)],
    ["checkLevels", "key", "keys", (o) => checkLevels(MODEL, [], o)],
    ["renderHtml", "color", "colour", (o) => renderHtml({ model: MODEL, operations: [] }, OK, o)],
    ["checkTransactions", "levels", "level", (o) => checkTransactions([], o)],
    ["loadHistory", "fact", "facts", (o) => loadHistory(kvCodec, "x", [], o)],
    ["linhistLines", "seeds", "seed", (o) => writeLinhist(kvCodec, [], o)],
    ["registerModel", "inital", "initial", (o) => registerModel(o)],
    ["counterModel", "start", "initial", (o) => counterModel(o)],
    ["setModel", "member", "members", (o) => setModel(o)],
    ["lockModel", "token", "tokens", (o) => lockModel(o)],
    ["bankModel", "overdrafts", "overdraft", (o) => bankModel({ accounts: { a: 1 }, ...o })],
    ["kvBatchModel", "group", "groupOf", (o) => kvBatchModel(o)],
    ["priorityQueueModel", "Order", "order", (o) => priorityQueueModel(o)],
  ];

const OK = checkOperations(MODEL, []);

async function refused(open: () => unknown): Promise<PorcupineError> {
  let error: unknown;
  try {
    await open();
  } catch (thrown) {
    error = thrown;
  }
  assert(error instanceof PorcupineError && error.code === "unknown-option", String(error));
  return error;
}

for (const [name, option, meant, open] of DOORS) {
  Deno.test(`${name} refuses the option ${option}, names ${meant}, and refuses what are no options`, async () => {
    const { message } = await refused(() => open(untyped({ [option]: 5 })));
    assert(
      message.startsWith(`${name} has no option ${option}; ${meant} is`) ||
        message === `${name} has no option ${option}; it has ${meant}`,
      message,
    );
    if (name === "bankModel") return;
    for (const odd of [null, []]) {
      assert((await refused(() => open(untyped(odd)))).message.startsWith(`the options of ${name} are`));
    }
  });
}

Deno.test("a time limit in the place of the options is refused: it would be none", () => {
  const check = (options: number): unknown => Reflect.apply(checkOperations, undefined, [MODEL, [], options]);
  const error = assertThrows(() => check(5000), PorcupineError);
  assert(error.message.startsWith("the options of checkOperations are 5000; give an object with any of"));
});

Deno.test("limits that are shared among the doors of checks are taken by each", () => {
  const limits = {
    timeLimitMs: 1000,
    memoryLimitBytes: 2 ** 30,
    workers: 0,
    windowAnswers: 4,
    explain: "full",
  } as const;
  assertEquals(checkOperations(MODEL, [], limits).kind, "ok");
  assertEquals(new Checker(MODEL, limits).status.kind, "ok");
  assertEquals(checkLevels(MODEL, [], limits).parts, []);
});

Deno.test("words that nobody knows are refused where they would stand for another one", () => {
  const cases: readonly (readonly [open: () => unknown, says: RegExp])[] = [
    [
      () => lockModel(untyped({ tokens: "increase" })),
      /tokens is "increase"; give "consecutive" or "increasing"/,
    ],
    [() => setModel(untyped({ members: "yes" })), /members is "yes"; give true or false/],
    [
      () => checkTransactions([], untyped({ level: "serialisable" })),
      /level is "serialisable"; give "read-uncommitted" or/,
    ],
    [() => checkLevels(MODEL, [], untyped({ timeLimitMs: "10" })), /timeLimitMs is "10"; give a number/],
  ];
  for (const [open, says] of cases) {
    const error = assertThrows(open, PorcupineError);
    assert(says.test(error.message), error.message);
  }
});

/** A model of the user's own, whose states are compared by structure. */
const PLAIN: Model<{ n: number }, number, number> = {
  name: "plain",
  init: () => ({ n: 0 }),
  step: ({ n }, add) => ({ n: n + add }),
};

Deno.test("a function of a model that is called almost like a hint is refused, with the name that is meant", () => {
  const said = (more: object): string =>
    assertThrows(() => checkOperations(Object.assign({}, PLAIN, more), []), PorcupineError).message;
  const names = {
    partition: "partitionKey",
    partitionkey: "partitionKey",
    readonly: "readOnly",
    isReadOnly: "readOnly",
    equals: "equal",
    describeOperations: "describeOperation",
    efect: "effect",
    sizebytes: "sizeBytes",
  };
  for (const [name, meant] of Object.entries(names)) {
    assertEquals(
      said({ [name]: () => "" }),
      `the model "plain" has a function ${name}, which is never asked; call it ${meant}, or by another name`,
    );
  }
  assert(/has hash without equal/.test(said({ hash: () => 1 })));
});

Deno.test("a model may be an instance of a class with fields and functions of its own", () => {
  class Sum implements DeterministicModel<number, number, number> {
    readonly name = "sum";
    readonly partitions = 3;
    readonly readonly = true;
    init(): number {
      return this.start();
    }
    start(): number {
      return 0;
    }
    step(sum: number, add: number): number {
      return this.added(sum, add);
    }
    added(sum: number, add: number): number {
      return sum + add;
    }
    stepAll(): void {}
    keys(): string[] {
      return [];
    }
    hash(): number {
      return 1;
    }
    equal(left: number, right: number): boolean {
      return left === right;
    }
  }
  const history = [{
    client: 1,
    callAt: 0,
    input: 2,
    outcome: { status: "ok", output: 2, returnAt: 1 },
  }] as const;
  assertEquals(checkOperations(new Sum(), history).kind, "ok");
});

Deno.test("the nearest name is the one that most letters agree with", () => {
  assertEquals(distance("abcd", "abdc"), 1);
  assertEquals(distance("", "abc"), 3);
  assertEquals(distance("kitten", "sitting"), 3);
  assertEquals(nearest("timeout", ["now", "timeLimitMs", "explain"]), "timeLimitMs");
  assertEquals(nearest("--workers", ["--order", "--no-workers"]), "--no-workers");
  assertEquals(nearest("anything", []), undefined);
});
