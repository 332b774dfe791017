import {
  type KvBatchInput,
  kvBatchModel,
  type KvBatchOutput,
  type KvBatchState,
  type KvBatchStep,
  type KvGuard,
} from "../../models/kv_batch.ts";
import {
  type Codec,
  mismatch,
  requireBoolean,
  requireFields,
  requireList,
  requirePair,
  requireString,
  unknownOperation,
} from "../codec.ts";
import type { Datum } from "../raw.ts";

const STEP = '["get", key], ["put", key, value], ["append", key, value] or ["delete", key]';
const OPERATIONS = {
  batch: `batch (v: {guards: [[key, value]], steps: [${STEP}], otherwise: [...]}, answers {applied, values})`,
};

/** A string store whose requests are batches with guards. */
export const kvBatchCodec: Codec<KvBatchState, KvBatchInput, KvBatchOutput> = {
  name: "kv-batch",
  summary: "one string store with batches of get, put, append, delete under guards; empty at the start",
  operations: OPERATIONS,
  model: () => kvBatchModel(),
  input: (raw) => {
    if (raw.f !== "batch") return unknownOperation(OPERATIONS, raw.f);
    const { guards, steps, otherwise } = requireFields(raw.argument, "the batch");
    return {
      f: "batch",
      guards: requireList(guards ?? [], "guards").map(guardOf),
      steps: requireList(steps ?? [], "steps").map(stepOf),
      otherwise: requireList(otherwise ?? [], "otherwise").map(stepOf),
    };
  },
  output: (value) => {
    const { applied, values } = requireFields(value, "the answer of a batch, as {applied, values}");
    return {
      f: "batch",
      applied: requireBoolean(applied ?? null, "applied"),
      values: requireList(values ?? [], "values").map((read) =>
        read === null ? null : requireString(read, "a value read")
      ),
    };
  },
  recordInput: ({ guards, steps, otherwise }) => ({
    f: "batch",
    key: null,
    argument: {
      guards: guards.map(({ key, value }) => [key, value]),
      steps: steps.map(recordStep),
      otherwise: otherwise.map(recordStep),
    },
    version: undefined,
  }),
  recordOutput: ({ applied, values }) => ({ applied, values }),
  mark: (_input, answer) => answer.known && !answer.output.applied ? "failed" : "plain",
};

function guardOf(value: Datum): KvGuard {
  const [key, held] = requirePair(value, "a guard, as [key, value] or [key, null]");
  return {
    key: requireString(key, "the key of a guard"),
    value: held === null ? null : requireString(held, "the value of a guard"),
  };
}

function stepOf(value: Datum): KvBatchStep {
  const [f, key, argument] = requireList(value, `a step, as ${STEP}`);
  switch (f) {
    case "get":
    case "delete":
      return { f, key: requireString(key ?? null, `the key of ${f}`) };
    case "put":
    case "append":
      return {
        f,
        key: requireString(key ?? null, `the key of ${f}`),
        value: requireString(argument ?? null, `the value of ${f}`),
      };
    default:
      return mismatch(`a step, as ${STEP}`, value);
  }
}

function recordStep(step: KvBatchStep): Datum {
  return step.f === "get" || step.f === "delete" ? [step.f, step.key] : [step.f, step.key, step.value];
}
