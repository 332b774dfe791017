/**
 * Jobs as operations: whoever asks for words to be counted is given the right numbers, whatever happens meanwhile.
 * `deno task check history.jsonl --model tests/real/chaos/job/job_history.ts`.
 * @module
 */

import { type Codec, type DeterministicModel, ILLEGAL, Mismatch } from "../../../../porcupine/mod.ts";
import { hashLabel } from "../../../../runtime/mod.ts";

/** What was asked for. */
export interface JobInput {
  /** Which of the run's jobs. */
  readonly job: number;
  /** The fingerprint of the right output. */
  readonly right: string;
}

/** The fingerprint of all outputs of a job. */
export function fingerprint(outputs: readonly string[]): string {
  return hashLabel(outputs.join("\n")).toString(16);
}

/** A job has one right output, and nothing to do with others. */
export const jobModel: DeterministicModel<null, JobInput, string> = {
  name: "jobs",
  init: () => null,
  readOnly: () => true,
  step: (_state, { right }, answer) => answer.known && answer.output !== right ? ILLEGAL : null,
  describeOperation: ({ job }, answer) => `count(job ${job}) -> ${answer.known ? answer.output : "?"}`,
};

/** Writes and reads such a history. */
export const jobCodec: Codec<null, JobInput, string> = {
  name: "jobs",
  summary: "jobs of MapReduce: count, with the fingerprint of the right output and of what came",
  operations: { count: "count (v: {job, right}, answers a fingerprint)" },
  model: () => jobModel,
  input: ({ f, argument }) => {
    const fields: Readonly<Record<string, unknown>> = { ...(typeof argument === "object" ? argument : {}) };
    const { job, right } = fields;
    if (f !== "count" || typeof job !== "number" || typeof right !== "string") {
      throw new Mismatch("model-mismatch", "count (v: {job, right})", `${f} ${JSON.stringify(argument)}`);
    }
    return { job, right };
  },
  output: (value) => {
    if (typeof value !== "string") {
      throw new Mismatch("model-mismatch", "a fingerprint", JSON.stringify(value));
    }
    return value;
  },
  recordInput: ({ job, right }) => ({ f: "count", key: null, argument: { job, right }, version: undefined }),
  recordOutput: (output) => output,
  mark: () => "plain",
};
