import {
  type KvInput,
  kvModel,
  type KvOutput,
  type Model,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
  type VersionedKvInput,
  versionedKvModel,
  type VersionedKvOutput,
} from "../../../porcupine/mod.ts";
import type { Json } from "./objects.ts";
import type { LinhistRecord } from "./simulate.ts";
import type { GeneratedModel } from "./spec.ts";

/** A history together with the model it is to be judged by. */
export interface Judgeable<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  readonly operations: readonly Operation<Input, Output>[];
}

/** Something to do with a history whatever its types. */
export interface JudgeableUser<Result> {
  /** Called once, with the history's own types. */
  use<State, Input, Output>(judgeable: Judgeable<State, Input, Output>): Result;
}

/** Gives generated records the meaning of the checker's models, and hands the history to `user`. */
export function withOperations<Result>(
  model: GeneratedModel,
  records: readonly LinhistRecord[],
  user: JudgeableUser<Result>,
): Result {
  switch (model) {
    case "register":
      return user.use({ model: registerModel(), operations: records.map(registerOperation) });
    case "kv":
      return user.use({ model: kvModel(), operations: records.map(kvOperation) });
    case "kvv":
      return user.use({ model: versionedKvModel(), operations: records.map(versionedOperation) });
    default:
      throw new TypeError(`no model of the checker reads generated histories of "${model}" yet`);
  }
}

function operation<Input, Output>(
  { c, s, e }: LinhistRecord,
  input: Input,
  output: () => Output,
): Operation<Input, Output> {
  const outcome = e === undefined
    ? { status: "unknown" } as const
    : { status: "ok", output: output(), returnAt: e } as const;
  return { client: c, input, callAt: s, outcome };
}

function scalar(value: Json | undefined): RegisterValue {
  if (value === null || typeof value === "number" || typeof value === "string") return value;
  throw new TypeError(`a register cannot hold ${JSON.stringify(value)}`);
}

/** An operation on a register. */
export function registerOperation(record: LinhistRecord): Operation<RegisterInput, RegisterOutput> {
  const { f, v, o } = record;
  if (f === "read") return operation(record, { f }, () => ({ f, value: scalar(o) }));
  if (f === "write") return operation(record, { f, value: scalar(v) }, () => ({ f }));
  const [from, to] = v as readonly number[];
  return operation(record, { f: "cas", from, to }, () => ({ f: "cas", swapped: o === true }));
}

/** A generated record as an operation of the kv model. */
export function kvOperation(record: LinhistRecord): Operation<KvInput, KvOutput> {
  const { f, v, o, k: key = "" } = record;
  if (f === "get") return operation(record, { f, key }, () => ({ f, value: String(o) }));
  const change = f === "put" ? "put" : "append";
  return operation(record, { f: change, key, value: String(v) }, () => ({ f: change }));
}

const PUT_RESULTS = { OK: "ok", ErrVersion: "version", ErrMaybe: "maybe" } as const;

/** A generated record as an operation of the versioned kv model. */
export function versionedOperation(record: LinhistRecord): Operation<VersionedKvInput, VersionedKvOutput> {
  const { f, v, ver = 0, o, k: key = "" } = record;
  if (f === "get") {
    const [value, version] = (o ?? ["", 0]) as readonly [string, number];
    return operation(record, { f, key }, () => ({ f, value, version }));
  }
  return operation(record, { f: "put", key, value: String(v), version: ver }, () => ({
    f: "put",
    result: PUT_RESULTS[o as keyof typeof PUT_RESULTS],
  }));
}
