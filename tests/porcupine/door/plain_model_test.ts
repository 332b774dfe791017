/** Models of users who give nothing but a name, a first state and a step. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  Checker,
  checkLevels,
  checkOperations,
  ILLEGAL,
  type KvInput,
  kvModel,
  type KvOutput,
  type Model,
  type Operation,
  PorcupineError,
} from "../../../porcupine/mod.ts";
import { canonical } from "../../../porcupine/canonical.ts";
import { sameState } from "../../../porcupine/search/states.ts";
import { answered, circle } from "./answered.ts";

interface Add {
  readonly add: bigint;
}

/** A sum in bigints, described by nobody. */
const SUM: Model<bigint, Add, bigint> = {
  name: "sum",
  init: () => 0n,
  step: (state, { add }, answer) => !answer.known || answer.output === state + add ? state + add : ILLEGAL,
};

const TWICE = [answered("ann", { add: 1n }, 1n, 0), answered("bob", { add: 1n }, 1n, 2)];

Deno.test("An impossible answer is told with values that JSON has no word for", () => {
  const verdict = checkOperations(SUM, TWICE);
  assert(verdict.kind === "illegal");
  assertEquals(
    verdict.sentence,
    `Client bob's {"add":"1n"} -> "1n" is impossible beside client ann's {"add":"1n"} -> "1n": ` +
      'no order of them gives these answers; whatever the order of all before it, the state was "1n".',
  );
  assert(checkLevels(SUM, TWICE).sentence.length > 0);
});

Deno.test("So it is on line, states included", () => {
  const checker = new Checker(SUM);
  for (const [i, { client, input, outcome }] of TWICE.entries()) {
    checker.call(i, client, input);
    if (outcome.status === "ok") checker.return(i, outcome.output);
  }
  const { status } = checker;
  assert(status.kind === "illegal");
  assert(status.sentence.includes(`Client bob's {"add":"1n"} -> "1n" is impossible`), status.sentence);
});

Deno.test("A value of a megabyte does not make a sentence of a megabyte", () => {
  const echo: Model<string, string, string> = {
    name: "echo",
    init: () => "",
    step: (_state, input, answer) => answer.known && answer.output !== input ? ILLEGAL : input,
  };
  const verdict = checkOperations(echo, [answered("ann", "x".repeat(1e6), "y", 0)]);
  assert(verdict.kind === "illegal");
  assert(verdict.sentence.length < 500, `${verdict.sentence.length} characters`);
});

Deno.test("A key of a megabyte does not make a sentence of a megabyte", () => {
  const input: KvInput = { f: "get", key: "k".repeat(1e6) };
  const output: KvOutput = { f: "get", value: "ghost" };
  const history = [answered("ann", input, output, 0)];
  const verdict = checkOperations(kvModel(), history);
  assert(verdict.kind === "illegal");
  assert(verdict.sentence.length < 500, `${verdict.sentence.length} characters`);
  const { sentence } = checkLevels(kvModel(), [
    ...history,
    answered("ann", { ...input, key: "x" }, output, 2),
  ]);
  assert(sentence.length < 500, `${sentence.length} characters`);
  const checker = new Checker(kvModel());
  checker.call(1, "ann", input);
  const status = checker.return(1, output);
  assert(status.kind === "illegal" && status.sentence.length < 500, status.kind);
});

/** A store of one value that answers what it held before. */
function swap<State>(
  wrap: (value: number) => State,
  unwrap: (state: State) => number,
): Model<State, number, number> {
  return {
    name: "swap",
    init: () => wrap(0),
    step: (state, input, answer) => answer.known && answer.output !== unwrap(state) ? ILLEGAL : wrap(input),
  };
}

/** Classes that differ in nothing but themselves. */
const ROWS = [0, 1, 2, 3, 4, 5].map(() => class extends Array<number> {});

/** Two swaps that were lost, then one that tells which of them was the last before it: the states must be kept apart. */
const SWAPS: Operation<number, number>[] = [
  { client: 1, input: 1, callAt: 0, outcome: { status: "unknown" } },
  { client: 2, input: 2, callAt: 0, outcome: { status: "unknown" } },
  answered("ann", 3, 1, 10),
];

for (
  const { what, model } of [
    { what: "numbers", model: swap((n) => n, (n) => n) },
    { what: "dates", model: swap((n) => new Date(n), (date) => date.getTime()) },
    { what: "maps", model: swap((n) => new Map([["n", n]]), (map) => map.get("n") ?? -1) },
    { what: "bytes", model: swap((n) => Uint8Array.of(n), ([n]) => n) },
    { what: "objects of a class", model: swap((n) => new Box(n), ({ n }) => n) },
    { what: "lists with nothing in them", model: swap((n) => new Array<number>(n), ({ length }) => length) },
    { what: "lists with a field besides", model: swap((n) => Object.assign([7], { n }), ({ n }) => n) },
    {
      what: "lists of a class",
      model: swap(
        (n) => Object.setPrototypeOf([7], ROWS[n].prototype),
        (row) => ROWS.findIndex((type) => row instanceof type),
      ),
    },
  ] as readonly { what: string; model: Model<unknown, number, number> }[]
) {
  Deno.test(`States that are ${what} are told apart by what they hold`, () => {
    const last = [0, 1, 2].map((seen) =>
      checkOperations(model, [...SWAPS.slice(0, 2), answered("ann", 3, seen, 10)]).kind
    );
    assertEquals(last, ["ok", "ok", "ok"]);
    // The first swap took effect before ann's; it cannot do so again.
    const both = [...SWAPS, answered("ann", 4, 3, 20), answered("ann", 5, 1, 30)];
    assertEquals(checkOperations(model, both).kind, "illegal");
    assertEquals(checkOperations(model, both, { strategy: "search" }).kind, "illegal");
  });
}

class Box {
  readonly n: number;
  constructor(n: number) {
    this.n = n;
  }
}

class Safe {
  readonly #n: number;
  constructor(n: number) {
    this.#n = n;
  }
  open(): number {
    return this.#n;
  }
}

Deno.test("States that show nothing of what they hold are refused, with what to do", () => {
  const model = swap((n) => new Safe(n), (safe) => safe.open());
  const error = assertThrows(
    () => checkOperations(model, SWAPS),
    PorcupineError,
    "give the model a key(state)",
  );
  assertEquals(error.code, "model-mismatch");
  assertEquals(checkOperations({ ...model, key: (safe) => safe.open() }, SWAPS).kind, "ok");
});

for (
  const { what, hold } of [
    { what: "a function", hold: (n: number) => ({ now: () => n }) },
    { what: "a symbol", hold: (n: number) => ({ now: Symbol(`${n}`.slice(1)) }) },
    { what: "bytes without a view of their own", hold: (n: number) => new DataView(Uint8Array.of(n).buffer) },
    { what: "a field under a symbol", hold: (n: number) => ({ now: { [Symbol.for("n")]: n } }) },
    {
      what: "a list's field under a symbol",
      hold: (n: number) => Object.assign([7], { [Symbol.for("n")]: n }),
    },
    {
      what: "a field that is not enumerable",
      hold: (n: number) => Object.assign(new Error(`${n}`), { code: 7 }),
    },
    { what: "itself", hold: (n: number) => circle(n) },
  ] as readonly { what: string; hold: (n: number) => object }[]
) {
  Deno.test(`States that hold ${what} cannot be told apart without a key, and are as good as others with one`, () => {
    const numbers = new WeakMap<object, number>();
    const wrap = (n: number): object => {
      const state = hold(n);
      numbers.set(state, n);
      return state;
    };
    const model = swap(wrap, (state) => numbers.get(state) ?? -1);
    assertEquals(
      assertThrows(() => canonical(hold(1)), PorcupineError, "key(state)").code,
      "model-mismatch",
    );
    const keyed = { ...model, key: (state: object) => numbers.get(state) ?? -1 };
    assertEquals(checkOperations(keyed, SWAPS).kind, "ok");
    const both = [...SWAPS, answered("ann", 4, 3, 20), answered("ann", 5, 1, 30)];
    assertEquals(checkOperations(keyed, both).kind, "illegal");
  });
}

Deno.test("Two states are not equal because what they list is: the longer list of holes, the field under a symbol", () => {
  const holes = swap((n) => new Array<number>(n), ({ length }) => length);
  assert(!sameState(holes, new Array<number>(1), new Array<number>(2)));
  assert(sameState(holes, new Array<number>(2), new Array<number>(2)));
  const n = Symbol("n");
  const under = swap((value) => ({ size: 1, [n]: value }), (state) => state[n]);
  assertThrows(
    () => sameState(under, { size: 1, [n]: 1 }, { size: 1, [n]: 2 }),
    PorcupineError,
    "under a symbol",
  );
});

/** Handed in by a caller without types. */
const NO_MODELS: readonly { readonly what: string; readonly model: object; readonly says: string }[] = [
  { what: "without a first state", model: { step: () => 0 }, says: "has no init()" },
  { what: "without a step", model: { init: () => 0 }, says: "has no step(" },
  {
    what: "with an asynchronous step",
    model: { init: () => 0, step: () => Promise.resolve(0), async: true },
    says: "a model answers at once",
  },
  {
    what: "with asynchronous steps",
    model: { init: () => 0, steps: () => Promise.resolve([0]), async: true },
    says: "a model answers at once",
  },
  { what: "with steps that are no list", model: { init: () => 0, steps: () => 0 }, says: "answers no array" },
];

for (const { what, model: handed, says } of NO_MODELS) {
  Deno.test(`A model ${what} is refused, and does not call a history possible or impossible`, () => {
    const model = asynchronous(handed) as Model<bigint, Add, bigint>;
    assertThrows(() => checkOperations(model, TWICE), PorcupineError, says);
    assertThrows(
      () => {
        const checker = new Checker(model);
        checker.call(1, "ann", { add: 1n });
        checker.return(1, 5n);
      },
      PorcupineError,
      says,
    );
  });
}

/** With the functions written as asynchronous ones, which nothing in them asks for. */
function asynchronous(model: object): object {
  if (!("async" in model)) return model;
  // That nothing in it waits is the mistake that is tried here.
  // deno-lint-ignore require-await
  const late = async (state: number) => [state];
  return "steps" in model ? { ...model, steps: late } : { ...model, step: late };
}

Deno.test("On line, a model that threw once throws at every later answer: what it was asked was not judged", () => {
  let debts = 0;
  const model: Model<bigint, Add, bigint> = {
    ...SUM,
    step: (state, { add }) => {
      if (add < 0n && debts++ === 0) throw new RangeError("debts are not foreseen");
      return state + add;
    },
  };
  const checker = new Checker(model);
  checker.call(1, "ann", { add: -1n });
  assertThrows(() => checker.return(1, 7n), PorcupineError, "debts");
  assertThrows(
    () => {
      checker.call(2, "bob", { add: 1n });
      checker.return(2, 1n);
    },
    PorcupineError,
    "debts",
  );
});
