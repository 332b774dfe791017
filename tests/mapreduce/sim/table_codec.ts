/**
 * The history of a task table in files: `deno task check history.jsonl --model tests/mapreduce/sim/table_codec.ts`.
 * @module
 */

import {
  type Codec,
  type Datum,
  Mismatch,
  type ModelSetting,
  type RawOperation,
} from "../../../porcupine/mod.ts";
import { type TableInput, tableModel, type TableOutput } from "./table_model.ts";

const OPERATIONS = {
  ask: "ask (v: {worker}, answers {op, answer})",
  report: "report (v: {ref, outcome}, answers {op, accepted})",
  reopen: "reopen (v: {task})",
};

/** Writes and reads such a history. The header says how many tasks there are: `maps` and `reduces`. */
export const tableCodec: Codec<readonly number[], TableInput, TableOutput> = {
  name: "tasks",
  summary: "the task table of a MapReduce job: ask, report, reopen",
  operations: OPERATIONS,
  model: (setting) => tableModel(tasks(setting, "maps"), tasks(setting, "reduces")),
  input: readInput,
  output: (value, { op }) => {
    const fields = value !== null && isFields(value) ? value : {};
    const fits = op === "ask"
      ? isFields(fields.answer) && typeof fields.answer.kind === "string"
      : op === "reopen" || typeof fields.accepted === "boolean";
    if (fields.op !== op || !fits) throw mismatch(`the answer of ${op}`, value);
    // Read from a file: `fits` has looked at what the model and its words ask of it.
    return value as unknown as TableOutput;
  },
  recordInput: ({ op, ...rest }) => ({
    f: op,
    key: null,
    // Plain data without methods, which its type does not say.
    argument: rest as unknown as Datum,
    version: undefined,
  }),
  // Plain data as well.
  recordOutput: (output) => output as unknown as Datum,
  mark: () => "plain",
};

/** What the model looks at is looked at; the rest is as it was recorded. */
function readInput({ f, argument }: RawOperation): TableInput {
  if (!Object.hasOwn(OPERATIONS, f)) {
    throw new Mismatch("unknown-operation", Object.values(OPERATIONS).join(", "), f);
  }
  const { worker, ref, outcome, task } = isFields(argument) ? argument : {};
  const fits = f === "ask"
    ? typeof worker === "string"
    : f === "reopen"
    ? Number.isInteger(task)
    : isFields(ref) && Number.isInteger(ref.task) && Number.isInteger(ref.attempt) && isFields(outcome) &&
      typeof outcome.kind === "string";
  if (!fits) throw mismatch(`what is asked by ${f}`, argument);
  // `fits` has looked at every field that the model and its words ask of it.
  return { op: f, ...(argument as object) } as unknown as TableInput;
}

function tasks(setting: ModelSetting<TableInput, TableOutput> | undefined, name: string): number {
  const count = setting?.facts[name] ?? 0;
  if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0) {
    throw mismatch(`how many ${name} there are, in the header`, count);
  }
  return count;
}

function isFields(value: Datum | undefined): value is { readonly [name: string]: Datum } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mismatch(expected: string, found: Datum): Mismatch {
  return new Mismatch("model-mismatch", expected, JSON.stringify(found));
}
