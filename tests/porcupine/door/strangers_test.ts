/** Five models of strangers, each by all three doors. */
import { assertEquals } from "@std/assert";
import {
  Checker,
  checkEvents,
  checkOperations,
  type HistoryEvent,
  type Model,
} from "../../../porcupine/mod.ts";
import { atLeastOnce, election, folder, limiter, mapBank } from "./strangers.ts";

/** `[client, input, call, return, output]`, or without the last two: no answer. */
type Row<Input, Output> =
  | readonly [client: string, input: Input, callAt: number]
  | readonly [client: string, input: Input, callAt: number, returnAt: number, output: Output];

function judged<State, Input, Output>(
  what: string,
  model: Model<State, Input, Output>,
  expected: "ok" | "illegal",
  rows: readonly Row<Input, Output>[],
): void {
  Deno.test(`${model.name}: ${what}: ${expected} as operations, as events and on line`, () => {
    const operations = rows.map(([client, input, callAt, returnAt, output]) => ({
      client,
      input,
      callAt,
      outcome: returnAt === undefined || output === undefined
        ? { status: "unknown" } as const
        : { status: "ok", returnAt, output } as const,
    }));
    assertEquals(checkOperations(model, operations).kind, expected);
    const events = operations.flatMap(({ client, input, callAt, outcome }, operation) => {
      const call: HistoryEvent<Input, Output> = { kind: "call", operation, client, input };
      if (outcome.status === "unknown") return [{ at: callAt, event: call }];
      const end: HistoryEvent<Input, Output> = { kind: "return", operation, output: outcome.output };
      return [{ at: callAt, event: call }, { at: outcome.returnAt, event: end }];
    }).sort((a, b) => a.at - b.at).map(({ event }) => event);
    assertEquals(checkEvents(model, events).kind, expected);
    const checker = new Checker(model);
    for (const event of events) checker.feed(event);
    assertEquals(checker.status.kind, expected);
  });
}

const ask = { user: "ann", window: 1 };
const let3: Row<typeof ask, { allowed: boolean }>[] = ["a", "b", "c"].map((
  client,
  i,
) => [client, ask, i, i + 10, { allowed: true }]);
judged("three pass, the fourth does not, a new window begins", limiter, "ok", [
  ...let3,
  ["d", ask, 3, 11.5, { allowed: false }],
  ["a", { user: "ann", window: 2 }, 20, 21, { allowed: true }],
]);
judged("four pass", limiter, "illegal", [...let3, ["d", ask, 3, 13, { allowed: true }]]);

judged("a lost candidacy was won", election, "ok", [
  ["n1", { stand: "n1", term: 1 }, 0],
  ["n2", { stand: "n2", term: 1 }, 1, 3, false],
  ["n3", "who leads", 4, 5, "n1"],
]);
judged("two leaders of one term", election, "illegal", [
  ["n1", { stand: "n1", term: 1 }, 0, 5, true],
  ["n2", { stand: "n2", term: 1 }, 1, 6, true],
]);

const lost: Row<"inc" | "get", number | "done">[] = Array.from({ length: 12 }, (_, i) => [`c${i}`, "inc", i]);
judged("twelve lost increments count up to twice each", atLeastOnce, "ok", [...lost, [
  "x",
  "get",
  20,
  21,
  24,
]]);
judged("and not more", atLeastOnce, "illegal", [...lost, ["x", "get", 20, 21, 25]]);
judged("nor less afterwards", atLeastOnce, "illegal", [...lost, ["x", "get", 20, 21, 9], [
  "x",
  "get",
  22,
  23,
  8,
]]);

const pay = { from: "a", to: "b", amount: 7 };
judged("an audit beside a transfer", mapBank, "ok", [
  ["ann", pay, 0, 9, true],
  ["bob", "audit", 1, 2, { a: 10, b: 0 }],
  ["bob", "audit", 3, 4, { a: 3, b: 7 }],
  ["ann", pay, 10, 11, false],
]);
judged("money that is nowhere for a moment", mapBank, "illegal", [
  ["ann", pay, 0, 9, true],
  ["bob", "audit", 1, 2, { a: 3, b: 0 }],
]);

judged("a rename is seen whole", folder, "ok", [
  ["ann", { create: "x" }, 0, 1, "done"],
  ["ann", { rename: "x", to: "y" }, 2, 9, "done"],
  ["bob", "list", 3, 4, ["x"]],
  ["bob", "list", 5, 6, ["y"]],
  ["bob", { rename: "x", to: "z" }, 7, 8, "ENOENT"],
]);
judged("a rename is seen halfway", folder, "illegal", [
  ["ann", { create: "x" }, 0, 1, "done"],
  ["ann", { rename: "x", to: "y" }, 2, 9, "done"],
  ["bob", "list", 3, 4, ["x", "y"]],
]);
