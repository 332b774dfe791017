import {
  type Versioned,
  type VersionedKvInput,
  versionedKvModel,
  type VersionedKvOutput,
} from "../../models/versioned_kv.ts";
import {
  type Codec,
  keyOf,
  mismatch,
  recorded,
  requireCount,
  requirePair,
  requireString,
  unknownOperation,
} from "../codec.ts";
import type { Datum } from "../raw.ts";

const OPERATIONS = {
  get: "get (answers [value, version] or ErrNoKey)",
  put: "put (v: a string, ver: the version, answers OK, ErrVersion, ErrMaybe or ErrNoKey)",
};

/** The course's names of the answers. */
const PUT_ANSWERS = { ok: "OK", version: "ErrVersion", maybe: "ErrMaybe", noKey: "ErrNoKey" } as const;

/** The key-value interface of the 2025 course: puts that name a version. */
export const versionedKvCodec: Codec<Versioned, VersionedKvInput, VersionedKvOutput> = {
  name: "kvv",
  summary: "strings by key with versions: get, put if the version matches, ErrMaybe",
  operations: OPERATIONS,
  model: versionedKvModel,
  input: (raw) => {
    const key = keyOf(raw);
    if (raw.f === "get") return { f: "get", key };
    if (raw.f !== "put") return unknownOperation(OPERATIONS, raw.f);
    const value = requireString(raw.argument, "the value of put");
    return { f: "put", key, value, version: requireCount(raw.version, "the version of put (ver)") };
  },
  output: (value, input) => input.f === "get" ? getOutput(value) : putOutput(value),
  recordInput: (input) =>
    input.f === "get"
      ? recorded("get", input.key)
      : { ...recorded("put", input.key, input.value), version: input.version },
  recordOutput: (output) => {
    if (output.f === "put") return PUT_ANSWERS[output.result];
    return "error" in output ? "ErrNoKey" : [output.value, output.version];
  },
  mark: (_input, answer) => {
    if (!answer.known || answer.output.f !== "put") return "plain";
    return answer.output.result === "ok" ? "plain" : answer.output.result === "maybe" ? "maybe" : "failed";
  },
};

function getOutput(value: Datum): VersionedKvOutput {
  if (value === "ErrNoKey") return { f: "get", error: "noKey" };
  const [text, version] = requirePair(value, "[value, version]");
  return {
    f: "get",
    value: requireString(text, "the value read"),
    version: requireCount(version, "the version read"),
  };
}

function putOutput(value: Datum): VersionedKvOutput {
  switch (value) {
    case "OK":
      return { f: "put", result: "ok" };
    case "ErrVersion":
      return { f: "put", result: "version" };
    case "ErrMaybe":
      return { f: "put", result: "maybe" };
    case "ErrNoKey":
      return { f: "put", result: "noKey" };
    default:
      return mismatch("OK, ErrVersion, ErrMaybe or ErrNoKey", value);
  }
}
