/** A model of the user's own that throws is no failure of the checker: code 3, with file, line, operation and origin. */
import { assert, assertEquals } from "@std/assert";
import { check, Folder } from "./run.ts";

/** A codec whose function of that name throws at key y. */
function moduleOf(brittle: string): string {
  return `
const slip = (name, key) => { if (name === "${brittle}" && key === "y") throw new RangeError("slipped"); };
export const mine = {
  name: "kv",
  summary: "a store that slips",
  operations: { get: "get", put: "put" },
  model: () => {
    slip("model", "y");
    return {
      name: "mine",
      init: () => "",
      partitionKey: ({ key }) => key,
      step: (state, { f, key, value }) => {
        slip("step", key);
        return f === "put" ? value : state;
      },
    };
  },
  input: ({ f, key, argument }) => {
    slip("input", key);
    return { f, key, value: argument ?? "" };
  },
  output: (value, { key }) => {
    slip("output", key);
    return value;
  },
  recordInput: ({ f, key, value }) => ({ f, key, argument: value, version: undefined }),
  recordOutput: (output) => output,
  mark: ({ key }) => {
    slip("mark", key);
    return "plain";
  },
};
`;
}

const HISTORY = `{"format":"linhist-1","model":"kv"}
{"c":1,"f":"put","k":"x","v":"a","s":0,"e":1}

{"c":"ann","f":"get","k":"y","o":"","s":2,"e":3}
`;

const SAYS: Readonly<Record<string, readonly [code: string, message: string]>> = {
  model: [
    "codec-threw",
    "h.jsonl:1: expected an answer of the codec kv for the model, found RangeError: slipped",
  ],
  input: [
    "codec-threw",
    "h.jsonl:4: expected an answer of the codec kv for the input of get, found RangeError: slipped",
  ],
  output: [
    "codec-threw",
    "h.jsonl:4: expected an answer of the codec kv for the output of get, found RangeError: slipped",
  ],
  mark: [
    "codec-threw",
    "h.jsonl:4: expected an answer of the codec kv for the mark, found RangeError: slipped",
  ],
  step: ["model-threw", 'h.jsonl:4: step of the model "mine" threw at operation 1, client ann\'s {"f":"get"'],
};

for (const [brittle, [code, message]] of Object.entries(SAYS)) {
  Deno.test(`A model whose ${brittle} throws is told with file, line and where it threw, and the code is 3`, async () => {
    await using folder = await Folder.make();
    const history = await folder.write("h.jsonl", HISTORY);
    const model = await folder.write(`${brittle}.ts`, moduleOf(brittle));
    const told = await check(
      history,
      "--model",
      `${model}#mine`,
      "--json",
      "--html",
      `${folder.path}/p.html`,
    );
    assertEquals(told.code, 3, told.err);
    assert(told.err.startsWith(`${folder.path}/${message}`), told.err);
    assert(new RegExp(`\\n +at .*${brittle}\\.ts:\\d+:\\d+`).test(told.err), told.err);
    const { error } = JSON.parse(told.out);
    assertEquals([error.code, told.err.startsWith(error.message)], [code, true]);
  });
}
