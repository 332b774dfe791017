import { type Answer, type Model, PorcupineError } from "../../types.ts";
import { type Codec, keyOf, type Mark, type ModelSetting, type RecordedInput } from "../codec.ts";
import { type Keyed, keyedModel } from "../keyed.ts";
import type { Datum, RawOperation } from "../raw.ts";

/** A codec for one object, from which {@linkcode keyedCodec} makes one for many. */
export interface SingleCodec<State, Input, Output> {
  /** The name on the command line and in headers. */
  readonly name: string;
  /** One line for a list. */
  readonly summary: string;
  /** The operations it knows, each with its shape. */
  readonly operations: Readonly<Record<string, string>>;
  /** The model of one object. */
  model(setting: ModelSetting<Input, Output>): Model<State, Input, Output>;
  /** The request. */
  input(raw: RawOperation): Input;
  /** The answer. */
  output(value: Datum, input: Input, raw: RawOperation): Output;
  /** What is written for a request; the key is added. */
  recordInput(input: Input): { readonly f: string; readonly argument?: Datum };
  /** What is written for an answer. */
  recordOutput(output: Output, input: Input): Datum | undefined;
  /** How the operation looks; `plain` where it is absent. */
  mark?(input: Input, answer: Answer<Output>): Mark;
}

/** The codec of as many objects as there are keys, and of one where there are none. */
export function keyedCodec<State, Input, Output>(
  single: SingleCodec<State, Input, Output>,
): Codec<State, Keyed<Input>, Output> {
  const { name, summary, operations } = single;
  return {
    name,
    summary,
    operations,
    model: (setting) =>
      keyedModel(single.model({
        facts: setting?.facts ?? {},
        operations: (setting?.operations ?? []).map((operation) => ({
          ...operation,
          input: operation.input.input,
        })),
      })),
    input: (raw) => ({ key: keyOf(raw), input: single.input(raw) }),
    output: (value, { input }, raw) => single.output(value, input, raw),
    recordInput: ({ key, input }) => {
      // From plain JavaScript, or behind a cast, requests of the model of one object may come as they are.
      if (typeof key !== "string" || input === undefined) throw notKeyed(name);
      return record(key, single.recordInput(input));
    },
    recordOutput: (output, { input }) => single.recordOutput(output, input),
    mark: ({ input }, answer) => single.mark?.(input, answer) ?? "plain",
  };
}

function notKeyed(name: string): PorcupineError {
  const message =
    `the codec ${name} writes requests to one of many objects; give { key, input } as the input of each ` +
    `operation (with the key "" where there is only one object)`;
  return new PorcupineError("bad-operation", message);
}

/** An empty key is what a file without keys is read as. */
function record(key: string, { f, argument }: { f: string; argument?: Datum }): RecordedInput {
  return { f, key: key === "" ? null : key, argument, version: undefined };
}
