import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { Operation } from "../types.ts";
import type { Job } from "./messages.ts";

/** A task, before its operations are picked out of the history. */
export interface Commission extends Omit<Job, "inputs" | "outputs"> {
  readonly operations: readonly Operation<unknown, unknown>[];
}

/**
 * What a worker needs for a task. Copying an object from thread to thread costs about a microsecond, so that only requests and
 * answers go: clients and times are in the part already.
 */
export function jobOf({ operations, part, ...rest }: Commission): Job {
  const { key, ids, call, ret, returns, end } = part;
  const count = ids.length;
  const inputs: unknown[] = new Array(count);
  const outputs: unknown[] = new Array(count);
  for (let k = 0; k < count; k++) {
    const { input, outcome } = operations[ids[k]];
    inputs[k] = input;
    outputs[k] = ret[k] !== NEVER && outcome.status === "ok" ? outcome.output : undefined;
  }
  return { ...rest, part: { key, ids: numbers(count), call, ret, returns, end }, inputs, outputs };
}

/** A worker has the operations of the part alone. */
function numbers(count: number): Part["ids"] {
  const ids = new Int32Array(count);
  for (let k = 0; k < count; k++) ids[k] = k;
  return ids;
}
