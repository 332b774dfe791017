import { assert, assertEquals } from "@std/assert";
import { type KvInput, kvModel, type KvOutput } from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { Present } from "../../porcupine/search/present.ts";
import { compile } from "../../porcupine/search/problem.ts";
import { Sight } from "../../porcupine/search/sight.ts";
import { Sprint } from "../../porcupine/search/sprint.ts";
import type { Operation } from "../../porcupine/types.ts";
import { plain } from "./fuzz/compare.ts";
import { counting } from "./fuzz/counting.ts";
import { simulate, specOf } from "./generate.ts";
import { kvOperation } from "./generate/operations.ts";

type Text = Operation<KvInput, KvOutput>;

/** Appends, or puts, that are open all the time, and a read that waits for a text. */
function waiting(writes: readonly (readonly ["put" | "append", string])[], shown: string): Text[] {
  const history: Text[] = writes.map(([f, value], i) => ({
    client: i,
    callAt: i,
    input: { f, key: "x", value },
    outcome: { status: "ok", returnAt: 100 + i, output: { f } },
  }));
  history.push({
    client: writes.length,
    callAt: writes.length,
    input: { f: "get", key: "x" },
    outcome: { status: "ok", returnAt: 50, output: { f: "get", value: shown } },
  });
  return history;
}

/** What is to be placed in a state, so that the read can be placed that is the last operation; -1: nobody knows. */
function guideTo(history: readonly Text[], state: string): number {
  const model = plain(kvModel());
  const [part] = partition(model, history, orderHistory(history));
  const problem = compile(model, new Questions(recorded(history), part));
  const sight = new Sight(problem, new Present(problem, new Budget({})));
  const due = history.length - 1;
  const { outcome } = history[due];
  const shown = outcome.status === "ok" && outcome.output.f === "get" ? outcome.output.value : "";
  sight.learn(shown, due);
  return sight.guide(state, due, [...part.ids.subarray(0, due)], history.length);
}

Deno.test("what leads to a text is what puts its next part behind the present one, or its beginning in the place of that", () => {
  const long = "one text, another text, a third text ";
  const history = waiting([["append", "no "], ["append", "yes "], ["put", long]], `${long}yes `);
  assertEquals(guideTo(history, long), 1);
  assertEquals(guideTo(history, "something else "), 2);
});

Deno.test("what fits behind a text that is not the beginning of an answer does not lead there", () => {
  assertEquals(guideTo(waiting([["append", "b"]], "aab"), "zz"), -1);
});

Deno.test("a text that grows along one answer is not taken for the beginning of another one", () => {
  const history = waiting([["append", "a "], ["append", "b "]], "x a b ");
  history.push({
    client: 9,
    callAt: 9,
    input: { f: "get", key: "x" },
    outcome: { status: "ok", returnAt: 60, output: { f: "get", value: "y a b c " } },
  });
  const model = plain(kvModel());
  const [part] = partition(model, history, orderHistory(history));
  const problem = compile(model, new Questions(recorded(history), part));
  const sight = new Sight(problem, new Present(problem, new Budget({})));
  sight.learn("x a b ", 2);
  assertEquals(sight.guide("x ", 2, [0, 1], 4), 0);
  sight.placed("x ", 0, "x a ");
  assertEquals(sight.guide("x a ", 2, [1], 4), 1);
  assertEquals(sight.guide("x a ", 3, [1], 4), -1);
});

Deno.test("a put of the first text's length is not taken for an append: what it makes is compared as a whole", () => {
  assertEquals(guideTo(waiting([["append", "c"], ["put", "ab"]], "abc"), "zz"), 1);
});

Deno.test("a sprint that has seen what to place goes back less from an answer that nothing explains", () => {
  const { bad } = simulate(specOf({ model: "kv", clients: 5, ops: 300, seed: 6 }));
  assert(bad !== undefined);
  const history = bad.map(kvOperation);
  const counter = { steps: 0 };
  const model = counting(plain(kvModel()), counter);
  const [part] = partition(model, history, orderHistory(history));
  const problem = compile(model, new Questions(recorded(history), part));
  assertEquals(new Sprint(problem, new Budget({})).run(1_000, 100), undefined);
  const short = counter.steps;
  assertEquals(new Sprint(problem, new Budget({})).run(1_000), undefined);
  // The way there took as many.
  assert(counter.steps - short > short + 500, `${short} steps, and then ${counter.steps - short}`);
});
