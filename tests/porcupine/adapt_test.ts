/** Models in other words: each shipped one through a translation by which some answers are impossible, or say that nothing was done. */
import { assertEquals } from "@std/assert";
import {
  adaptModel,
  bagModel,
  Checker,
  checkOperations,
  counterModel,
  kvModel,
  lockModel,
  logModel,
  type Model,
  type Operation,
  priorityQueueModel,
  queueModel,
  registerModel,
  setModel,
  versionedKvModel,
} from "../../porcupine/mod.ts";

interface Asked<Input> {
  readonly ask: Input;
}
type Got<Output> = { readonly got: Output } | "nothing" | "never";
type Row<Input, Output> = readonly [input: Input, output: Got<Output>];

function adapted<State, Input, Output>(
  model: Model<State, Input, Output>,
): Model<State, Asked<Input>, Got<Output>> {
  return adaptModel(model, {
    name: "adapted",
    input: ({ ask }: Asked<Input>) => ask,
    answer: (_, answer) => {
      if (!answer.known) return answer;
      if (answer.output === "never") return "impossible";
      return answer.output === "nothing" ? "didNothing" : { known: true, output: answer.output.got };
    },
  });
}

/** What is said of the rows, one after the other: with every short cut, by the search alone, and on line. */
function said<State, Input, Output>(
  model: Model<State, Input, Output>,
  rows: readonly Row<Input, Output>[],
): string[] {
  const other = adapted(model);
  const history = rows.map(([ask, output], i): Operation<Asked<Input>, Got<Output>> => ({
    client: i,
    callAt: 2 * i,
    input: { ask },
    outcome: { status: "ok", output, returnAt: 2 * i + 1 },
  }));
  const checker = new Checker(other);
  for (const [i, [ask, output]] of rows.entries()) {
    checker.call(i, i, { ask });
    if (checker.return(i, output).kind !== "ok") break;
  }
  const kinds = (["auto", "search"] as const).map((strategy) =>
    checkOperations(other, history, { strategy }).kind
  );
  return [...kinds, checker.status.kind];
}

/** `rows` are true of the object one after the other; `lie` is not after them. */
function tell<State, Input, Output>(
  model: Model<State, Input, Output>,
  rows: readonly (readonly [Input, Output])[],
  lie: readonly [Input, Output],
): void {
  Deno.test(`in other words an object does the same, what did nothing changes nothing, what is impossible is: ${model.name}`, () => {
    const honest = rows.map(([input, got]): Row<Input, Output> => [input, { got }]);
    const [first] = rows[0];
    // What did nothing changes nothing, wherever it stands.
    for (let at = 0; at <= rows.length; at++) {
      const idle = [...honest.slice(0, at), [first, "nothing"] as const, ...honest.slice(at)];
      assertEquals(said(model, idle), ["ok", "ok", "ok"], `nothing at ${at}`);
    }
    const illegal = ["illegal", "illegal", "illegal"];
    assertEquals(said(model, [...honest, [first, "never"]]), illegal);
    assertEquals(said(model, [...honest, [lie[0], { got: lie[1] }]]), illegal);
  });
}

const key = "x";
tell(bagModel(), [
  [{ f: "enqueue", value: 1 }, { f: "enqueue" }],
  [{ f: "dequeue" }, { f: "dequeue", value: 1 }],
], [{ f: "dequeue" }, { f: "dequeue", value: 1 }]);
tell(queueModel(), [
  [{ f: "enqueue", value: 1 }, { f: "enqueue" }],
  [{ f: "dequeue" }, { f: "dequeue", value: 1 }],
], [{ f: "dequeue" }, { f: "dequeue", value: 1 }]);
tell(priorityQueueModel(), [
  [{ f: "insert", value: 2 }, { f: "insert" }],
  [{ f: "insert", value: 1 }, { f: "insert" }],
  [{ f: "extract" }, { f: "extract", value: 1 }],
], [{ f: "extract" }, { f: "extract", value: 1 }]);
tell(lockModel(), [
  [{ f: "acquire" }, { f: "acquire", token: 1 }],
  [{ f: "acquire" }, { f: "acquire", token: null }],
  [{ f: "release", token: 1 }, { f: "release", released: true }],
], [{ f: "acquire" }, { f: "acquire", token: 1 }]);
tell(registerModel({ initial: 5 }), [
  [{ f: "read" }, { f: "read", value: 5 }],
  [{ f: "write", value: 1 }, { f: "write" }],
], [{ f: "read" }, { f: "read", value: 5 }]);
tell(kvModel(), [
  [{ f: "append", key, value: "a" }, { f: "append" }],
  [{ f: "get", key }, { f: "get", value: "a" }],
], [{ f: "get", key }, { f: "get", value: "" }]);
tell(versionedKvModel(), [
  [{ f: "put", key, value: "a", version: 0 }, { f: "put", result: "ok" }],
  [{ f: "get", key }, { f: "get", value: "a", version: 1 }],
], [{ f: "get", key }, { f: "get", value: "a", version: 2 }]);
tell(setModel({ members: true }), [
  [{ f: "add", value: 1 }, { f: "add", changed: true }],
  [{ f: "members" }, { f: "members", values: [1] }],
], [{ f: "members" }, { f: "members", values: [] }]);
tell(counterModel({ initial: 2 }), [
  [{ f: "add", amount: 1 }, { f: "add" }],
  [{ f: "read" }, { f: "read", value: 3 }],
], [{ f: "read" }, { f: "read", value: 2 }]);
tell(logModel(), [
  [{ f: "append", value: "a" }, { f: "append", offset: 0 }],
  [{ f: "length" }, { f: "length", length: 1 }],
], [{ f: "length" }, { f: "length", length: 0 }]);
