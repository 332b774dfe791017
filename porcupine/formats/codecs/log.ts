import { type LogInput, logModel, type LogOutput, type LogState } from "../../models/log.ts";
import {
  type Codec,
  isList,
  mismatch,
  recordedItem,
  requireCount,
  requireScalar,
  unknownOperation,
} from "../codec.ts";
import type { Keyed } from "../keyed.ts";
import type { Datum } from "../raw.ts";
import { keyedCodec } from "./keyed.ts";

const OPERATIONS = {
  append: "append (v: the value; may answer its offset)",
  read: "read (v: the offset, answers [value], null beyond the end)",
  length: "length (answers the number of entries)",
};

/** Append-only logs. */
export const logCodec: Codec<LogState, Keyed<LogInput>, LogOutput> = keyedCodec({
  name: "log",
  summary: "logs with append, read at an offset, length; empty at the start",
  operations: OPERATIONS,
  model: () => logModel(),
  input: (raw): LogInput => {
    switch (raw.f) {
      case "append":
        return { f: "append", value: entry(raw.argument) };
      case "read":
        return { f: "read", offset: requireCount(raw.argument, "the offset") };
      case "length":
        return { f: "length" };
      default:
        return unknownOperation(OPERATIONS, raw.f);
    }
  },
  output: (value, { f }): LogOutput => {
    switch (f) {
      case "append":
        return { f, offset: value === null ? "unsaid" : requireCount(value, "the offset of the entry") };
      case "read":
        return { f, found: found(value) };
      case "length":
        return { f, length: requireCount(value, "the length") };
    }
  },
  recordInput: (input) => {
    switch (input.f) {
      case "append":
        return { f: input.f, argument: recordedItem(input.value) };
      case "read":
        return { f: input.f, argument: input.offset };
      case "length":
        return { f: input.f };
    }
  },
  recordOutput: (output) => {
    switch (output.f) {
      case "append":
        return output.offset === "unsaid" ? undefined : output.offset;
      case "read":
        return output.found === "end" ? null : [recordedItem(output.found.value)];
      case "length":
        return output.length;
    }
  },
});

function entry(value: Datum): string | number | boolean | null {
  return typeof value === "boolean" ? value : requireScalar(value, "the entry");
}

function found(value: Datum): { value: string | number | boolean | null } | "end" {
  if (value === null) return "end";
  return isList(value) && value.length === 1
    ? { value: entry(value[0]) }
    : mismatch("[value], or null beyond the end", value);
}
