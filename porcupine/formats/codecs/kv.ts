import { type KvInput, kvModel, type KvOutput } from "../../models/kv.ts";
import { type Codec, keyOf, recorded, requireString, unknownOperation } from "../codec.ts";

const OPERATIONS = {
  get: "get (answers a string)",
  put: "put (v: a string)",
  append: "append (v: a string)",
};

/** Strings by key with get, put and append. */
export const kvCodec: Codec<string, KvInput, KvOutput> = {
  name: "kv",
  summary: "strings by key with get, put, append; empty at the start",
  operations: OPERATIONS,
  model: kvModel,
  input: (raw) => {
    const key = keyOf(raw);
    switch (raw.f) {
      case "get":
        return { f: "get", key };
      case "put":
      case "append":
        return { f: raw.f, key, value: requireString(raw.argument, `the value of ${raw.f}`) };
      default:
        return unknownOperation(OPERATIONS, raw.f);
    }
  },
  output: (value, input) =>
    input.f === "get" ? { f: "get", value: requireString(value, "the value read") } : { f: input.f },
  recordInput: (input) => recorded(input.f, input.key, input.f === "get" ? undefined : input.value),
  recordOutput: (output) => output.f === "get" ? output.value : undefined,
  mark: () => "plain",
};
