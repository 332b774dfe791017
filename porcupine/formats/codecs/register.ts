import {
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
} from "../../models/register.ts";
import { type Codec, requireBoolean, requirePair, requireScalar, unknownOperation } from "../codec.ts";
import type { Keyed } from "../keyed.ts";
import { keyedCodec } from "./keyed.ts";

const OPERATIONS = {
  read: "read (answers the value)",
  write: "write (v: the value)",
  cas: "cas (v: [from, to], answers true or false)",
};

/** Registers with read, write and compare-and-set; one for each key, if there are keys. */
export const registerCodec: Codec<RegisterValue, Keyed<RegisterInput>, RegisterOutput> = keyedCodec({
  name: "register",
  summary: "registers with read, write, cas; null at the start",
  operations: OPERATIONS,
  model: () => registerModel(),
  input: (raw) => {
    switch (raw.f) {
      case "read":
        return { f: "read" };
      case "write":
        return { f: "write", value: requireScalar(raw.argument, "the value written") };
      case "cas": {
        const [from, to] = requirePair(raw.argument, "[from, to]");
        return { f: "cas", from: requireScalar(from, "from"), to: requireScalar(to, "to") };
      }
      default:
        return unknownOperation(OPERATIONS, raw.f);
    }
  },
  output: (value, input) => {
    if (input.f === "read") return { f: "read", value: requireScalar(value, "the value read") };
    return input.f === "write"
      ? { f: "write" }
      : { f: "cas", swapped: requireBoolean(value, "the answer of cas") };
  },
  recordInput: (input) => {
    if (input.f === "read") return { f: "read" };
    return { f: input.f, argument: input.f === "write" ? input.value : [input.from, input.to] };
  },
  recordOutput: (output) =>
    output.f === "read" ? output.value : output.f === "cas" ? output.swapped : undefined,
  mark: (_input, answer) =>
    answer.known && answer.output.f === "cas" && !answer.output.swapped ? "failed" : "plain",
});
