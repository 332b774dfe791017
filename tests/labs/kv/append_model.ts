/**
 * The store of lab 2 of 2024 for the checker: an append answers with what was there before.
 * @module
 */

import { type Answer, ILLEGAL, type Illegal, type KvInput, type Model } from "../../../porcupine/mod.ts";

/** An answer: the value of a get, the old value of an append, nothing for a put. */
export type AppendOutput =
  | { readonly f: "get" | "append"; readonly value: string }
  | { readonly f: "put" };

/** The model. Keys are independent; every key starts empty. */
export function appendModel(): Model<string, KvInput, AppendOutput> {
  return {
    name: "store whose appends answer",
    init: () => "",
    step,
    key: (state) => state,
    partitionKey: (input) => input.key,
    readOnly: (input) => input.f === "get",
    describeOperation: (input, answer) =>
      `${input.f}(${input.key})${
        answer.known && answer.output.f !== "put" ? ` -> "${answer.output.value}"` : ""
      }`,
  };
}

function step(state: string, input: KvInput, answer: Answer<AppendOutput>): string | Illegal {
  const output = answer.known ? answer.output : null;
  if (output !== null && output.f !== input.f) return ILLEGAL;
  if (output !== null && output.f !== "put" && output.value !== state) return ILLEGAL;
  switch (input.f) {
    case "get":
      return state;
    case "put":
      return input.value;
    case "append":
      return state + input.value;
  }
}
