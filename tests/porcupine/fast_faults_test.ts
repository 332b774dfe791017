/** What fast paths find wrong, a small history for each, with its core; and what they have to leave to the steps. */
import { assertEquals } from "@std/assert";
import {
  Checker,
  checkOperations,
  counterModel,
  ILLEGAL,
  kvModel,
  logModel,
  type Model,
  type Operation,
  queueModel,
  registerModel,
  stackModel,
} from "../../porcupine/mod.ts";

/** A request, its answer, and when it was called and answered. */
type Row<Input, Output> = readonly [input: Input, output: Output, callAt: number, returnAt: number];

function historyOf<Input, Output>(rows: readonly Row<Input, Output>[]): Operation<Input, Output>[] {
  return rows.map(([input, output, callAt, returnAt], client) =>
    ({ client, callAt, input, outcome: { status: "ok", returnAt, output } }) as const
  );
}

function told<State, Input, Output>(
  model: Model<State, Input, Output>,
  rows: readonly Row<Input, Output>[],
): readonly [core: string, because: string] {
  const verdict = checkOperations(model, historyOf(rows));
  if (verdict.kind !== "illegal") return [verdict.kind, ""];
  return [verdict.core.join(), verdict.sentence.slice(verdict.sentence.lastIndexOf(": ") + 2, -1)];
}

const push = (value: number, at: number) => [{ f: "push", value }, { f: "push" }, at, at + 1] as const;
const pop = (value: number, at: number) => [{ f: "pop" }, { f: "pop", value }, at, at + 1] as const;

Deno.test("of values of a stack that cross, none can have been beneath the others", () => {
  assertEquals(told(stackModel(), [push(1, 0), push(2, 2), pop(1, 4), pop(2, 6)]), [
    "0,1,2",
    "none of them can have been beneath all the others",
  ]);
  assertEquals(told(stackModel(), [push(1, 0), push(2, 2), pop(2, 4), pop(1, 6)]), ["ok", ""]);
});

Deno.test("a value is not read by whoever is called after what replaced it was read", () => {
  const rows = (at: number) =>
    [
      [{ f: "write", value: 1 }, { f: "write" }, 0, 1],
      [{ f: "cas", from: 1, to: 2 }, { f: "cas", swapped: true }, 2, 20],
      [{ f: "read" }, { f: "read", value: 2 }, 3, 4],
      [{ f: "read" }, { f: "read", value: 1 }, at, 6],
    ] as const;
  const order = "what was seen puts them in one order, real time in the other";
  assertEquals(told(registerModel(), rows(5)), ["2,3", order]);
  assertEquals(told(registerModel(), rows(3.5)), ["ok", ""]);
});

const key = "x";
const put = (value: string, at: number) => [{ f: "put", key, value }, { f: "put" }, at, at + 1] as const;
const append = (value: string, at: number, until = at + 1) =>
  [{ f: "append", key, value }, { f: "append" }, at, until] as const;
const get = (value: string, at: number, until = at + 1) =>
  [{ f: "get", key }, { f: "get", value }, at, until] as const;

Deno.test("a text that ends within a token is of nothing that was written, before a longer one returns or after it", () => {
  const UNWRITTEN = "what it read is not made of anything that was written";
  for (const until of [5, 9]) {
    const rows = [append("ab,", 0), append("cd,", 2, 9), get("ab,cd,", 4, until), get("ab,c", 6, 8)];
    assertEquals(told(kvModel(), rows), ["3", UNWRITTEN]);
    assertEquals(told(kvModel(), [...rows.slice(0, 3), get("ab,", 3, 8)]), ["ok", ""]);
  }
  assertEquals(told(kvModel(), [put("ab,", 0), put("cd,", 2), get("ab,cd,", 4)]), ["2", UNWRITTEN]);
});

Deno.test("what was written once stands once in a text", () => {
  const twice = [append("ab,", 0), get("ab,ab,", 2)];
  assertEquals(told(kvModel(), twice), ["1", "one operation seems to have taken effect twice"]);
});

Deno.test("of writes that write nothing a put empties and an append does not", () => {
  assertEquals(told(kvModel(), [put("a", 0), put("", 2), get("", 4)]), ["ok", ""]);
  assertEquals(told(kvModel(), [put("a", 0), append("", 2), get("a", 4)]), ["ok", ""]);
  assertEquals(told(kvModel(), [put("a", 0), append("", 2), get("", 4)])[0], "0,2");
});

/** The operation at which a checker stops that is told of the rows one after the other; -1: none. */
function stopsAt<State, Input, Output>(
  model: Model<State, Input, Output>,
  rows: readonly Row<Input, Output>[],
): number {
  const checker = new Checker(model);
  for (const [operation, [input, output]] of rows.entries()) {
    checker.call(operation, operation, input);
    if (checker.return(operation, output).kind !== "ok") return operation;
  }
  return -1;
}

Deno.test("a text that is not empty at the start is read until somebody puts another", () => {
  const { kind } = kvModel();
  if (kind?.type !== "text") throw new Error("a kv store holds texts");
  const model = { ...kvModel(), init: () => "a", kind: { ...kind, initial: "a" } };
  for (
    const [rows, at] of [
      [[get("a", 0), put("b", 2), get("b", 4)], -1],
      [[append("b", 0), get("ab", 2)], -1],
      [[get("", 0)], 0],
      [[append("b", 0), get("b", 2)], 1],
      [[put("b", 0), get("a", 2)], 1],
    ] as const
  ) {
    assertEquals(told(model, rows)[0] === "ok", at < 0, JSON.stringify(rows));
    assertEquals(stopsAt(model, rows), at, JSON.stringify(rows));
  }
});

const add = (amount: number, at: number) => [{ f: "add", amount }, { f: "add" }, at, 9] as const;
const read = (value: number) => [{ f: "read" }, { f: "read", value }, 10, 11] as const;

Deno.test("of numbers that are not added exactly it matters in which order they are added", () => {
  const tenths = [add(.1, 0), add(.2, 1), add(.3, 2)];
  for (const sum of [.6, .1 + .2 + .3]) assertEquals(told(counterModel(), [...tenths, read(sum)])[0], "ok");
  assertEquals(told(counterModel(), [...tenths, read(.7)])[0], "3");
  const ones = [add(1, 0), add(1, 1)];
  for (const large of [[add(2 ** 53, 2)], [add(2 ** 52, 2), add(2 ** 52, 3)]]) {
    // Added last the ones are lost, each by itself; added first they are not.
    for (const sum of [2 ** 53, 2 ** 53 + 2]) {
      assertEquals(told(counterModel(), [...ones, ...large, read(sum)])[0], "ok");
    }
  }
});

Deno.test("where additions can be counted or not, no choice of them makes up for one that is missing", () => {
  assertEquals(told(counterModel(), [add(2, 0), add(4, 1), [{ f: "read" }, { f: "read", value: 3 }, 2, 3]]), [
    "2",
    "whatever part of what was added is counted, it never comes to that",
  ]);
});

Deno.test("of a log that is shorter than what had been appended the appends are told", () => {
  const appended = (value: string, offset: number | "unsaid", at: number, until = at + 1) =>
    [{ f: "append", value }, { f: "append", offset }, at, until] as const;
  const rows = [appended("a", "unsaid", 0), appended("c", "unsaid", 0, 8), appended("b", 0, 2)];
  assertEquals(told(logModel(), rows), ["0,2", "what had been added by then must be counted"]);
});

Deno.test("an answer to another request is impossible, too, where values repeat", () => {
  const enqueue = [{ f: "enqueue", value: 1 }, { f: "enqueue" }] as const;
  const rows = [
    [...enqueue, 0, 1],
    [...enqueue, 2, 3],
    [enqueue[0], { f: "dequeue", value: 1 }, 4, 5],
  ] as const;
  assertEquals(told(queueModel(), rows)[0], "2");
});

interface Cas {
  readonly from: number;
  readonly to: number;
}

/** A register whose swaps do not say whether they took place. */
const SILENT: Model<number, Cas | "read", number> = {
  name: "silent swaps",
  init: () => 0,
  step: (state, input, answer) => {
    if (input === "read") return !answer.known || answer.output === state ? state : ILLEGAL;
    return state === input.from ? input.to : state;
  },
  kind: {
    type: "register",
    initial: 0,
    view: (input, answer) => {
      if (input !== "read") return { op: "cas", ...input, swapped: "unknown" };
      return answer.known ? { op: "read", value: answer.output } : { op: "nothing" };
    },
  },
};

Deno.test("a swap that was answered, but not with what it did, has done one of the two by then", () => {
  const swap = (from: number, to: number, at: number) => [{ from, to }, 0, at, at + 1] as const;
  const seen = (value: number, at: number) => ["read", value, at, at + 1] as const;
  for (
    const [rows, at] of [
      [[swap(0, 1, 0), seen(1, 2)], -1],
      [[swap(0, 1, 0), seen(0, 2)], 1],
      [[swap(1, 2, 0), seen(0, 2)], -1],
      [[swap(0, 1, 0), swap(1, 2, 2), seen(2, 4)], -1],
      [[swap(0, 1, 0), swap(1, 2, 2), seen(1, 4)], 2],
    ] as const
  ) {
    assertEquals(told(SILENT, rows)[0] === "ok", at < 0, JSON.stringify(rows));
    assertEquals(stopsAt(SILENT, rows), at, JSON.stringify(rows));
  }
});
