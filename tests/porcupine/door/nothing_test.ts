/** What plain JavaScript may hand over in place of a history, a verdict, a model, a codec: it is refused by name, and never `ok`. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as porcupine from "../../../porcupine/mod.ts";
import {
  checkEvents,
  checkInParallel,
  checkLevels,
  checkOperations,
  kvModel,
  type Operation,
  PorcupineError,
  type PorcupineErrorCode,
  Recorder,
  registerModel,
  renderHtml,
} from "../../../porcupine/mod.ts";

/** Nothing that a door could judge; a function has a length, of 0. */
const NOTHING: readonly unknown[] = [undefined, null, 0, 5n, "x", true, {}, () => 1, new Set()];

const GET: Operation<porcupine.KvInput, porcupine.KvOutput> = {
  client: 1,
  callAt: 0,
  input: { f: "get", key: "x" },
  outcome: { status: "ok", returnAt: 1, output: { f: "get", value: "" } },
};

/** Calls a door as JavaScript does, with whatever it may be. */
function untyped(door: (...given: never[]) => unknown, ...given: readonly unknown[]): unknown {
  return Reflect.apply(door, undefined, given);
}

function refusal(ask: () => unknown): [PorcupineErrorCode, string] {
  const { code, message } = assertThrows(ask, PorcupineError);
  return [code, message];
}

const NO_ARRAY = "the history is no array; give it the operations, one after the other";

for (const nothing of NOTHING) {
  const what = typeof nothing === "function" ? "a function" : `${nothing === null ? "null" : typeof nothing}`;
  Deno.test(`What is no history (${what}, ${String(nothing)}) is refused by every door, and not judged as an empty one`, async () => {
    const no = ["bad-operation", NO_ARRAY] as const;
    for (const door of [checkOperations, checkLevels, porcupine.assertLinearizable]) {
      assertEquals(refusal(() => untyped(door, kvModel(), nothing)), [...no], door.name);
    }
    assertEquals(refusal(() => untyped(porcupine.writeLinhist, porcupine.kvCodec, nothing)), [...no]);
    assertEquals(refusal(() => untyped(renderHtml, { model: kvModel(), operations: nothing }, {})), [...no]);
    const events = "the history is no array; give it the events, one after the other";
    assertEquals(refusal(() => untyped(checkEvents, kvModel(), nothing)), ["bad-operation", events]);
    for (const signal of [undefined, new AbortController().signal]) {
      const error = await assertRejects(
        async () => await untyped(checkInParallel, kvModel(), nothing, { workers: 0, signal }),
        PorcupineError,
      );
      assertEquals(error.message, NO_ARRAY);
    }
  });
}

Deno.test("An event that is nothing is refused with its place, and what an event is", () => {
  const [code, message] = refusal(() => untyped(checkEvents, kvModel(), [null]));
  assertEquals(code, "bad-operation");
  assert(message.startsWith('event 0 is null; give it kind "call", operation, client and input'), message);
});

Deno.test("What is no model is refused by each door and by what makes another model of it", async () => {
  for (const door of [checkOperations, checkLevels] as const) {
    assertEquals(refusal(() => untyped(door, undefined, [GET])), [
      "model-mismatch",
      "the model is undefined; give one, such as registerModel()",
    ]);
  }
  await assertRejects(
    async () => await untyped(checkInParallel, null, [GET]),
    PorcupineError,
    "the model is null",
  );
  for (const make of [porcupine.adaptModel, porcupine.keyedModel]) {
    for (
      const [none, told] of [[null, "the model is null"], [
        registerModel,
        "the model is the function registerModel",
      ]]
    ) {
      const [code, message] = refusal(() => untyped(make, none, {}));
      assertEquals([code, message.startsWith(`${told};`)], ["model-mismatch", true], message);
    }
  }
  const [code, message] = refusal(() => untyped(porcupine.adaptModel, registerModel(), { name: "x" }));
  assertEquals(
    [code, message.startsWith("the translation lacks input(input)")],
    ["model-mismatch", true],
    message,
  );
});

Deno.test("A picture and the weaker levels take the verdict of a check on the same history, and nothing else", () => {
  const one = { model: kvModel(), operations: [GET] };
  const other = checkOperations(kvModel(), [GET, { ...GET, callAt: 5, outcome: { status: "unknown" } }]);
  const wanted = "; give what checkOperations, or another check, answers about these operations";
  const cases: readonly (readonly [unknown, string])[] = [
    [null, "is null"],
    ["ok", "is ok"],
    [checkOperations, "is a function"],
    [{ kind: "ok" }, "has no kind, or no partitions"],
    [porcupine.checkTransactions([]), "has no kind, or no partitions"],
    [Promise.resolve(other), "is a promise; await it"],
    [other, "is one on another history: this one has 1 operations, and none of number 1"],
  ];
  for (const [verdict, told] of cases) {
    const wrong: [PorcupineErrorCode, string] = ["bad-verdict", `the verdict ${told}${wanted}`];
    assertEquals(refusal(() => untyped(renderHtml, one, verdict)), wrong);
    assertEquals(refusal(() => untyped(checkLevels, kvModel(), [GET], { verdict })), wrong);
  }
  assertEquals(refusal(() => untyped(renderHtml, one, undefined))[0], "bad-verdict");
  assertEquals(refusal(() => untyped(renderHtml, [GET], other))[0], "bad-operation");
});

Deno.test("Keys that are asked about are a list: the letters of a text would be none of them", () => {
  for (const keys of ["x", [1], {}, null]) {
    const [code, message] = refusal(() => untyped(checkLevels, kvModel(), [GET], { keys }));
    assertEquals([code, message.startsWith("keys is no list of strings; ")], ["bad-limit", true], message);
  }
});

Deno.test("What is wrong with an operation is told by its number in the history, not in its partition", () => {
  const late = { ...GET, callAt: 7, input: { f: "get", key: "y" } } as const;
  const error = assertThrows(() => checkLevels(kvModel(), [GET, late]), PorcupineError);
  assertEquals([error.code, error.index], ["return-before-call", 1]);
});

Deno.test("What is no codec, no accounts, nothing that sends a request is refused with what to give", async () => {
  for (const codec of [undefined, null, "kv", kvModel, kvModel()]) {
    const [code, message] = refusal(() => untyped(porcupine.writeLinhist, codec, [GET]));
    assertEquals([code, message.startsWith("the codec ")], ["model-mismatch", true], message);
    await assertRejects(
      async () => await untyped(porcupine.loadHistory, codec, "x", []),
      PorcupineError,
      "the codec ",
    );
  }
  const [code, message] = refusal(() => untyped(porcupine.bankModel, {}));
  assertEquals([code, message.startsWith("bankModel has no accounts; ")], ["bad-limit", true], message);
  const recorder = new Recorder();
  await assertRejects(
    async () => await Reflect.apply(recorder.run, recorder, ["ann", { f: "get" }, undefined]),
    PorcupineError,
    "client ann: what sends the request is no function",
  );
  assertEquals(recorder.operations, []);
});
