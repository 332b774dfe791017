import { type CounterInput, counterModel, type CounterOutput } from "../../models/counter.ts";
import { type Codec, requireNumber, unknownOperation } from "../codec.ts";
import type { Keyed } from "../keyed.ts";
import { keyedCodec } from "./keyed.ts";

const OPERATIONS = {
  add: "add (v: a number)",
  addAndGet: "addAndGet (v: a number, answers the sum)",
  read: "read (answers the sum)",
};

/** Counters that are added to and read. The header's `initial` is where they start; 0 without it. */
export const counterCodec: Codec<number, Keyed<CounterInput>, CounterOutput> = keyedCodec({
  name: "counter",
  summary: "counters with add, addAndGet, read; 0 (or the header's initial) at the start",
  operations: OPERATIONS,
  model: ({ facts }) =>
    counterModel(
      facts.initial === undefined ? {} : {
        initial: requireNumber(facts.initial, "initial in the header"),
      },
    ),
  input: (raw) => {
    switch (raw.f) {
      case "read":
        return { f: "read" };
      case "add":
      case "addAndGet":
        return { f: raw.f, amount: requireNumber(raw.argument, "the amount added") };
      default:
        return unknownOperation(OPERATIONS, raw.f);
    }
  },
  output: (value, { f }) => f === "add" ? { f } : { f, value: requireNumber(value, "the sum") },
  recordInput: (input) => input.f === "read" ? { f: "read" } : { f: input.f, argument: input.amount },
  recordOutput: (output) => output.f === "add" ? undefined : output.value,
});
