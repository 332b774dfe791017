import { assertEquals } from "@std/assert";
import { decodeTransactions, encodeResults } from "../../kv/store/step_codec.ts";
import { Lane } from "../../shard/lane.ts";

/** Whatever follows from what has been answered has happened. */
async function promisesKept(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await null;
}

Deno.test("a write leaves a lane when the one before it has been answered, also with a failure; a look does not wait for writes", async () => {
  const left: string[] = [];
  const answers: ((result: Uint8Array | Error) => void)[] = [];
  const call = (what: string) => (command: Uint8Array): Promise<Uint8Array> => {
    const keys = decodeTransactions(command).map(({ steps }) =>
      steps.map((step) => "key" in step ? step.key : "")
    );
    left.push(`${what} ${keys.join("+")}`);
    return new Promise((resolve, reject) =>
      answers.push((answer) => answer instanceof Error ? reject(answer) : resolve(answer))
    );
  };
  const lane = new Lane({ submit: call("write"), query: call("look") });
  const settled: string[] = [];
  const write = (key: string): void => {
    const transaction = { guards: [], steps: [{ op: "append", key, value: "x" }] } as const;
    lane.write(transaction, ({ kind }) => settled.push(`${key} ${kind}`));
    lane.go();
  };
  write("a");
  write("b");
  write("c");
  lane.look([{ op: "get", key: "d" }], ({ kind }) => settled.push(`d ${kind}`));
  lane.go();
  assertEquals(left, ["write a", "look d"]);
  const done = encodeResults([{ kind: "done", results: [] }]);
  answers[0](new Error("the group is gone"));
  await promisesKept();
  assertEquals([left, settled], [["write a", "look d", "write b+c"], ["a failed"]]);
  write("e");
  assertEquals(left.length, 3);
  answers[2](encodeResults([{ kind: "done", results: [] }, { kind: "done", results: [] }]));
  answers[1](done);
  await promisesKept();
  assertEquals(left.at(-1), "write e");
  answers[3](done);
  await promisesKept();
  assertEquals(settled.toSorted(), ["a failed", "b done", "c done", "d done", "e done"]);
  assertEquals(lane.waiting, 0);
});

Deno.test("a look leaves a lane when the one before it has been answered, also with a failure", async () => {
  const answers: ((error: Error) => void)[] = [];
  const ask = () => new Promise<Uint8Array>((_, reject) => answers.push(reject));
  const lane = new Lane({ submit: ask, query: ask });
  const settled: string[] = [];
  for (const key of ["a", "b"]) {
    lane.look([{ op: "get", key }], ({ kind }) => settled.push(`${key} ${kind}`));
    lane.go();
  }
  assertEquals(answers.length, 1);
  answers[0](new Error("the group is gone"));
  await promisesKept();
  assertEquals([answers.length, settled], [2, ["a failed"]]);
  answers[1](new Error("the group is gone"));
  await promisesKept();
  assertEquals(settled, ["a failed", "b failed"]);
});
