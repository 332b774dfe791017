/** Models that change what they are given, while a history goes on: refused, with the same words as of a whole history. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  Checker,
  checkOperations,
  ILLEGAL,
  type Model,
  type Operation,
  PorcupineError,
} from "../../../porcupine/mod.ts";

type Request = { readonly put: number } | "take" | "see";
type Entry = Operation<Request, unknown>;

function entry(at: number, input: Request, output: unknown): Entry {
  return { client: "ann", callAt: 2 * at, input, outcome: { status: "ok", output, returnAt: 2 * at + 1 } };
}

/** Feeds a checker one operation after the other; answers its last status. */
function fed<State>(model: Model<State, Request, unknown>, history: readonly Entry[]): string {
  const checker = new Checker(model);
  history.forEach(({ client, input, outcome }, i) => {
    checker.call(i, client, input);
    if (outcome.status === "ok") checker.return(i, outcome.output);
    else checker.lost(i);
  });
  return checker.status.kind;
}

function refused<State>(
  model: Model<State, Request, unknown>,
  history: readonly Entry[],
  says: RegExp,
): void {
  for (const judge of [() => checkOperations(model, history), () => fed(model, history)]) {
    const error = assertThrows(judge, PorcupineError);
    assert(error.code === "model-mismatch" && says.test(error.message), error.message);
  }
}

/** A bag whose contents are told in order; `put` and `take` do what is to be done, in place or not. */
function bag<State extends object>(
  init: () => State,
  put: (state: State, value: number) => State,
  take: (state: State) => State,
): Model<State, Request, unknown> {
  return {
    name: "bag",
    init,
    step: (state, input, answer) => {
      if (input !== "see") return input === "take" ? take(state) : put(state, input.put);
      const held = state instanceof Map ? state.keys() : Object.values(state);
      return answer.known && answer.output !== [...held].join() ? ILLEGAL : state;
    },
  };
}

const CHANGES = /the model "bag" changes the state that it is given/;
const wrong = [
  entry(0, { put: 2 }, "done"),
  entry(1, { put: 1 }, "done"),
  entry(2, "take", "done"),
  entry(3, "see", "7"),
];

Deno.test("On line, a step that pushes, sets, deletes or sorts in place is refused as of a whole history", () => {
  const pushing = (row: number[], value: number) => (row.push(value), row);
  const adding = (row: number[], value: number) => [...row, value];
  refused(bag(() => [], pushing, (row) => row.slice(1)), wrong, CHANGES);
  refused(bag(() => [], adding, (row) => (row.shift(), row)), wrong, CHANGES);
  refused(bag(() => [], adding, (row) => row.sort()), wrong, CHANGES);
  const map = () => new Map<number, number>();
  refused(bag(map, (held, value) => held.set(value, 1), (held) => held), wrong, CHANGES);
  const without = (held: Map<number, number>) => (held.delete(2), held);
  refused(bag(map, (held, value) => new Map(held).set(value, 1), without), wrong, CHANGES);
  refused(
    bag(() => ({}), (held, value) => Object.assign(held, { [value]: value }), (held) => held),
    wrong,
    CHANGES,
  );
});

Deno.test("On line, an honest model of the same words is judged", () => {
  const honest = bag<number[]>(() => [], (row, value) => [...row, value], (row) => row.slice(1));
  assertEquals(fed(honest, [...wrong.slice(0, 3), entry(3, "see", "1")]), "ok");
  assertEquals(fed(honest, wrong), "illegal");
});

Deno.test("On line, a promise that no async announces is refused, and so is one state that every init answers", () => {
  const late = { then: () => {} };
  const step = (_state: unknown, input: Request) => input === "see" ? 0 : late;
  refused({ name: "late", init: () => 0, step }, wrong, /the model "late" answers a promise/);
  const shared = { sum: 0 };
  const sharing: Model<{ sum: number }, Request, unknown> = {
    name: "shared",
    init: () => shared,
    step: (state, input) => {
      if (typeof input === "object") shared.sum += input.put;
      return { ...(typeof input === "object" ? shared : state) };
    },
  };
  const history = Array.from({ length: 40 }, (_, i) => entry(i, i < 20 ? "see" : { put: 1 }, "done"));
  refused(sharing, history, /init of the model "shared" answers another state than before the check/);
});

Deno.test("On line, a step that changes only what has been filled for long is found in it", () => {
  const late = bag<number[]>(
    () => [],
    (row, value) => row.length < 10 ? [...row, value] : (row.push(value), row),
    (row) => row,
  );
  const history = Array.from({ length: 2100 }, (_, i) => entry(i, { put: i }, "done"));
  assertThrows(() => fed(late, history), PorcupineError, "changes the state that it is given");
});

Deno.test("On line, a model is tried in two steps for each of the first eight answers, and one for each doubling of them", () => {
  const steps = (count: number, isTried: boolean): number => {
    let asked = 0;
    const model: Model<{ readonly sum: number }, Request, unknown> = {
      name: "sum",
      init: () => ({ sum: 0 }),
      key: ({ sum }) => sum,
      step: ({ sum }, input) => {
        asked++;
        return { sum: typeof input === "object" ? (sum + input.put) % 1000 : sum };
      },
      ...(isTried ? {} : { kind: { type: "bag", view: () => undefined } }),
    };
    fed(model, Array.from({ length: count }, (_, i) => entry(i, { put: i }, "done")));
    return asked;
  };
  for (const [count, more] of [[8, 16], [16, 17], [4096, 25]]) {
    assertEquals(steps(count, true) - steps(count, false), more, `${count} answers`);
  }
});

/** A register of numbers, with something else in it. */
function register(more: object): Model<unknown, Request, unknown> {
  return {
    name: "odd",
    init: () => 0,
    step: (state, input, answer) =>
      typeof input === "object" ? input.put : !answer.known || answer.output === state ? state : ILLEGAL,
    ...more,
  };
}

const read = [entry(0, { put: 1 }, "done"), entry(1, "see", 1), entry(2, "see", 7)];

Deno.test("A promise is refused wherever a model answers one: to some requests, in a list, as a key, from a hint", () => {
  const late = { then: () => {} };
  const some = (_: unknown, input: Request) => typeof input === "object" ? input.put : late;
  refused(register({ step: some }), read, /the model "odd" answers a promise/);
  refused(
    register({ step: undefined, steps: () => [late], key: () => 0 }),
    read,
    /the model "odd" answers a promise/,
  );
  refused(register({ key: () => late }), read, /key\(...\) of the model "odd" answers a promise/);
  for (const hint of ["key", "equal", "readOnly", "partitionKey"]) {
    refused(
      register({ [hint]: async () => await true }),
      read,
      new RegExp(`${hint} of the model "odd" is asynchronous`),
    );
  }
});

Deno.test("Steps that answer no list are refused on line as of a whole history", () => {
  refused(
    register({ step: undefined, steps: () => null }),
    read,
    /steps\(...\) of the model answers no array/,
  );
});

class Cell {
  #value = 0;
  get value(): number {
    return this.#value;
  }
  set(value: number): this {
    this.#value = value;
    return this;
  }
}

Deno.test("A step that changes private fields in place is refused where a key shows them", () => {
  const model: Model<Cell, Request, unknown> = {
    name: "bag",
    init: () => new Cell(),
    key: ({ value }) => value,
    step: (cell, input, answer) =>
      typeof input === "object"
        ? cell.set(input.put)
        : !answer.known || answer.output === cell.value
        ? cell
        : ILLEGAL,
  };
  refused(model, read, CHANGES);
});
