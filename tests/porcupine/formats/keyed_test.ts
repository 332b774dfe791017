/** Many objects whose parts are judged by themselves: no two have one name. */
import { assertEquals } from "@std/assert";
import {
  checkOperations,
  type Keyed,
  keyedModel,
  type KvInput,
  kvModel,
  type KvOutput,
  type Operation,
} from "../../../porcupine/mod.ts";

/** A put to one part, and afterwards a get from another, in which nothing was ever put. */
function putAndGet(
  [object, key]: readonly [string, string],
  [other, missing]: readonly [string, string],
): Operation<Keyed<KvInput>, KvOutput>[] {
  return [
    {
      client: 1,
      input: { key: object, input: { f: "put", key, value: "1" } },
      callAt: 0,
      outcome: { status: "ok", returnAt: 1, output: { f: "put" } },
    },
    {
      client: 1,
      input: { key: other, input: { f: "get", key: missing } },
      callAt: 2,
      outcome: { status: "ok", returnAt: 3, output: { f: "get", value: "" } },
    },
  ];
}

for (
  const [one, other] of [
    [["a", "b: c"], ["a: b", "c"]],
    [["", "a: b"], ["a", "b"]],
    [["", '"": a'], ["", "a"]],
    [['"a"', "b"], ["a", "b"]],
    [['"a: b"', "c"], ["a: b", "c"]],
    [["a", ": b"], ["a: ", "b"]],
    [["a:", "b"], ["a", ": b"]],
    [["a", "b"], ["b", "a"]],
  ] as const
) {
  Deno.test(`What is put under ${JSON.stringify(one)} is not looked for under ${JSON.stringify(other)}`, () => {
    const model = keyedModel(kvModel());
    assertEquals(checkOperations(model, putAndGet(one, other)).kind, "ok");
    assertEquals(checkOperations(model, putAndGet(other, one)).kind, "ok");
    assertEquals(checkOperations(model, putAndGet(one, one)).kind, "illegal");
  });
}
