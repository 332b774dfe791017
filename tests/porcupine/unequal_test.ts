/**
 * Values that are unequal to themselves. Numbers for values are looked up in maps, which find NaN again, while the steps of models
 * compare by `===`, which do not: so whoever numbers values has to leave these histories to the steps.
 */
import { assertEquals } from "@std/assert";
import {
  bagModel,
  Checker,
  checkOperations,
  ILLEGAL,
  type Item,
  logModel,
  type Model,
  type Operation,
  priorityQueueModel,
  queueModel,
  registerModel,
  type SetInput,
  setModel,
  type SetOutput,
  stackModel,
} from "../../porcupine/mod.ts";
import { oracle } from "./fuzz/oracle.ts";

/** One request after the other; an output of `null` never came. */
type Row<Input, Output> = readonly [input: Input, output: Output | null];

interface Case {
  readonly what: string;
  readonly verdicts: () => readonly [alone: boolean, whole: string, online: string];
}

function told<State, Input, Output>(
  what: string,
  model: Model<State, Input, Output>,
  rows: readonly Row<Input, Output>[],
): Case {
  const history = rows.map(([input, output], i): Operation<Input, Output> => ({
    client: i,
    callAt: 2 * i,
    input,
    outcome: output === null ? { status: "unknown" } : { status: "ok", output, returnAt: 2 * i + 1 },
  }));
  const verdicts = () => {
    const checker = new Checker(model);
    history.forEach(({ client, input, outcome }, operation) => {
      checker.call(operation, client, input);
      if (outcome.status === "ok") checker.return(operation, outcome.output);
      else checker.lost(operation);
    });
    const possible = oracle(model, history);
    return [possible, checkOperations(model, history).kind, checker.status.kind] as const;
  };
  return { what, verdicts };
}

const value = NaN;
/** Twice the same, so that what is read is not that values differ. */
const one = [{ f: "enqueue", value: 1 }, { f: "enqueue" }] as const;
const pushOne = [{ f: "push", value: 1 }, { f: "push" }] as const;
const insertOne = [{ f: "insert", value: 1 }, { f: "insert" }] as const;
const put = [{ f: "enqueue", value }, { f: "enqueue" }] as const;
const took = [{ f: "dequeue" }, { f: "dequeue", value }] as const;
const push = [{ f: "push", value }, { f: "push" }] as const;
const popped = [{ f: "pop" }, { f: "pop", value }] as const;
const insert = [{ f: "insert", value }, { f: "insert" }] as const;
const extracted = [{ f: "extract" }, { f: "extract", value }] as const;
const added = (changed: boolean | "unsaid") => [{ f: "add", value }, { f: "add", changed }] as const;
const contains = (present: boolean) => [{ f: "contains", value }, { f: "contains", present }] as const;
const members = [{ f: "members" }, { f: "members", values: [value] }] as const;
const appended = [{ f: "append", value }, { f: "append", offset: 0 }] as const;
const read = [{ f: "read", offset: 0 }, { f: "read", found: { value } }] as const;
const write = [{ f: "write", value }, { f: "write" }] as const;
const cas = (swapped: boolean) => [{ f: "cas", from: value, to: 1 }, { f: "cas", swapped }] as const;

/** Looks for values as `===` does; what it does is told in the words of the shipped one. */
const STRICT_SET: Model<readonly Item[], SetInput, SetOutput> = {
  name: "strict set",
  init: () => [],
  step: (state, input, answer) => {
    if (input.f === "add") return [...state, input.value];
    if (!answer.known) return state;
    const { output } = answer;
    const isIn = (wanted: Item) => state.indexOf(wanted) >= 0;
    if (output.f === "contains" && input.f === "contains") {
      return output.present === isIn(input.value) ? state : ILLEGAL;
    }
    return output.f === "members" && output.values.every(isIn) ? state : ILLEGAL;
  },
  kind: setModel({ members: true }).kind!,
};

const CASES = [
  told("queue", queueModel(), [put, took]),
  told("queue", queueModel(), [put, put, took]),
  told("queue", queueModel(), [one, one, put, put, took]),
  told("stack", stackModel(), [push, popped]),
  told("stack", stackModel(), [push, push, popped]),
  told("stack", stackModel(), [pushOne, pushOne, push, popped]),
  told("bag", bagModel(), [put, took]),
  told("bag", bagModel(), [put, put, took]),
  told("bag", bagModel(), [one, one, put, took]),
  told("priority queue", priorityQueueModel(), [insert, extracted]),
  told("priority queue", priorityQueueModel(), [insert, insert, extracted]),
  told("priority queue", priorityQueueModel(), [insertOne, insertOne, insert, extracted]),
  told("set, value by value", setModel(), [added(true), contains(true)]),
  told("set, value by value", setModel(), [added(true), contains(false)]),
  told("set, value by value", setModel(), [added(true), added(true)]),
  told("set, as a whole", setModel({ members: true }), [added("unsaid"), members]),
  told("set, as a whole", setModel({ members: true }), [added(true), contains(true)]),
  told("a set of one's own", STRICT_SET, [added("unsaid"), contains(true)]),
  told("a set of one's own", STRICT_SET, [added("unsaid"), members]),
  told("log", logModel(), [appended, read]),
  told("log", logModel(), [[appended[0], { f: "append", offset: "unsaid" }], read]),
  told("log", logModel(), [[appended[0], null], read]),
  told("register", registerModel(), [write, [{ f: "read" }, { f: "read", value }]]),
  told("register", registerModel(), [write, cas(true)]),
  told("register", registerModel(), [write, cas(false)]),
];
for (const [i, { what, verdicts }] of CASES.entries()) {
  Deno.test(`NaN is not found again where the steps do not find it: ${what}, story ${i}`, () => {
    const [possible, whole, online] = verdicts();
    const expected = possible ? "ok" : "illegal";
    assertEquals([whole, online], [expected, expected]);
  });
}
